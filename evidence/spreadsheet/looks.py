"""What a cell of a workbook shows: a number or a date is stored without its look, and people see only the look."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from portal.templatetags.portal_tags import MONTHS

# Parts of a number format that show nothing, or text as it stands; and the figure itself.
NOTHING = re.compile(r"_.|\*.|\[(?!\$)[^\]]*\]")
LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
FIGURE = re.compile(r"^([^0#]*)(#,##0|#,###|0|#|#0)(?:\.([0#]+))?([^0#]*)$")


class ShownCell(str):
    """A number or a date of a workbook. The string is its value as text; the attributes say how it looks."""

    shown: str | None = None  # none if nobody can say how it looks
    is_date = False
    # Of a date, as many characters as it shows: 4 for a year, 7 for a month, 10 for a day.
    digits = 10


def number_cell(value: int | float, number_format: str) -> ShownCell:
    """Return the cell of a number with a number format."""
    cell = ShownCell(plain_number(value))
    cell.shown = shown_number(value, number_format)
    return cell


def date_cell(value: Any, number_format: str) -> ShownCell:
    """Return the cell of a date; a time of day, or a length of time, has no text."""
    if isinstance(value, datetime.datetime):
        value = value.date() if value.time() == datetime.time() else value
    is_day = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
    # With a time of day, it is still the day that counts: a stamp of Excel is midnight and a bit.
    day = value.date() if isinstance(value, datetime.datetime) else value
    cell = ShownCell(day.isoformat() if isinstance(day, datetime.date) else str(value))
    cell.is_date = True
    cell.shown = str(value)
    if isinstance(day, datetime.date):
        has_day, has_month, has_year = (_shows(number_format, letter) for letter in "dmy")
        cell.digits = 4 if has_year and not has_month else 7 if has_year and not has_day else 10
        month = MONTHS[day.month - 1]
        cell.shown = {4: f"{day.year}", 7: f"{month[:3]}-{day:%y}"}.get(
            cell.digits,
            f"{day.day} {month} {day.year}" if has_year or not is_day else f"{day.day}-{month[:3]}",
        )
    return cell


def plain_number(value: int | float) -> str:
    """Return a number as it is typed: without a look, and without what binary fractions add to it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def shown_number(value: int | float, number_format: str) -> str | None:
    """Return what a number shows in a number format: 0.27 in "0%" shows 27%. None if the format is none of the usual ones."""
    if number_format in {"General", "@", ""}:
        return plain_number(value)
    sections = number_format.split(";")
    form = NOTHING.sub("", sections[0])
    form = LITERAL.sub(lambda found: "".join(filter(None, found.groups())), form)
    match = FIGURE.match(form)
    if not match:
        return None
    before, whole, decimals, after = match.groups()
    try:
        amount = abs(Decimal(plain_number(value))) * (100 if "%" in before + after else 1)
        amount = amount.quantize(Decimal(1).scaleb(-len(decimals or "")), ROUND_HALF_UP)
    except InvalidOperation:
        return None
    figure = f"{amount:,}" if "," in whole else str(amount)
    sign = "-" if value < 0 else ""
    return f"{sign}{before}{figure}{after}".strip()


def _shows(number_format: str, letter: str) -> bool:
    bare = LITERAL.sub("", NOTHING.sub("", number_format.split(";")[0]))
    if letter == "m":  # minutes stand beside hours or seconds
        bare = re.sub(r"h+[^a-z]*m+|m+[^a-z]*s+", "", bare.lower())
    return letter in bare.lower()
