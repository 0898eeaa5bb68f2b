"""One SQLite file: the log, two facts beside it, and caches that can be made again from them."""

from srs.store.connection import Store, open_store, translated

__all__ = ["Store", "open_store", "translated"]
