"""Formats of dates and times in British English."""
