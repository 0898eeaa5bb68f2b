"""What the behavioural interview adds: its kinds of notes. Nothing below knows of it; `cli` puts them into the registry."""
