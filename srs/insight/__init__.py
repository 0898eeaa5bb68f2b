"""Statistics of what was answered and of what is to come; it only reads."""
