"""Commands of manage.py that concern every room."""
