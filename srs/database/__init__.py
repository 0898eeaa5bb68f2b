"""One SQLite file: the log, three facts beside it, and caches that are rebuilt from them."""

from srs.database.connection import Store, open_store, translate_sqlite_errors

__all__ = ["Store", "open_store", "translate_sqlite_errors"]
