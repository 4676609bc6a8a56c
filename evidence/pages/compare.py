"""Builds the template context of the page that compares summaries."""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from centres.published import Network
from evidence.catalogue.documents import Documents
from evidence.catalogue.reading import editions, members_of, public_editions, published_edition
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.compare.comparison import Comparison, Row
from evidence.compare.fit import fit_rows
from evidence.compare.here import Here
from evidence.compare.selection import Choice, keys_of
from evidence.find.boxes import name_of
from evidence.find.rendering import render_compact
from evidence.models import Edition
from portal import published
from portal.kept import kept

from .nearest import nearest

SUGGESTED = 6  # summaries that can be added by one link


def compare_context(choice: Choice, here: Here) -> dict[str, Any]:
    """Return what the page shows of a choice, whether or not it is enough to compare."""
    comparison = Comparison.of(choice.summaries)
    rows = comparison.differing_rows if choice.only_differences else comparison.rows
    columns = [_column(choice, edition) for edition in comparison.editions]
    return {
        "choice": choice,
        "comparison": comparison,
        "rows": [(row.label, row.note, row.difference, _cells(row, columns)) for row in rows],
        "columns": columns,
        "left_out": editions(keys_of(choice.left_out)),
        "withdrawn": [_withdrawn(slug) for slug in choice.withdrawn],
        "unknown": [f"“{slug[:40]}”" for slug in choice.unknown[:3]],
        "suggested": [] if choice.is_full else list(_suggested(choice, comparison)),
        "toggle_url": choice.url(differences="" if choice.only_differences else "1"),
        "here": here,
        "fit_rows": fit_rows(comparison.editions, here),
        "docx_url": choice.url("evidence:compare-docx", differences=""),
        "paper_url": choice.url("evidence:compare-paper", differences=""),
        "canonical": choice.url(here=(), differences=""),
        "indexable": not (choice.summaries or here.is_asked or choice.only_differences),
    }


def _column(choice: Choice, edition: Edition) -> dict[str, Any]:
    """Return an edition with the links of its column."""
    slug = edition.summary.slug
    return {
        "key": edition.pk,
        "title": edition.title,
        "centre": edition.summary.centre.short_name,
        "name": name_of(edition),
        "url": edition.get_absolute_url(),
        "remove_url": choice.url_without(slug),
        "left_url": choice.url_moving(slug, -1),
        "right_url": choice.url_moving(slug, 1),
    }


def _cells(row: Row, columns: Sequence[dict[str, Any]]) -> SafeString:
    """Return the cells of a row as HTML. Each is kept: what a summary says depends on none of the others."""
    cells = [
        kept(
            ("compared", column["key"], cell.missing if cell.is_empty else row.name),
            functools.partial(
                render_compact,
                "evidence/partials/compare_cell.html",
                {"cell": cell, "name": column["name"]},
            ),
        )
        for column, cell in zip(columns, row.cells, strict=True)
    ]
    return mark_safe("".join(cells))  # noqa: S308 - the template escapes what is in it


def _withdrawn(slug: str) -> dict[str, Any]:
    """Return a withdrawn summary and what replaces it, if anything does."""
    withdrawal = published.current()[Documents].withdrawn[slug]
    replacement = published_edition(withdrawal.replaced_by)
    return {"edition": public_editions(slug)[0], "replacement": replacement}


def _suggested(choice: Choice, comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Yield what may belong in the comparison too: other summaries of the same approaches, then related ones."""
    chosen = {edition.pk for edition in comparison.editions}
    keys = [key for key in dict.fromkeys(_near(comparison)) if key not in chosen]
    snapshot = published.current()
    documents, centres = snapshot[Documents], snapshot[Network].centres
    for document in map(documents.document, keys[:SUGGESTED]):
        yield {
            "title": document.value("title"),
            "centre": centres[document.centre],
            "add_url": choice.url_with(document.slug),
        }


def _near(comparison: Comparison) -> Iterator[int]:
    approaches_of = current_vocabulary().approaches_of
    approaches = [approaches_of.get(one.summary.slug, ()) for one in comparison.editions]
    for approach in dict.fromkeys(approach for own in approaches for approach in own):
        yield from members_of(approach)
    # One search is enough: those that a reader compares are near each other.
    for edition, own in list(zip(comparison.editions, approaches, strict=True))[:1]:
        yield from nearest(edition, own)
