"""`srs import`."""

import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from srs.anki import import_media
from srs.anki.import_decks import import_decks
from srs.cli.kinds import KINDS
from srs.cli.sentences import sentence
from srs.core.errors import DeckFolderError, PackageError, SrsError, TargetError
from tests.cli.conftest import Shell

MODEL = {
    "name": "Basic",
    "type": 0,
    "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
    "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
}


def package(
    file: Path,
    notes: Sequence[tuple[str, str, str]],
    *,
    models: Any = None,
    decks: Any = None,
    media: Mapping[str, bytes] | None = None,
) -> Path:
    """An old package by hand, of notes (guid, front, back)."""
    models = {"1": MODEL} if models is None else models
    decks = {"1": {"name": "Talk::New", "desc": "<b>About</b> it"}} if decks is None else decks
    base = file.with_suffix(".db")
    connection = sqlite3.connect(base)
    connection.executescript(
        "create table col (id integer, ver integer, models text, decks text);"
        "create table notes (id integer, guid text, mid integer, tags text, flds text);"
        "create table cards (id integer, nid integer, did integer, odid integer, ord integer, type integer, due integer,"
        " odue integer);"
        "create table revlog (id integer);"
    )
    texts = [one if isinstance(one, str) else json.dumps(one) for one in (models, decks)]
    connection.execute("insert into col values (1, 11, ?, ?)", texts)
    for n, (guid, front, back) in enumerate(notes, 1):
        connection.execute("insert into notes values (?, ?, 1, ' t ', ?)", (n, guid, f"{front}\x1f{back}"))
        connection.execute("insert into cards values (?, ?, 1, 0, 0, 0, 1, 0)", (n, n))
    connection.commit()
    connection.close()
    names = {str(n): name for n, name in enumerate(media or {})}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(base, "collection.anki2")
        archive.writestr("media", json.dumps(names))
        for n, data in enumerate((media or {}).values()):
            archive.writestr(str(n), data)
    base.unlink()
    return file


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_package_becomes_decks_that_are_reviewed_and_again_brings_nothing(empty: Shell, tmp_path: Path) -> None:
    package(tmp_path / "a.apkg", [("g1", "one?", "eins"), ("g2", "two?", "<u>zwei</u>")])
    done = empty("--decks", "mine", "import", "a.apkg")
    assert (done.status, done.err) == (0, "")
    assert done.out == "mine/talk-new.yaml: 2 notes, 2 cards, 1 of them as HTML (Talk::New)\n"
    text = (tmp_path / "mine" / "talk-new.yaml").read_text("utf-8")
    assert text.startswith("deck: Talk::New\ndescription: About it\nnotes:\n- id: one-")
    assert empty("--decks", "mine", "check").status == 0
    shown = empty("--decks", "mine", "next", "--json").json
    assert (shown["front"], shown["back"]) == ("one?", "eins")
    note = empty("--decks", "mine", "find", "two", "--json").json[0]
    assert note["fields"] == {"front": "two?", "back": "<u>zwei</u>", "html": True, "guid": "g2"}
    before = files(tmp_path / "mine")
    again = empty("--decks", "mine", "import", "a.apkg", "--json")
    assert again.json["notes"] == 0
    assert again.json["already"] == 2
    assert again.json["decks"] == []
    assert files(tmp_path / "mine") == before


def test_a_package_that_brings_no_note_says_why_even_where_its_progress_was_wished(
    empty: Shell, tmp_path: Path
) -> None:
    package(tmp_path / "a.apkg", [("g1", "one?", ""), ("g2", "two?", "<br>")])
    done = empty("--decks", "mine", "import", "--with-progress", "a.apkg")
    assert (done.status, done.err) == (0, "")
    assert done.out == "2 notes left out: it answers nothing (guid g1)\nNothing new.\n"
    assert empty("--decks", "mine", "import", "--with-progress", "a.apkg", "--json").json["events"] == 0


def test_new_notes_of_a_deck_that_is_here_get_a_file_of_their_own(empty: Shell, tmp_path: Path) -> None:
    empty("--decks", "mine", "import", str(package(tmp_path / "a.apkg", [("g1", "one?", "eins")])))
    before = files(tmp_path / "mine")
    done = empty(
        "--decks", "mine", "import", str(package(tmp_path / "b.apkg", [("g1", "x", "y"), ("g2", "two?", "zwei")]))
    )
    assert done.out == "mine/talk-new-2.yaml: 1 note, 1 card (Talk::New)\n1 note skipped: already in your deck files.\n"
    assert before.items() <= files(tmp_path / "mine").items()
    assert empty("--decks", "mine", "due", "--json").json["total"]["new"] == 2


def test_what_was_exported_comes_back_as_it_was(srs: Shell, tmp_path: Path) -> None:
    srs("export", "out.apkg")
    done = srs("--decks", "mine", "import", "out.apkg", "--json")
    assert done.json["notes"] == 4
    assert srs("--decks", "mine", "check", "--json").json["problems"] == []
    ours, theirs = (
        [
            (one["deck"], one["note"], one["fields"], sorted(one["tags"]))
            for one in sorted(srs("--decks", name, "find", "--json").json, key=lambda one: one["deck"])
        ]
        for name in ("decks", "mine")
    )
    assert ours == theirs
    assert srs("import", "out.apkg", "--json").json["already"] == 4


def test_media_that_no_card_shows_are_counted_and_addresses_named(empty: Shell, tmp_path: Path) -> None:
    media = {"a.png": b"1", "b.png": b"2", "_style.css": b"3", "c.mp3": b"4"}
    address = "https://x.test/a.png"
    notes = [
        ("g1", f'<img src="a.png">here <img src="{address}">', "b [sound:http://x.test/s.mp3]"),
        ("g2", f'<u>there</u> <img src="{address}" alt="far">', "<img src='data:image/png;base64,AA=='>x"),
        ("g3", "left out [sound:c.mp3]", ""),
    ]
    file = package(tmp_path / "a.apkg", notes, media=media)
    done = empty("--decks", "mine", "import", file.name)
    assert "Left out, shown by no imported card: 3 files (_style.css, b.png, c.mp3).\n" in done.out
    assert (
        "Left out, because nothing is fetched from the net: 3 files"
        f" ({address}, http://x.test/s.mp3, data:image/png;base64,AA==).\n"
    ) in done.out
    shown = [note["fields"] for note in empty("--decks", "mine", "find", "--json").json]
    assert [(fields["front"], fields["back"]) for fields in shown] == [
        ("![](media/a.png)here", "b"),
        ("<u>there</u>", "x"),
    ]
    again = empty("--decks", "mine", "import", file.name, "--json").json["media"]
    assert again == {
        "written": 0,
        "there": 0,
        "missing": 0,
        "too_large": 0,
        "unused": ["_style.css", "b.png", "c.mp3"],
        "remote": [],
    }


@pytest.mark.parametrize(
    ("front", "template", "words"),
    [
        ("Écoute là, c'est <b>tout</b>", "{{Front}}", "ecoute-la-cest-tout"),
        ("züchten", "Was heißt {{Front}}?", "zuchten"),
        ("단어", "{{Front}}", "daneo"),
        ("слово", "Переведите: {{Front}}", "slovo"),
        ("in", "Where is the inn {{Front}}?", "in"),
        ("a0017", "{{Back}} is what?", "back"),
        ("17", "Question {{Front}}", "question-17"),
        ("<img src=a.png>", "What is this? {{Front}}", "what-is-this"),
    ],
)
def test_an_id_has_the_words_of_the_first_field_in_letters_that_one_can_type(
    tmp_path: Path, front: str, template: str, words: str
) -> None:
    model = MODEL | {
        "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": template, "afmt": "{{FrontSide}}<hr id=answer>end"}]
    }
    file = package(tmp_path / "a.apkg", [("g", front, "back")], models={"1": model})
    import_decks(tmp_path / "mine", file, KINDS)
    (line,) = (
        line for line in (tmp_path / "mine" / "talk-new.yaml").read_text("utf-8").split("\n") if "- id: " in line
    )
    assert line.removeprefix("- id: ").rpartition("-")[0] == words


def test_a_video_comes_in_as_light_markup_and_goes_back_with_its_file(empty: Shell, tmp_path: Path) -> None:
    package(tmp_path / "a.apkg", [("g", "what? [sound:x.mp4]", "b")], media={"x.mp4": b"V"})
    assert empty("--decks", "mine", "import", "a.apkg", "--json").json["decks"][0]["html"] == 0
    assert "![](media/x.mp4)" in (tmp_path / "mine" / "talk-new.yaml").read_text("utf-8")
    assert "0 problems" in empty("--decks", "mine", "check").out
    assert empty("--decks", "mine", "next", "--json").json["front"] == "what? [video]"
    empty("--decks", "mine", "export", "b.apkg")
    with zipfile.ZipFile(tmp_path / "b.apkg") as archive:
        (name,) = json.loads(archive.read("media")).values()
        assert name.endswith("-x.mp4")
        assert f"[sound:{name}]".encode() in archive.read("collection.anki2")


def test_media_come_along_under_safe_names(tmp_path: Path) -> None:
    media = {
        "../../evil.png": b"E",
        "a b.png": b"1",
        "a_b.png": b"2",
        "A_B.PNG": b"3",
        "x.yaml": b"4",
        "unused.png": b"5",
    }
    front = "".join(f'<img src="{name}">' for name in media if name != "unused.png") + '<img src="gone.png">'
    front = front.replace("../../evil.png", "evil.png")
    file = package(tmp_path / "a.apkg", [("g", front, "b")], media=media)
    done = import_decks(tmp_path / "mine", file, KINDS)
    found = {path.name: path.read_bytes() for path in (tmp_path / "mine" / "media").iterdir()}
    assert found == {"a_b.png": b"1", "a_b-2.png": b"2", "A_B-3.PNG": b"3", "x.yaml.txt": b"4"}
    assert (done.media.written, done.media.missing) == (4, 2)
    text = (tmp_path / "mine" / "talk-new.yaml").read_text("utf-8")
    assert all(f"media/{name}" in text for name in found)


def test_a_file_that_is_there_already_is_neither_replaced_nor_doubled(tmp_path: Path) -> None:
    mine = tmp_path / "mine" / "media"
    mine.mkdir(parents=True)
    (mine / "same.png").write_bytes(b"S")
    (mine / "other.png").write_bytes(b"mine")
    notes = [("g", '<img src="same.png"><img src="other.png">', "b")]
    done = import_decks(
        tmp_path / "mine", package(tmp_path / "a.apkg", notes, media={"same.png": b"S", "other.png": b"theirs"}), KINDS
    )
    found = {path.name: path.read_bytes() for path in mine.iterdir()}
    assert found == {"same.png": b"S", "other.png": b"mine", "other-2.png": b"theirs"}
    assert (done.media.written, done.media.there) == (1, 1)
    assert "media/other-2.png" in (tmp_path / "mine" / "talk-new.yaml").read_text("utf-8")


def test_one_name_written_in_two_ways_is_one_file(tmp_path: Path) -> None:
    composed, parted = "그림.png", normalize("NFD", "그림.png")
    mine = tmp_path / "mine" / "media"
    mine.mkdir(parents=True)
    (mine / parted).write_bytes(b"mine")  # as a Mac may write it
    front = f'<img src="{composed}"><img src="{parted}">'
    done = import_decks(
        tmp_path / "mine", package(tmp_path / "a.apkg", [("g", front, "b")], media={composed: b"theirs"}), KINDS
    )
    assert {path.name for path in mine.iterdir()} == {parted, "그림-2.png"}
    assert done.media.written == 1


def test_media_that_are_too_large_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_media, "LARGEST", 1000)
    monkeypatch.setattr(import_media, "LARGEST_OF_ALL", 1500)
    media = {"a.png": bytes(1000), "b.png": bytes(1001), "c.png": bytes(600), "d.png": bytes(500)}
    front = "".join(f'<img src="{name}">' for name in media)
    done = import_decks(tmp_path / "mine", package(tmp_path / "a.apkg", [("g", front, "b")], media=media), KINDS)
    assert sorted(path.name for path in (tmp_path / "mine" / "media").iterdir()) == ["a.png", "d.png"]
    assert (done.media.written, done.media.too_large) == (2, 2)


def test_what_cannot_come_in_is_counted_with_its_reason(tmp_path: Path) -> None:
    notes = [("g1", "one?", "eins"), ("g1", "again", "x"), ("", "f", "b"), ("g3", "", "b"), ("g4", "f", "<br>")]
    done = import_decks(tmp_path / "mine", package(tmp_path / "a.apkg", notes), KINDS)
    assert {one.why: (one.notes, one.example) for one in done.plan.left_out} == {
        "another note of the file has its guid": (1, "g1"),
        "its guid is invalid": (1, ""),
        "it asks nothing": (1, "g3"),
        "it answers nothing": (1, "g4"),
    }


def test_a_note_that_our_own_checks_refuse_is_left_out_alone(tmp_path: Path) -> None:
    model = MODEL | {
        "type": 1,
        "tmpls": [{"name": "c", "ord": 0, "qfmt": "{{cloze:Front}}", "afmt": "{{cloze:Front}}"}],
    }
    notes = [
        ("g1", "{{c1::a}}", ""),
        ("g2", "{{c1::not closed", ""),
        ("g3", "{{c0::zero}}", ""),
        ("g4", "{{c2::b}}", ""),
    ]
    done = import_decks(tmp_path / "mine", package(tmp_path / "a.apkg", notes, models={"1": model}), KINDS)
    assert sum(file.notes for file in done.plan.files) == 2
    assert [one.why.partition(":")[0] for one in done.plan.left_out] == ["it would have an error here"] * 2


@pytest.mark.parametrize(
    "name",
    [
        "",
        "::",
        "a::::b",
        "x" * 500,
        "../../up",
        "CON",
        "a/b\\c",
        "\x1b[2J",
        " ",
        "no",
        "2024",
        "📚",
        ".hidden",
        "-x",
        "\u3164::a",
    ],
)
def test_whatever_a_deck_is_called_its_file_lies_in_the_folder(tmp_path: Path, name: str) -> None:
    done = import_decks(
        tmp_path / "mine", package(tmp_path / "a.apkg", [("g", "f", "b")], decks={"1": {"name": name}}), KINDS
    )
    (file,) = done.plan.files
    assert [path.name for path in (tmp_path / "mine").iterdir()] == [file.name]
    assert not file.name.startswith((".", "-"))
    again = import_decks(
        tmp_path / "mine", package(tmp_path / "b.apkg", [("h", "f", "b")], decks={"1": {"name": name}}), KINDS
    )
    assert again.plan.files[0].name == f"{file.name[:-5]}-2.yaml"


WRONG = [
    "[]", "null", "x", "[" * 50_000, '{"1": []}', '{"1": {"name": 1}}', '{"x": {}}', '{"1": {"name": "n", "flds": {}, "tmpls": 3}}',
]  # fmt: skip


HARMLESS = {("decks", wrong) for wrong in WRONG[5:] if "x" not in wrong}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("which", ["models", "decks"])
def test_json_made_by_hand_is_refused_or_harmless(tmp_path: Path, wrong: str, which: str) -> None:
    more: dict[str, Any] = {which: wrong}
    file = package(tmp_path / "a.apkg", [("g", "f", "b")], **more)
    if (which, wrong) in HARMLESS:
        done = import_decks(tmp_path / "mine", file, KINDS)
        assert len(done.plan.files) + len(done.plan.left_out) == 1
        return
    with pytest.raises(PackageError) as caught:
        import_decks(tmp_path / "mine", file, KINDS)
    assert caught.value.problem == "damaged"
    assert not (tmp_path / "mine").exists()


def test_a_deck_file_with_errors_is_to_be_mended_first(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "broken.yaml").write_text("deck: X\nnotes: 3\n")
    with pytest.raises(TargetError) as caught:
        import_decks(mine, package(tmp_path / "a.apkg", [("g", "f", "b")]), KINDS)
    assert caught.value.problem == "broken-deck"
    assert [path.name for path in mine.iterdir()] == ["broken.yaml"]


def test_a_folder_that_is_none_or_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    file = package(tmp_path / "a.apkg", [("g", '<img src="a.png">', "b")], media={"a.png": b"A"})
    (tmp_path / "file").write_text("x")
    with pytest.raises(DeckFolderError):
        import_decks(tmp_path / "file", file, KINDS)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "media").write_text("no folder")
    with pytest.raises(TargetError):
        import_decks(mine, file, KINDS)
    assert files(mine) == {"media": b"no folder"}


def test_a_damaged_picture_leaves_nothing_behind(tmp_path: Path) -> None:
    file = package(tmp_path / "a.apkg", [("g", '<img src="a.png">', "b")], media={"a.png": bytes(range(256)) * 400})
    data = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        start = archive.getinfo("0").header_offset
    data[start + 60 : start + 90] = bytes(30)
    file.write_bytes(data)
    with pytest.raises(PackageError) as caught:
        import_decks(tmp_path / "mine", file, KINDS)
    assert caught.value.problem == "damaged"
    assert not (tmp_path / "mine").exists()


def test_what_fails_while_files_move_in_takes_the_others_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = package(tmp_path / "a.apkg", [("g", '<img src="a.png">', "b")], media={"a.png": b"A"})
    mine = tmp_path / "mine"

    def meddled(path: Path, data: bytes) -> Path:
        path.write_bytes(data)
        (mine / "talk-new.yaml").write_text("deck: Mine\nnotes: []\n")  # another program was quicker
        return path

    monkeypatch.setattr(import_media, "_write", meddled)
    with pytest.raises(TargetError):
        import_decks(mine, file, KINDS)
    assert files(mine) == {"talk-new.yaml": b"deck: Mine\nnotes: []\n"}


def test_hostile_html_stays_harmless_on_its_way_through(empty: Shell, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script><img src=x.png onerror=alert(1)><svg onload=alert(1)></svg><u>x</u>"
    deep = "<div>" * 10_000 + "deep" + "<u>"
    package(tmp_path / "a.apkg", [("g1", evil, "<a href='javascript:alert(1)'>a</a>"), ("g2", deep, "b\x1b[2J")])
    assert empty("--decks", "mine", "import", "a.apkg").status == 0
    text = (tmp_path / "mine" / "talk-new.yaml").read_text("utf-8")
    for sign in ("<script", "javascript", "onerror", "onload", "svg", "\x1b"):
        assert sign not in text
    assert "deep" in text
    assert "Merge note types" in empty("--decks", "mine", "export", "out.apkg").out


def test_a_note_that_shows_no_word_is_listed(empty: Shell) -> None:
    empty.write("a.yaml", 'deck: D\nnotes:\n- id: n\n  front: "<hr>"\n  back: "<br>"\n  html: true\n')
    assert empty("find").out == "n  \n"
    assert empty("show", "n").status == 0
    assert empty("review", stdin="\n3\n").status == 0


def test_every_refusal_is_a_sentence() -> None:
    for error in (TargetError(Path("x"), "starter-decks"), TargetError(Path("x"), "broken-deck")):
        assert isinstance(error, SrsError)
        assert "x" in sentence(error)
