"""The interview pack: kinds of notes for behavioural interviews. Only `cli/kinds` imports it."""
