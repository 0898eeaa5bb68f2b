"""Real Anki with a clock that is moved, for what comes home from it."""

from tests.anki.conftest import living, moved_clock

__all__ = ["living", "moved_clock"]
