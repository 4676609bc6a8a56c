"""A body of evidence at a glance: how much there is, how strong, which way it points, the best of it and the cautions.

It is counted in the catalogue, so that a page can show it without a query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from centres.vocabulary import Direction, Strength
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.facets import Option, Selection
from evidence.find.addresses import find_url
from evidence.find.cards import render_cards
from evidence.find.why import why_without

from .support import MAX_CARDS, support_context

# What a summary lacks that the table leaves out, by the facet.
LACKING = {"strength": "level of strength", "impact": "direction of effect"}


@dataclass(frozen=True)
class Cell:
    """A number of summaries in the table, with a link to them and the label of its column."""

    count: int
    url: str
    label: str


def overview_context(parameter: str, value: str) -> dict[str, Any]:
    """Return the evidence that has a value of a facet, for evidence/partials/evidence_overview.html."""
    catalogue = current_catalogue()
    known = value in catalogue.facets[parameter].bits
    selection = catalogue.all().choose(parameter, [value]) if known else None
    if selection is None or not selection.count:
        return {"count": 0}
    careful = selection.choose("impact", ["harmful", "no-effect"])

    def url(**also: Sequence[str]) -> str:
        return find_url({parameter: value} | also)

    lacking = {name: why_without(catalogue.facets[name], selection.bits, url) for name in LACKING}
    return {
        "count": selection.count,
        "url": find_url({parameter: value}),
        "directions": _shown(selection, "impact", dict(Direction.choices)),
        "rows": _rows(selection, parameter, value),
        "lacking": [
            {
                "what": LACKING[name],
                "count": sum(one["count"] for one in reasons),
                "url": url(**{name: list(catalogue.facets[name].aliases)}),
                "reasons": reasons,
            }
            for name, reasons in lacking.items()
            if reasons
        ],
        "support": support_context(parameter, value),
        "careful": render_cards(careful.editions("strength", 0, MAX_CARDS)),
        "careful_count": careful.count,
        "careful_url": find_url({parameter: value, "impact": ["harmful", "no-effect"]}),
    }


def counts(parameter: str) -> dict[str, int]:
    """Return how many published summaries have each value of a facet."""
    facet = current_catalogue().facets[parameter]
    return {value: len(bits) for value, bits in facet.bits.items()}


def values_found_with(parameter: str, value: str, other: str) -> list[Option]:
    """Return what else the summaries that have a value have, by another facet or the same.

    The commonest comes first; the count is that of the summaries that have both.
    """
    catalogue = current_catalogue()
    facets, mine = catalogue.facets, catalogue.having(parameter, value)
    options = [
        Option(slug, facets[other].labels[slug], count, selected=False)
        for slug, bits in facets[other].bits.items()
        if (parameter, value) != (other, slug) and (count := mine.intersection_cardinality(bits))
    ]
    return sorted(options, key=lambda option: -option.count)


def _shown(selection: Selection, parameter: str, labels: dict[str, str]) -> list[dict[str, str]]:
    facet = selection.catalogue.facets[parameter]
    present = {option.value for option in selection.options(facet)}
    return [{"slug": slug, "label": label} for slug, label in labels.items() if slug in present]


def _rows(selection: Selection, parameter: str, value: str) -> list[dict[str, Any]]:
    """Return strength by direction, with empty rows and columns left out."""
    directions = _shown(selection, "impact", dict(Direction.choices))
    rows = []
    for level in _shown(selection, "strength", dict(Strength.choices)):
        cells = []
        at_level = selection.choose("strength", [level["slug"]])
        for direction in directions:
            both = {"strength": level["slug"], "impact": direction["slug"]}
            inner = at_level.choose("impact", [direction["slug"]])
            url = find_url({parameter: value, **both})
            cells.append(Cell(inner.count, url, direction["label"]))
        rows.append({"level": level, "cells": cells})
    return rows
