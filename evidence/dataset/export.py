"""Writing the data set out as the files that it is loaded from."""

from pathlib import Path
from typing import Any

from django.db import models

from evidence.models import Edition

from .files import write_document
from .schema import Column, Entry, Reference, Table
from .shape import name_of, put, uneven
from .tables import SUMMARIES, TABLES


def export(folder: Path) -> int:
    """Write every file of the data set from what is published now; return the number of files."""
    documents = uneven({name_of(table): _entries(table) for table in TABLES})
    for name, document in documents.items():
        write_document(folder / name, document)
    return len(documents)


def _entries(table: Table) -> list[Entry]:
    return [_entry(table, instance) for instance in _rows(table)]


def _rows(table: Table) -> Any:
    if table is SUMMARIES:
        rows = Edition.objects.published().select_related("summary__centre")
        rows = rows.order_by("summary__centre__order", "summary_id")
    else:
        rows = table.model._default_manager.all()
    related = [reference.attribute for reference in table.references if reference.key != "centre"]
    if related:
        rows = rows.select_related(*related)
    nested = [
        f"{part.attribute}__{reference.attribute}"
        for part in table.rows
        for reference in part.references
    ]
    plain = [part.attribute for part in table.rows if not part.references]
    return rows.prefetch_related(*nested, *plain, *(link.attribute for link in table.links))


def _entry(table: Table, instance: Any) -> Entry:
    entry: Entry = {}
    key = instance.summary.slug if table is SUMMARIES else getattr(instance, table.key_attribute)
    put(entry, table.key, key)
    if table is SUMMARIES:
        put(entry, "centre", instance.summary.centre.slug)
    references = [
        one for one in table.references if not (table is SUMMARIES and one.key == "centre")
    ]
    _fill(entry, instance, table.columns, tuple(references))
    for link in table.links:
        linked = getattr(instance, link.attribute).all()
        put(entry, link.key, [row.slug for row in linked])
    for part in table.rows:
        entry[part.key] = rows = []
        for row in getattr(instance, part.attribute).all():
            inner: Entry = {}
            _fill(inner, row, part.columns, part.references)
            rows.append(inner)
    return entry


def _fill(
    entry: Entry,
    instance: models.Model,
    columns: tuple[Column, ...],
    references: tuple[Reference, ...],
) -> None:
    for column in columns:
        put(entry, column.key, column.kind.dump(getattr(instance, column.attribute)))
    for reference in references:
        target = getattr(instance, reference.attribute)
        put(entry, reference.key, _key_of(target))


def _key_of(target: Any) -> str | None:
    if target is None:
        return None
    # A step of a rating scale is known by its scale and label.
    return str(target.slug) if hasattr(target, "slug") else f"{target.scale.slug}/{target.label}"
