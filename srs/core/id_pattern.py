"""How the ids of notes, templates and machines are spelled; a card's key is `NOTE/TEMPLATE`."""

ID_FIRST = "A-Za-z0-9"
ID_CHARACTERS = "A-Za-z0-9._-"
LONGEST_ID = 200
"""The first character of an id, all its characters, and its length; `srs.database.row_checks` uses them in SQL."""

ANY_LENGTH = f"[{ID_FIRST}][{ID_CHARACTERS}]*"
ID_PATTERN = f"[{ID_FIRST}][{ID_CHARACTERS}]{{0,{LONGEST_ID - 1}}}"
