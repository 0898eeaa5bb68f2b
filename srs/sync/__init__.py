"""The collection and other machines and programs: the log as files, taken in and given out."""
