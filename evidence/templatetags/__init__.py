"""Template tags that show evidence."""
