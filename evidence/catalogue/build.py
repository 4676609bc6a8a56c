"""Reads the published editions into a catalogue. The facets of the find page are declared here, in their order on the page."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Choices, F

from centres.models import Centre, PolicyArea
from centres.vocabulary import AgeGroup, Cost, Direction, SpendingBand, Strength
from evidence.models import Audience, Edition, Kind, Outcome, Setting, Topic
from evidence.models.content_fields import label_of
from portal.content_version import ContentVersion

from .facets import NOT_STATED, Catalogue, Facet, bitmap

UPDATED = {
    "1": "In the last year",
    "2": "In the last 2 years",
    "5": "In the last 5 years",
    "older": "Longer ago",
}

Pairs = Iterable[tuple[int, str]]  # the position of an edition, and a value that it has


def build_catalogue(day: datetime.date) -> Catalogue:
    """Read what is published now into a catalogue. Ages are counted from `day`."""
    version = ContentVersion.current()  # before the rows: a change made meanwhile must be noticed
    published = Published.read(day)
    rows = published.rows
    strengths = {value: place for place, value in enumerate(Strength.values)}
    orders = {
        "newest": range(len(rows)),
        "strength": sorted(range(len(rows)), key=lambda i: strengths[rows[i]["strength"]]),
        "title": sorted(range(len(rows)), key=lambda i: rows[i]["title"].casefold()),
    }
    facets = {source.parameter: source.facet(published) for source in FACETS}
    editions = [row["pk"] for row in rows]
    return Catalogue(version, day, editions, published.positions, facets, orders)


@dataclass(frozen=True)
class Published:
    """What the facets are made from: a row for each published edition, newest first, and its position by primary key."""

    day: datetime.date
    rows: list[dict[str, Any]]
    positions: Mapping[int, int]

    @classmethod
    def read(cls, day: datetime.date) -> "Published":
        """Read all published editions in one query."""
        newest_first = (F("updated").desc(), F("published_at").desc(), "summary__slug")
        rows: list[Any] = list(
            Edition.objects.published()
            .order_by(*newest_first)
            .values(
                *("pk", "title", "direction", "strength", "cost", "updated", "age_groups"),
                centre=F("summary__centre__slug"),
                kind_slug=F("kind__slug"),
            )
        )
        return cls(day, rows, {row["pk"]: position for position, row in enumerate(rows)})


@dataclass(frozen=True)
class FacetSource:
    """Where a facet comes from: its labels by value, and which edition has which value."""

    parameter: str
    label: str
    labels: Callable[[], Mapping[str, str]]
    pairs: Callable[[Published], Pairs]
    sort_by_count: bool = False
    include_not_stated: bool = False  # what an edition without any value is filed under

    def facet(self, published: Published) -> Facet:
        """Make the facet of the editions that are published now."""
        size = len(published.rows)
        labels = dict(self.labels())
        positions: dict[str, list[int]] = {value: [] for value in labels}
        for position, value in self.pairs(published):
            if value in positions:  # not if its slug has changed since the labels were read
                positions[value].append(position)
        bits = {value: bitmap(found, size) for value, found in positions.items()}
        if self.include_not_stated:
            stated = reduce(or_, bits.values(), 0)
            bits[NOT_STATED] = ((1 << size) - 1) & ~stated
            labels[NOT_STATED] = "Not stated"
        return Facet(self.parameter, self.label, labels, bits, self.sort_by_count)


# Where labels come from


def choices(of: type[Choices]) -> Callable[[], dict[str, str]]:
    """Take the labels from a fixed list."""
    return lambda: {str(value): str(label) for value, label in of.choices}


def terms(model: Any) -> Callable[[], dict[str, str]]:
    """Take the labels from a table whose rows have a slug and a label."""
    return lambda: dict(model.objects.values_list("slug", "label"))


def centre_names() -> dict[str, str]:
    """Return the short name of each centre by its slug."""
    return {centre.slug: centre.short_name for centre in Centre.objects.all()}


# Which edition has which value


def column(name: str) -> Callable[[Published], Pairs]:
    """Take the value from the edition's own row; an empty one is none."""
    return lambda published: (
        (position, str(row[name]))
        for position, row in enumerate(published.rows)
        if row[name] not in ("", None)
    )


def linked(path: str) -> Callable[[Published], Pairs]:
    """Take the values from the rows at the end of a path from the edition, such as `topics__slug`, in one query."""

    def pairs(published: Published) -> Pairs:
        # Unordered: a bitmap has no order, and sorting by the model's own would take most of the time.
        editions = Edition.objects.published().order_by().filter(**{f"{path}__isnull": False})
        positions = published.positions
        for pk, slug in editions.values_list("pk", path):
            if pk in positions:  # not if it was published after the others were read
                yield positions[pk], slug

    return pairs


def age_groups(published: Published) -> Pairs:
    """Take the age groups from the edition's own row."""
    return ((i, age) for i, row in enumerate(published.rows) for age in row["age_groups"])


def spending_bands(published: Published) -> Pairs:
    """Take the spending bands of the edition's policy areas."""
    bands = {area.slug: area.band for area in PolicyArea.objects.prefetch_related("figures")}
    areas = linked("policy_areas__slug")(published)
    return ((position, str(bands[slug])) for position, slug in areas if slug in bands)


def ages(published: Published) -> Iterator[tuple[int, str]]:
    """Take the periods that the date of an edition falls in. A month or a year counts as its first day, not as newer."""
    since = {
        years: (published.day - datetime.timedelta(days=365.25 * int(years))).isoformat()
        for years in UPDATED
        if years != "older"
    }
    for position, row in enumerate(published.rows):
        if date := row["updated"]:
            first_day = f"{date}-01-01"[:10]
            periods = [years for years, start in since.items() if first_day >= start]
            yield from ((position, period) for period in periods or ["older"])


FACETS = (
    FacetSource("policy_area", "Policy area", terms(PolicyArea), linked("policy_areas__slug")),
    FacetSource("spending", "Public spending covered", choices(SpendingBand), spending_bands),
    FacetSource("strength", label_of("strength"), choices(Strength), column("strength")),
    FacetSource("impact", label_of("direction"), choices(Direction), column("direction")),
    FacetSource("cost", label_of("cost"), choices(Cost), column("cost"), include_not_stated=True),
    FacetSource("centre", "Centre", centre_names, column("centre"), sort_by_count=True),
    FacetSource(
        "audience",
        label_of("audiences"),
        terms(Audience),
        linked("audiences__slug"),
        sort_by_count=True,
    ),
    FacetSource("topic", "Topic", terms(Topic), linked("topics__slug"), sort_by_count=True),
    FacetSource(
        "outcome", "Outcome", terms(Outcome), linked("findings__outcome__slug"), sort_by_count=True
    ),
    FacetSource("kind", label_of("kind"), terms(Kind), column("kind_slug")),
    FacetSource(
        "setting",
        "Setting",
        terms(Setting),
        linked("settings__slug"),
        sort_by_count=True,
        include_not_stated=True,
    ),
    FacetSource("age_group", "Age group", choices(AgeGroup), age_groups, include_not_stated=True),
    FacetSource("updated", label_of("updated"), lambda: UPDATED, ages, include_not_stated=True),
)
