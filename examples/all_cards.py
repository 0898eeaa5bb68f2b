"""Writes one HTML page with the question and answer of every card of a deck folder.

Usage: all_cards.py DECKS PAGE.html
"""

import html
import sys
from collections.abc import Iterator
from pathlib import Path

from srs.cli.kinds import KINDS
from srs.deckfile import parse
from srs.kinds.card_face import Face

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; color-scheme: light dark }
nav { columns: 14rem; margin-bottom: 2rem }
main { columns: 26rem; column-gap: 1rem }
h2 { column-span: all; margin: 2rem 0 .8rem }
article { break-inside: avoid; border: 1px solid #8886; border-radius: 8px; padding: .7rem .9rem; margin-bottom: 1rem }
h3 { font-size: 1.05em; margin: 0 0 .4rem }
p { margin: .3rem 0 }
code, small, dt { opacity: .68 }
ol { margin: .3rem 0; padding-left: 1.6rem; list-style: upper-alpha }
.answer { border-top: 1px solid #8886; padding-top: .4rem; margin-top: .5rem }
dl { margin: .4rem 0 0; font-size: .9em }
dd { margin: 0 0 .2rem }
"""


def card_html(key: str, shown: Face) -> Iterator[str]:
    """The question, a line, the answer and the remarks."""
    yield f"<article><small>{html.escape(shown.task)} · <code>{html.escape(key)}</code></small>"
    yield f"<h3>{html.escape(shown.question)}</h3>"
    if shown.choices:
        yield f"<ol>{''.join(f'<li>{html.escape(choice.text)}' for choice in shown.choices)}</ol>"
    yield '<div class="answer">'
    for part in shown.answer:
        label = f"<b>{html.escape(part.label)}</b> " if part.label else ""
        yield f"<p>{label}{html.escape(part.text)}</p>"
    yield "</div><dl>"
    hints = [("Hint", hint) for hint in shown.hints]
    remarks = [*((part.label, part.text) for part in shown.more), *hints, ("Gloss", shown.gloss)]
    for label, text in remarks:
        if text:
            yield f"<dt>{label}</dt><dd>{html.escape(text)}</dd>"
    yield "</dl></article>"


def page_html(folder: Path) -> Iterator[str]:
    """One section for each file without errors."""
    files = [parse(path.read_bytes(), path.name, KINDS) for path in sorted(folder.rglob("*.yaml"))]
    decks = [(file.deck, file.notes) for file in files if file.good and file.deck]
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>All cards</title><style>{STYLE}</style>'
    yield "<h1>All cards</h1><nav>"
    yield from (f'<a href="#{n}">{html.escape(deck.name)}</a><br>' for n, (deck, _) in enumerate(decks))
    yield "</nav>"
    for n, (deck, notes) in enumerate(decks):
        yield f'<h2 id="{n}">{html.escape(deck.name)}</h2><p>{html.escape(deck.description)}</p><main>'
        for file_note in notes:
            note = KINDS.note(file_note.id, deck, file_note.fields, file_note.tags)
            for one in note.cards():
                yield from card_html(one.key, note.face(one))
        yield "</main>"


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(page_html(source)), "utf-8")
    print(target)


if __name__ == "__main__":
    main()
