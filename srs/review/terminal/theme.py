"""What colours mean. All are of the sixteen that every terminal has, so the learner's own palette holds; but the levels of
a map need more of one hue than it has.
"""

from collections.abc import Mapping

from rich.theme import Theme

from srs.core.settings import Theme as Name

_DARK = {
    "again": "red",
    "hard": "yellow",
    "good": "green",
    "easy": "cyan",
    "new": "cyan",
    "learning": "red",
    "review": "green",
    "done": "green",
    "right": "bold green",
    "wrong": "red",
    "missing": "bold yellow",
    "extra": "red strike",
    "code": "cyan",
    "notice": "yellow",
    "quiet": "dim",
    "level1": "color(22)",
    "level2": "color(28)",
    "level3": "color(34)",
    "level4": "color(40)",
}
_LIGHT = _DARK | {  # yellow and cyan cannot be read on white
    "hard": "magenta",
    "easy": "blue",
    "new": "blue",
    "missing": "bold magenta",
    "code": "blue",
    "notice": "magenta",
    "level1": "color(157)",
    "level2": "color(77)",
    "level3": "color(34)",
    "level4": "color(22)",
}
_PLAIN = dict.fromkeys(_DARK, "none") | {"right": "bold", "missing": "bold", "extra": "strike", "quiet": "dim"}


def theme(name: Name, environment: Mapping[str, str]) -> Theme:
    """The styles by what they mean; `auto` is light where the terminal says so in `COLORFGBG`, else dark."""
    if name == "auto":
        name = "light" if environment.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"} else "dark"
    return Theme({"dark": _DARK, "light": _LIGHT, "plain": _PLAIN}[name])
