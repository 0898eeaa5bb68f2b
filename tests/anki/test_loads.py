"""No card loads anything from elsewhere: shown in Chromium, with a server that notes down who asks it."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import yaml

from srs.anki.notetypes import fields, note_type
from srs.cli.kinds import KINDS
from srs.collection.check import check
from srs.core.harmless_html import removed_parts
from srs.kinds.note import Deck
from tests.conftest import Home

# HOST is another machine's name with its port, N the number by which it is known who asked
EVIL = [
    '<head><img src=" //HOST/N"></head>',
    '<html><head><title>t</title><base href="http://HOST/N/"></head><body><img src="N.png"></body></html>',
    '<img src="http://HOST/N">',
    '<img src="HTTP:HOST/N">',
    '<img src="ht&#10;tp://HOST/N">',
    '<img src="&#1;//HOST/N">',
    '<img src="&#9;/&#9;/HOST/N">',
    '<img src="\\\\HOST\\N">',
    '<img src="/\\HOST/N">',
    '<img src="&#x2f;&sol;HOST/N">',
    '<img src="&#32;http:&#92;&#92;HOST/N">',
    '<img src=//HOST/N>',
    "<image src='//HOST/N'>",
    '<img srcset="http://HOST/N 1x" src="a.png">',
    '<picture><source srcset="//HOST/N"><img src="a.png"></picture>',
    '<video poster="http://HOST/N" autoplay><source src="//HOST/N.mp4"><track src="//HOST/N.vtt" default></video>',
    '<audio src="http://HOST/N" autoplay></audio>',
    '<table background="http://HOST/N"><tr><td background="//HOST/N">x</td></tr></table>',
    '<body background="http://HOST/N">',
    '<link rel="stylesheet" href="http://HOST/N"><link rel="preload" as="image" href="//HOST/N">',
    '<meta http-equiv="refresh" content="0;url=http://HOST/N">',
    '<object data="http://HOST/N"></object><embed src="http://HOST/N">',
    '<iframe src="http://HOST/N"></iframe><iframe srcdoc="&lt;img src=//HOST/N&gt;"></iframe>',
    '<svg><image href="http://HOST/N" xlink:href="//HOST/N"/><use href="http://HOST/N#a"/></svg>',
    '<svg><style>*{background:url(//HOST/N)}</style></svg>',
    '<math><mtext><img src="//HOST/N"></mtext></math>',
    '<style>@import "http://HOST/N"; body{background:url(//HOST/N)}</style>',
    '<p style="background:url(http://HOST/N)">x</p>',
    '<p style="background:u\\72l(http://HOST/N)">x</p>',
    '<p style="background-image:image-set(&quot;//HOST/N&quot; 1x)">x</p>',
    '<p style="color:red;list-style:url(//HOST/N);display:list-item">x</p>',
    '<p style="content:url(//HOST/N);cursor:url(//HOST/N),auto">x</p>',
    '<input type="image" src="http://HOST/N">',
    '<form action="http://HOST/N"><button autofocus onfocus="this.form.submit()">x</button></form>',
    '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>" onload="fetch(\'http://HOST/N\')">',
    '<img src="x.png" onerror="fetch(\'http://HOST/N\')">',
    "<script>fetch('http://HOST/N')</script>",
    '<a href="http://HOST/N" ping="http://HOST/N" autofocus>x</a>',
    '<noscript><p title="</noscript><img src=//HOST/N>"></noscript>',
    '<template><img src="//HOST/N"></template><textarea></textarea><img src=" //HOST/N">',
    '<!--><img src="//HOST/N">-->',
    '<![CDATA[><img src="//HOST/N">]]>',
    '<xmp><p title="</xmp><img src=//HOST/N>"></xmp>',
    '<svg></p><style><a title="</style><img src=//HOST/N>">',
]  # fmt: skip


class Server(ThreadingHTTPServer):
    """Notes the paths that it is asked for; `pages` are what it gives."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pages: dict[str, bytes] = {}
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = self.server.pages.get(self.path)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, *args: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    """Anki's own, which gives the card and its media, and that of somebody else."""
    both = Server(), Server()
    for server in both:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield both
    for server in both:
        server.shutdown()
        server.server_close()


def visit(anki: Server, body: str) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    anki.pages["/"] = f"<!doctype html><meta charset=utf-8><body class=card>{body}".encode()
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom"]
    subprocess.run([*command, f"http://{anki.host}/"], capture_output=True, check=True, timeout=100)


@pytest.mark.check
def test_nothing_is_fetched_for_any_field_of_any_note(servers: tuple[Server, Server]) -> None:
    anki, elsewhere = servers
    deck = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")))
    shown = [f'<img src="http://{elsewhere.host}/control">']
    for n, one in enumerate(EVIL):
        evil = one.replace("HOST", elsewhere.host).replace("N", str(n))
        for html in (True, False):
            more: dict[str, Any] = dict.fromkeys(("because", "example", "note", "ko", "hint"), evil) | {"html": html}
            notes: list[dict[str, Any]] = [
                {"front": f"f {evil}", "back": evil, "also": [{"front": f"g {evil}", "back": evil}]},
                {"quiz": f"q {evil}", "choices": [f"a {evil}", "b"], "answer": "b"},
                {"star": f"s {evil}", "situation": evil, "task": evil, "action": evil, "result": evil},
                {"cloze": f"{{{{c1::a}}}} {evil}"},
                {"phrase": {"ko": f"k {evil}", "en": f"e {evil}"}},
            ]
            for fields_of in notes:
                note = KINDS.note(f"n{n}", deck, fields_of | more, ())
                shown += [value for value in fields(note)[: note_type(note).hidden] if value]
    visit(anki, "<hr>".join(shown))
    assert set(elsewhere.asked) == {"/control"}


@pytest.mark.parametrize("number", range(len(EVIL)))
def test_a_check_names_it_with_its_place(number: int, home: Home) -> None:
    evil = EVIL[number].replace("HOST", "x.test").replace("N", "1")
    home.write(
        "a.yaml", yaml.safe_dump({"deck": "D", "notes": [{"id": "one", "front": "f", "back": evil, "html": True}]})
    )
    assert {(problem.file, problem.line) for problem in check(home.decks, KINDS).problems} == {("a.yaml", 3)}


def test_a_check_names_each_text_of_a_note_that_is_html(home: Home) -> None:
    home.write(
        "a.yaml",
        "deck: D\nnotes:\n- id: one\n  html: true\n  front: f\n  back: <b>b</b> [sound:a.mp3]\n  also:\n"
        '  - front: g\n    back: <script>1</script><p onclick=x>\n  hint: "[sou[sound:a.mp3]nd:http://x.test/a]"\n',
    )
    home.write("a.mp3", b"ID3")
    assert [
        (problem.line, problem.message.partition(" is left")[0]) for problem in check(home.decks, KINDS).problems
    ] == [
        (9, "<script>, onclick='x' of <p>"),
    ]


def test_what_shows_and_links_is_not_named() -> None:
    html = '<a href="https://example.org/">x</a> <a href="#y">y</a> <img src="a%20b.png" alt=""> [sound:a.mp3]'
    assert (
        list(removed_parts(f'<p style="color: red; text-align: left">{html}</p><wbr><table><tr><td rowspan=2>')) == []
    )
