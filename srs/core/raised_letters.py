"""Raised and lowered text (superscript and subscript) in letters that Unicode has for it."""

from collections.abc import Mapping
from typing import Literal

_RAISED = str.maketrans("0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_SHIFTED: Mapping[str, tuple[str, dict[int, int]]] = {"sup": ("^", _RAISED), "sub": ("_", _LOWERED)}

Shift = Literal["sup", "sub"]
"""Named after the tags of HTML."""


def sign(shift: str) -> str:
    """What stands before a text for which there are no such letters."""
    return _SHIFTED[shift][0]


def shifted(text: str, shift: str) -> str:
    """The text in raised (`sup`) or lowered (`sub`) letters; where one is missing, as it is, after a sign."""
    before, letters = _SHIFTED[shift]
    if all(ord(letter) in letters for letter in text):
        return text.translate(letters)
    return f"{before}{text}" if len(text) == 1 else f"{before}({text})"
