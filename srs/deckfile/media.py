"""The pictures and sounds that a note names, as far as the deck file alone can tell."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from srs.core import media_types
from srs.core.markup import inline_spans, may_name_media, texts_with_paths
from srs.core.quoting import listed, quoted
from srs.kinds.checks import Finding

_LIKE_ONE = re.compile(r"!\[[^\[\]\n]*\]\(([^()\n]+)\)")
_FILE = re.compile(r"[:/]|\.\w{1,5}$")
_WANTED: Mapping[str, Sequence[media_types.MediaKind]] = {"image": ("picture",), "audio": ("sound", "video")}

Place = tuple[tuple[str | int, ...], str]
"""The path of a text, and a file that it names."""


def check(fields: Mapping[str, Any], named: Sequence[Place], deck_file: str) -> Iterator[Finding]:
    """Errors for what no deck file may look at, warnings for what nobody could show. `named` are the files of the fields."""
    if not may_name_media(fields):
        return
    for path, file in named:
        kind, wanted = media_types.media_kind(file), _WANTED.get(str(path[0]))
        if media_types.path_in_folder(deck_file, file) is None:
            where = "name a file of this folder or below, by its path from here, e.g. pictures/star.png"
            yield "error", path, f"{quoted(file)} is no file within the deck folder, or a hidden one; {where}"
        elif kind is None:
            yield "warning", path, _no_kind(file)
        elif wanted and kind not in wanted:
            other = next(key for key, kinds in _WANTED.items() if kind in kinds)
            yield "warning", path, f"{quoted(file)} is a {kind}; write it under `{other}`"
        elif path[0] == "phrase" and kind != "picture":
            yield "warning", path, f"Anki's voice would read the name of this {kind} aloud; write it under `audio`"
    read = Counter(path for path, _ in named)
    for key, value in fields.items():
        for path, text in texts_with_paths(value, (key,)):
            if text.count("![") <= read[path]:
                continue
            for span in inline_spans(text):
                like = _LIKE_ONE.search(span.text) if not span.style else None
                file = like[1].strip().removeprefix("<").removesuffix(">") if like else ""
                if "://" in file:
                    yield "warning", path, "nothing is fetched from the net; put the file beside this one and name that"
                elif _FILE.search(file):
                    yield "warning", path, _no_kind(file)


def _no_kind(file: str) -> str:
    return (
        f"{quoted(file)} is no picture, sound or video that can be shown; use one of: {listed(media_types.EXTENSIONS)}"
    )
