"""The events: their table, their sets, and what replaying them gives."""
