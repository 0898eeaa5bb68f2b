"""What Anki reads aloud of strangers' cards, it reads aloud of ours made of them, where a deck file can say so."""

from pathlib import Path
from typing import Any

import pytest

from srs.anki.import_decks import import_decks
from srs.cli.kinds import KINDS
from tests.anki.conftest import REAL, Anki, run_anki
from tests.anki.test_stranger_cards import FB, LINE, drawn, kind
from tests.cli.conftest import Shell

BOTH = f"{{{{F}}}}{LINE}{{{{B}}}}"
CLOZE = {"F": "Spend {{c1::half::share}} of it on {{c2::<b>Action</b>}}.", "B": "b"}

SPOKEN = {
    "a field": kind(FB, ["{{F}}{{tts en_US voices=A,B speed=0.8:F}}"]),
    "a field and nothing else": kind(FB, ["{{tts fr_FR:F}}"]),
    "a field beside a picture": kind(FB | {"F": "front <i>x</i> &amp; y"}, ["{{F}}<img src=d.png>{{tts de_DE:F}}"]),
    "in brackets": kind(FB, ["<p>{{F}} {{B}}</p>[anki:tts lang=en_GB voices=A]{{F}} {{B}}[/anki:tts]"]),
    "by a hidden element": kind(FB, ["{{F}}<p style='display: none'>{{tts en_US:F}}</p>"]),
    "a cloze": kind(CLOZE, ["{{cloze:F}}{{tts en_US:cloze:F}}", "{{cloze:F}}<br>{{B}}"], cloze=True),
}
SILENT = {
    "nothing": kind(FB, ["{{F}}"]),
    "the answer": kind(FB, ["{{F}}", f"{BOTH}{{{{tts en_US:B}}}}"]),
    "another field": kind(FB, ["{{F}}{{tts en_US:More}}"]),
    "a question of two languages": kind(FB, ["{{F}}{{tts en_US:F}}{{tts de_DE:F}}"]),
    "two cards": kind(FB, ["{{F}}{{tts en_US:F}}"], ["{{B}}", f"{{{{B}}}}{LINE}{{{{F}}}}"]),
    "no language": kind(FB, ["{{F}}{{tts voices=A:F}}"]),
    "no end": kind(FB, ["{{F}} [anki:tts lang=en_US]x"]),
}
COUNTED = {"the answer", "another field", "a question of two languages", "two cards", "no language"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("speech")
    drawn(folder, SPOKEN | SILENT)
    return folder


def heard(said: dict[str, Any]) -> dict[tuple[str, int], Any]:
    return {(card["guid"], card["ord"]): card["heard"] for card in said["cards"]}


def test_what_anki_reads_aloud_it_reads_aloud_of_the_imported_cards(folder: Path, tmp_path: Path, anki: Anki) -> None:
    done = import_decks(tmp_path / "mine", folder / "a.apkg", KINDS)
    names = {f"guid-{number:04}": name for number, name in enumerate(SPOKEN | SILENT)}
    assert {one.why: (one.notes, names[one.example]) for one in done.plan.changed} == {
        "Anki reads it aloud, srs does not": (len(COUNTED), "the answer"),
        "Anki only reads its question aloud, srs shows it too": (1, "a field and nothing else"),
    }
    srs = Shell(tmp_path, {"SRS_DECKS": str(tmp_path / "mine")})
    assert srs("check").status == 0
    assert srs("export", "b.apkg").status == 0
    theirs = heard(run_anki([str(REAL), str(folder / "a.anki2")], tmp_path, "UTC"))
    ours = heard(anki(f"import:{tmp_path / 'b.apkg'}"))
    assert theirs.keys() == ours.keys()
    for (guid, ordinal), told in ours.items():
        if names[guid] in SPOKEN:
            assert told == theirs[guid, ordinal], names[guid]
            assert told["question"], names[guid]
        else:
            assert told == {"question": [], "answer": []}, names[guid]
