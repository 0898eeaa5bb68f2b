"""The kinds of notes: what a card asks and answers, how recall is graded."""
