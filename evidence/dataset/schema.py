"""How a value stands in a file and in the database, and back.

In a file null means "not stated"; in the database text that is not stated is empty. A Kind knows both sides.
"""

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.db import models

from portal.models import PARTIAL_DATE

Entry = dict[str, Any]


class Wrong(Exception):
    """A value that does not fit; the message says what was expected."""


@dataclass(frozen=True)
class Kind:
    """One kind of value: `parse` turns a file's value into the database's, `dump` turns it back."""

    parse: Callable[[Any], Any]
    dump: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Column:
    """A key of an entry and the field that it fills."""

    key: str
    attribute: str
    kind: Kind


@dataclass(frozen=True)
class Reference:
    """A key that names a row of another table by its slug, and the foreign key that it fills."""

    key: str
    attribute: str
    model: type[models.Model]
    optional: bool = False


@dataclass(frozen=True)
class Links:
    """A key that lists slugs of another table, and the many-to-many field that they fill."""

    key: str
    attribute: str
    model: type[models.Model]


@dataclass(frozen=True)
class Rows:
    """A key that lists entries of their own, and the rows that belong to this one, in order."""

    key: str
    attribute: str
    model: type[models.Model]
    parent: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Table:
    """Entries of one list in one file (or one folder of files), and the model that they fill."""

    file: str
    path: str
    model: type[models.Model]
    key: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()
    links: tuple[Links, ...] = ()
    rows: tuple[Rows, ...] = ()
    ordered: bool = True
    key_attribute: str = "slug"
    keys: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        parts: Iterable[Any] = (*self.columns, *self.references, *self.links, *self.rows)
        object.__setattr__(self, "keys", frozenset({self.key, *(part.key for part in parts)}))


def expect(condition: bool, wanted: str, value: Any) -> None:
    if not condition:
        raise Wrong(f"should be {wanted}, not {value!r}")


def _text(value: Any) -> str:
    expect(isinstance(value, str) and value.strip() != "", "text", value)
    expect("\x00" not in value, "text without NUL bytes", value)
    return str(value)


def _url(value: Any) -> str:
    text = _text(value)
    parts = urlsplit(text)
    fits = parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", text)
    expect(fits and len(text) <= 500, "a web address of at most 500 characters", value)
    return text


def _whole(value: Any) -> int:
    expect(isinstance(value, int) and not isinstance(value, bool), "a whole number", value)
    return int(value)


def _count(value: Any) -> int:
    expect(_whole(value) >= 0, "a whole number from 0", value)
    return int(value)


def _decimal(value: Any) -> Decimal:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    expect(fits, "a number", value)
    return Decimal(str(value))


def _boolean(value: Any) -> bool:
    expect(isinstance(value, bool), "true or false", value)
    return bool(value)


def _partial_date(value: Any) -> str:
    fits = isinstance(value, str) and re.match(PARTIAL_DATE, value)
    expect(bool(fits), 'a quoted date such as "2013", "2013-03" or "2013-03-04"', value)
    try:
        datetime.date.fromisoformat(f"{value}-01-01"[:10])
    except ValueError:
        raise Wrong(f"should be a day that exists, not {value!r}") from None
    return str(value)


def _date(value: Any) -> datetime.date:
    text = _partial_date(value)
    expect(len(text) == 10, 'a quoted day such as "2026-11-22"', value)
    return datetime.date.fromisoformat(text)


def _dump_decimal(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def nullable(kind: Kind) -> Kind:
    """The kind, or null in both places."""
    return Kind(
        lambda value: None if value is None else kind.parse(value),
        lambda value: None if value is None else kind.dump(value),
    )


def blank(kind: Kind) -> Kind:
    """The kind, or null in the file and empty in the database."""
    return Kind(
        lambda value: "" if value is None else kind.parse(value),
        lambda value: None if value == "" else kind.dump(value),
    )


def one_of(choices: type[models.TextChoices] | type[models.IntegerChoices]) -> Kind:
    def parse(value: Any) -> Any:
        expect(value in choices.values, f"one of {', '.join(map(str, choices.values))}", value)
        return value

    return Kind(parse)


def list_of(kind: Kind) -> Kind:
    def parse(value: Any) -> list[Any]:
        expect(isinstance(value, list), "a list", value)
        return [kind.parse(one) for one in value]

    return Kind(parse, lambda value: [kind.dump(one) for one in value])


TEXT = Kind(_text)
URL = Kind(_url)
WHOLE = Kind(_whole)
COUNT = Kind(_count)
DECIMAL = Kind(_decimal, _dump_decimal)
BOOLEAN = Kind(_boolean)
PARTIAL = Kind(_partial_date)
DAY = Kind(_date, lambda value: value.isoformat())

MAYBE_TEXT = blank(TEXT)
MAYBE_URL = blank(URL)
MAYBE_PARTIAL = blank(PARTIAL)
TEXTS = list_of(TEXT)
URLS = list_of(URL)
