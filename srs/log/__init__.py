"""The log of events: its table, merging, and replay."""
