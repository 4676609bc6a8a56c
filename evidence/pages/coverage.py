"""How much of what the centres publish is here: by product line, how many of how many, and how complete each value is.

A real size is a number that was read on a page. Where none was read there is none, and no share of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyroaring import BitMap

from centres.models import Centre
from centres.published import current_network
from centres.vocabulary import Rated, Reason
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import edition
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.models import Product, ProductRule
from portal import published

# Copies of centres' websites that are not for readers. Pages name them and do not link them.
STAGING = ("chi-staging.webflow.io", "production.copweb.aws.college.police.uk")
SHOWN = 200  # summaries that the page of a line names


@dataclass(frozen=True)
class FieldCoverage:
    """For how many summaries of a line one value is stated here, and why it is missing from the others."""

    field: Rated
    number: int  # of the summaries
    missing: dict[Reason, int]
    rule: ProductRule | None

    @property
    def label(self) -> str:
        """What people call the value."""
        return str(self.field.label)

    @property
    def stated(self) -> int:
        """How many of them state it."""
        return self.number - sum(self.missing.values())

    @property
    def is_never_given(self) -> bool:
        """Whether the centre gives it for no item of the line."""
        return self.rule is not None and self.rule.given == ProductRule.Given.NEVER

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why it is missing, in words, with how often."""
        return [(str(reason.label).lower(), number) for reason, number in self.missing.items()]


@dataclass(frozen=True)
class LineCoverage:
    """One product line: how much of it is here."""

    product: Product
    editions: BitMap

    @property
    def held(self) -> int:
        """How many of its items have a published summary here."""
        return len(self.editions)

    @property
    def percent(self) -> int | None:
        """The share of the line that is here, in whole percent; None where its size was not read, or is no exact number."""
        count = self.product.count
        if not count or self.product.count_qualifier or self.held > count:
            return None
        return round(100 * self.held / count)

    @property
    def size(self) -> str:
        """How many items it really has, in words; nothing where no number was read."""
        product = self.product
        if product.count is None:
            return ""
        return f"{product.count_qualifier} {product.count:,} {product.count_unit}".strip()

    @cached_property
    def confirmed(self) -> int:
        """Of how many of them the centre has confirmed the figures."""
        return len(self.editions & current_catalogue().confirmed)

    @cached_property
    def newest(self) -> str:
        """The newest version that a summary here is of, as a partial date; empty if none is dated."""
        keys = current_catalogue().newest.some(self.editions, 0, 1)
        return edition(keys[0]).updated if keys else ""

    @cached_property
    def fields(self) -> list[FieldCoverage]:
        """Each value, with how complete it is."""
        missing = current_catalogue().missing
        return [
            FieldCoverage(
                field,
                self.held,
                {
                    reason: number
                    for reason in Reason
                    if (number := len(self.editions & missing[field.value][reason.value]))
                },
                self.product.rule_of.get(field.value),
            )
            for field in Rated
        ]


@dataclass(frozen=True)
class CentreCoverage:
    """The lines of one centre together."""

    centre: Centre
    lines: Sequence[LineCoverage]

    @property
    def held(self) -> int:
        """How many summaries of its lines are here."""
        return sum(line.held for line in self.lines)

    @property
    def total(self) -> "Total":
        """What is here of the lines whose size is known."""
        return Total(self.lines)

    @property
    def confirmed(self) -> int:
        """Of how many of them the centre has confirmed the figures."""
        return sum(line.confirmed for line in self.lines)


@dataclass(frozen=True)
class Total:
    """Some lines together, as far as their size is known."""

    lines: Sequence[LineCoverage]

    @property
    def sized(self) -> list[LineCoverage]:
        """The lines of which an exact size was read."""
        return [line for line in self.lines if line.percent is not None]

    @property
    def unsized(self) -> int:
        """How many lines have no exact size."""
        return len(self.lines) - len(self.sized)

    @property
    def held(self) -> int:
        """How many items of those of known size are here."""
        return sum(line.held for line in self.sized)

    @property
    def count(self) -> int:
        """How many items those have."""
        return sum(line.product.count or 0 for line in self.sized)

    @property
    def percent(self) -> int | None:
        """The share of them that is here, in whole percent; None if no size is known."""
        return round(100 * self.held / self.count) if self.count else None


def coverage_of(product: Product) -> LineCoverage:
    """Return a product line of the vocabulary with what is here of it, which is counted once for a snapshot."""
    snapshot = published.current()
    return snapshot.get_or_make(("coverage", product.slug), lambda: _counted(product, snapshot))


def _counted(product: Product, snapshot: published.Snapshot) -> LineCoverage:
    with published.only(snapshot):  # so that no figure is of another, which may come at any time
        line = LineCoverage(product, current_catalogue().products[product.slug])
        line.confirmed, line.newest, line.fields  # noqa: B018 - each is kept
    return line


def lines() -> list[LineCoverage]:
    """Return every product line with what is here of it, in order."""
    return [coverage_of(product) for product in current_vocabulary().products.values()]


def centres_of(every: Sequence[LineCoverage]) -> list[CentreCoverage]:
    """Return the centres that have a line, in the order of the network."""
    own = {
        centre: [line for line in every if line.product.centre_id == key]
        for key, centre in current_network().centres.items()
    }
    return [CentreCoverage(centre, its_lines) for centre, its_lines in own.items() if its_lines]


def coverage_of_centre(centre: Centre) -> CentreCoverage:
    """Return one centre with its lines, if it has any."""
    return CentreCoverage(centre, [line for line in lines() if line.product.centre == centre])


def coverage_context() -> dict[str, Any]:
    """Return what the page on coverage shows."""
    every = lines()
    everything = current_catalogue().everything
    return {
        "centres": centres_of(every),
        "lines": every,
        "total": Total(every),
        "number": len(everything),
        "in_no_line": len(everything - BitMap.union(BitMap(), *(line.editions for line in every))),
        "never": list(_never_given(every)),
        "labels": [field.label for field in Rated],
        "confirmed": len(current_catalogue().confirmed),
    }


def _never_given(every: Sequence[LineCoverage]) -> Iterator[dict[str, Any]]:
    """Yield each value with the lines whose centre gives it for no item."""
    for field in Rated:
        found = [
            line.product
            for line in every
            for one in line.fields
            if one.field == field and one.is_never_given
        ]
        if found:
            yield {"label": field.label, "products": found}


def line_context(product: Product) -> dict[str, Any]:
    """Return what the page of a product line shows."""
    line = coverage_of(product)
    by_title = current_catalogue().by_title.some(line.editions, 0, SHOWN)
    return {"line": line, "product": product, "editions": by_title, "shown": len(by_title)}


COLUMNS = (
    *("centre", "product_line", "held", "real_size", "size_words", "share_percent"),
    *(f"{field.value}_stated" for field in Rated),
    *(f"{field.value}_given_by_centre" for field in Rated),
    *("newest_version", "pages_read_on", "confirmed_by_centre", "url"),
)


def csv_rows(site: str) -> list[Sequence[Any]]:
    """Return the head and a row for each product line. `site` is the portal's address, before the paths."""
    return [COLUMNS, *(_csv_row(line, site) for line in lines())]


def _csv_row(line: LineCoverage, site: str) -> Sequence[Any]:
    product = line.product
    return (
        product.centre.short_name,
        product.name,
        line.held,
        "" if product.count is None else product.count,
        line.size,
        "" if line.percent is None else line.percent,
        *(one.stated for one in line.fields),
        *(one.rule.given if one.rule else ProductRule.Given.UNKNOWN.value for one in line.fields),
        line.newest,
        product.read_on.isoformat(),
        line.confirmed,
        f"{site}{product.get_absolute_url()}",
    )
