"""The picture of a list: effect by cost, with a mark for each summary that weighs as much as its evidence is strong.

Nothing is added up to a score. A mark is rendered once for each edition for as long as no label in it changes.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from pyroaring import BitMap

from centres.vocabulary import Cost, Direction, Strength
from evidence.catalogue.facets import NOT_STATED
from evidence.catalogue.reading import edition
from evidence.catalogue.vocabulary import current_vocabulary

from .rendering import render_compact
from .results import Results
from .why import why_without

MAX_MARKS = 600  # on a page; where more have a place, there are numbers instead
MAX_KEPT = 4000  # marks that a worker remembers, about 0.5 kB each
# From the top. What was not assessed has no place.
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
        "why_without": why_without(results, "cost", bits - unplaced),
        "unplaced": _rendered("item", catalogue.by_title.some(unplaced, 0, MAX_MARKS))
        if len(unplaced) <= MAX_MARKS
        else "",
        "unplaced_count": len(unplaced),
        "unplaced_url": results.url(impact=[Direction.NOT_ASSESSED.value], view=""),
        "table_url": results.url_of_view("table"),
        "levels": [{"slug": slug, "label": label} for slug, label in Strength.choices],
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
    levels = list(_by_strength(results, bits))
    if has_marks:
        keys = [
            key for _, of_level in levels for key in catalogue.newest.some(of_level, 0, MAX_MARKS)
        ]
        return Cell(label, len(bits), url(), _rendered("mark", keys), [])
    groups = [
        Group(str(level.label), len(of_level), url(strength=[level.value]))
        for level, of_level in levels
    ]
    return Cell(label, len(bits), url(), mark_safe(""), groups)


def _by_strength(results: Results, bits: BitMap) -> Iterator[tuple[Strength, BitMap]]:
    """Yield the editions of each level of strength, the strongest first."""
    for level in Strength:
        if of_level := bits & results.catalogue.having("strength", level.value):
            yield level, of_level


def _rendered(kind: str, keys: Sequence[int]) -> SafeString:
    """Return editions one after the other, each as a "mark" or an "item" of a list."""
    one = current_vocabulary().get_or_make(("picture", kind), lambda: _renderer(kind))
    return mark_safe("".join(map(one, keys)))  # noqa: S308 - the template escapes what is in it


def _renderer(kind: str) -> Callable[[int], str]:
    """Return the function that renders an edition with the labels of a vocabulary."""

    @functools.lru_cache(MAX_KEPT)
    def render(key: int) -> str:
        return render_compact(f"evidence/partials/picture_{kind}.html", {"edition": edition(key)})

    return render
