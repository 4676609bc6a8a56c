"""The parts of an entry: which key in a file fills which field in the database.

Each kind of part says the same few things about itself: its keys in a file, how it is parsed from an entry, how it is
read from an object of the database, how it is written to an entry, which other entries it names, and what it may hold.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models

from centres.models import RatingLevel
from evidence.models import ListRow, present_rows

from .paths import Entry, set_value
from .values import MAYBE_PARTIAL, NAMES, InvalidValue, ValueKind

Key = str | int
PRECISIONS = {0: None, 4: "year", 7: "month", 10: "day"}  # by the length of a partial date


@dataclass
class Row:
    """What a row of the database holds: values by field, and the keys of the rows that it refers to."""

    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, Key | None] = field(default_factory=dict)
    links: dict[str, list[Key]] = field(default_factory=dict)
    rows: dict[str, list["Row"]] = field(default_factory=dict)
    mirrors: dict[str, Any] = field(default_factory=dict)


class Mention(NamedTuple):
    """A name of another entry, the key that gives it, and the model that should have a row of this name."""

    field: str
    model: type[models.Model]
    name: Key | None


class Problem(NamedTuple):
    """What is wrong with one key inside a part."""

    field: str
    message: str


class Part:
    """One part of an entry. What most kinds of part have in common is here."""

    key: str
    attribute: str
    _store = "values"  # which of the mappings of a Row it fills

    @property
    def keys(self) -> list[str]:
        """The keys of an entry that it reads."""
        return [self.key]

    @property
    def select_related(self) -> list[str]:
        """The foreign keys that `take` follows."""
        return []

    @property
    def prefetch_related(self) -> list[str]:
        """The relations to many that `take` follows."""
        return []

    def parse(self, entry: Entry, row: Row, model: type[models.Model]) -> list[Problem]:
        """Put what an entry says into `row`, and return what is wrong inside.

        Raise InvalidValue if the part as a whole does not fit, and KeyError if the entry lacks one of its keys.
        """
        problems: list[Problem] = []
        getattr(row, self._store)[self.attribute] = self._parsed(entry, model, problems)
        return problems

    def take(self, instance: Any, row: Row) -> None:
        """Put what an object of the database says into `row`."""
        getattr(row, self._store)[self.attribute] = self._taken(follow(instance, self.attribute))

    def dump(self, row: Row) -> Any:
        """Return the value that the key of an entry has for what `row` says."""
        return self._dumped(getattr(row, self._store)[self.attribute])

    def put(self, entry: Entry, value: Any) -> None:
        """Set the key of an entry, and what follows from its value."""
        set_value(entry, self.key, value)

    def mentions(self, row: Row) -> Iterator[Mention]:
        """Yield the other entries that `row` names in this part."""
        yield from ()

    def allowed_values(self, model: type[models.Model]) -> Iterator[str]:
        """Yield the values that it may have in a row of `model`, where they are listed."""
        yield from ()

    def _parsed(self, entry: Entry, model: type[models.Model], problems: list[Problem]) -> Any:
        raise NotImplementedError

    def _taken(self, value: Any) -> Any:
        return value

    def _dumped(self, value: Any) -> Any:
        return value


@dataclass(frozen=True)
class Value(Part):
    """A single value, or a list of values, in one field. A dotted key is in a group."""

    key: str
    attribute: str
    kind: ValueKind

    def allowed_values(self, model: type[models.Model]) -> Iterator[str]:
        """Yield the choices of the field."""
        model_field: Any = model._meta.get_field(self.attribute)
        choices = getattr(model_field, "base_field", model_field).choices or ()
        yield from (str(value) for value, _ in choices)

    def _parsed(self, entry: Entry, model: type[models.Model], problems: list[Problem]) -> Any:
        value = self.kind.parse(entry[self.key])
        for message in refusals(model, self.attribute, value):
            problems.append(Problem(self.key, message))
        return value

    def _dumped(self, value: Any) -> Any:
        return self.kind.dump(value)


@dataclass(frozen=True)
class Dated(Part):
    """A partial date: one key has the date, another says how exact it is, and both fill one field."""

    key: str
    precision: str
    attribute: str

    @property
    def keys(self) -> list[str]:
        """The keys of the date and of how exact it is."""
        return [self.key, self.precision]

    def put(self, entry: Entry, value: Any) -> None:
        """Set the date, and how exact it is."""
        set_value(entry, self.key, value)
        set_value(entry, self.precision, PRECISIONS.get(len(value or "")))

    def _parsed(self, entry: Entry, model: type[models.Model], problems: list[Problem]) -> Any:
        date = MAYBE_PARTIAL.parse(entry[self.key])
        wanted = PRECISIONS[len(date)]
        if entry[self.precision] != wanted:
            stated = "null" if wanted is None else wanted
            message = f"should be {stated}, which is how exact {entry[self.key]!r} is"
            problems.append(Problem(self.precision, message))
        return date

    def _dumped(self, value: Any) -> Any:
        return value or None


@dataclass(frozen=True)
class Reference(Part):
    """The name of a row of another table, and the foreign key that it fills.

    A name may be one `within` another row: "High" is a step of the scale that the key `within` names. `present` reads a row
    that was merged as the one that it was merged into.
    """

    key: str
    attribute: str
    model: type[models.Model]
    optional: bool = False
    within: str = ""
    present: bool = False
    _store = "references"

    @property
    def select_related(self) -> list[str]:
        """The foreign key, with that of the scale where it is a step, and what it was merged into where that counts."""
        further = "__scale" if self.model is RatingLevel else "__instead" if self.present else ""
        return [f"{self.attribute}{further}"]

    def mentions(self, row: Row) -> Iterator[Mention]:
        """Yield the one name; it is None where nothing is named."""
        yield Mention(self.key, self.model, row.references.get(self.attribute))

    def allowed_values(self, model: type[models.Model]) -> Iterator[str]:
        """Yield the names of the rows that it may refer to."""
        yield from _names_of(self.model)

    def _parsed(self, entry: Entry, model: type[models.Model], problems: list[Problem]) -> Any:
        name = entry[self.key]
        if name is None and self.optional:
            return None
        if not isinstance(name, str):
            raise InvalidValue("should be a name" + (" or null" if self.optional else ""))
        if self.within and not entry[self.within]:
            raise InvalidValue(f"needs {self.within} to be given too")
        return f"{entry[self.within]}/{name}" if self.within else name

    def _taken(self, value: Any) -> Any:
        if value is None:
            return None
        return key_of(value.present if self.present else value)

    def _dumped(self, value: Any) -> Any:
        return value.partition("/")[2] if self.within and value else value


@dataclass(frozen=True)
class Links(Part):
    """A list of names of rows of another table, and the many-to-many field that it fills; `present` as of a reference."""

    key: str
    attribute: str
    model: type[models.Model]
    present: bool = False
    _store = "links"

    @property
    def prefetch_related(self) -> list[str]:
        """The many-to-many field, and what its rows were merged into where that counts."""
        return [self.attribute, *([f"{self.attribute}__instead"] if self.present else [])]

    def mentions(self, row: Row) -> Iterator[Mention]:
        """Yield each name of the list."""
        for name in row.links.get(self.attribute, ()):
            yield Mention(self.key, self.model, name)

    def allowed_values(self, model: type[models.Model]) -> Iterator[str]:
        """Yield the names of the rows that it may link to."""
        yield from _names_of(self.model)

    def _parsed(self, entry: Entry, model: type[models.Model], problems: list[Problem]) -> Any:
        return NAMES.parse(entry[self.key])

    def _taken(self, value: Any) -> Any:
        rows = value.all()
        return [key_of(one) for one in (present_rows(rows) if self.present else rows)]


@dataclass(frozen=True)
class Rows(Part):
    """A list of entries of their own, and the rows that they fill, which belong to this one, in order.

    `parent` is the foreign key from those rows to this one. `identity` is the field by which a row is known again when
    its entry has changed. `bare` means that each entry is just the name of its one reference. `release` is what a row
    is set to while others take over the value that only one may have.
    """

    key: str
    attribute: str
    model: type[models.Model]
    parent: str
    parts: tuple[Value | Reference, ...]
    identity: str = "order"
    bare: bool = False
    release: Mapping[str, Any] = field(default_factory=dict)
    _store = "rows"

    @property
    def references(self) -> list[Reference]:
        """The parts of each row that refer to other tables."""
        return [part for part in self.parts if isinstance(part, Reference)]

    @property
    def prefetch_related(self) -> list[str]:
        """The rows, and what they refer to."""
        further = [name for one in self.references for name in one.select_related]
        return [self.attribute, *(f"{self.attribute}__{name}" for name in further)]

    def field_name(self, number: int, key: str) -> str:
        """Name a key of the row of this number, counted from 1, as faults do."""
        return f"{self.key} {number}" if self.bare else f"{self.key} {number}: {key}"

    def mentions(self, row: Row) -> Iterator[Mention]:
        """Yield what each row names, with the number of the row."""
        for number, child in enumerate(row.rows.get(self.attribute, ()), start=1):
            for part in self.references:
                for mention in part.mentions(child):
                    yield mention._replace(field=self.field_name(number, part.key))

    def allowed_values(self, model: type[models.Model]) -> Iterator[str]:
        """Yield a line for each part of the rows whose values are listed."""
        for part in self.parts:
            if values := ", ".join(part.allowed_values(self.model)):
                yield f"{part.key}: {values}"

    def _parsed(self, entry: Entry, model: type[models.Model], problems: list[Problem]) -> Any:
        entries = entry[self.key]
        if not isinstance(entries, list):
            raise InvalidValue("should be a list")
        children = []
        for number, one in enumerate(entries, start=1):
            child_entry = {self.parts[0].key: one} if self.bare else one
            if isinstance(child_entry, dict):
                children.append(child := Row({"order": number}))
                problems += self._parse_child(child_entry, child, number)
            else:
                problems.append(Problem(f"{self.key} {number}", "should be a mapping"))
        return children

    def _parse_child(self, entry: Entry, child: Row, number: int) -> Iterator[Problem]:
        known = {part.key for part in self.parts}
        for key in entry:
            if key not in known:
                yield Problem(f"{self.key} {number}: {key}", "there is no such key")
        for part in self.parts:
            where = self.field_name(number, part.key)
            if part.key not in entry:
                yield Problem(where, "the key is missing")
                continue
            try:
                for problem in part.parse(entry, child, self.model):
                    yield Problem(where, problem.message)
            except InvalidValue as wrong:
                yield Problem(where, str(wrong))

    def _taken(self, value: Any) -> Any:
        children = []
        for number, one in enumerate(value.all(), start=1):
            children.append(child := Row({"order": number}))
            for part in self.parts:
                part.take(one, child)
        return children

    def _dumped(self, value: Any) -> Any:
        if self.bare:
            return [self.parts[0].dump(child) for child in value]
        return [{part.key: part.dump(child) for part in self.parts} for child in value]


@dataclass(frozen=True)
class Mirror(Part):
    """A key that repeats what other entries say. It is compared with them, and not loaded.

    `attribute` is a relation to many that says the same; `from_related` returns the key's value for its objects.
    """

    key: str
    kind: ValueKind
    attribute: str
    from_related: Callable[[Iterable[Any]], Any] = lambda rows: [row.slug for row in rows]
    _store = "mirrors"

    @property
    def prefetch_related(self) -> list[str]:
        """The relation."""
        return [self.attribute]

    def _parsed(self, entry: Entry, model: type[models.Model], problems: list[Problem]) -> Any:
        return self.kind.parse(entry[self.key])

    def _taken(self, value: Any) -> Any:
        return self.from_related(value.all())

    def _dumped(self, value: Any) -> Any:
        return self.kind.dump(value)


def key_of(instance: Any) -> Key:
    """Return the name by which entries refer to an object of the database."""
    if isinstance(instance, RatingLevel):
        return f"{instance.scale.slug}/{instance.label}"
    return str(instance.slug)


def _names_of(model: type[models.Model]) -> Iterator[str]:
    """Yield the names of the rows of a model; for steps, a line for each scale."""
    if model is not RatingLevel:
        rows: Any = model._default_manager
        in_use = rows.in_use() if issubclass(model, ListRow) else rows
        yield from in_use.values_list("slug", flat=True)
        return
    levels = RatingLevel.objects.order_by("scale__order", "order")
    for scale, steps in groupby(levels.values_list("scale__slug", "label"), itemgetter(0)):
        yield f"{scale}: {', '.join(label for _, label in steps)}"


def follow(instance: Any, attribute: str) -> Any:
    """Return what a path such as "summary__slug" leads to from an object."""
    return _getter(attribute)(instance)


@cache
def _getter(attribute: str) -> "attrgetter[Any]":
    return attrgetter(attribute.replace("__", "."))


def refusals(model: type[models.Model], attribute: str, value: Any) -> Iterator[str]:
    """Yield why the field of a model does not take a value: its length, its range, its form."""
    if value in (None, "", []):
        return
    try:
        model_field: Any = model._meta.get_field(attribute)
    except FieldDoesNotExist:
        return
    is_array = isinstance(model_field, ArrayField)
    for one in value if is_array else [value]:
        try:
            (model_field.base_field if is_array else model_field).run_validators(one)
        except ValidationError as error:
            yield " ".join(error.messages)
            return
