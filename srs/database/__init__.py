"""One SQLite file: the log, three facts beside it, and caches that can be made again from them."""

from srs.database.connection import Store, named, open_store

__all__ = ["Store", "named", "open_store"]
