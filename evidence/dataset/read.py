"""Reading the whole data set and finding everything that is wrong with it, before anything is written."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone

from centres.models import RatingLevel
from evidence.models import Summary

from .files import DatasetError, Fault, read_documents
from .schema import Column, Entry, Reference, Rows, Table, Wrong
from .shape import even, file_names, get, name_of
from .tables import CENTRES, POLICY_AREAS, RATING_SCALES, SUMMARIES, SYNONYMS, TABLES

Key = str | int


@dataclass(frozen=True)
class Row:
    """Values by field, and keys of other tables' rows by foreign key."""

    values: dict[str, Any]
    references: dict[str, Key | None]


@dataclass(frozen=True)
class Record(Row):
    """One entry, in the database's terms."""

    table: Table
    file: str
    key: Key
    digest: str
    links: dict[str, list[Key]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)


def read(folder: Path) -> dict[Table, list[Record]]:
    """Return every record of the data set, or raise DatasetError with all that is wrong."""
    documents, faults = read_documents(folder, file_names())
    if faults:
        raise DatasetError(faults)
    lists, faults = even(documents)
    records: dict[Table, list[Record]] = {}
    for table in TABLES:
        read_entries = [
            _record(table, file, entry, faults) for file, entry in lists[name_of(table)]
        ]
        records[table] = [record for record in read_entries if record]
    if not faults:
        faults += [*_repeated(records), *_dangling(records), *_contradictions(records, documents)]
    if faults:
        raise DatasetError(faults)
    return records


def _record(table: Table, file: str, entry: Entry, faults: list[Fault]) -> Record | None:
    key = entry.get(table.key)
    name = str(key if key is not None else "an entry without " + table.key)
    flat = _flatten(entry, table.keys)
    before = len(faults)
    faults += [Fault(file, name, k, "the key is missing") for k in sorted(table.keys - flat.keys())]
    faults += [
        Fault(file, name, k, "there is no such key") for k in sorted(flat.keys() - table.keys)
    ]
    if not isinstance(key, str | int) or key == "":
        faults.append(Fault(file, name, table.key, "should be a name"))
    if len(faults) > before:
        return None
    values, references = _row(
        table.model, table.columns, table.references, flat, faults, file, name
    )
    links = {}
    for link in table.links:
        links[link.attribute] = slugs = flat[link.key]
        if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
            faults.append(Fault(file, name, link.key, "should be a list of names"))
        elif len(set(slugs)) < len(slugs):
            faults.append(Fault(file, name, link.key, "names something twice"))
    rows = {part.attribute: _rows(part, flat[part.key], faults, file, name) for part in table.rows}
    if len(faults) > before:
        return None
    digest = hashlib.sha256(json.dumps(entry, sort_keys=True, default=str).encode()).hexdigest()
    return Record(values, references, table, file, key, digest, links, rows)


def _flatten(entry: Entry, keys: frozenset[str]) -> Entry:
    """Bring nested mappings up to dotted keys, where the table has such."""
    groups = {key.split(".")[0] for key in keys if "." in key}
    flat = {}
    for key, value in entry.items():
        if key in groups and isinstance(value, dict):
            flat |= {f"{key}.{inner}": one for inner, one in value.items()}
        else:
            flat[str(key)] = value
    return flat


def _row(
    model: type[models.Model],
    columns: tuple[Column, ...],
    references: tuple[Reference, ...],
    flat: Entry,
    faults: list[Fault],
    file: str,
    name: str,
    prefix: str = "",
) -> tuple[dict[str, Any], dict[str, Key | None]]:
    values: dict[str, Any] = {}
    keys: dict[str, Key | None] = {}
    for column in columns:
        try:
            values[column.attribute] = value = column.kind.parse(flat[column.key])
            _check_length(model, column.attribute, value)
        except Wrong as wrong:
            faults.append(Fault(file, name, prefix + column.key, str(wrong)))
    for reference in references:
        keys[reference.attribute] = slug = flat[reference.key]
        if not (isinstance(slug, str) or (slug is None and reference.optional)):
            faults.append(Fault(file, name, prefix + reference.key, "should be a name"))
    return values, keys


def _check_length(model: type[models.Model], attribute: str, value: Any) -> None:
    try:
        model_field: Any = model._meta.get_field(attribute)
    except FieldDoesNotExist:
        return
    if isinstance(model_field, ArrayField):
        model_field = model_field.base_field
    limit = getattr(model_field, "max_length", None)
    for text in value if isinstance(value, list) else [value]:
        if limit and isinstance(text, str) and len(text) > limit:
            raise Wrong(f"should be at most {limit} characters, not {len(text)}")


def _rows(part: Rows, entries: Any, faults: list[Fault], file: str, name: str) -> list[Row]:
    if not isinstance(entries, list):
        faults.append(Fault(file, name, part.key, "should be a list"))
        return []
    wanted = {piece.key for piece in (*part.columns, *part.references)}
    rows = []
    for number, entry in enumerate(entries, start=1):
        prefix = f"{part.key} {number}: "
        if not isinstance(entry, dict) or entry.keys() != wanted:
            faults.append(
                Fault(
                    file,
                    name,
                    prefix[:-2],
                    f"should have just the keys {', '.join(sorted(wanted))}",
                )
            )
            continue
        values, keys = _row(
            part.model, part.columns, part.references, entry, faults, file, name, prefix
        )
        rows.append(Row({"order": number, **values}, keys))
    return rows


def _repeated(records: dict[Table, list[Record]]) -> Iterator[Fault]:
    for table in TABLES:
        counts = Counter(record.key for record in records[table])
        for record in records[table]:
            if counts[record.key] > 1:
                yield Fault(record.file, str(record.key), table.key, "is given more than once")


def known_keys(records: dict[Table, list[Record]]) -> dict[type[models.Model], set[Key]]:
    """Return the keys that the files hold, by model."""
    known: dict[type[models.Model], set[Key]] = {
        table.model: {record.key for record in records[table]} for table in TABLES
    }
    known[Summary] = known[SUMMARIES.model]
    known[RatingLevel] = {
        f"{scale.key}/{level.values['label']}"
        for scale in records[RATING_SCALES]
        for level in scale.rows["levels"]
    }
    return known


def _dangling(records: dict[Table, list[Record]]) -> Iterator[Fault]:
    known = known_keys(records)
    for table in TABLES:
        for record in records[table]:
            for label, model, slug in _mentions(table, record):
                if slug is not None and slug not in known[model]:
                    kind = model._meta.verbose_name
                    yield Fault(record.file, str(record.key), label, f"there is no {kind} {slug!r}")


def _mentions(table: Table, record: Record) -> Iterator[tuple[str, type[models.Model], Key | None]]:
    for reference in table.references:
        yield reference.key, reference.model, record.references[reference.attribute]
    for link in table.links:
        for slug in record.links[link.attribute]:
            yield link.key, link.model, slug
    for part in table.rows:
        for row in record.rows[part.attribute]:
            for reference in part.references:
                yield (
                    f"{part.key}: {reference.key}",
                    reference.model,
                    row.references[reference.attribute],
                )


def _contradictions(records: dict[Table, list[Record]], documents: Entry) -> Iterator[Fault]:
    """What no single entry shows: ratings off their scale, sums that do not add up."""
    scales = {record.key: record for record in records[RATING_SCALES]}
    levels = {
        f"{scale.key}/{level.values['label']}": level.values
        for scale in records[RATING_SCALES]
        for level in scale.rows["levels"]
    }
    for record in records[SUMMARIES]:
        for kind in ("strength", "cost"):
            yield from _rating_faults(record, kind, scales, levels)
        if record.values["updated"] > f"{timezone.now().year}-99":
            yield Fault(record.file, str(record.key), "updated", "lies in the future")
    areas = [(record, row) for record in records[POLICY_AREAS] for row in record.rows["figures"]]
    for record, row in areas:
        if row.values["gbp_bn"] is not None and not row.values["sources"]:
            yield Fault(
                record.file, str(record.key), "spending: sources", "a figure needs its source"
            )
    total = sum((row.values["gbp_bn"] for _, row in areas if row.values["in_sum"]), Decimal())
    stated = get(documents[POLICY_AREAS.file], "sum_check.sum_gbp_bn")
    if round(float(total), 1) != stated:
        yield Fault(
            POLICY_AREAS.file,
            "",
            "sum_check.sum_gbp_bn",
            f"is {stated}, but the figures add up to {total}",
        )
    for record in records[CENTRES]:
        if record.values["status"] != "former" and (
            record.values["left"] or record.values["left_reason"]
        ):
            yield Fault(record.file, str(record.key), "left", "only a former member has left")
    for record in records[SYNONYMS]:
        few = len(record.values["terms"]) < (1 if record.values["one_way"] else 2)
        if few or record.values["one_way"] != bool(record.values["finds"]):
            yield Fault(record.file, f"group {record.key}", "", "needs words on both sides")


def _rating_faults(
    record: Record, kind: str, scales: dict[Key, Record], levels: dict[str, dict[str, Any]]
) -> Iterator[Fault]:
    scale, step = record.references[f"{kind}_scale"], record.references[f"{kind}_step"]
    where = record.file, str(record.key)
    if scale is None:
        return
    if scales[scale].references["centre"] != record.references["centre"]:
        yield Fault(*where, f"{kind}.scale", f"{scale!r} is a scale of another centre")
    if step is None:
        return
    if not str(step).startswith(f"{scale}/"):
        yield Fault(*where, f"{kind}.step", f"{step!r} is not a step of {scale!r}")
    if kind == "strength" and levels[str(step)]["common"] != record.values["strength"]:
        common = levels[str(step)]["common"]
        yield Fault(*where, "strength.level", f"should be {common!r}, which {step!r} maps to")
