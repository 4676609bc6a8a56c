"""Commands of manage.py: the data set, imports, link checks, the search, and what runs by the clock."""
