"""The facets of the find page, in their order, and where each of them comes from."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Choices
from pyroaring import BitMap

from centres.vocabulary import AgeGroup, Cost, Direction, SpendingBand, Strength
from evidence.models.content_fields import label_of

from .facets import NOT_STATED, Facet
from .vocabulary import Vocabulary

UPDATED = {
    "1": "In the last year",
    "2": "In the last 2 years",
    "5": "In the last 5 years",
    "older": "Longer ago",
}

Bits = Mapping[Any, BitMap]  # the editions of each value


@dataclass(frozen=True)
class FacetSource:
    """Where a facet comes from: its labels by value, and the editions of each value."""

    parameter: str
    label: str
    labels: Callable[[Vocabulary], Mapping[str, str]]
    bits: Callable[[Mapping[str, Bits], Vocabulary, datetime.date], Bits]
    sort_by_count: bool = False
    include_not_stated: bool = False  # what an edition without any value is filed under

    def facet(
        self,
        bits: Mapping[str, Bits],
        vocabulary: Vocabulary,
        everything: BitMap,
        day: datetime.date,
    ) -> Facet:
        """Make the facet from the editions of each value of `values_of`."""
        labels = dict(self.labels(vocabulary))
        found = self.bits(bits, vocabulary, day)
        by_value = {value: found.get(value) or BitMap() for value in labels}
        if self.include_not_stated:
            by_value[NOT_STATED] = everything - reduce(or_, by_value.values(), BitMap())
            labels[NOT_STATED] = "Not stated"
        return Facet(self.parameter, self.label, labels, by_value, self.sort_by_count)


def choices(parameter: str, label: str, of: type[Choices], **options: bool) -> FacetSource:
    """Return a facet whose values are a fixed list."""
    labels = {str(value): str(text) for value, text in of.choices}
    return FacetSource(
        parameter, label, lambda _: labels, lambda bits, *_: bits.get(parameter, {}), **options
    )


def terms(
    parameter: str, label: str, of: Callable[[Vocabulary], Mapping[int, Any]], **options: bool
) -> FacetSource:
    """Return a facet whose values are rows, each with a slug and a label; `of` has them by their keys."""

    def labels(vocabulary: Vocabulary) -> dict[str, str]:
        return {row.slug: _label(row) for row in of(vocabulary).values()}

    def by_slug(bits: Mapping[str, Bits], vocabulary: Vocabulary, _: datetime.date) -> Bits:
        found = bits.get(parameter, {})
        return {row.slug: found[key] for key, row in of(vocabulary).items() if key in found}

    return FacetSource(parameter, label, labels, by_slug, **options)


def _label(row: Any) -> str:
    return str(getattr(row, "short_name", "") or row.label)


def spending_bands(bits: Mapping[str, Bits], vocabulary: Vocabulary, _: datetime.date) -> Bits:
    """Return the editions of each spending band: those of its policy areas."""
    bands: dict[str, BitMap] = {}
    of_areas = bits.get("policy_area", {})
    for key, area in vocabulary.network.policy_areas.items():
        band = str(area.band)
        bands[band] = bands.get(band, BitMap()) | of_areas.get(key, BitMap())
    return bands


def ages(bits: Mapping[str, Bits], _: Vocabulary, day: datetime.date) -> Bits:
    """Return the editions of each period of UPDATED. A month or a year counts as its first day, not as newer."""
    since = {
        years: (day - datetime.timedelta(days=365.25 * int(years))).isoformat()
        for years in UPDATED
        if years != "older"
    }
    found: dict[str, list[BitMap]] = {}
    for date, editions in bits.get("updated", {}).items():
        first_day = f"{date}-01-01"[:10]
        periods = [years for years, start in since.items() if first_day >= start]
        for period in periods or ["older"]:
            found.setdefault(period, []).append(editions)
    return {period: BitMap.union(*some) for period, some in found.items()}


FACETS = (
    terms("policy_area", "Policy area", lambda known: known.network.policy_areas),
    FacetSource(
        "spending",
        "Public spending covered",
        lambda _: {str(value): str(label) for value, label in SpendingBand.choices},
        spending_bands,
    ),
    choices("strength", label_of("strength"), Strength),
    choices("impact", label_of("direction"), Direction),
    choices("cost", label_of("cost"), Cost, include_not_stated=True),
    terms("centre", "Centre", lambda known: known.network.centres, sort_by_count=True),
    terms("audience", label_of("audiences"), lambda known: known.audiences, sort_by_count=True),
    terms("topic", "Topic", lambda known: known.topics, sort_by_count=True),
    terms("outcome", "Outcome", lambda known: known.outcomes, sort_by_count=True),
    terms("kind", label_of("kind"), lambda known: known.kinds),
    terms(
        "setting",
        "Setting",
        lambda known: known.settings,
        sort_by_count=True,
        include_not_stated=True,
    ),
    choices("age_group", "Age group", AgeGroup, include_not_stated=True),
    FacetSource("updated", label_of("updated"), lambda _: UPDATED, ages, include_not_stated=True),
)
