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


class NoSuchYear(NotADate):
    """A text whose year is written in four digits and is none, such as 0012, which looks like a date."""


class WrittenDateField(LineField):
    """A partial date as people write it, read as 2013, 2013-03 or 2013-03-04. What is no date is left to the validators."""

    def to_python(self, value: Any) -> Any:
        """Return the date that is written."""
        text = super().to_python(value)
        try:
            return read_written(text, digits=4) if text else text
        except NoSuchYear as error:
            raise ValidationError(str(error)) from error
        except NotADate:
            return text


def read_written(text: str, *, digits: int) -> str:
    """Return a date as 2024, 2024-08 or 2024-08-20. Raise NotADate. `digits` is 10 if only a day is of use."""
    plain = BETWEEN.sub(r"\1", DASHES.sub("-", text)).strip(QUOTATION_MARKS)
    for form in FORMS:
        if match := form.fullmatch(plain):
            return _of_parts(text, match.groupdict())
    if WITHOUT_YEAR.fullmatch(plain):
        raise NotADate(f"“{text}” gives no year: write it as {EXAMPLES[10]}")
    wanted = EXAMPLES[10] if digits == 10 else "2024, August 2024 or 20 August 2024"
    raise NotADate(f"“{text}” is no date: write it as {wanted}, or leave the cell empty")


def _of_parts(text: str, parts: dict[str, str]) -> str:
    year = int(parts["y"])
    if len(parts["y"]) == 2:
        year += CENTURY - (100 if CENTURY + year > datetime.date.today().year + FARTHEST else 0)
    if year < FIRST_YEAR:
        raise NoSuchYear(f"“{text}” has no year {parts['y']}: write it as 2024, {EXAMPLES[7]}")
    word, number, day = parts.get("w"), parts.get("m"), parts.get("d")
    if not word and not number:
        return f"{year}"
    month = NUMBERS[word.lower()] if word else int(number or 0)
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
    return date.isoformat() if day else date.isoformat()[:7]
