"""Values and functions that every package uses: pure but for `files`; no clock, no randomness."""
