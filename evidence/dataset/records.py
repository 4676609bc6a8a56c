"""Tables of entries, and records: what one entry says, whether it comes from a file or from the database."""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from .faults import Fault, Location
from .parts import Key, Mention, Part, Row, follow, refusals
from .paths import Entry
from .values import NAME, InvalidValue, ValueKind

PartType = TypeVar("PartType", bound=Part)
NOWHERE = Location("")


@dataclass(frozen=True, eq=False)
class Table:
    """The entries of one list in one file (or one folder of files), and the model that they fill."""

    file: str
    path: str  # where the list is in the file; empty if it is the whole file
    model: type[models.Model]
    parts: tuple[Part, ...]
    key: str = "slug"
    key_kind: ValueKind = NAME
    key_attribute: str = "slug"
    # The groups of keys that may be null instead of a mapping.
    optional_groups: tuple[str, ...] = ()
    # The keys that an entry leaves out where they would be empty, and what an empty one holds: a list or null.
    values_if_missing: Mapping[str, Any] = field(default_factory=dict)
    # Where the model has an order that entries don't state: the number of the first one.
    order_from: int = 0
    # The rows of the model that the table is about, and the order in which they are written out.
    only: Q = field(default_factory=Q)
    ordering: tuple[str, ...] = ("order", "pk")
    # Fields that no part fills: their value is this, unless another list of the files says otherwise.
    defaults: Mapping[str, Any] = field(default_factory=dict)
    # What a row is set to while others take over the value that only one may have.
    release: Mapping[str, Any] = field(default_factory=dict)
    # An entry as the parts describe it, from the entry as the file has it; and back.
    from_file: Callable[[Any], Any] = lambda entry: entry
    to_file: Callable[[Entry], Any] = lambda entry: entry

    @property
    def name(self) -> str:
        """The name by which the portal remembers what it loaded."""
        return f"{self.file}#{self.path}"

    @cached_property
    def keys(self) -> list[str]:
        """The keys of an entry in their order, dotted where they are in a group."""
        return [self.key, *(key for part in self.parts for key in part.keys)]

    def all(self, kind: type[PartType]) -> list[PartType]:
        """Return the parts of one kind."""
        return [part for part in self.parts if isinstance(part, kind)]

    def parse(
        self, entry: Entry, location: Location, position: int
    ) -> "tuple[Record, list[Fault]]":
        """Return the record of an entry, and what is wrong with it. A faulty record has the parts that are sound.

        `position` is the entry's place in its list, counted from 0.
        """
        record = Record(table=self, key=str(entry[self.key]), location=location)
        faults: list[Fault] = []
        try:
            record.key = self.key_kind.parse(entry[self.key])
            refused = refusals(self.model, self.key_attribute, record.key)
            faults += [record.fault(message, self.key) for message in refused]
        except InvalidValue as wrong:
            faults.append(record.fault(str(wrong), self.key))
        flat = _flatten(record, entry, faults)
        record.values |= self.defaults
        if self.order_from:
            record.values["order"] = self.order_from + position
        for part in self.parts:
            try:
                problems = part.parse(flat, record, self.model)
                faults += [record.fault(message, key) for key, message in problems]
            except InvalidValue as wrong:
                faults.append(record.fault(str(wrong), part.key))
            except KeyError:
                pass  # the key is missing, which is among the faults
        return record, faults

    def queryset(self) -> Any:
        """Return the objects that the table is about, with all that `record_of` reads from them."""
        to_key = self.key_attribute.rpartition("__")[0]
        related = [name for part in self.parts for name in part.select_related]
        many = [name for part in self.parts for name in part.prefetch_related]
        rows = self.model._default_manager.filter(self.only).order_by(*self.ordering)
        return rows.select_related(*related, *filter(None, [to_key])).prefetch_related(*many)

    def record_of(self, instance: Any) -> "Record":
        """Return the record of an object of the database."""
        record = Record(table=self, key=follow(instance, self.key_attribute))
        record.values |= {name: getattr(instance, name) for name in self.defaults}
        if self.order_from:
            record.values["order"] = instance.order
        for part in self.parts:
            part.take(instance, record)
        return record


@dataclass(kw_only=True)
class Record(Row):
    """What one entry of a table says."""

    table: Table
    key: Key
    location: Location = NOWHERE

    @property
    def digest(self) -> str:
        """A hash of what the record says: the same for equal content of a file and of the database."""
        links = {name: sorted(keys) for name, keys in self.links.items()}
        rows = {
            name: [(row.values, row.references) for row in self.rows[name]] for name in self.rows
        }
        # A key that may be left out says nothing where it is empty.
        values, references = (
            {
                name: value
                for name, value in part.items()
                if value or name not in self.table.values_if_missing
            }
            for part in (self.values, self.references)
        )
        content = [values, references, links, rows]
        text = json.dumps(content, sort_keys=True, default=_as_json)
        return hashlib.sha256(text.encode()).hexdigest()

    def dump(self) -> Entry:
        """Return the entry that says what the record says."""
        entry: Entry = {self.table.key: self.key}
        for part in self.table.parts:
            part.put(entry, part.dump(self))
        for group in self.table.optional_groups:
            if not any(entry[group].values()):
                entry[group] = None
        return entry

    def mentions(self) -> Iterator[Mention]:
        """Yield the other entries that the record names."""
        for part in self.table.parts:
            yield from part.mentions(self)

    def fault(self, message: str, field: str = "") -> Fault:
        """Return a fault of this entry."""
        return Fault(self.location, message, str(self.key), field)


def _flatten(record: Record, entry: Entry, faults: list[Fault]) -> Entry:
    """Return the entry with dotted keys for its groups; add faults for keys missing or unknown."""
    table = record.table
    flat: Entry = {}
    groups = {key.partition(".")[0] for key in table.keys if "." in key}
    for key, value in entry.items():
        if key not in groups:
            flat[key] = value
        elif value is None and key in table.optional_groups:
            flat |= {one: None for one in table.keys if one.startswith(f"{key}.")}
        elif isinstance(value, dict):
            flat |= {f"{key}.{inner}": one for inner, one in value.items()}
        else:
            faults.append(record.fault("should be a mapping", key))
            groups.discard(key)
    for key in table.keys:
        group = key.partition(".")[0]
        if key in flat or ("." in key and group in entry and group not in groups):
            continue
        missing = key if group in entry else group
        fault = record.fault("the key is missing", missing)
        if fault not in faults:
            faults.append(fault)
    faults += [record.fault("there is no such key", key) for key in flat if key not in table.keys]
    return flat


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value.normalize())
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value)} in a record")
