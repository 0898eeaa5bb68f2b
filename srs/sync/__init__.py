"""Exchanges the log with other machines: a shared folder, git, another database."""
