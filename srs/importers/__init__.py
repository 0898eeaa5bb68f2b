"""Imports review logs as events, and exports the log."""
