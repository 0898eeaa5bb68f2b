"""Draws a session and reads keys; decides nothing."""
