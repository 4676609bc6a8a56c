"""The picture of a list: effect by cost, with a mark for each summary that weighs as much as its evidence is strong.

Nothing is added up to a score. A mark is rendered once for each edition for as long as no label in it changes.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from pyroaring import BitMap

from centres.vocabulary import Cost, Direction, Strength
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.facets import NOT_STATED, Catalogue
from evidence.catalogue.reading import edition
from evidence.catalogue.vocabulary import current_vocabulary

from .rendering import render_compact
from .results import Results
from .why import render_why

MAX_MARKS = 600  # on a page; where more have a place, there are numbers instead
MAX_KEPT = 4000  # marks that a worker remembers, about 0.5 kB each
# From the top. What has no direction has no place.
DIRECTIONS = (
    Direction.HARMFUL,
    Direction.BENEFICIAL,
    Direction.MIXED,
    Direction.NO_EFFECT,
    Direction.INSUFFICIENT,
)


# The columns: what has no cost is in the last, for whatever reason.
COSTS = {str(cost.value): str(cost.label) for cost in Cost} | {NOT_STATED: "No level"}


@dataclass(frozen=True)
class Group:
    """Some of the summaries in a cell as a number, with a link to exactly these."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Cell:
    """The summaries of one effect and one cost: a number, and under it their marks or their numbers by strength."""

    label: str  # of the cost
    count: int
    url: str
    marks: SafeString
    groups: Sequence[Group]


def picture_context(results: Results) -> dict[str, Any]:
    """Return the cells of the picture by effect, and what has no place in it."""
    catalogue, bits = results.catalogue, results.selection.bits
    labels = COSTS
    unplaced = bits & catalogue.having("impact", Direction.NOT_ASSESSED)
    has_marks = len(bits - unplaced) <= MAX_MARKS
    return {
        "costs": list(labels.values()),
        "picture": [
            {
                "direction": direction,
                "cells": [_cell(results, direction, cost, has_marks) for cost in labels],
            }
            for direction in DIRECTIONS
        ],
        "has_marks": has_marks,
        "most": MAX_MARKS,
        "without_cost": len((bits - unplaced) & catalogue.having("cost", NOT_STATED)),
        "why_without": render_why(results, "cost", bits - unplaced),
        "unplaced": _rendered("item", catalogue.by_title.some(unplaced, 0, MAX_MARKS))
        if len(unplaced) <= MAX_MARKS
        else "",
        "unplaced_count": len(unplaced),
        "unplaced_url": results.url(impact=[Direction.NOT_ASSESSED.value], view=""),
        "why_unplaced": render_why(results, "impact", unplaced, view=""),
        "table_url": results.url_of_view("table"),
        "levels": [
            {"slug": slug, "label": label}
            for slug, label, held in _strengths(catalogue)
            if held or slug in Strength
        ],
    }


def _cell(results: Results, direction: Direction, cost: str, has_marks: bool) -> Cell:
    catalogue = results.catalogue
    label = COSTS[cost]
    bits = (
        results.selection.bits
        & catalogue.having("impact", direction.value)
        & catalogue.having("cost", cost)
    )

    def url(**also: Sequence[str]) -> str:
        return results.url(impact=[direction.value], cost=[cost], view="", **also)

    if not bits:
        return Cell(label, 0, "", mark_safe(""), [])
    strengths = [(value, name, bits & held) for value, name, held in _strengths(catalogue)]
    if has_marks:
        in_order = (catalogue.newest.some(held, 0, MAX_MARKS) for _, _, held in strengths)
        return Cell(label, len(bits), url(), _rendered("mark", list(chain(*in_order))), [])
    groups = [
        Group(name, len(held), url(strength=[value])) for value, name, held in strengths if held
    ]
    return Cell(label, len(bits), url(), mark_safe(""), groups)


def _strengths(catalogue: Catalogue) -> Iterator[tuple[str, str, BitMap]]:
    """Yield each value of the filter by strength with its label and editions: the strongest first, last why there is none."""
    facet = catalogue.facets["strength"]
    for value in facet.values:
        yield value, facet.labels[value], facet.bits[value]


def _rendered(kind: str, keys: Sequence[int]) -> SafeString:
    """Return editions one after the other, each as a "mark" or an "item" of a list."""
    one = current_vocabulary().get_or_make(("picture", kind), lambda: _renderer(kind))
    return mark_safe("".join(map(one, keys)))  # noqa: S308 - the template escapes what is in it


def _renderer(kind: str) -> Callable[[int], str]:
    """Return the function that renders an edition with the labels of a vocabulary."""

    @functools.lru_cache(MAX_KEPT)
    def render(key: int) -> str:
        # As the filter has it, so that marks and numbers say the same.
        strength, label = next(
            (value, label) for value, label, held in _strengths(current_catalogue()) if key in held
        )
        context = {"edition": edition(key), "strength": strength, "label": label}
        return render_compact(f"evidence/partials/picture_{kind}.html", context)

    return render
