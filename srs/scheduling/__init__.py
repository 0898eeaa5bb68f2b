"""FSRS, the four outcomes of an answer, and what to study in which order."""
