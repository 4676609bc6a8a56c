"""Dates and times in admin: shown as all other pages show them, and read as people write them in the United Kingdom."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
# What the calendar beside a date writes comes first. A date as 2028-03-31 is always read.
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%d-%m-%Y"]
