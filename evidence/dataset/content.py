"""From records to what the database holds: names become keys, and a summary's record what its edition says."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from centres.models import RatingLevel
from evidence.editorial.content import Content

from .files import DatasetError
from .records import Key, Record, Row
from .schema import Links, Reference, Rows
from .tables import SUMMARIES


class Keys(dict[type[models.Model], dict[Key, int]]):
    """The primary keys of rows by the names that entries have for them, asked for when needed."""

    def __missing__(self, model: type[models.Model]) -> dict[Key, int]:
        rows = model._default_manager
        if model is RatingLevel:
            named = rows.values_list("scale__slug", "label", "pk")
            self[model] = {f"{scale}/{label}": key for scale, label, key in named}
        else:
            self[model] = dict(rows.values_list("slug", "pk"))
        return self[model]

    def forget(self, model: type[models.Model]) -> None:
        """Ask again for what has been written."""
        for one in (model, RatingLevel):
            self.pop(one, None)

    def fill(self, instance: Any, record: Record, row: Row, parts: Sequence[Any]) -> None:
        """Set the fields of an instance to what a record, or a row of it, says."""
        for name, value in row.values.items():
            setattr(instance, name, value)
        for name, key in self._references(record, row, parts).items():
            setattr(instance, name, key)

    def targets(self, record: Record, link: Links) -> list[int]:
        """Return the keys of the rows that a record names in a list."""
        keys = (self.target(record, link, name) for name in record.links[link.attribute])
        return [key for key in keys if key is not None]

    def target(self, record: Record, part: Reference | Links, name: Key | None) -> int | None:
        """Return the key of the row of this name. Raise DatasetError if it has gone."""
        if name is None:
            return None
        try:
            return self[part.model][name]
        except KeyError:
            wrong = f"{name!r} is in the files, but no longer in the portal"
            raise DatasetError([record.fault(wrong, part.key)]) from None

    def content(self, record: Record) -> Content:
        """Return what the edition of a summary says by its record."""
        parts = [part for part in SUMMARIES.all(Reference) if part.key != "centre"]
        rows = {
            part.attribute: [
                row.values | self._references(record, row, part.parts)
                for row in record.rows[part.attribute]
            ]
            for part in SUMMARIES.all(Rows)
        }
        return Content(
            fields=record.values | self._references(record, record, parts),
            classification={
                link.attribute: self.targets(record, link) for link in SUMMARIES.all(Links)
            },
            findings=rows["findings"],
            sources=rows["sources"],
        )

    def _references(self, record: Record, row: Row, parts: Sequence[Any]) -> dict[str, int | None]:
        return {
            f"{part.attribute}_id": self.target(record, part, row.references[part.attribute])
            for part in parts
            if isinstance(part, Reference)
        }
