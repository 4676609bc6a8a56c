"""Kinds of value: how one value is written in a file, and how the database holds it.

In a file, null means "not stated". In the database, text that is not stated is empty.
"""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.models import PARTIAL_DATE, SLUG


class InvalidValue(Exception):
    """A value that does not fit; the message says what was expected."""


@dataclass(frozen=True)
class ValueKind:
    """One kind of value: `parse` turns a file's value into the database's, `dump` turns it back.

    `parse` raises InvalidValue if the value does not fit.
    """

    parse: Callable[[Any], Any]
    dump: Callable[[Any], Any] = lambda value: value


def kind_of(field: Any) -> ValueKind:
    """Return the kind of value that a field of a model holds."""
    if isinstance(field, ArrayField):
        return list_of(kind_of(field.base_field))
    kind = (
        one_of([value for value, _ in field.flatchoices])
        if field.choices
        else _kind_without_blank(field)
    )
    if field.null:
        return nullable(kind)
    return blank(kind) if field.blank and field.empty_strings_allowed else kind


def nullable(kind: ValueKind) -> ValueKind:
    """Return the kind for a value that may be null in the file and in the database."""
    return ValueKind(
        lambda value: None if value is None else kind.parse(value),
        lambda value: None if value is None else kind.dump(value),
    )


def blank(kind: ValueKind) -> ValueKind:
    """Return the kind for text that may be null in the file, and is then empty in the database."""
    return ValueKind(
        lambda value: "" if value is None else kind.parse(value),
        lambda value: None if value == "" else kind.dump(value),
    )


def one_of(choices: type[models.Choices] | Sequence[Any]) -> ValueKind:
    """Return the kind for one of these choices, or of these values."""
    values = choices.values if isinstance(choices, type) else choices

    def parse(value: Any) -> Any:
        fits = not isinstance(value, bool) and value in values
        _expect(fits, f"one of {', '.join(map(str, values))}", value)
        return value

    return ValueKind(parse)


def list_of(kind: ValueKind) -> ValueKind:
    """Return the kind for a list of values of one kind, none of them twice."""

    def parse(value: Any) -> list[Any]:
        _expect(isinstance(value, list), "a list", value)
        parsed = [kind.parse(one) for one in value]
        for number, one in enumerate(parsed):
            if one in parsed[:number]:
                raise InvalidValue(f"names {_shown(one)} twice")
        return parsed

    return ValueKind(parse, lambda value: [kind.dump(one) for one in value])


def _kind_without_blank(field: Any) -> ValueKind:
    kinds = {
        models.BooleanField: BOOLEAN,
        models.DateField: DAY,
        models.IntegerField: COUNT,
        models.URLField: URL,
        models.CharField: TEXT,
        models.TextField: TEXT,
    }
    return next(kind for of, kind in kinds.items() if isinstance(field, of))


def _expect(condition: bool, wanted: str, value: Any) -> None:
    if not condition:
        raise InvalidValue(f"should be {wanted}, not {_shown(value)}")


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, datetime.date):
        return f"a date without quotation marks ({value})"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _text(value: Any) -> str:
    _expect(isinstance(value, str) and value.strip() != "", "text", value)
    _expect(value == value.strip(), "text without space around it", value)
    _expect("\x00" not in value, "text without NUL characters", value)
    return str(value)


def _name(value: Any) -> str:
    fits = isinstance(value, str) and re.fullmatch(SLUG, value)
    _expect(bool(fits), "a name of lower case words joined by hyphens", value)
    return str(value)


def _url(value: Any) -> str:
    text = _text(value)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise InvalidValue(f"should be a web address, not {_shown(value)}") from None
    fits = parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", text)
    _expect(fits, "a web address with http or https", value)
    return text


def _whole(value: Any) -> int:
    _expect(isinstance(value, int) and not isinstance(value, bool), "a whole number", value)
    return int(value)


def _count(value: Any) -> int:
    _expect(_whole(value) >= 0, "a whole number from 0", value)
    return int(value)


def _amount(value: Any) -> Decimal:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    _expect(fits, "a number above zero", value)
    return Decimal(str(value))


def _boolean(value: Any) -> bool:
    _expect(isinstance(value, bool), "true or false", value)
    return bool(value)


def _partial_date(value: Any) -> str:
    fits = isinstance(value, str) and re.fullmatch(PARTIAL_DATE, value, re.ASCII)
    _expect(bool(fits), 'a date in quotation marks ("2013", "2013-03" or "2013-03-04")', value)
    try:
        datetime.date.fromisoformat(f"{value}-01-01"[:10])
    except ValueError:
        raise InvalidValue(f"should be a day that exists, not {_shown(value)}") from None
    return str(value)


def _day(value: Any) -> datetime.date:
    text = _partial_date(value)
    _expect(len(text) == 10, 'a day in quotation marks ("2026-11-22")', value)
    return datetime.date.fromisoformat(text)


def _dump_amount(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


TEXT = ValueKind(_text)
NAME = ValueKind(_name)
URL = ValueKind(_url)
WHOLE = ValueKind(_whole)
COUNT = ValueKind(_count)
AMOUNT = ValueKind(_amount, _dump_amount)
BOOLEAN = ValueKind(_boolean)
PARTIAL = ValueKind(_partial_date)
DAY = ValueKind(_day, lambda value: value.isoformat())

MAYBE_TEXT = blank(TEXT)
MAYBE_URL = blank(URL)
MAYBE_PARTIAL = blank(PARTIAL)
MAYBE_NAME = nullable(NAME)
TEXTS = list_of(TEXT)
URLS = list_of(URL)
NAMES = list_of(NAME)
