"""Rows that are held in memory, found by their slugs."""

from collections.abc import Mapping
from typing import TypeVar

from django.db import models
from django.http import Http404

Row = TypeVar("Row", bound=models.Model)


def row_or_404(rows: Mapping[int, Row], slug: str) -> Row:
    """Return the row that has this slug. Http404 if none has."""
    for row in rows.values():
        if getattr(row, "slug") == slug:  # noqa: B009 - every model with a page has it
            return row
    raise Http404(f"Nothing has the slug {slug}.")
