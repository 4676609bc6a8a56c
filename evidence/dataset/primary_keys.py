"""Turns the names in records into primary keys, and the record of a summary into the content of an edition."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models

from centres.models import RatingLevel
from evidence.editorial.content import Content
from portal.former_addresses import present_slugs

from .faults import DatasetError, Fault
from .parts import Key, Links, Reference, Row, Rows
from .records import Record
from .tables import SUMMARIES

GONE = "is in the files, but no longer in the portal"


class PrimaryKeys(dict[type[models.Model], dict[Key, int]]):
    """The primary keys of every model by the names that entries use, fetched when they are first needed."""

    def __missing__(self, model: type[models.Model]) -> dict[Key, int]:
        rows = model._default_manager
        if model is RatingLevel:
            named = rows.values_list("scale__slug", "label", "pk")
            self[model] = {f"{scale}/{label}": key for scale, label, key in named}
        else:
            self[model] = dict(rows.values_list("slug", "pk"))
        return self[model]

    def forget(self, model: type[models.Model]) -> None:
        """Fetch the keys of a model again, because its rows have been written."""
        for one in (model, RatingLevel):
            self.pop(one, None)

    def fill(
        self, instance: Any, record: Record, row: Row, references: Sequence[Reference]
    ) -> None:
        """Set the fields of an object to what a record, or one of its rows, says.

        Raise DatasetError if a name has gone from the database.
        """
        for name, value in (row.values | self._foreign_keys(record, row, references)).items():
            setattr(instance, name, value)

    def targets(self, record: Record, link: Links) -> list[int]:
        """Return the keys of the rows that a record names in a list. Raise DatasetError if one has gone."""
        return [self._find(record, link, name) for name in record.links[link.attribute]]

    def target(self, record: Record, row: Row, reference: Reference) -> int | None:
        """Return the key of the row that a reference names, if it names one. Raise DatasetError if it has gone."""
        name = row.references[reference.attribute]
        return None if name is None else self._find(record, reference, name)

    def content(self, record: Record) -> Content:
        """Return what an edition says by the record of its summary. Raise DatasetError if a name has gone."""
        own = [part for part in SUMMARIES.all(Reference) if part.key != "centre"]
        rows = {
            part.attribute: [
                row.values | self._foreign_keys(record, row, part.references)
                for row in record.rows[part.attribute]
            ]
            for part in SUMMARIES.all(Rows)
        }
        return Content(
            fields=record.values | self._foreign_keys(record, record, own),
            classification={
                link.attribute: self.targets(record, link) for link in SUMMARIES.all(Links)
            },
            findings=rows["findings"],
            sources=rows["sources"],
        )

    def find(self, model: type[models.Model], name: Key) -> int | None:
        """Return the key of the row of this name, also of one that editors have renamed; None if there is none."""
        keys = self[model]
        if name not in keys and hasattr(model, "slug"):
            name = present_slugs(model, [str(name)]).get(str(name), name)
        return keys.get(name)

    def _foreign_keys(
        self, record: Record, row: Row, references: Sequence[Reference]
    ) -> dict[str, int | None]:
        return {f"{one.attribute}_id": self.target(record, row, one) for one in references}

    def gone(self, record: Record) -> Iterator[Fault]:
        """Yield the names in a record that the portal has no more, because editors deleted them. Its own list is left out."""
        for field, model, name in record.mentions():
            if name is not None and model is not record.table.model and not self.find(model, name):
                yield record.fault(f"{name!r} {GONE}", field)

    def _find(self, record: Record, part: Reference | Links, name: Key) -> int:
        if key := self.find(part.model, name):
            return key
        raise DatasetError([record.fault(f"{name!r} {GONE}", part.key)])
