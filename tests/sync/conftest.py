"""Fixtures of several files."""

from tests.sync.repositories import hub, isolated_git

__all__ = ["hub", "isolated_git"]
