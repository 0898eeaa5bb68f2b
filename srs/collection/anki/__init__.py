"""The collection and Anki: what goes out, what comes in, and both at once."""
