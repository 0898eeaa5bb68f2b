"""Lists of texts as a field in Anki keeps them."""

from collections.abc import Callable, Sequence

from srs.kinds.anki_form import Html


def list_html(texts: Sequence[str], html: Callable[[str], str]) -> str:
    """Empty without any."""
    items = "".join(f"<li>{html(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def text_or_list_html(texts: Sequence[str], html: Callable[[str], str]) -> str:
    """One text is no list."""
    return html(texts[0]) if len(texts) == 1 else list_html(texts, html)


def list_items(field: str) -> list[Html]:
    """The items of what `list_html` wrote, without empty ones; none if there is no list."""
    from srs.core.html_text import html_to_text  # noqa: PLC0415 - only to import from Anki
    from srs.core.html_tokens import EndTag, StartTag, tokenize  # noqa: PLC0415 - as above

    items = list[list[str]]()
    depth = 0  # an item in HTML may hold a list itself
    for token in tokenize(field):
        depth -= isinstance(token, EndTag) and token.name == "li"
        if depth > 0:
            items[-1].append(token.source)
        if isinstance(token, StartTag) and token.name == "li":
            items += [[]] if depth == 0 else []
            depth += 1
    found = [Html("".join(pieces)) for pieces in items]
    return [item for item in found if html_to_text(item).strip()]


def text_or_list_in_anki(field: Html) -> Html | list[Html]:
    """The inverse of `text_or_list_html`; whoever has written beside the list has made a text of it."""
    if not (field.startswith("<ul>") and field.endswith("</ul>")):
        return field
    items = list_items(field)
    return items[0] if len(items) == 1 else items or field
