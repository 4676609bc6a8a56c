"""A record is one entry in the database's terms, whether it comes from a file or a row."""

import datetime
import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models

from centres.models import RatingLevel

from .files import Fault, Place
from .schema import (
    MAYBE_PARTIAL,
    NAME,
    NAMES,
    Column,
    Dated,
    Entry,
    Filled,
    Links,
    Mirror,
    Reference,
    Rows,
    Table,
    Wrong,
)
from .shape import put

Key = str | int
NOWHERE = Place("")
PRECISIONS = {0: None, 4: "year", 7: "month", 10: "day"}  # by the length of a partial date


@dataclass
class Row:
    """Values by field, and keys of other tables' rows by foreign key."""

    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, Key | None] = field(default_factory=dict)


@dataclass(kw_only=True)
class Record(Row):
    """One entry of a table."""

    table: Table
    key: Key
    place: Place = NOWHERE
    links: dict[str, list[Key]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    mirrors: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return a hash of what the record says: the same for equal content of file and row."""
        links = {name: sorted(keys) for name, keys in self.links.items()}
        rows = {
            name: [(row.values, row.references) for row in self.rows[name]] for name in self.rows
        }
        # What may be lacking says nothing where it is empty.
        values = {
            name: value
            for name, value in self.values.items()
            if value or name not in self.table.may_lack
        }
        content = [values, self.references, links, rows]
        text = json.dumps(content, sort_keys=True, default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()

    def fault(self, message: str, field: str = "") -> Fault:
        return Fault(self.place, message, str(self.key), field)


def key_of(instance: Any) -> Key:
    """Return the name by which entries refer to a row."""
    if isinstance(instance, RatingLevel):
        return f"{instance.scale.slug}/{instance.label}"
    return str(instance.slug)


# From an entry


def parse(table: Table, place: Place, entry: Entry, position: int) -> tuple[Record, list[Fault]]:
    """Read an entry. With faults, the record holds the parts that are sound."""
    faults: list[Fault] = []
    record = Record(table=table, key=str(entry[table.key]), place=place)
    try:
        record.key = (table.key_kind or NAME).parse(entry[table.key])
        if not isinstance(record.key, int):
            _check_field(table.model, table.key_attribute, record.key)
    except Wrong as wrong:
        faults.append(record.fault(str(wrong), table.key))
    flat = _flatten(table, record, entry, faults)
    record.values |= table.fixed
    if table.order_from:
        record.values["order"] = table.order_from + position
    for part in table.parts:
        try:
            _parse_part(record, part, flat, faults)
        except Wrong as wrong:
            faults.append(record.fault(str(wrong), getattr(part, "key", "")))
        except KeyError:
            pass  # the key is missing, which is among the faults
    return record, faults


def _flatten(table: Table, record: Record, entry: Entry, faults: list[Fault]) -> Entry:
    """Return the entry with dotted keys for its groups; add faults for keys missing or unknown."""
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


def _parse_part(record: Record, part: Any, flat: Entry, faults: list[Fault]) -> None:
    if isinstance(part, Column | Reference):
        _parse_cell(record, record.table.model, part, flat)
    elif isinstance(part, Dated):
        date = MAYBE_PARTIAL.parse(flat[part.key])
        record.values[part.attribute] = date
        wanted = PRECISIONS[len(date)]
        if flat[part.precision] != wanted:
            stated = "null" if wanted is None else wanted
            wrong = f"should be {stated}, which is how exact {flat[part.key]!r} is"
            faults.append(record.fault(wrong, part.precision))
    elif isinstance(part, Links):
        record.links[part.attribute] = NAMES.parse(flat[part.key])
    elif isinstance(part, Rows):
        record.rows[part.attribute] = _parse_rows(record, part, flat[part.key], faults)
    elif isinstance(part, Mirror):
        record.mirrors[part.key] = part.kind.parse(flat[part.key])
    elif isinstance(part, Filled):
        record.values[part.attribute] = part.default


def _parse_cell(row: Row, model: type[models.Model], part: Column | Reference, flat: Entry) -> None:
    value = flat[part.key]
    if isinstance(part, Column):
        row.values[part.attribute] = value = part.kind.parse(value)
        _check_field(model, part.attribute, value)
    elif value is None and part.optional:
        row.references[part.attribute] = None
    elif not isinstance(value, str):
        raise Wrong("should be a name" + (" or null" if part.optional else ""))
    elif part.within and not flat[part.within]:
        raise Wrong(f"needs {part.within} to be given too")
    else:
        row.references[part.attribute] = f"{flat[part.within]}/{value}" if part.within else value


def _parse_rows(record: Record, part: Rows, entries: Any, faults: list[Fault]) -> list[Row]:
    if not isinstance(entries, list):
        raise Wrong("should be a list")
    keys = [one.key for one in part.parts]
    rows = []
    for number, entry in enumerate(entries, start=1):
        where = f"{part.key} {number}"
        entry = {keys[0]: entry} if part.bare else entry
        if not isinstance(entry, dict):
            faults.append(record.fault("should be a mapping", where))
            continue
        row = Row({"order": number})
        faults += [
            record.fault("there is no such key", f"{where}: {key}")
            for key in entry
            if key not in keys
        ]
        for one in part.parts:
            field_name = where if part.bare else f"{where}: {one.key}"
            if one.key not in entry:
                faults.append(record.fault("the key is missing", field_name))
                continue
            try:
                _parse_cell(row, part.model, one, entry)
            except Wrong as wrong:
                faults.append(record.fault(str(wrong), field_name))
        rows.append(row)
    return rows


def _check_field(model: type[models.Model], attribute: str, value: Any) -> None:
    """Let the field itself say whether it takes a value: its length, its range, its form."""
    if value in (None, "", []):
        return
    try:
        its_field: Any = model._meta.get_field(attribute)
    except FieldDoesNotExist:
        return
    several = isinstance(its_field, ArrayField)
    for one in value if several else [value]:
        try:
            (its_field.base_field if several else its_field).run_validators(one)
        except ValidationError as error:
            raise Wrong(" ".join(error.messages)) from None


# From a row


def queryset(table: Table) -> Any:
    """Return the rows that a table is about, with all that a record of them needs."""
    rows = table.model._default_manager.filter(table.only).order_by(
        *(table.ordering or ("order", "pk"))
    )
    related = [
        f"{part.attribute}__scale" if part.model is RatingLevel else part.attribute
        for part in table.all(Reference)
    ]
    fetched = [link.attribute for link in table.all(Links)]
    fetched += [part.attribute for part in table.all(Rows)]
    fetched += [part.prefetch for part in table.all(Mirror)]
    fetched += [
        f"{part.attribute}__{one.attribute}"
        for part in table.all(Rows)
        for one in part.parts
        if isinstance(one, Reference)
    ]
    return rows.select_related(*related, *_key_path(table)).prefetch_related(*fetched)


def record_of(table: Table, instance: Any) -> Record:
    """Return what a row of the database says."""
    record = Record(table=table, key=_get(instance, table.key_attribute))
    record.values |= {name: getattr(instance, name) for name in table.fixed}
    if table.order_from:
        record.values["order"] = instance.order
    for part in table.parts:
        if isinstance(part, Column | Reference):
            _take_cell(record, part, instance)
        elif isinstance(part, Dated | Filled):
            record.values[part.attribute] = getattr(instance, part.attribute)
        elif isinstance(part, Links):
            linked = getattr(instance, part.attribute).all()
            record.links[part.attribute] = [key_of(row) for row in linked]
        elif isinstance(part, Rows):
            record.rows[part.attribute] = rows = []
            for number, child in enumerate(getattr(instance, part.attribute).all(), start=1):
                row = Row({"order": number})
                for one in part.parts:
                    _take_cell(row, one, child)
                rows.append(row)
        elif isinstance(part, Mirror):
            record.mirrors[part.key] = part.written(instance)
    return record


def _key_path(table: Table) -> list[str]:
    path = table.key_attribute.split("__")[:-1]
    return ["__".join(path)] if path else []


def _take_cell(row: Row, part: Column | Reference, instance: Any) -> None:
    value = _get(instance, part.attribute)
    if isinstance(part, Column):
        row.values[part.attribute] = value
    else:
        row.references[part.attribute] = None if value is None else key_of(value)


def _get(instance: Any, attribute: str) -> Any:
    return attrgetter(attribute.replace("__", "."))(instance)


# To an entry


def dump(record: Record) -> Entry:
    """Return the entry that says what a record says."""
    table = record.table
    entry: Entry = {table.key: record.key}
    for part in table.parts:
        if isinstance(part, Column | Reference):
            _dump_cell(entry, record, part)
        elif isinstance(part, Dated):
            date = record.values[part.attribute]
            put(entry, part.key, date or None)
            put(entry, part.precision, PRECISIONS[len(date)])
        elif isinstance(part, Links):
            entry[part.key] = record.links[part.attribute]
        elif isinstance(part, Rows):
            entry[part.key] = [_dump_row(part, row) for row in record.rows[part.attribute]]
        elif isinstance(part, Mirror):
            put(entry, part.key, part.kind.dump(record.mirrors[part.key]))
    for group in table.optional_groups:
        if not any(entry[group].values()):
            entry[group] = None
    return entry


def _dump_row(part: Rows, row: Row) -> Any:
    entry: Entry = {}
    for one in part.parts:
        _dump_cell(entry, row, one)
    return next(iter(entry.values())) if part.bare else entry


def _dump_cell(entry: Entry, row: Row, part: Column | Reference) -> None:
    if isinstance(part, Column):
        value = part.kind.dump(row.values[part.attribute])
    else:
        value = row.references[part.attribute]
        if part.within and isinstance(value, str):
            value = value.partition("/")[2]
    put(entry, part.key, value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value.normalize())
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value)} in a record")
