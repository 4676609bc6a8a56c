"""Makes the catalogue from the published editions. The facets of the find page are declared here, in their order."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import Choices
from pyroaring import BitMap

from centres.vocabulary import AgeGroup, Cost, Direction, Doubt, SpendingBand, Strength
from evidence.models.content_fields import label_of
from portal import published

from .documents import Document, Documents
from .facets import NOT_STATED, Catalogue, Facet, Order
from .vocabulary import Vocabulary

UPDATED = {
    "1": "In the last year",
    "2": "In the last 2 years",
    "5": "In the last 5 years",
    "older": "Longer ago",
}

NO_DOUBT = "none"
DOUBTS = {NO_DOUBT: "None recorded", **{one.value: str(one.label) for one in Doubt}}

Bits = Mapping[Any, BitMap]


def values_of(document: Document) -> dict[str, Iterable[Any]]:
    """Return what an edition is found by in the facets: keys of linked rows, and values of its own."""
    cost = document.value("cost")
    updated = document.value("updated")
    return {
        "policy_area": document.policy_areas,
        "strength": [document.value("strength")],
        "impact": [document.value("direction")],
        "cost": [] if cost is None else [str(cost)],
        "centre": [document.centre],
        "audience": document.audiences,
        "topic": document.topics,
        "outcome": document.outcomes(),
        "kind": [document.value("kind_id")],
        "setting": document.settings,
        "age_group": document.value("age_groups"),
        "updated": [updated] if updated else [],
        "doubt": document.value("doubts") or [NO_DOUBT],
    }


@published.register
@dataclass(frozen=True)
class PublishedCatalogue(published.Part):
    """The catalogue, with what the next one is made from: the editions of each value, whatever its label is today."""

    catalogue: Catalogue
    bits: Mapping[str, Bits]  # by the names of `values_of`, then by value

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Bring the catalogue before up to date, or make the first one."""
        documents, vocabulary = snapshot[Documents], snapshot[Vocabulary]
        if before is None:
            everything = BitMap(documents.added)
            bits, newest, by_title = _first(documents)
        else:
            removed, added = BitMap(documents.removed), BitMap(documents.added)
            everything = (before.catalogue.everything - removed) | added
            bits = _changed(before.bits, documents)
            newest, by_title = (
                order.changed(removed, added, sort_key)
                for order, sort_key in (
                    (before.catalogue.newest, lambda key: _newest(documents.document(key))),
                    (before.catalogue.by_title, lambda key: _title(documents.document(key))),
                )
            )
        facets = {
            source.parameter: source.facet(bits, vocabulary, everything, snapshot.day)
            for source in FACETS
        }
        return cls(Catalogue(everything, facets, newest, by_title), bits)


def current_catalogue() -> Catalogue:
    """Return the catalogue of what is published. Raises NothingPublished if that has never been read."""
    return published.current()[PublishedCatalogue].catalogue


def _first(documents: Documents) -> tuple[dict[str, Bits], Order, Order]:
    """Return the bitmaps and the orders of all published editions."""
    keys: dict[str, dict[Any, list[int]]] = {}
    by_date, by_title = [], []
    for key in documents.added:
        document = documents.document(key)
        for name, values in values_of(document).items():
            of_name = keys.setdefault(name, {})
            for value in values:
                of_name.setdefault(value, []).append(key)
        by_date.append((_newest(document), key))
        by_title.append((_title(document), key))
    bits: dict[str, Bits] = {
        name: {value: BitMap(found) for value, found in values.items()}
        for name, values in keys.items()
    }
    newest, titles = (Order.of(key for _, key in sorted(one)) for one in (by_date, by_title))
    return bits, newest, titles


def _changed(before: Mapping[str, Bits], documents: Documents) -> dict[str, Bits]:
    """Return the bitmaps with the editions that came and without those that went. Those before stay as they are."""
    bits = {name: dict(values) for name, values in before.items()}
    copied: set[tuple[str, Any]] = set()

    def bitmaps(key: int) -> Iterator[BitMap]:
        for name, values in values_of(documents.document(key)).items():
            of_name = bits.setdefault(name, {})
            for value in values:
                if (name, value) not in copied:
                    copied.add((name, value))
                    of_name[value] = BitMap(of_name.get(value, ()))
                yield of_name[value]

    for key in documents.removed:
        for one in bitmaps(key):
            one.discard(key)
    for key in documents.added:
        for one in bitmaps(key):
            one.add(key)
    return dict(bits)


def _newest(document: Document) -> tuple[Any, ...]:
    """Return what the newest come first by; of one month or year, those whose day or month is not known come last."""
    parts = [-int(part) for part in document.value("updated").split("-") if part]
    published_at: datetime.datetime = document.value("published_at")
    return (*parts, *[0] * (3 - len(parts)), -published_at.timestamp(), document.slug)


def _title(document: Document) -> tuple[Any, ...]:
    return (document.value("title").casefold(), *_newest(document))


# Facets


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
    FacetSource(
        "doubt", label_of("doubts"), lambda _: DOUBTS, lambda bits, *_: bits.get("doubt", {})
    ),
)
