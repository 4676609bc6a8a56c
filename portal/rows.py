"""Rows that are held in memory, found by their keys or their slugs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from django.db import models
from django.http import Http404

Row = TypeVar("Row", bound=models.Model)


class ListRows(Mapping[int, Row], Generic[Row]):
    """The rows of a list by their keys, in order. The key of a merged row gives the row that it was merged into.

    The model has `ended` and `instead`, as evidence.models.ListRow. `merged` has the merged rows, which are not in the list.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        every: list[Any] = list(rows)  # this room knows of no model that has `ended`
        self.merged: list[Any] = [row for row in every if row.ended == "merged"]
        gone = {row.pk for row in self.merged}
        self._rows = {row.pk: row for row in every if row.pk not in gone}
        self._leads_to = {row.pk: row.instead_id for row in self.merged}
        for row in every:  # so that nobody asks the database for it
            row._state.fields_cache["instead"] = self.get(row.instead_id or 0)

    def __getitem__(self, key: int) -> Row:
        """Return the row of a key. KeyError if there is none."""
        return self._rows[self._leads_to.get(key, key)]

    def __iter__(self) -> Iterator[int]:
        """Yield the keys of the rows that are not merged."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Return how many rows are not merged."""
        return len(self._rows)

    def of_merged_slug(self, slug: str) -> Row | None:
        """Return the row that the one with a slug was merged into; None if none was."""
        key = next((row.pk for row in self.merged if row.slug == slug), 0)
        return self.get(key)


def row_or_404(rows: Mapping[int, Row], slug: str) -> Row:
    """Return the row that has this slug. Http404 if none has."""
    for row in rows.values():
        if getattr(row, "slug") == slug:  # noqa: B009 - every model with a page has it
            return row
    raise Http404(f"Nothing has the slug {slug}.")
