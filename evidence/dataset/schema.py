"""How a value stands in a file and in the database, and what tables of entries are made of.

In a file null means "not stated"; in the database text that is not stated is empty. A Kind knows
both sides.
"""

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.models import PARTIAL_DATE, SLUG

Entry = dict[str, Any]


class Wrong(Exception):
    """A value that does not fit; the message says what was expected."""


@dataclass(frozen=True)
class Kind:
    """One kind of value: `parse` turns a file's value into the database's, `dump` turns it back."""

    parse: Callable[[Any], Any]
    dump: Callable[[Any], Any] = lambda value: value


# What an entry is made of. A dotted key, "impact.native", is `native` in the mapping `impact`.


@dataclass(frozen=True)
class Column:
    """A key and the field that it fills."""

    key: str
    attribute: str
    kind: Kind


@dataclass(frozen=True)
class Dated:
    """The key of a partial date, the key of its precision, and the field that both fill."""

    key: str
    precision: str
    attribute: str


@dataclass(frozen=True)
class Reference:
    """A key that names a row of another table, and the foreign key that it fills.

    A name may be one `within` another row: "High" is a step of the scale that `within` names.
    """

    key: str
    attribute: str
    model: type[models.Model]
    optional: bool = False
    within: str = ""


@dataclass(frozen=True)
class Links:
    """A key that lists names of rows of another table, and the many-to-many field it fills."""

    key: str
    attribute: str
    model: type[models.Model]


@dataclass(frozen=True)
class Rows:
    """A key that lists entries of their own, and the rows that belong to this one, in order.

    `identity` is the field by which a row is known again when the entry has changed. `bare` means
    that each entry is just the name of its one reference.
    """

    key: str
    attribute: str
    model: type[models.Model]
    parent: str
    parts: tuple["Column | Reference", ...]
    identity: str = "order"
    bare: bool = False
    aside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mirror:
    """A key that repeats what other entries state. It is compared, not loaded.

    `written` gives its value from a row of the database; `prefetch` is what that looks at.
    """

    key: str
    kind: Kind
    written: Callable[[Any], Any]
    prefetch: str


@dataclass(frozen=True)
class Filled:
    """A field that another list of the files fills; `default` where that says nothing."""

    attribute: str
    default: Any


Part = Column | Dated | Reference | Links | Rows | Mirror | Filled
PartType = TypeVar("PartType", bound=Part)


@dataclass(frozen=True, eq=False)
class Table:
    """Entries of one list in one file (or one folder of files), and the model that they fill."""

    file: str
    path: str  # where the list is in the file; empty if it is the whole file
    model: type[models.Model]
    parts: tuple[Part, ...]
    key: str = "slug"
    key_kind: Kind | None = None  # a name, unless it is something else
    key_attribute: str = "slug"
    # The groups of keys that may be null as a whole.
    optional_groups: tuple[str, ...] = ()
    # The keys that an entry leaves out where they would be empty, and what an empty one holds: a list or null.
    may_lack: Mapping[str, Any] = field(default_factory=dict)
    # Where the model has an order that entries don't state: the number of the first one.
    order_from: int = 0
    # The rows of the model that the table is about, and the order in which they are written out.
    only: Q = field(default_factory=Q)
    ordering: tuple[str, ...] = ()
    # Values that every row of the table has.
    fixed: Mapping[str, Any] = field(default_factory=dict)
    # What only one row may have at a time: how to take it from rows before it is given anew.
    aside: Mapping[str, Any] = field(default_factory=dict)
    # The entry as the parts describe it from the entry in the file, and back.
    even: Callable[[Any], Any] = lambda entry: entry
    uneven: Callable[[Entry], Any] = lambda entry: entry

    @property
    def name(self) -> str:
        return f"{self.file}#{self.path}"

    def all(self, kind: type[PartType]) -> list[PartType]:
        """Return the parts of one kind."""
        return [part for part in self.parts if isinstance(part, kind)]

    @cached_property
    def keys(self) -> list[str]:
        """Return the keys of an entry, dotted where they are in a group, in their order."""
        keys = [self.key]
        for part in self.parts:
            if isinstance(part, Dated):
                keys += [part.key, part.precision]
            elif not isinstance(part, Filled):
                keys.append(part.key)
        return keys


def expect(condition: bool, wanted: str, value: Any) -> None:
    if not condition:
        raise Wrong(f"should be {wanted}, not {_shown(value)}")


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
    expect(isinstance(value, str) and value.strip() != "", "text", value)
    expect(value == value.strip(), "text without space around it", value)
    expect("\x00" not in value, "text without NUL characters", value)
    return str(value)


def _name(value: Any) -> str:
    fits = isinstance(value, str) and re.fullmatch(SLUG, value)
    expect(bool(fits), "a name of lower case words joined by hyphens", value)
    return str(value)


def _url(value: Any) -> str:
    text = _text(value)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise Wrong(f"should be a web address, not {_shown(value)}") from None
    fits = parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", text)
    expect(fits, "a web address with http or https", value)
    return text


def _whole(value: Any) -> int:
    expect(isinstance(value, int) and not isinstance(value, bool), "a whole number", value)
    return int(value)


def _count(value: Any) -> int:
    expect(_whole(value) >= 0, "a whole number from 0", value)
    return int(value)


def _amount(value: Any) -> Decimal:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    expect(fits, "a number above zero", value)
    return Decimal(str(value))


def _boolean(value: Any) -> bool:
    expect(isinstance(value, bool), "true or false", value)
    return bool(value)


def _partial_date(value: Any) -> str:
    fits = isinstance(value, str) and re.fullmatch(PARTIAL_DATE, value, re.ASCII)
    expect(bool(fits), 'a date in quotation marks ("2013", "2013-03" or "2013-03-04")', value)
    try:
        datetime.date.fromisoformat(f"{value}-01-01"[:10])
    except ValueError:
        raise Wrong(f"should be a day that exists, not {_shown(value)}") from None
    return str(value)


def _day(value: Any) -> datetime.date:
    text = _partial_date(value)
    expect(len(text) == 10, 'a day in quotation marks ("2026-11-22")', value)
    return datetime.date.fromisoformat(text)


def _dump_amount(value: Decimal) -> int | float:
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


def one_of(choices: type[models.Choices] | Sequence[Any]) -> Kind:
    """Return the kind for one of these choices, or of these values."""
    values = choices.values if isinstance(choices, type) else choices

    def parse(value: Any) -> Any:
        fits = not isinstance(value, bool) and value in values
        expect(fits, f"one of {', '.join(map(str, values))}", value)
        return value

    return Kind(parse)


def list_of(kind: Kind) -> Kind:
    def parse(value: Any) -> list[Any]:
        expect(isinstance(value, list), "a list", value)
        parsed = [kind.parse(one) for one in value]
        for number, one in enumerate(parsed):
            if one in parsed[:number]:
                raise Wrong(f"names {_shown(one)} twice")
        return parsed

    return Kind(parse, lambda value: [kind.dump(one) for one in value])


TEXT = Kind(_text)
NAME = Kind(_name)
URL = Kind(_url)
WHOLE = Kind(_whole)
COUNT = Kind(_count)
AMOUNT = Kind(_amount, _dump_amount)
BOOLEAN = Kind(_boolean)
PARTIAL = Kind(_partial_date)
DAY = Kind(_day, lambda value: value.isoformat())

MAYBE_TEXT = blank(TEXT)
MAYBE_URL = blank(URL)
MAYBE_PARTIAL = blank(PARTIAL)
MAYBE_NAME = nullable(NAME)
TEXTS = list_of(TEXT)
URLS = list_of(URL)
NAMES = list_of(NAME)


def kind_of(field: Any) -> Kind:
    """Return the kind of value that a field of a model holds."""
    if isinstance(field, ArrayField):
        return list_of(kind_of(field.base_field))
    kind = one_of([value for value, _ in field.flatchoices]) if field.choices else _plain(field)
    if field.null:
        return nullable(kind)
    return blank(kind) if field.blank and field.empty_strings_allowed else kind


def _plain(field: Any) -> Kind:
    kinds = {
        models.BooleanField: BOOLEAN,
        models.DateField: DAY,
        models.IntegerField: COUNT,
        models.URLField: URL,
        models.CharField: TEXT,
        models.TextField: TEXT,
    }
    return next(kind for of, kind in kinds.items() if isinstance(field, of))
