"""Whatever anybody writes is read in time that grows with its length: twice the text, twice the time.

The clock of this machine does not count, only the ratio of two times.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from srs.anki import (
    convert_note,
    draw_cloze,
    hidden_elements,
    html_to_markup,
    markup_to_html,
    media_elements,
    package_media,
    protobuf,
    read_aloud,
    render_card,
    template,
)
from srs.anki.diff_cards import TheirCard, TheirReview, diff_log
from srs.anki.import_decks import FileNames
from srs.anki.import_media import MediaNames
from srs.anki.package import opened
from srs.anki.package_media import PackageMedia
from srs.anki.read_reviews import AnkiCard
from srs.anki.redated import DAY, ReviewContent
from srs.anki.reviews_to_events import OwnEvent, PullContext, new_events
from srs.anki.template import TooLong, render
from srs.cli.kinds import KINDS
from srs.collection import add, query, similar_notes
from srs.collection.suggest_names import unknown
from srs.core import blocks, formula_text, harmless_html, html_text, markup, unicode
from srs.core.clock import Calendar
from srs.deckfile import dump_deck_file, first_item, ids, parse
from srs.deckfile import media as media_of_note
from srs.deckfile.doubtful_markup import doubtful_markup
from srs.interview.kinds import lists_in_anki
from srs.interview.kinds.mapping import PrincipleMapping
from srs.kinds import chunk, chunk_grading, cloze_text, grading, phrase, quiz
from srs.kinds.anki_form import NoteInAnki
from srs.scheduling import deck_order
from tests.anki.packages import database, zipped

NOON = 1_772_366_400_000  # 1 March 2026
CONTEXT = PullContext(date(2026, 3, 1), Calendar(UTC), "m", NOON + 99 * DAY)

_ENOUGH = 0.002  # seconds that can be measured
_MOST = 3.0  # times as long for twice as much: 2 is linear, 4 quadratic
_LARGEST = markup.LONGEST_TEXT // 2  # characters; what takes no time there is fine


class Case(NamedTuple):
    """`hostile` makes an input whose length is about in proportion to the number; `start` is where measuring begins."""

    name: str
    reads: Callable[[Any], object]
    hostile: Callable[[int], Any]
    start: int = 32


def times(piece: str) -> Callable[[int], str]:
    return lambda n: piece * n


def deck(notes: Callable[[int], str]) -> Callable[[int], bytes]:
    return lambda n: f"deck: D\nlanguages: {{ko: ko-KR, en: en-US}}\nnotes:\n{notes(n)}".encode()


def front(piece: str) -> Callable[[int], bytes]:
    return deck(lambda n: f"- {{id: a, front: '{piece * min(n, markup.LONGEST_TEXT // len(piece))}', back: b}}\n")


def many(a_note: str) -> Callable[[int], bytes]:
    return deck(lambda n: "".join(a_note.format(n=k) for k in range(n)))


def flow(n: int, prefix: str) -> str:
    return f"[{', '.join(f'{prefix}{k}' for k in range(n))}]"


def read(data: bytes) -> object:
    return parse(data, "a.yaml", KINDS)


def rendered(text: str) -> object:
    """As a template, whose pieces have a bound of their own."""
    try:
        return render(text, {"F": "x", "E": " <br>" * 1000}.get, lambda _name, _filters: "x").fill()
    except TooLong:
        return None


def played(text: str) -> object:
    return html_to_markup.html_to_markup(text, {"a": "a.png"})


def hidden(text: str) -> object:
    return hidden_elements.without_hidden(text, hidden_elements.hiding_rules(".h {display: none}"))


def gaps(text: str) -> None:
    with suppress(ValueError):
        draw_cloze.draw_gaps(text, 1, hide=False)


def doubts(text: str) -> object:
    return list(doubtful_markup({"front": text}))


def harmless(text: str) -> object:
    return harmless_html.sanitize_html(text, {"a": "b"})


def languages(question: str) -> object:
    return phrase._asks_native(question)


def principles(names: str) -> object:
    return PrincipleMapping.from_anki(
        NoteInAnki("srs Mapping", {"Question": "?", "Primary": "Ownership", "Others": names}, (), ())
    )


def bold(side: str) -> object:
    values = {"Own": side, "Foreign": side, "Spare1": "h___"}
    templates = (("ko-en", '<div class="question">{{Own}}'),)
    return phrase.Phrase.from_anki(NoteInAnki("srs Phrase (ko-KR, en-US)", values, templates, ()))


def with_chunk(piece: str, last: str = "") -> Callable[[int], bytes]:
    return deck(
        lambda n: f"- {{id: a, phrase: {{ko: x, en: '{piece * 2 * n}'}}, chunk: {{ko: x, en: '{piece * n}{last}'}}}}\n"
    )


def hinted(text: str) -> object:
    return chunk.chunk_hint([text], "en-US")


def said(text: str) -> object:
    return chunk_grading.compare_by_chunk(text[:1000], f"b {text}", [text], "en-US")


def in_order(n: int) -> object:
    """A circle of decks, each of which names all decks below one name."""
    decks = [f"All::D{k}" for k in range(n)]
    return deck_order.circles(deck_order.named_decks(decks, [(d, [decks[k - 1]]) for k, d in enumerate(decks)]))


def file_names(n: int) -> object:
    names = FileNames(())
    for k in range(n):
        names.mark_used(names.free(f"Deck{'!' * (k % 7)}"))
    return names


def marked(text: str) -> object:
    fields = {"front": text}
    return list(media_of_note.check(fields, list(markup.media_references(fields)), "a.yaml"))


def pulled(n: int) -> object:
    """Anki says something else of as many milliseconds as we have answers."""
    log = [(NOON + k, 3, 1, 500, 9, 1, 1) for k in range(n)]
    held = [OwnEvent(NOON + k, "2026-03-01", "answered", 1, False, 1, 9) for k in range(n)]
    return new_events(AnkiCard("n/back", "D", 2, 2, 0, 0, 0, log), held, (2, 1), CONTEXT)


def pulled_back(n: int) -> object:
    log = [(NOON + k, 3, 1, 500, 9, 1, 1) for k in range(n)]
    held = [OwnEvent(NOON + 9 * DAY + k, "2026-03-01", "answered", 3, False, 1, 9) for k in range(n)]
    return new_events(
        AnkiCard("n/back", "D", 2, 2, 0, 0, 0, log, frozenset(row[0] for row in log)), held, (2, 1), CONTEXT
    )


def pushed(n: int) -> object:
    rows = [(NOON + 100 * k, 7, -1, 3, 1, 1, 500, 9, 1) for k in range(n)]
    log = tuple(TheirReview(NOON + 100 * k + 70, ReviewContent(3, 1, 9), is_answer=True) for k in range(n))
    return diff_log(rows, TheirCard(7, 2, 2, 0, 0, "", False, log), frozenset(row.at for row in log[::2]))


TEXTS = {
    "stars": "**a ", "closed stars": "**a** ", "italics": "*a ", "code": "`\n", "open picture": "![](a(b)", "angled": "![](<a",
    "parentheses": "(y)", "brackets": "![", "dollars": "$a", "two dollars": "$$a", "formulas": "\\(a", "closed formulas": "$a$ ",
    "formulas in brackets": "\\[a\n", "raised": "a^b", "lowered": "a~b", "links": "[a](", "addresses": "[a](https://a(b",
    "titles": "![](a\"", "torn formulas": "$a{$ ", "torn formulas in brackets": "\\[{\\] ",
}  # fmt: skip
BLOCKS = {
    "items": "- a\n", "numbers": "1. a\n", "loose items": "- a\n\n", "quotes": "> a\n", "lists in quotes": "> - a\n",
    "nested": "> ", "nested lists": "- ", "both": "- > - > a\n", "lazy lines": "- a\nb\n", "fences": "```\n", "open fences": "```a\nb\n\n",
    "fences in items": "- ```\n", "formulas": "$$\na\n", "open formulas": "$$ a\n\n", "open brackets": "\\[ a\n\n", "tables": "|a|b|\n|-|-|\n",
    "cells": "|a", "headings": "# a\n", "lines like tables": "a|b\n", "lines like a table's": "-|-\n", "indented": "    a\n",
}  # fmt: skip
TAGS = {
    "open tags": "<a ", "quotes": '<a b" c=">', "single quotes": "<a b' c='>", "quoted tags": "'<b'\"'\"", "signs": "<",
    "ampersands": "<p>&a", "comments": "<!--", "declarations": "<![CDATA[", "ends": "</a ", "breaks": "<br>",
    "scripts": "<script>", "sounds": "[sound:", "slashes": "<a / / />", "deep": "<div>", "bold": "<b>x</b> y ", "lists": "<li>x",
}  # fmt: skip

CASES = [
    *(Case(f"markup: {name}", markup.spans, times(piece)) for name, piece in TEXTS.items()),
    Case("markup: bold over lines", markup.spans, lambda n: "**a " * n + "\n**"),
    Case("markup: parentheses of a file", markup.spans, lambda n: "![](x" + "(y)" * n),
    Case("markup: files of a text", lambda text: list(markup.media_references({"front": text})), times("![](a.png)")),
    Case("markup: a file's name", markup.media_markup, times("- ")),
    *(Case(f"blocks: {name}", blocks.blocks, times(piece)) for name, piece in BLOCKS.items()),
    Case("blocks: rows", blocks.blocks, lambda n: "|a|b|\n|-|-|\n" + "|c|d|\n" * n),
    Case("blocks: columns", blocks.blocks, lambda n: "|a" * n + "\n" + "|-" * n),
    *(Case(f"plain text: {name}", markup.markup_to_text, times(piece)) for name, piece in BLOCKS.items()),
    *(Case(f"formula: {tex}", formula_text.formula_text, times(tex)) for tex in ("x^", "{", "\\frac", "\\sqrt[", "\\begin{a}", "%")),
    *(Case(f"text for Anki: {name}", markup_to_html.markup_to_html, times(piece)) for name, piece in BLOCKS.items()),
    *(Case(f"doubts: {name}", doubts, times(piece)) for name, piece in (TEXTS | BLOCKS).items()),
    Case("text for Anki", markup_to_html.markup_to_html, times("**a ")),
    *(Case(f"words of HTML: {name}", html_text.html_to_text, times(piece)) for name, piece in TAGS.items()),
    Case("words of HTML: raised and lowered", html_text.html_to_text, times("<sup>a<sub>")),
    Case("words of HTML: nested bullets", html_text.html_to_text, times("<li> <div> ")),
    Case("words of HTML: an attribute's blanks", html_text.html_to_text, lambda n: f"<a b{' ' * n}>"),
    Case("words of HTML: many attributes", html_text.html_to_text, lambda n: f"<a{' b=c' * n}>"),
    *(Case(f"light markup: {name}", played, times(f"<i>a</i>{piece}")) for name, piece in TEXTS.items()),
    *(Case(f"light markup: {name}", played, times(piece)) for name, piece in TAGS.items()),
    Case("light markup: words", played, times("a\t")),
    Case("light markup: pictures", played, times("<img src=a>")),
    *(Case(f"harmless: {name}", harmless, times(piece)) for name, piece in TAGS.items()),
    Case("harmless: tags closed by others", harmless, times("<b></x>"), 2_000),
    Case("harmless: fonts", harmless, lambda n: "".join(f"<p><font size={k}></p>" for k in range(n)), 400),
    Case("harmless: attributes", harmless, lambda n: f"<a {' '.join(f'b{k}=c' for k in range(n))}>"),
    Case("harmless: attributes after a quote", harmless, lambda n: f'<a x="<" {" ".join(f"b{k}" for k in range(n))}>'),
    Case("harmless: a tag in an attribute", harmless, lambda n: f"<img alt='{'<img ' * n}'>"),
    Case("template: blanks", rendered, lambda n: "{{" + " " * n),
    Case("template: blanks after a name", rendered, lambda n: "{{ a" + " " * n + "{"),
    Case("template: fields", rendered, times("{{F}}")),
    Case("template: open fields", rendered, times("{{F")),
    Case("template: sections", rendered, times("{{#E}}{{/E}}")),
    Case("template: tags", rendered, times('<a b" c=">')),
    Case("template: other signs", rendered, lambda n: "{{=<% %>=}}" + "<%F" * n),
    Case("template: lines", rendered, times("<pre>a b")),
    Case("template: an empty field", template.is_empty, lambda n: "<br >" * n + "x"),
    Case("template: a break that does not end", template.is_empty, lambda n: "<br" + " " * n),
    Case("import: rules of CSS", hidden_elements.hiding_rules, times(".a, b {display: none} ")),
    Case("import: open rules of CSS", hidden_elements.hiding_rules, times(".a {/* ")),
    Case("import: hidden elements", hidden, times("<p hidden><b class=h>")),
    Case("import: hidden elements that end", hidden, lambda n: "<i>" * n + "<p hidden></i></b>" * n),
    Case("import: classes", hidden, lambda n: f"<p class='{' '.join(f'h{k}' for k in range(n))}' hidden>"),
    Case("import: declarations", hidden, lambda n: f"<p style='{'display:' * n}' hidden>"),
    Case("import: like hidden elements", hidden, times("<p hidde")),
    Case("import: details", hidden_elements.without_closed_details, times("<details><summary>a</summary>")),
    Case("import: details that end", hidden_elements.without_closed_details, times("<details>a</details></summary>")),
    Case("import: speech", read_aloud.spoken, times("[anki:tts lang=a]b")),
    Case("import: speech that ends", read_aloud.without_speech, times("[anki:tts lang=a]b[/anki:tts]")),
    Case("import: open speech", read_aloud.spoken, times("[anki:tts ")),
    Case("template: braces", rendered, times("{")),
    Case("import: gaps", gaps, times("{{c1::a::b}}")),
    Case("import: open gaps", gaps, times("{{c1::a")),
    Case("import: numbers of a gap", gaps, lambda n: "{{c1" + ",1" * n + "::a}}"),
    Case("import: gaps in gaps", gaps, lambda n: "{{c1::a" * n + "}}" * n),
    Case("import: a long word with a reading", lambda text: render_card.filtered("kana", text), times("a")),
    Case("import: media elements", media_elements.files_of_elements, times("<video><source src=a>")),
    Case("import: a question again", lambda text: render_card.without_first("a" * 999 + text, text), times("<b>a ")),
    Case("import: a question in a text", lambda text: render_card.without_first(text, f"{text} b"), times("a ")),
    Case("import: empty lines", convert_note._strip_line_breaks, lambda n: "<br> " * n + "x" + " <br>" * n),
    Case("import: readings", lambda text: render_card.filtered("furigana", text), times("a[")),
    Case("import: the side of a phrase", languages, times('"question"')),
    Case("import: bold words", bold, lambda n: "<b>" * n + "x"),
    Case("import: bold words that end", bold, times("<b>a</b>")),
    Case("import: wordings", lists_in_anki.list_items, times("<li>a")),
    Case("decks in a circle", in_order, lambda n: n),
    Case("a note for a new deck: empty lines", first_item, lambda n: "- phrase: {ko:" + "\n" * n + "x"),
    Case("a note: blank lines before it", add._kept, lambda n: "\n" * n + "x", 100_000),
    Case("chunk: its place", read, with_chunk("a ", "b")),
    Case("chunk: its place in a word", read, with_chunk("a")),
    Case("chunk: its place, of words", read, with_chunk("ab- ", "b")),
    Case("chunk: hint", hinted, times("a'")),
    Case("chunk: typed words", said, times("aa a "), 1000),
    Case("chunk: typed negations", said, times("not a "), 1000),
    Case("what was typed: alternatives", lambda text: grading.compare_any(text[:1000], text), times("a (b) / "), 1000),
    Case("what was typed: brackets", lambda text: grading.compare_any(text[:1000], text), times("("), 1000),
    Case("import: principles", principles, times("Ownership, ")),
    Case("import: choices", quiz._read_buttons, lambda n: "<button><span>" + "<i>&" * n),
    Case("import: a file's name", package_media.safe_name, times("a")),
    Case("import: names of decks", file_names, lambda n: n),
    Case("import: a list of media", lambda data: list(protobuf.read(data)), lambda n: b"\x0a\x01a" * n),
    Case("pull: rows of one moment", pulled, lambda n: n),
    Case("pull: rows like ours of another day", pulled_back, lambda n: n),
    Case("sync: rows of one moment", pushed, lambda n: n),
    Case("cloze: numbers", cloze_text.cloze_parts, lambda n: "{{c1" + ",1" * n),
    Case("cloze: gaps in gaps", cloze_text.cloze_parts, lambda n: "{{c1::a" * n + "}}" * n),
    Case("query", lambda text: query.parse(text, KINDS), times('-a" ')),
    Case("deck file: like a picture", marked, lambda n: "![](" + " " * n),
    Case("deck file: blank", unicode.blank, lambda n: " " * n + "a"),
    Case("deck file: an id from a text", lambda text: ids.adopted_id(text, "g"), times("::")),
    Case("deck file: written", lambda text: dump_deck_file({"deck": "d"}, [{"front": text}]), lambda n: f"a{' ' * 50}b\n" * n + "c "),
    Case("deck file: stars", read, front("**a ")),
    Case("deck file: pictures", read, front("![](a.png)")),
    Case("deck file: accents", read, front("e\u0301\u0316")),
    Case("deck file: accents without end", read, deck(lambda n: "- {id: a, front: e" + "\u0301\u0316" * n + ", back: b}\n")),
    Case("deck file: notes of one id", read, many("- {{id: a, front: q{n}, back: b}}\n")),
    Case("deck file: notes without an id", read, many("- {{front: q{n}, back: b}}\n")),
    Case("deck file: unknown keys", read, deck(lambda n: f"- {{id: a, front: q, back: b{''.join(f', k{k}: x' for k in range(n))}}}\n")),
    Case("deck file: wrong answers", read, deck(lambda n: f"- {{id: a, quiz: q, choices: {flow(n, 'c')}, answer: {flow(n, 'x')}}}\n"), 128),
    Case("deck file: open lists", read, deck(lambda n: "- [" + "[" * n)),
    Case("what was typed: letters", lambda text: grading.compare(text[:1000], f"b{text}"), times("ab")),
    Case("what was typed: words", lambda text: grading.compare(text[:1000], f"b {text}"), times("a "), 1000),
    Case("what was typed: dashes", lambda text: grading.compare("b", f"a{text}"), times(" -")),
    Case("notes alike", lambda text: similar_notes.likeness((text,), (f"{text[::-1]}c",)), times("aab"), 500),
    Case("names alike", lambda names: unknown("note", "n" * 50, names), lambda n: [f"{'n' * 40}{k}" for k in range(n)]),
]  # fmt: skip


def cost(case: Case, given: Any) -> float:
    """The least of two times that the processor took, in seconds."""
    taken = []
    for _ in range(2):
        for remembered in (
            template._compiled,
            template._clean,
            render_card._visible,
            hidden_elements.hiding_rules,
        ):
            remembered.cache_clear()
        start = time.process_time()
        made = case.reads(given)
        if isinstance(made, Iterator):
            deque(made, 0)
        taken.append(time.process_time() - start)
    return min(taken)


def assert_linear(case: Case) -> None:
    n, given = case.start, case.hostile(case.start)
    while (once := cost(case, given)) < _ENOUGH:
        n, given = 2 * n, case.hostile(2 * n)
        if not isinstance(given, int) and len(given) > _LARGEST:
            return
    for _ in range(3):  # another program may have come between
        if cost(case, case.hostile(2 * n)) <= _MOST * once:
            return
        once = cost(case, given)
    pytest.fail(f"more than {_MOST:g} times as long for twice as much, at {n}: {once:.3f} s")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_twice_the_text_takes_twice_the_time(case: Case) -> None:
    assert_linear(case)


def written_alike(n: int) -> list[str]:
    """Names in Anki that are one and the same where a deck file names them."""
    return [f"a{k:b}.png".translate({48: "?", 49: "!"}) for k in range(1, n + 1)]


def test_twice_as_many_names_of_media_take_twice_the_time(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.apkg", {"collection.anki2": database(tmp_path / "a.anki2").read_bytes()})
    with opened(file) as found:
        attachments = PackageMedia(found)

        def named(names: list[str]) -> object:
            media = MediaNames(tmp_path / "media", attachments)
            return [media[name] for name in names]

        assert_linear(Case("names", named, written_alike))


def test_twice_as_many_media_beside_others_take_twice_the_time(tmp_path: Path) -> None:
    """Each is compared with what lies there already, once."""
    data = database(tmp_path / "a.anki2").read_bytes()

    def packed(n: int) -> tuple[Path, Path, list[str]]:
        names, folder = written_alike(n), tmp_path / f"{n}"
        folder.mkdir(exist_ok=True)
        for k in range(1, n + 1):
            (folder / f"a_{f'-{k}' if k > 1 else ''}.png").write_bytes(b"mine %d" % k)
        listed = json.dumps(dict(enumerate(names))).encode()
        members = {"collection.anki2": data, "media": listed} | {str(k): b"theirs %d" % k for k in range(n)}
        return zipped(tmp_path / f"{n}.apkg", members), folder, names

    def named(given: tuple[Path, Path, list[str]]) -> object:
        file, folder, names = given
        with opened(file) as found:
            media = MediaNames(folder, PackageMedia(found))
            return [media[name] for name in names]

    assert_linear(Case("media", named, packed, 128))
