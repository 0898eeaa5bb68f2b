"""The interview's kinds of notes, and the principles."""
