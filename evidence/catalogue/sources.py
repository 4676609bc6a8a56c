"""The facets of the find page, in their order, and where each of them comes from."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import Any

from django.db.models import Choices
from pyroaring import BitMap

from centres.vocabulary import (
    DIRECTIONS_OF_OUTCOMES,
    AgeGroup,
    Cost,
    Direction,
    Doubt,
    Rated,
    Reason,
    SpendingBand,
    Strength,
)
from evidence.models import why_missing
from evidence.models.content_fields import label_of
from evidence.models.products import WORDS_ONLY as IN_WORDS_ONLY

from .facets import NOT_STATED, WORDS_ONLY, Facet
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
    # The one of Rated that it rates: what has no value is filed under the reason why. An alias stands for all of that.
    missing: str = ""
    alias_of_missing: str = ""
    # The rows whose slugs are its values, by their keys; none for a fixed list.
    rows: Callable[[Vocabulary], Mapping[int, Any]] = lambda _: {}
    # The facet whose values belong to the same findings, and the editions that have a value of each in one finding.
    partner: str = ""
    together: Callable[[Mapping[str, Bits], Vocabulary], Mapping[str, Bits]] = lambda *_: {}

    def facet(
        self,
        bits: Mapping[str, Bits],
        vocabulary: Vocabulary,
        everything: BitMap,
        day: datetime.date,
    ) -> Facet:
        """Make the facet from the editions of each value of `values_of`."""
        found = self.bits(bits, vocabulary, day)
        retired = {row.slug for row in self.rows(vocabulary).values() if getattr(row, "ended", "")}
        labels = {
            value: label
            for value, label in self.labels(vocabulary).items()
            if value not in retired or found.get(value)  # offered for as long as something has it
        }
        by_value = {value: found.get(value) or BitMap() for value in labels}
        if self.include_not_stated:
            by_value[NOT_STATED] = everything - reduce(or_, by_value.values(), BitMap())
            labels[NOT_STATED] = "Not stated"
        aliases = {}
        if self.missing:
            lacking = self._lacking(bits, vocabulary, everything, by_value)
            by_value |= lacking
            labels |= _labels(Reason) | {WORDS_ONLY: IN_WORDS_ONLY}
            held = tuple(value for value, editions in lacking.items() if editions)
            aliases = {self.alias_of_missing: held or tuple(lacking)}
        together = self.together(bits, vocabulary)
        return Facet(
            self.parameter,
            self.label,
            labels,
            by_value,
            self.sort_by_count,
            partner=self.partner,
            together={value: together.get(value, {}) for value in labels} if self.partner else {},
            aliases=aliases,
        )

    def _lacking(
        self,
        bits: Mapping[str, Bits],
        vocabulary: Vocabulary,
        everything: BitMap,
        by_value: Mapping[str, BitMap],
    ) -> dict[str, BitMap]:
        """Return what has no value: that of which the centre's words are known, then by the reason."""
        rest = everything - reduce(or_, by_value.values(), BitMap())
        reasons = {
            reason: editions & rest
            for reason, editions in by_reason(bits, vocabulary, self.missing).items()
        }
        return {WORDS_ONLY: rest - reduce(or_, reasons.values()), **reasons}


def choices(parameter: str, label: str, of: type[Choices], **options: Any) -> FacetSource:
    """Return a facet whose values are a fixed list."""
    return FacetSource(
        parameter,
        label,
        lambda _: _labels(of),
        lambda bits, *_: bits.get(parameter, {}),
        **options,
    )


def _labels(of: type[Choices]) -> dict[str, str]:
    return {str(value): str(label) for value, label in of.choices}


def terms(
    parameter: str, label: str, of: Callable[[Vocabulary], Mapping[int, Any]], **options: Any
) -> FacetSource:
    """Return a facet whose values are rows, each with a slug and a label; `of` has them by their keys."""

    def labels(vocabulary: Vocabulary) -> dict[str, str]:
        return {row.slug: _label(row) for row in of(vocabulary).values()}

    def by_slug(bits: Mapping[str, Bits], vocabulary: Vocabulary, _: datetime.date) -> Bits:
        rows = of(vocabulary)
        found: dict[str, BitMap] = {}
        for key, editions in bits.get(parameter, {}).items():
            if key in rows:  # several keys have one slug, if rows were merged
                slug = rows[key].slug
                found[slug] = found[slug] | editions if slug in found else editions
        return found

    return FacetSource(parameter, label, labels, by_slug, rows=of, **options)


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


def at_least(bits: Mapping[str, Bits], *_: Any) -> Bits:
    """Return the editions of each level of strength together with those of all levels above it. What is not rated has none."""
    of_levels = bits.get("strength", {})
    unions = accumulate((of_levels.get(level, BitMap()) for level in RATED), or_)
    return dict(zip(RATED, unions, strict=True))


def by_outcome(bits: Mapping[str, Bits], vocabulary: Vocabulary) -> dict[str, Bits]:
    """Return the editions with a finding of each outcome and direction, by the outcome first."""
    found: dict[str, dict[str, BitMap]] = {}
    for (outcome, direction), editions in bits.get("outcome and effect", {}).items():
        if outcome in vocabulary.outcomes:
            of_outcome = found.setdefault(vocabulary.outcomes[outcome].slug, {})
            before = of_outcome.get(direction)
            of_outcome[direction] = editions if before is None else before | editions
    return dict(found)


def by_effect(bits: Mapping[str, Bits], vocabulary: Vocabulary) -> dict[str, Bits]:
    """Return the editions with a finding of each outcome and direction, by the direction first."""
    found: dict[str, dict[str, BitMap]] = {}
    for outcome, directions in by_outcome(bits, vocabulary).items():
        for direction, editions in directions.items():
            found.setdefault(direction, {})[outcome] = editions
    return dict(found)


def effects_on_any(bits: Mapping[str, Bits], vocabulary: Vocabulary, _: datetime.date) -> Bits:
    """Return the editions with a finding of each direction, whatever the outcome."""
    found = by_effect(bits, vocabulary)
    return {
        direction: BitMap.union(*of_outcomes.values()) for direction, of_outcomes in found.items()
    }


def by_reason(bits: Mapping[str, Bits], vocabulary: Vocabulary, field: str) -> dict[str, BitMap]:
    """Return the editions without a value, one of Rated, by the reason why it is missing; every reason has a bitmap."""
    found = {reason.value: BitMap() for reason in Reason}
    for (centre, name, own), editions in bits.get(f"{field} missing", {}).items():
        why = why_missing(field, vocabulary.line(centre, name), [own])
        found[why.reason.value] |= editions
    return found


NO_DOUBT = "none"
DOUBTS = {NO_DOUBT: "None recorded", **_labels(Doubt)}

ASSESSED = [one for one in Direction if one != Direction.NOT_ASSESSED]
RATED = [level.value for level in Strength if level != Strength.NOT_RATED]

FACETS = (
    terms("policy_area", "Policy area", lambda known: known.network.policy_areas),
    FacetSource(
        "spending",
        "Public spending covered",
        lambda _: _labels(SpendingBand),
        spending_bands,
    ),
    FacetSource(
        "strength",
        label_of("strength"),
        lambda _: {level: str(Strength(level).label) for level in RATED},
        lambda bits, *_: bits.get("strength", {}),
        missing=Rated.STRENGTH,
        alias_of_missing=Strength.NOT_RATED.value,
    ),
    FacetSource(
        "strength_at_least",
        "Strength at least",
        lambda _: {level: str(Strength(level).label) for level in RATED},
        at_least,
    ),
    FacetSource(
        "impact",
        label_of("direction"),
        lambda _: {one.value: str(one.label) for one in ASSESSED},
        lambda bits, *_: bits.get("impact", {}),
        missing=Rated.EFFECT,
        alias_of_missing=Direction.NOT_ASSESSED.value,
    ),
    choices("cost", label_of("cost"), Cost, missing=Rated.COST, alias_of_missing=NOT_STATED),
    terms("centre", "Centre", lambda known: known.network.centres, sort_by_count=True),
    terms("audience", label_of("audiences"), lambda known: known.audiences, sort_by_count=True),
    terms("topic", "Topic", lambda known: known.topics, sort_by_count=True),
    terms("approach", "Approach", lambda known: known.approaches, sort_by_count=True),
    terms(
        "outcome",
        "Outcome",
        lambda known: known.outcomes,
        sort_by_count=True,
        partner="outcome_effect",
        together=by_outcome,
    ),
    FacetSource(
        "outcome_effect",
        "Effect on the outcome",
        lambda _: DIRECTIONS_OF_OUTCOMES,
        effects_on_any,
        partner="outcome",
        together=by_effect,
    ),
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
    FacetSource(
        "doubt",
        label_of("doubts"),
        lambda _: DOUBTS,
        lambda bits, *_: bits.get("doubt", {}),
    ),
)
