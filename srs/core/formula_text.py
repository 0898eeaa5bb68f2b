r"""A formula in TeX as text for a terminal: `\frac{a}{b}` is a/b, `x^2` is x²."""

import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from srs.core.raised_letters import shifted

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.macrospec import LatexContextDb

LONGEST = 2_000
"""Characters of a formula that are turned into text; a longer one stays as it is written."""

_DEEPEST = 30
_SHIFT = re.compile(r"([_^])(?:\{([^{}]*)\}|([^\s{}_^(]))")
_SHIFTS = {"^": "sup", "_": "sub"}
_ONE = re.compile(r"\w*(?:\.\d+)?|\([^()]*\)|.")
_FRACTIONS = ("frac", "dfrac", "tfrac")
_BRACES = "\ufdd0\ufdd1"  # noncharacters that stand for braces to be shown
_TO_BRACES = str.maketrans(_BRACES, "{}")


def formula_text(tex: str) -> str:
    """The formula on one line; as written if it is too long, nested too deep, or no TeX, and where a gap of a cloze stands
    in it.
    """
    if len(tex) > LONGEST or "{{c" in tex or _depth(tex) > _DEEPEST:
        return tex
    logging.getLogger("pylatexenc").addHandler(logging.NullHandler())  # a formula is somebody's text, no fault of ours
    try:
        text, before = _to_text().latex_to_text(tex, latex_context=_macros()), ""
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return tex  # what the library makes of no TeX
    while text != before:  # from the innermost outwards
        text, before = _SHIFT.sub(_shift, text), text
    text = text.replace("{", "").replace("}", "").replace("^∘", "°").translate(_TO_BRACES)
    return " ".join(text.split()) or tex


def _shift(found: re.Match[str]) -> str:
    return shifted(found[2] if found[3] is None else found[3], _SHIFTS[found[1]])


def _depth(tex: str) -> int:
    depth = deepest = 0
    for sign in tex:
        depth += (sign in "{[(") - (sign in "}])")
        deepest = max(deepest, depth)
    return max(deepest, tex.count("\\begin"), tex.count("\\left"))


@cache
def _macros() -> "LatexContextDb":
    """What the parser has to know: how many arguments the macros have."""
    from pylatexenc.latexwalker import get_default_latex_context_db  # noqa: PLC0415 - most texts have no formula
    from pylatexenc.macrospec import MacroSpec  # noqa: PLC0415 - as above

    context = get_default_latex_context_db()
    macros = [MacroSpec(name, "{{") for name in (*_FRACTIONS, "binom")]
    context.add_context_category("srs", macros=macros, prepend=True)
    return context


@cache
def _to_text() -> "LatexNodes2Text":
    from pylatexenc.latex2text import (  # noqa: PLC0415 - most texts have no formula
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )

    context = get_default_latex_context_db()
    macros = [MacroTextSpec(name, _fraction) for name in _FRACTIONS]
    macros += [MacroTextSpec("sqrt", _root), MacroTextSpec("binom", _choose)]
    macros += [MacroTextSpec(brace, mark) for brace, mark in zip("{}", _BRACES, strict=True)]
    context.add_context_category("srs", macros=macros, prepend=True)
    return LatexNodes2Text(latex_context=context, keep_braced_groups=True, strict_latex_spaces="based-on-source")


def _fraction(node: Any, l2tobj: Any) -> str:  # the library passes the second by this name
    above, below = (_one(l2tobj, argument) for argument in node.nodeargd.argnlist)
    return f"{above}/{below}"


def _choose(node: Any, l2tobj: Any) -> str:
    return f"C({', '.join(_inside(l2tobj, argument) for argument in node.nodeargd.argnlist)})"


def _root(node: Any, l2tobj: Any) -> str:
    index, inside = node.nodeargd.argnlist
    text = l2tobj.nodelist_to_text([index]).strip("[]") if index else ""
    return f"{shifted(text, 'sup')}√{_one(l2tobj, inside)}"


def _one(to_text: Any, argument: Any) -> str:
    """An argument in parentheses, unless it is one thing."""
    text = _inside(to_text, argument)
    return text if _ONE.fullmatch(text) else f"({text})"


def _inside(to_text: Any, argument: Any) -> str:
    return to_text.nodelist_to_text([argument]).removeprefix("{").removesuffix("}").strip() if argument else ""
