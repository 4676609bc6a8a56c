"""How the summaries of policy areas and of centres share out among levels of strength and directions of effect.

Each number leads to the list of exactly the summaries that it counts. Nothing is averaged.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import QueryDict
from pyroaring import BitMap

from centres.models import PolicyArea
from centres.published import current_network
from centres.vocabulary import MODERATE_OR_STRONGER, SpendingBand
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.sources import ASSESSED
from evidence.find.addresses import find_url

from .overview import values_found_with

# What each part is called, and the common levels in it, or the direction.
STRENGTHS = {
    "strong": ("Very high or high", ("very-high", "high")),
    "moderate": ("Moderate", ("moderate",)),
    "weak": ("Low or very low", ("low", "very-low")),
    "insufficient": ("Insufficient", ("insufficient",)),
}
DIRECTIONS = {one.value: (str(one.label), (one.value,)) for one in ASSESSED}
SORTS = {
    "spending": "Spending",
    "summaries": "Number of summaries",
    "rated": "Share rated at least moderate",
}


@dataclass(frozen=True)
class Part:
    """A number of summaries as a part of a bar. Places are in percent of its width."""

    name: str  # of its pattern
    label: str
    count: int
    url: str
    start: float
    width: float


@dataclass(frozen=True)
class Shares:
    """The summaries that have some values of facets, by strength and by direction."""

    label: str
    url: str  # of what it is about
    count: int
    count_url: str
    strengths: Sequence[Part]
    directions: Sequence[Part]
    rated: int  # at least moderate
    rated_url: str
    area: PolicyArea | None = None

    @property
    def rated_percent(self) -> int | None:
        """The share that is rated at least moderate, in percent; None where there is no summary."""
        return round(100 * self.rated / self.count) if self.count else None

    @classmethod
    def of(cls, values: Mapping[str, str], **fields: Any) -> "Shares":
        """Count the summaries that have a value of each of these facets."""
        catalogue = current_catalogue()
        bits = catalogue.everything
        for parameter, value in values.items():
            bits = bits & catalogue.having(parameter, value)
        return cls(
            count=len(bits),
            count_url=find_url(values),
            strengths=list(_parts(bits, values, "strength", STRENGTHS)),
            directions=list(_parts(bits, values, "impact", DIRECTIONS)),
            rated=_number(bits, "strength", MODERATE_OR_STRONGER),
            rated_url=find_url({**values, "strength": MODERATE_OR_STRONGER}),
            **fields,
        )


@dataclass(frozen=True)
class SpendingView:
    """The policy areas with their spending and their evidence, as an address asks for them.

    The rows are made when the page first asks for them, because the page keeps each order and band.
    """

    bands: tuple[str, ...]  # those kept; none for all
    sort: str  # one of SORTS
    ignored: tuple[str, ...] = ()  # values that do not exist, cut short

    @classmethod
    def of(cls, data: QueryDict) -> "SpendingView":
        """Read `spending`, which has bands, and `sort` from a query string."""
        asked, sort = dict.fromkeys(filter(None, data.getlist("spending"))), data.get("sort", "")
        unknown = [one for one in asked if one not in SpendingBand.values]
        unknown += [sort] if sort and sort not in SORTS else []
        return cls(
            tuple(band for band in SpendingBand.values if band in asked),
            sort if sort in SORTS else "spending",
            tuple(value[:40] for value in unknown[:3]),
        )

    @cached_property
    def rows(self) -> list[Shares]:
        """The areas in order."""
        areas = current_network().policy_areas.values()
        rows = [_of_area(area) for area in areas if not self.bands or area.band in self.bands]
        return sorted(rows, key=SORT_KEYS[self.sort])

    @property
    def band_links(self) -> list[dict[str, Any]]:
        """The links that keep one band, with the number of its areas; the first one shows all areas."""
        areas = current_network().policy_areas.values()
        numbers = [(band, sum(area.band == band for area in areas)) for band in SpendingBand]
        return [
            self._link("All", len(areas), bands=()),
            *(self._link(str(band.label), count, bands=(band.value,)) for band, count in numbers if count),
        ]  # fmt: skip

    @property
    def sort_links(self) -> list[dict[str, Any]]:
        """The links that put the areas in another order."""
        return [self._link(label, sort=sort) for sort, label in SORTS.items()]

    def _link(self, label: str, count: int | None = None, **changes: Any) -> dict[str, Any]:
        changed = replace(self, **changes)
        parameters = {
            "spending": list(changed.bands),
            "sort": "" if changed.sort == "spending" else changed.sort,
        }
        url = f"{find_url(parameters, 'centres:policy-area-list')}#evidence"
        return {"label": label, "count": count, "url": url, "current": changed == self}


def centres_context(area: PolicyArea) -> dict[str, Any]:
    """Return the evidence of a policy area by centre, the centre with the most first."""
    network = current_network()
    urls = {centre.slug: centre.get_absolute_url() for centre in network.centres.values()}
    rows = [
        Shares.of(
            {"policy_area": area.slug, "centre": option.value},
            label=option.label,
            url=urls[option.value],
        )
        for option in values_found_with("policy_area", area.slug, "centre")
    ]
    return {"rows": rows, "area": area}


def _of_area(area: PolicyArea) -> Shares:
    return Shares.of(
        {"policy_area": area.slug}, label=area.label, url=area.get_absolute_url(), area=area
    )


def _parts(
    bits: BitMap,
    values: Mapping[str, str],
    parameter: str,
    groups: Mapping[str, tuple[str, Sequence[str]]],
) -> Iterator[Part]:
    """Yield the parts of a bar that are not empty, from left to right: last what has no level, by the reason why."""
    facet = current_catalogue().facets[parameter]
    lacking = {one: (facet.labels[one], (one,)) for one in facet.lacking}
    start = 0.0
    for name, (label, levels) in {**groups, **lacking}.items():
        if number := _number(bits, parameter, levels):
            width = 100 * number / len(bits)
            url = find_url({**values, parameter: levels})
            yield Part(name, label, number, url, round(start, 2), round(width, 2))
            start += width


def _number(bits: BitMap, parameter: str, values: Sequence[str]) -> int:
    catalogue = current_catalogue()
    return sum(
        bits.intersection_cardinality(catalogue.having(parameter, value)) for value in values
    )


def _spending(row: Shares) -> Decimal:
    """Return what is spent on the area of a row; where that is not known, 0, so that it comes last."""
    figure = row.area and row.area.spending
    return (figure and figure.gbp_bn) or Decimal(0)


SORT_KEYS: dict[str, Callable[[Shares], Any]] = {
    "spending": lambda row: -_spending(row),
    "summaries": lambda row: (-row.count, -_spending(row)),
    "rated": lambda row: (-(row.rated_percent or 0), -_spending(row)),
}
