"""Plain sentences for what libyaml says of a text that is not YAML."""

import re

import yaml

from srs.core.quoting import quoted

_KEY = re.compile(r" +[A-Za-z_-]+")  # a key that begins its line

_SENTENCES = {
    "mapping values are not allowed in this context": "a colon and a blank part a key from its value, which cannot be here; put the whole text in quotes, or check the indentation",
    "did not find expected key": "this line fits neither the lines above nor a new key; check its indentation and the quotes before it",
    "did not find expected '-' indicator": "this line is no item of the list above; begin it with `- `, or check its indentation",
    "block sequence entries are not allowed in this context": "a list cannot begin here; begin it on a line of its own",
    "block mapping keys are not allowed in this context": "a key cannot begin here; begin it on a line of its own",
    "mapping keys are not allowed in this context": "a text that begins with ? needs quotes",
    "did not find expected node content": "a value is wanted before this; put a text of signs in quotes",
    "found unknown escape character": "a backslash in double quotes begins an escape, and this is none; write `\\\\`, or use single quotes",
    "did not find expected hexdecimal number": "the escape lacks some of its hexadecimal digits; write e.g. `\\u00e9`, or the character itself",
    "found invalid Unicode character escape code": "the escape stands for no character; write the character itself",
    "did not find expected <document start>": "after the end of the document there is more text; delete it",
    "found undefined tag handle": "YAML tags are not possible in a deck file; put the text in quotes",
    "found a tab character that violates indentation": "a tab cannot indent; use blanks",
    "found a tab character where an indentation space is expected": "a tab cannot indent; use blanks",
    "found incompatible YAML document": "deck files are YAML 1.1 or 1.2; delete the %YAML line",
}


def place_and_message(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """Where the error is, as a character index, and a sentence that says what to do about it."""
    mark = error.problem_mark or error.context_mark
    index = min(mark.index, len(text)) if mark else 0
    problem, context = error.problem or "", error.context or ""
    begun = min(error.context_mark.index, len(text)) if error.context_mark else index
    if "quoted scalar" in context and problem.startswith("found unexpected"):
        return begun, "the quote that opens here is never closed; close it"
    if problem == "could not find expected ':'":
        return begun, "this is a key without a colon, or a text that goes on without being indented; write `key: value`"
    if problem == "did not find expected key" and text[:index].rpartition("\n")[2].strip(" -"):
        return index, "the value has ended before this; put the whole of it in quotes"
    if problem.startswith("did not find expected ',' or ") and error.context_mark:
        line = error.context_mark.line + 1
        return (
            index,
            f"the bracket opened in line {line} lacks a comma or its closing {problem[-3:]} before this; put texts with signs in quotes",
        )
    if problem == "mapping values are not allowed in this context" and _KEY.fullmatch(text[:index].rpartition("\n")[2]):
        return index, "this line begins further right than the key above it; begin it in the same column"
    if problem == "found character that cannot start any token":
        return index, _bad_start(text[index : index + 1])
    if "anchor" in context or "alias" in context:
        return index, "a text that begins with & or * needs quotes"
    if "tag" in context:
        return index, "a text that begins with ! needs quotes"
    if "block scalar" in context:
        return index, _SENTENCES.get(
            problem, "after | or > only +, - or a digit may follow; begin the text on the next line"
        )
    return index, _SENTENCES.get(
        problem
    ) or f"this is not YAML ({problem or 'it cannot be read'}); check quotes and indentation"


def _bad_start(character: str) -> str:
    if character == "\t":
        return "a tab cannot indent; use blanks"
    return f"a text cannot begin with {quoted(character)}; put it in quotes"
