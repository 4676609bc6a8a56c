"""Builds the template context of the gap map, and its rows for a spreadsheet."""

import functools
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from centres.published import current_network
from centres.vocabulary import DIRECTIONS_OF_OUTCOMES, Direction
from evidence.find.addresses import find_url
from evidence.find.context import chips, ignored_text
from evidence.find.panel import render_panel
from evidence.find.rendering import new_mark, render_compact
from portal import published
from portal.kept import Recent
from portal.templatetags.portal_tags import in_sentence

from .lacking import missing, weak
from .matrix import Cell, Heading, Matrix, matrix_of
from .request import AXES, OF_AN_AREA, Asked

MAX_MAPS, MAX_CHARACTERS = 20, 4_000_000  # that a worker keeps as HTML
MAX_CELLS = 4000  # that a worker keeps as HTML, about 1 kB each
SHADES = (1, 2, 5, 10, 50)  # the fewest summaries of each shade
URL, NAME = new_mark(), new_mark()


def map_context(asked: Asked) -> dict[str, Any]:
    """Return all that the page of the map shows."""
    results = asked.results
    return {
        "asked": asked,
        "results": results,
        "name": map_name(asked),
        "axes": AXES.values(),
        "panel": render_panel(results.selection),
        "selected": sum(map(len, results.selection.chosen.values())),
        "chips": list(chips(results, asked.url)),
        "ignored_text": " ".join(filter(None, [ignored_text(results), asked.notice])),
        "map": _kept_map(asked),
        "presets": presets(),
        "canonical": asked.url() if not asked.is_plain else "",
        "clear_url": asked.url(q="", **dict.fromkeys(results.selection.chosen, ())),
    }


def map_name(asked: Asked) -> str:
    """Say what the map is of: its policy area, its rows and its columns."""
    areas = asked.results.selection.chosen.get("policy_area", ())
    labels = asked.results.catalogue.facets["policy_area"].labels
    of = ", ".join(labels[area] for area in areas) or "All policy areas"
    return f"{of}: {asked.rows.several} by {asked.columns.several}"


def presets() -> list[dict[str, str]]:
    """Return a link to the map of each policy area."""
    rows, columns = (AXES[one].several for one in OF_AN_AREA)
    return [
        {
            "label": f"{area.label}: {rows} by {columns}",
            "url": find_url({"policy_area": area.slug}, "evidence:map"),
        }
        for area in current_network().policy_areas.values()
    ]


def map_csv_rows(asked: Asked, site: str) -> Iterator[Sequence[str]]:
    """Return every pair of a row and a column as rows, their names first. `site` is the portal's address, before the paths."""
    facets = asked.results.catalogue.facets
    # Counted now: by the time that the rows are sent, another snapshot may be the present one.
    matrix = matrix_asked_for(asked, most=(10**6, 10**6))
    url = CellUrls(asked, site.rstrip("/"))
    names = (
        facets[asked.rows.parameter].label,
        facets[asked.columns.parameter].label,
        *("Summaries", "Strongest", *DIRECTIONS_OF_OUTCOMES.values(), "Harm in another finding"),
        *("Single studies without a result here", "List"),
    )

    def line(row: Heading, column: Heading, cell: Cell | None) -> Sequence[str]:
        if cell is None:
            return (row.label, column.label, "0", "", *["0"] * (len(Direction) + 2), "")
        directions = dict(cell.directions)
        return (
            *(row.label, column.label, str(cell.count)),
            capfirst(cell.unrated) or str(cell.strongest.label),
            *(str(directions.get(one, 0)) for one in Direction),
            *(str(cell.harm_elsewhere), str(cell.awaited), url(row, column)),
        )

    lines = (
        line(row, column, cell)
        for row, cells in zip(matrix.rows, matrix.cells, strict=True)
        for column, cell in zip(matrix.columns, cells, strict=True)
    )
    return chain([names], lines)


def matrix_asked_for(asked: Asked, **options: Any) -> Matrix:
    """Return the map that an address asks for."""
    return matrix_of(
        asked.results.selection,
        asked.rows.parameter,
        asked.columns.parameter,
        with_empty=asked.with_empty,
        **options,
    )


def _kept_map(asked: Asked) -> SafeString:
    """Return the table and what is lacking as HTML, which depends on nothing but the snapshot and the address."""
    maps: Recent[str] = published.current().get_or_make(
        "gap maps", lambda: Recent(MAX_MAPS, MAX_CHARACTERS, len)
    )
    # The addresses name all that was asked for: that of the map what it shows, and that of the list what its links keep, such
    # as what a reader compares. Words that were corrected are the same for the same address.
    key = (asked.url(), asked.results.url())
    html = maps.get(key)
    if html is None:
        html = render_compact("evidence/partials/gap_map.html", _map_data(asked))
        maps.put(key, html)
    return mark_safe(html)  # noqa: S308 - the template escapes what is in it


def _map_data(asked: Asked) -> dict[str, Any]:
    matrix = matrix_asked_for(asked)
    rows, columns = asked.rows, asked.columns
    url = CellUrls(asked)
    return {
        "asked": asked,
        "name": map_name(asked),
        "matrix": matrix,
        "on_outcomes": "outcome" in (rows.parameter, columns.parameter),
        "columns_shown": [
            {"heading": one, "url": asked.results.url(**{columns.parameter: one.value})}
            for one in matrix.columns
        ],
        "rows_shown": [
            {
                "heading": row,
                "url": asked.results.url(**{rows.parameter: row.value}),
                "cells": _cells(row, matrix.columns, cells, url),
                "none": [
                    in_sentence(column.label)
                    for column, cell in zip(matrix.columns, cells, strict=True)
                    if not cell
                ],
            }
            for row, cells in zip(matrix.rows, matrix.cells, strict=True)
        ],
        "empty_text": " and ".join(
            f"{number} {axis.one if number == 1 else axis.several}"
            for axis, number in ((rows, matrix.empty_rows), (columns, matrix.empty_columns))
            if number
        ),
        "missing": missing(matrix),
        "weak": weak(matrix),
        "empty_url": asked.url(empty="" if asked.with_empty else "1"),
        "list_url": asked.results.url(),
        "csv_url": asked.url("evidence:map-csv"),
    }


def _cells(
    row: Heading, columns: Sequence[Heading], cells: Sequence[Cell | None], url: "CellUrls"
) -> SafeString:
    """Return the cells of a row as evidence/partials/gap_map_cell.html renders them."""
    html = []
    for column, cell in zip(columns, cells, strict=True):
        if cell is None:
            html.append(_render_cell(None))
            continue
        filled = _render_cell(cell).replace(URL, escape(url(row, column)))
        html.append(filled.replace(NAME, escape(column.label)))
    return mark_safe("".join(html))  # noqa: S308 - the template and `escape` escape what is in it


@functools.lru_cache(MAX_CELLS)
def _render_cell(cell: Cell | None) -> str:
    """Return a cell with marks where its address and the name of its column go: many cells of a map say the same."""
    context = {"cell": cell, "url": URL, "column": NAME, "shade": cell and _shade(cell.count)}
    return render_compact("evidence/partials/gap_map_cell.html", context)


def _shade(count: int) -> int:
    """Return the shade of a number of summaries, from 1."""
    return sum(count >= fewest for fewest in SHADES)


class CellUrls:
    """Makes the address of the list of a cell. To make each from nothing would take longer than to count it."""

    def __init__(self, asked: Asked, site: str = "") -> None:
        rows, columns = asked.rows.parameter, asked.columns.parameter
        before = asked.results.url(**{rows: (), columns: ()})
        self._before = f"{site}{before}{'&' if '?' in before else '?'}"
        self._rows, self._columns = rows, columns

    def __call__(self, row: Heading, column: Heading) -> str:
        """Return the address of what has both; slugs need no quoting."""
        return f"{self._before}{self._rows}={row.value}&{self._columns}={column.value}"
