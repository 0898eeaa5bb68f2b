"""Other wordings of a question as a field in Anki keeps them."""

from srs.interview.kinds.lists_in_anki import list_items
from srs.interview.kinds.wordings import MOST
from srs.kinds.anki_form import Html, sides, template_file


def sides_with_wordings(file: str) -> tuple[str, str]:
    """Front and back of a template that shows one of the wordings."""
    return sides("srs.interview.kinds", file, wordings=template_file("srs.interview.kinds", "wordings.html"))


def wordings_in_anki(field: str) -> dict[str, list[Html]]:
    """The key `wordings`, as HTML, of a field with a list of them; nothing if there is no list."""
    wordings = list_items(field)[:MOST]
    return {"wordings": wordings} if wordings else {}
