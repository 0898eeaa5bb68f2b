"""The interview pack: kinds of notes for behavioural interviews, stories and what they cover. Only `cli` imports it."""
