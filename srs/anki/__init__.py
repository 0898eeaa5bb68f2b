"""The Anki bridge: notes, states and log rows as plain values → a package."""
