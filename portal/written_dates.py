"""Dates as people write them in the United Kingdom, the day always before the month."""

import datetime
import re
from typing import Any

from django.core.exceptions import ValidationError

from .form_fields import LineField
from .templatetags.portal_tags import MONTHS

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
CENTURY = 2000  # of years with two digits; one too far ahead was in the last century
FARTHEST = 50
FIRST_YEAR = 1000  # that is written in four digits; no date of evidence is older


class NotADate(ValueError):
    """A text that is no date; the message quotes it, and says how to write one."""


class UnlikeADate(NotADate):
    """A text that does not even look like a date."""


class WrittenDateField(LineField):
    """A partial date as people write it, read as 2013, 2013-03 or 2013-03-04."""

    def to_python(self, value: Any) -> Any:
        """Return the date that is written."""
        text = super().to_python(value)
        try:
            return read_written(text, needs_day=False) if text else text
        except NotADate as error:
            raise ValidationError(f"{error}.", code="invalid") from error


def read_written(text: str, *, needs_day: bool) -> str:
    """Return a date as 2024, 2024-08 or 2024-08-20. Raise NotADate, which asks for a day if only that is of use."""
    plain = BETWEEN.sub(r"\1", DASHES.sub("-", text)).strip(QUOTATION_MARKS)
    for form in FORMS:
        if match := form.fullmatch(plain):
            return _of_parts(text, match.groupdict())
    if WITHOUT_YEAR.fullmatch(plain):
        raise NotADate(f"“{text}” gives no year: write it as {EXAMPLES[10]}")
    wanted = EXAMPLES[10] if needs_day else "2024, August 2024 or 20 August 2024"
    raise UnlikeADate(f"“{text}” is no date: write it as {wanted}")


def _of_parts(text: str, parts: dict[str, str]) -> str:
    year = int(parts["y"])
    if len(parts["y"]) == 2:
        year += CENTURY - (100 if CENTURY + year > datetime.date.today().year + FARTHEST else 0)
    if year < FIRST_YEAR:
        raise NotADate(f"“{text}” has no year {parts['y']}: write it as 2024, {EXAMPLES[7]}")
    word, number, day = parts.get("w"), parts.get("m"), parts.get("d")
    month = NUMBERS[word.lower()] if word else int(number or 1)
    if not day and not 1 <= month <= 12:
        raise NotADate(f"“{text}” has no month {month}: write it as 2024, {EXAMPLES[7]}")
    if day and month > 12 >= int(day) >= 1:
        meant = f"{month} {MONTHS[int(day) - 1]} {year}"
        raise NotADate(
            f"“{text}” has no month {month}: is it {meant}? Write it so, with the day first"
        )
    try:
        date = datetime.date(year, month, int(day or 1))
    except ValueError:
        raise NotADate(f"“{text}” is a day that does not exist") from None
    return date.isoformat()[: 10 if day else 7 if word or number else 4]
