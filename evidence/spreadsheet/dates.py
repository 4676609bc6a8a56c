"""Dates as people write them in the United Kingdom, and as spreadsheets rewrite them."""

import datetime
import re

from evidence.dataset.values import InvalidValue
from portal.templatetags.portal_tags import MONTHS

from .looks import ShownCell

LENGTHS = {4: "a year", 7: "a month", 10: "a day"}
EXAMPLES = {7: "August 2024 or 2024-08", 10: "20 August 2024, 20/08/2024 or 2024-08-20"}
NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
NUMBERS |= {name[:3]: number for name, number in NUMBERS.items()} | {"sept": 9}
MONTH = "|".join(sorted(NUMBERS, key=len, reverse=True))
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,? +)?"
TIME = r"(?:[T ]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]m)?(?:Z|[+-]\d\d:?\d\d)?)?"
FORMS = [
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<y>\d{4})(?:\.0+)?",
        rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){TIME}",
        rf"{WEEKDAY}(?P<d>\d{{1,2}})[-/. ](?P<m>\d{{1,2}})[-/. ](?P<y>\d{{4}}|\d\d){TIME}",
        rf"{WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[-/., ]*(?P<w>{MONTH})[-/., ]*(?P<y>\d{{4}}|\d\d){TIME}",
        rf"{WEEKDAY}(?P<w>{MONTH})[-/. ]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? +(?P<y>\d{{4}}){TIME}",
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})",
        r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})",
        rf"(?P<w>{MONTH})[-/., '’]*(?P<y>\d{{4}}|\d\d)",
        rf"(?P<y>\d{{4}})[-/., ]+(?P<w>{MONTH})",
    )
]
DASHES = re.compile("[‐-―−]")
BETWEEN = re.compile(r" ?([-/.]) ?")  # a sign between the parts of a date, with spaces around it
QUOTATION_MARKS = "'\"‘’“”"
WITHOUT_YEAR = re.compile(rf"\d{{1,2}}[-/. ]?(?:{MONTH})|\d{{1,2}}/\d{{1,2}}", re.IGNORECASE)
REWRITTEN = re.compile(
    rf"\d{{1,2}}-(?:{MONTH})(?:-\d\d(?:\d\d)?)?|(?:{MONTH})-\d\d|\d{{4}}-\d\d-\d\d(?: [0:]+)?"
    r"|\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)|\d\d:\d\d(?::\d\d)?",
    re.IGNORECASE | re.ASCII,
)
# The day numbers of Excel that a date of evidence can have: 1927 to 2119. A year is no day number.
FIRST_NUMBER, LAST_NUMBER = 10_000, 80_000
EXCEL_EPOCH = datetime.date(1899, 12, 30)
CENTURY = 2000  # of years with two digits; one too far ahead was in the last century
FARTHEST = 50


def read_date(typed: str, *, digits: int) -> str:
    """Return a date as 2024, 2024-08 or 2024-08-20. Raise InvalidValue if it is none, or says less than `digits` digits.

    `digits` is 10 if the day must be known, and 4 if a year is enough.
    """
    if isinstance(typed, ShownCell) and typed.is_date:
        if not typed.digits:
            raise InvalidValue(f"“{typed.shown}” is a time, not a date: write it as {EXAMPLES[10]}")
        found = typed[: typed.digits]
    else:
        found = _of_text(" ".join(typed.split()), digits)
    if len(found) < digits:
        raise InvalidValue(
            f"“{getattr(typed, 'shown', typed)}” gives {LENGTHS[len(found)]}, and a day is needed: write it as {EXAMPLES[10]}"
        )
    return found


def is_rewritten_date(text: str) -> bool:
    """Say whether a text is what a spreadsheet makes of "3-5", "5/3/26" or "3:5": "05-Mar", "05/03/2026" or "03:05:00"."""
    return bool(REWRITTEN.fullmatch(text))


def _of_text(text: str, digits: int) -> str:
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and FIRST_NUMBER < float(text) < LAST_NUMBER:
        return (EXCEL_EPOCH + datetime.timedelta(days=int(float(text)))).isoformat()
    plain = BETWEEN.sub(r"\1", DASHES.sub("-", text)).strip(QUOTATION_MARKS)
    for form in FORMS:
        if match := form.fullmatch(plain):
            return _of_parts(text, match.groupdict())
    if WITHOUT_YEAR.fullmatch(plain):
        raise InvalidValue(f"“{text}” gives no year: write it as {EXAMPLES[10]}")
    wanted = EXAMPLES[10] if digits == 10 else "2024, August 2024 or 20 August 2024"
    raise InvalidValue(f"“{text}” is no date: write it as {wanted}, or leave the cell empty")


def _of_parts(text: str, parts: dict[str, str]) -> str:
    year = int(parts["y"])
    if len(parts["y"]) == 2:
        year += CENTURY - (100 if CENTURY + year > datetime.date.today().year + FARTHEST else 0)
    word, number, day = parts.get("w"), parts.get("m"), parts.get("d")
    if not word and not number:
        return f"{year}"
    month = NUMBERS[word.lower()] if word else int(number or 0)
    if not day and not 1 <= month <= 12:
        raise InvalidValue(f"“{text}” has no month {month}: write it as 2024, {EXAMPLES[7]}")
    if day and month > 12 >= int(day):
        meant = f"{month} {MONTHS[int(day) - 1]} {year}"
        raise InvalidValue(
            f"“{text}” has no month {month}: is it {meant}? Write it so, with the day first"
        )
    try:
        date = datetime.date(year, month, int(day or 1))
    except ValueError:
        raise InvalidValue(f"“{text}” is a day that does not exist") from None
    return date.isoformat() if day else date.isoformat()[:7]
