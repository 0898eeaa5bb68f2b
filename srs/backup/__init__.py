"""Backup, restore, verify, rebuild and repair."""
