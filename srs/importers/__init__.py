"""Other programs' files, turned into events."""
