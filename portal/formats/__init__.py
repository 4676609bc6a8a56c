"""Formats of dates and times (see Django's FORMAT_MODULE_PATH)."""
