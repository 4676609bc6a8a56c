"""Dates in a spreadsheet: as people write them, and as spreadsheets rewrite them."""

import datetime
import re

from evidence.dataset.values import InvalidValue
from portal.written_dates import EXAMPLES, MONTH, NotADate, UnlikeADate, read_written

from .looks import ShownCell

LENGTHS = {4: "a year", 7: "a month", 10: "a day"}
REWRITTEN = re.compile(
    rf"\d{{1,2}}-(?:{MONTH})(?:-\d\d(?:\d\d)?)?|(?:{MONTH})-\d\d|\d{{4}}-\d\d-\d\d(?: [0:]+)?"
    r"|\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)|\d\d:\d\d(?::\d\d)?",
    re.IGNORECASE | re.ASCII,
)
# The day numbers of Excel that a date of evidence can have: 1927 to 2119. A year is no day number.
FIRST_NUMBER, LAST_NUMBER = 10_000, 80_000
EXCEL_EPOCH = datetime.date(1899, 12, 30)


def read_date(typed: str, *, needs_day: bool) -> str:
    """Return a date as 2024, 2024-08 or 2024-08-20. Raise InvalidValue if it is none, or says no day where one is needed."""
    if isinstance(typed, ShownCell) and typed.is_date:
        if not typed.digits:
            raise InvalidValue(f"“{typed.shown}” is a time, not a date: write it as {EXAMPLES[10]}")
        found = typed[: typed.digits]
    else:
        found = _of_text(" ".join(typed.split()), needs_day)
    if needs_day and len(found) < max(LENGTHS):
        raise InvalidValue(
            f"“{getattr(typed, 'shown', typed)}” gives {LENGTHS[len(found)]}, and a day is needed: write it as {EXAMPLES[10]}"
        )
    return found


def is_rewritten_date(text: str) -> bool:
    """Say whether a text is what a spreadsheet makes of "3-5", "5/3/26" or "3:5": "05-Mar", "05/03/2026" or "03:05:00"."""
    return bool(REWRITTEN.fullmatch(text))


def _of_text(text: str, needs_day: bool) -> str:
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and FIRST_NUMBER < float(text) < LAST_NUMBER:
        return (EXCEL_EPOCH + datetime.timedelta(days=int(float(text)))).isoformat()
    try:
        return read_written(text, needs_day=needs_day)
    except UnlikeADate as error:
        raise InvalidValue(f"{error}, or leave the cell empty") from error
    except NotADate as error:
        raise InvalidValue(str(error)) from error
