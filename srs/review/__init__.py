"""A review session: question, reveal, answer, undo; on a terminal or line by line."""
