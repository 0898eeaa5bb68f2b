"""Somebody's Anki collection, made by real Anki in a process of its own.

Usage: strangers.py COLLECTION FOLDER; writes `old.apkg` and `new.apkg` (and .colpkg) into the folder. All of Anki's stock
note types are in use, and one of five fields with two templates, sections and filters.
"""

import sys
from pathlib import Path
from typing import Any

from anki.collection import Collection, ExportAnkiPackageOptions

PICTURE = b"\x89PNG picture"


def main(path: str, folder: Path) -> None:
    collection: Any = Collection(path)
    pictures = {}
    for name, data in (("pic one.png", PICTURE), ("say.mp3", b"ID3 sound"), ("unused.png", b"\x89PNG unused")):
        (folder / name).write_bytes(data)
        pictures[name] = collection.media.add_file(str(folder / name))
    vocabulary(collection)
    add(
        collection,
        "Basic",
        "Lang::Core",
        ("a", "b::c"),
        Front="What is <b>two</b>?",
        Back="2 &amp; more<div>a line</div>",
    )
    add(collection, "Basic", "Lang::Core", Front='Picture <img src="pic one.png">', Back="sound [sound:say.mp3]")
    add(collection, "Basic", "Lang::Core", Front="list", Back='<ul><li>1</li><li><img src="pic one.png"></li></ul>')
    add(collection, "Basic", "Lang::Core", Front='gone <img src="gone.png">', Back="stars: *a* `b`")
    add(collection, "Basic", "Lang::Core", Front="only a question", Back="<br>")
    evil = "<script>alert(1)</script><img src=x.png onerror=alert(1)><u>u</u>"
    add(collection, "Basic", "Lang::Core", Front=evil, Back="javascript")
    add(collection, "Basic (and reversed card)", "Lang::Core", Front="eins", Back="one")
    add(collection, "Basic (optional reversed card)", "Lang::Core", Front="zwei", Back="two")
    add(
        collection,
        "Basic (optional reversed card)",
        "Lang::Core",
        (),
        Front="drei",
        Back="three",
        **{"Add Reverse": "y"},
    )
    add(collection, "Basic (type in the answer)", "Lang::Core", Front="vier", Back="four")
    cloze = {"Text": "The {{c1::cat::animal}} sat on {{c3::the <i>mat</i>}}.", "Back Extra": "a rhyme"}
    add(collection, "Cloze", "Gaps", (), **cloze)
    add(collection, "Cloze", "Gaps", Text="<ul><li>{{c1::one}}</li></ul>")
    hidden = {
        "Occlusion": "{{c1::image-occlusion:rect:left=.1:top=.1:width=.1:height=.1}}",
        "Image": '<img src="pic one.png">',
    }
    add(collection, "Image Occlusion", "Gaps", (), **hidden)
    expression = {"Expression": " 漢字[かんじ]", "Meaning": "kanji", "Reading": "かんじ", "Example": "漢字を書く"}
    add(collection, "Vocabulary", "한국어::단어", (), **expression)
    add(collection, "Vocabulary", "한국어::단어", Expression="猫", Meaning="cat")
    add(collection, "Vocabulary", "한국어::단어", Meaning="only the second card", Reading="r", Example="e")
    for name, legacy in (("old", True), ("new", False)):
        options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
        collection.export_anki_package(out_path=str(folder / f"{name}.apkg"), options=options, limit=None)
    for number in collection.find_cards("deck:Lang::*")[:3]:
        card = collection.get_card(number)
        card.start_timer()
        collection.sched.answerCard(card, 3)
    collection.close()


def vocabulary(collection: Any) -> None:
    kind = collection.models.new("Vocabulary")
    for name in ("Expression", "Meaning", "Reading", "Example", "Unseen"):
        collection.models.add_field(kind, collection.models.new_field(name))
    recognise = collection.models.new_template("Recognise")
    recognise["qfmt"] = (
        "<style>b {color: red}</style>{{#Expression}}<div class=word>{{Expression}}</div>{{/Expression}}"
    )
    recognise["afmt"] = (
        "{{FrontSide}}<hr id=answer><b>{{Meaning}}</b>"
        "{{#Example}}<p>Example: {{Example}}</p>{{/Example}}{{^Example}}<p>No example</p>{{/Example}}"
    )
    recall = collection.models.new_template("Recall")
    recall["qfmt"] = "{{#Reading}}{{Meaning}}? {{hint:Reading}}{{/Reading}}"
    recall["afmt"] = "{{FrontSide}}<br>{{kana:Expression}}{{Example}}"
    collection.models.add_template(kind, recognise)
    collection.models.add_template(kind, recall)
    collection.models.add(kind)


def add(collection: Any, kind: str, deck: str, tags: tuple[str, ...] = (), /, **fields: str) -> None:
    note = collection.new_note(collection.models.by_name(kind))
    for name, value in fields.items():
        note[name] = value
    note.guid = f"{kind[:5].lower()}-{collection.note_count()}"  # fixed, for golden files
    note.tags = list(tags)
    collection.add_note(note, collection.decks.id(deck))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
