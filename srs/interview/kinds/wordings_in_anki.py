"""Other wordings of a question as a field in Anki keeps them."""

from collections.abc import Callable, Sequence

from srs.interview.kinds.wordings import MOST
from srs.kinds.anki_form import Html, sides, template_file


def sides_with_wordings(file: str) -> tuple[str, str]:
    """Front and back of a template that shows one of the wordings."""
    return sides("srs.interview.kinds", file, wordings=template_file("srs.interview.kinds", "wordings.html"))


def wordings_html(wordings: Sequence[str], html: Callable[[str], str]) -> str:
    """A list of them, from which the script of the template picks one; empty without any."""
    items = "".join(f"<li>{html(text)}</li>" for text in wordings)
    return f"<ul>{items}</ul>" if items else ""


def wordings_from_html(field: str) -> dict[str, list[Html]]:
    """The key `wordings`, as HTML, of what `wordings_html` wrote; nothing if there is no list."""
    from srs.core.html_text import html_to_text  # noqa: PLC0415 - only to import from Anki
    from srs.core.html_tokens import EndTag, StartTag, tokenize  # noqa: PLC0415 - as above

    items = list[list[str]]()
    depth = 0  # a wording in HTML may hold a list itself
    for token in tokenize(field):
        depth -= isinstance(token, EndTag) and token.name == "li"
        if depth > 0:
            items[-1].append(token.source)
        if isinstance(token, StartTag) and token.name == "li":
            items += [[]] if depth == 0 else []
            depth += 1
    found = [Html("".join(pieces)) for pieces in items]
    wordings = [item for item in found if html_to_text(item).strip()][:MOST]
    return {"wordings": wordings} if wordings else {}
