"""Spaced repetition from plain-text decks: reviews in the terminal and in Anki, one memory."""

__version__ = "0.1.0"
