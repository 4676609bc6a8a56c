"""The parts of an entry: which key in a file fills which field in the database.

Each kind of part says the same few things about itself: its keys in a file, how it is parsed from an entry, how it is
read from an object of the database, how it is written to an entry, and which other entries it names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models

from centres.models import RatingLevel

from .paths import Entry, set_value
from .values import MAYBE_PARTIAL, NAMES, ValueKind, Wrong

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
    """One part of an entry. What most kinds of part leave empty has its default here."""

    key: str

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

    def parse(self, entry: Entry, row: Row, model: type[models.Model]) -> Iterable[Problem]:
        """Put what an entry says into `row`, and return what is wrong inside.

        Raise Wrong if the part as a whole does not fit, and KeyError if the entry lacks one of its keys.
        """
        raise NotImplementedError

    def take(self, instance: Any, row: Row) -> None:
        """Put what an object of the database says into `row`."""
        raise NotImplementedError

    def dump(self, row: Row, entry: Entry) -> None:
        """Put what `row` says into an entry."""
        raise NotImplementedError

    def mentions(self, row: Row) -> Iterator[Mention]:
        """Yield the other entries that `row` names in this part."""
        yield from ()


@dataclass(frozen=True)
class Value(Part):
    """A single value, or a list of values, in one field. A dotted key is in a group."""

    key: str
    attribute: str
    kind: ValueKind

    def parse(self, entry: Entry, row: Row, model: type[models.Model]) -> Iterable[Problem]:
        row.values[self.attribute] = value = self.kind.parse(entry[self.key])
        check_field(model, self.attribute, value)
        return ()

    def take(self, instance: Any, row: Row) -> None:
        row.values[self.attribute] = follow(instance, self.attribute)

    def dump(self, row: Row, entry: Entry) -> None:
        set_value(entry, self.key, self.kind.dump(row.values[self.attribute]))


@dataclass(frozen=True)
class Dated(Part):
    """A partial date: one key has the date, another says how exact it is, and both fill one field."""

    key: str
    precision: str
    attribute: str

    @property
    def keys(self) -> list[str]:
        return [self.key, self.precision]

    def parse(self, entry: Entry, row: Row, model: type[models.Model]) -> Iterable[Problem]:
        row.values[self.attribute] = date = MAYBE_PARTIAL.parse(entry[self.key])
        wanted = PRECISIONS[len(date)]
        if entry[self.precision] == wanted:
            return ()
        stated = "null" if wanted is None else wanted
        message = f"should be {stated}, which is how exact {entry[self.key]!r} is"
        return [Problem(self.precision, message)]

    def take(self, instance: Any, row: Row) -> None:
        row.values[self.attribute] = getattr(instance, self.attribute)

    def dump(self, row: Row, entry: Entry) -> None:
        date = row.values[self.attribute]
        set_value(entry, self.key, date or None)
        set_value(entry, self.precision, PRECISIONS[len(date)])


@dataclass(frozen=True)
class Reference(Part):
    """The name of a row of another table, and the foreign key that it fills.

    A name may be one `within` another row: "High" is a step of the scale that the key `within` names.
    """

    key: str
    attribute: str
    model: type[models.Model]
    optional: bool = False
    within: str = ""

    @property
    def select_related(self) -> list[str]:
        return [f"{self.attribute}__scale" if self.model is RatingLevel else self.attribute]

    def parse(self, entry: Entry, row: Row, model: type[models.Model]) -> Iterable[Problem]:
        name = entry[self.key]
        if name is None and self.optional:
            row.references[self.attribute] = None
            return ()
        if not isinstance(name, str):
            raise Wrong("should be a name" + (" or null" if self.optional else ""))
        if self.within and not entry[self.within]:
            raise Wrong(f"needs {self.within} to be given too")
        row.references[self.attribute] = f"{entry[self.within]}/{name}" if self.within else name
        return ()

    def take(self, instance: Any, row: Row) -> None:
        target = follow(instance, self.attribute)
        row.references[self.attribute] = None if target is None else key_of(target)

    def dump(self, row: Row, entry: Entry) -> None:
        name = row.references[self.attribute]
        if self.within and isinstance(name, str):
            name = name.partition("/")[2]
        set_value(entry, self.key, name)

    def mentions(self, row: Row) -> Iterator[Mention]:
        yield Mention(self.key, self.model, row.references.get(self.attribute))


@dataclass(frozen=True)
class Links(Part):
    """A list of names of rows of another table, and the many-to-many field that it fills."""

    key: str
    attribute: str
    model: type[models.Model]

    @property
    def prefetch_related(self) -> list[str]:
        return [self.attribute]

    def parse(self, entry: Entry, row: Row, model: type[models.Model]) -> Iterable[Problem]:
        row.links[self.attribute] = NAMES.parse(entry[self.key])
        return ()

    def take(self, instance: Any, row: Row) -> None:
        row.links[self.attribute] = [key_of(one) for one in getattr(instance, self.attribute).all()]

    def dump(self, row: Row, entry: Entry) -> None:
        set_value(entry, self.key, row.links[self.attribute])

    def mentions(self, row: Row) -> Iterator[Mention]:
        for name in row.links.get(self.attribute, ()):
            yield Mention(self.key, self.model, name)


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

    @property
    def references(self) -> list[Reference]:
        """The parts of each row that refer to other tables."""
        return [part for part in self.parts if isinstance(part, Reference)]

    @property
    def prefetch_related(self) -> list[str]:
        further = [f"{self.attribute}__{one.attribute}" for one in self.references]
        return [self.attribute, *further]

    def parse(self, entry: Entry, row: Row, model: type[models.Model]) -> Iterable[Problem]:
        entries = entry[self.key]
        if not isinstance(entries, list):
            raise Wrong("should be a list")
        row.rows[self.attribute] = children = []
        problems: list[Problem] = []
        for number, one in enumerate(entries, start=1):
            child_entry = {self.parts[0].key: one} if self.bare else one
            if isinstance(child_entry, dict):
                children.append(child := Row({"order": number}))
                problems += self._parse_child(child_entry, child, number)
            else:
                problems.append(Problem(f"{self.key} {number}", "should be a mapping"))
        return problems

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
                part.parse(entry, child, self.model)
            except Wrong as wrong:
                yield Problem(where, str(wrong))

    def field_name(self, number: int, key: str) -> str:
        """Name a key of the row of this number, counted from 1, as a fault tells it."""
        return f"{self.key} {number}" if self.bare else f"{self.key} {number}: {key}"

    def take(self, instance: Any, row: Row) -> None:
        row.rows[self.attribute] = children = []
        for number, one in enumerate(getattr(instance, self.attribute).all(), start=1):
            children.append(child := Row({"order": number}))
            for part in self.parts:
                part.take(one, child)

    def dump(self, row: Row, entry: Entry) -> None:
        set_value(entry, self.key, [self._dump_child(child) for child in row.rows[self.attribute]])

    def _dump_child(self, child: Row) -> Any:
        entry: Entry = {}
        for part in self.parts:
            part.dump(child, entry)
        return next(iter(entry.values())) if self.bare else entry

    def mentions(self, row: Row) -> Iterator[Mention]:
        for number, child in enumerate(row.rows.get(self.attribute, ()), start=1):
            for part in self.references:
                for mention in part.mentions(child):
                    yield mention._replace(field=self.field_name(number, part.key))


@dataclass(frozen=True)
class Mirror(Part):
    """A key that repeats what other entries say. It is compared with them, and not loaded.

    `from_instance` gives its value from an object of the database, and follows the relation `prefetch`.
    """

    key: str
    kind: ValueKind
    from_instance: Callable[[Any], Any]
    prefetch: str

    @property
    def prefetch_related(self) -> list[str]:
        return [self.prefetch]

    def parse(self, entry: Entry, row: Row, model: type[models.Model]) -> Iterable[Problem]:
        row.mirrors[self.key] = self.kind.parse(entry[self.key])
        return ()

    def take(self, instance: Any, row: Row) -> None:
        row.mirrors[self.key] = self.from_instance(instance)

    def dump(self, row: Row, entry: Entry) -> None:
        set_value(entry, self.key, self.kind.dump(row.mirrors[self.key]))


@dataclass(frozen=True)
class FilledElsewhere(Part):
    """A field that another list of the files fills, and its value where that list says nothing."""

    attribute: str
    default: Any
    key: str = field(default="", init=False)

    @property
    def keys(self) -> list[str]:
        return []

    def parse(self, entry: Entry, row: Row, model: type[models.Model]) -> Iterable[Problem]:
        row.values[self.attribute] = self.default
        return ()

    def take(self, instance: Any, row: Row) -> None:
        row.values[self.attribute] = getattr(instance, self.attribute)

    def dump(self, row: Row, entry: Entry) -> None:
        """Write nothing: the other list does."""


def key_of(instance: Any) -> Key:
    """Return the name by which entries refer to an object of the database."""
    if isinstance(instance, RatingLevel):
        return f"{instance.scale.slug}/{instance.label}"
    return str(instance.slug)


def follow(instance: Any, attribute: str) -> Any:
    """Return what a path such as "summary__slug" leads to from an object."""
    return attrgetter(attribute.replace("__", "."))(instance)


def check_field(model: type[models.Model], attribute: str, value: Any) -> None:
    """Raise Wrong if the field of the model does not take a value: its length, its range, its form."""
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
            raise Wrong(" ".join(error.messages)) from None
