"""The published evidence in memory: one bitmap a facet value, so that filtering and counting cost next to nothing.

Each worker holds one immutable Catalogue. It looks at the content version no more than once a second, and when that has moved
builds a new catalogue beside the old one and swaps it in. Bit i of every bitmap is the i-th newest edition. Why not SQL: see
docs/decisions/0003-catalogue.md.
"""

import datetime
import functools
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import compress, islice
from operator import and_, itemgetter, or_
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.models import F
from django.utils import timezone

from centres.models import Centre, PolicyArea
from centres.vocabulary import AgeGroup, Cost, Direction, SpendingBand, Strength
from evidence.models import Audience, Edition, Finding, Kind, Outcome, Setting, Topic
from portal.models import ContentVersion

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 2.0  # for another thread's look: the database may be away
NOT_STATED = "not-stated"
SORTS = {"relevance": "Relevance", "newest": "Newest", "strength": "Strength", "title": "Title"}

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list: its values in order, each with the editions that have it."""

    parameter: str
    label: str
    labels: Mapping[str, str]
    bits: Mapping[str, int]
    by_count: bool = False  # a long list, whose commonest values come first


@dataclass(slots=True)
class Option:
    """One value of a facet as people see it. The count is what ticking it would give."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Catalogue:
    """The published editions at one content version and day (the ages of versions move by the day)."""

    version: int
    day: datetime.date
    editions: Sequence[int]  # keys, newest first
    positions: Mapping[int, int]
    facets: Mapping[str, Facet]
    orders: Mapping[str, Sequence[int]]  # positions, by sort
    # What workers make from this version and keep as long as it, such as result cards.
    made: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def stamp(self) -> str:
        """What every public page of this catalogue depends on, beside its address."""
        return f"{settings.RELEASE}-{self.version}-{self.day:%Y%m%d}"

    def all(self) -> "Selection":
        return Selection(self)

    def bits(self, editions: Iterable[int]) -> int:
        """Return the bitmap of those of these editions that are published."""
        found = (self.positions[pk] for pk in editions if pk in self.positions)
        return _bitmap(found, len(self.editions))

    def keys(self, bits: int) -> Iterator[int]:
        """Yield the keys of the editions of a bitmap, newest first."""
        return compress(self.editions, _flags(bits, len(self.editions)))

    def make(self, key: Any, maker: Callable[[], T]) -> T:
        """Return what was made under this key for this version, or make it now."""
        if key not in self.made:
            self.made[key] = maker()
        return self.made[key]


@dataclass(frozen=True)
class Selection:
    """The editions that a visitor asked for: OR inside a facet, AND between facets."""

    catalogue: Catalogue
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranked: Iterable[int] | None = None  # what a search found, best first
    matched: int | None = None  # the same as a bitmap

    def choose(self, parameter: str, values: Iterable[str]) -> "Selection":
        return replace(self, chosen={**self.chosen, parameter: tuple(values)})

    def only(self, *parameters: str) -> "Selection":
        """Drop the choices of all other facets."""
        return replace(self, chosen={name: self.chosen[name] for name in parameters})

    def without(self, *parameters: str) -> "Selection":
        """Drop the choices of these facets."""
        return self.only(*(name for name in self.chosen if name not in parameters))

    def matching(self, ranked: Iterable[int], matched: int) -> "Selection":
        """Narrow to what a search found: the keys of editions, best first, and their bitmap."""
        return replace(self, ranked=ranked, matched=matched)

    @property
    def count(self) -> int:
        return self._bits().bit_count()

    def editions(self, sort: str, start: int, stop: int) -> list[int]:
        """Return the keys of a stretch of the list, in the order of the sort."""
        catalogue = self.catalogue
        flags = _flags(self._bits(), len(catalogue.editions))
        positions: Iterable[int]
        if sort == "relevance" and self.ranked is not None:
            known = (catalogue.positions.get(key, -1) for key in self.ranked)
            positions = (position for position in known if position >= 0 and flags[position])
        else:
            order = catalogue.orders[sort]
            positions = compress(order, itemgetter(*order)(flags) if len(order) > 1 else flags)
        return [catalogue.editions[position] for position in islice(positions, start, stop)]

    def options(self, facet: Facet) -> list[Option]:
        """Return the values of a facet that would give something, or are chosen."""
        others = self._bits(leave_out=facet.parameter)
        chosen = self.chosen.get(facet.parameter, ())
        counted = (
            Option(value, facet.labels[value], (bits & others).bit_count(), value in chosen)
            for value, bits in facet.bits.items()
        )
        options = [option for option in counted if option.count or option.selected]
        if facet.by_count:
            options.sort(key=lambda option: (not option.selected, -option.count))
        return options

    def _bits(self, leave_out: str = "") -> int:
        groups = [
            reduce(or_, (self.catalogue.facets[parameter].bits[value] for value in values))
            for parameter, values in self.chosen.items()
            if parameter != leave_out
        ]
        if self.matched is not None:
            groups.append(self.matched)
        return reduce(and_, groups, (1 << len(self.catalogue.editions)) - 1)


# The current one

_lock = threading.Lock()
_current: Catalogue | None = None
_expected: frozenset[Any] = frozenset()  # what the version before was asked for
_looked_at = 0.0


def current() -> Catalogue:
    """Return the catalogue of what is published, less than two seconds behind the database."""
    held, age = _current, _age()
    if held is not None and age < LOOK_SECONDS:
        return held
    # One thread looks and builds. The others serve what was right a moment ago, and wait if nobody has looked for longer.
    if held is None:
        _lock.acquire()
    elif not _lock.acquire(timeout=0 if age < 2 * LOOK_SECONDS else PATIENCE_SECONDS):
        return held
    try:
        return _look()
    finally:
        _lock.release()


def _look() -> Catalogue:
    """Build a new catalogue if the content has moved. While the database is away, keep what we hold."""
    global _current, _expected, _looked_at
    held = _current
    if held is not None and _age() < LOOK_SECONDS:
        return held  # another thread has looked meanwhile
    try:
        day = timezone.localdate()
        if held is None or (held.version, held.day) != (ContentVersion.current(), day):
            _expected = frozenset(held.made) if held else frozenset()
            _current = held = build(day)
    except (InterfaceError, OperationalError):
        if held is None:
            raise
        logger.warning("The database cannot be reached; serving content version %s.", held.version)
    finally:
        # After a failure too: asking an absent database takes seconds.
        _looked_at = time.monotonic()
    return held


def _age() -> float:
    return time.monotonic() - _looked_at


def prepare(**_signal: Any) -> None:
    """After an answer is sent: make what the last version was asked for, so that the next visitor needn't wait for it."""
    held = _current
    try:
        for key, maker in _prepared.items():
            if held is not None and key in _expected:
                held.make(key, maker)
    except DatabaseError:
        logger.warning("Nothing could be prepared for content version %s.", held and held.version)


def prepared(key: str) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Make a function return what it made for the current version, and have that prepared for the next one."""

    def decorate(maker: Callable[[], T]) -> Callable[[], T]:
        _prepared[key] = maker
        return functools.wraps(maker)(lambda: current().make(key, maker))

    return decorate


_prepared: dict[str, Callable[[], Any]] = {}


def look_again() -> None:
    """Let the next reader look whether the content has moved, however lately somebody has."""
    global _looked_at
    _looked_at = time.monotonic() - LOOK_SECONDS


def forget() -> None:
    """Drop the catalogue: the next call builds it anew."""
    global _current
    _current = None


def build(day: datetime.date) -> Catalogue:
    """Read the published editions into a catalogue."""
    version = ContentVersion.current()  # before the rows: a later change must be seen as one
    rows: list[Any] = list(
        Edition.objects.published()
        .order_by(F("updated").desc(), F("published_at").desc(), "summary__slug")
        .values(
            "pk",
            "title",
            "direction",
            "strength",
            "cost",
            "updated",
            "age_groups",
            centre=F("summary__centre__slug"),
            kind_slug=F("kind__slug"),
        )
    )
    editions = [row["pk"] for row in rows]
    positions = {pk: position for position, pk in enumerate(editions)}
    facets = {facet.parameter: facet for facet in _facets(rows, positions, day)}
    strengths = {value: place for place, value in enumerate(Strength.values)}
    everything = range(len(rows))
    orders = {
        "newest": everything,
        "strength": sorted(everything, key=lambda i: strengths[rows[i]["strength"]]),
        "title": sorted(everything, key=lambda i: rows[i]["title"].casefold()),
    }
    return Catalogue(version, day, editions, positions, facets, orders)


def _facets(
    rows: list[dict[str, Any]], positions: Mapping[int, int], day: datetime.date
) -> Iterator[Facet]:
    size = len(rows)

    def facet(
        parameter: str,
        label: str,
        labels: Mapping[str, str],
        pairs: Iterable[tuple[int, str]],
        *,
        by_count: bool = False,
        or_not_stated: bool = False,
    ) -> Facet:
        found: dict[str, list[int]] = {value: [] for value in labels}
        for position, value in pairs:
            found[value].append(position)
        bits = {value: _bitmap(places, size) for value, places in found.items()}
        labels = dict(labels)
        if or_not_stated:
            stated = reduce(or_, bits.values(), 0)
            bits[NOT_STATED] = ((1 << size) - 1) & ~stated
            labels[NOT_STATED] = "Not stated"
        return Facet(parameter, label, labels, bits, by_count)

    def linked(path: str) -> list[tuple[int, str]]:
        # Unordered: bits have no order, and the model's own takes most of the time.
        pairs = Edition.objects.published().order_by().filter(**{f"{path}__isnull": False})
        return [
            (positions[pk], slug) for pk, slug in pairs.values_list("pk", path) if pk in positions
        ]

    def of_rows(name: str) -> Iterator[tuple[int, str]]:
        return ((i, str(row[name])) for i, row in enumerate(rows) if row[name] not in ("", None))

    areas = list(PolicyArea.objects.prefetch_related("figures"))
    bands = {area.slug: area.band for area in areas}
    in_areas = linked("policy_areas__slug")
    in_bands = {(position, str(bands[slug])) for position, slug in in_areas}
    outcomes = Finding.objects.filter(Edition.published_q("edition"))
    measured = outcomes.order_by().values_list("edition_id", "outcome__slug").distinct()
    costs = {str(cost.value): cost.label for cost in Cost}
    ages = ((i, age) for i, row in enumerate(rows) for age in row["age_groups"])

    yield facet("policy_area", "Policy area", {area.slug: area.label for area in areas}, in_areas)
    yield facet("spending", "Public spending covered", dict(SpendingBand.choices), in_bands)
    yield facet("strength", "Strength of evidence", dict(Strength.choices), of_rows("strength"))
    yield facet("impact", "Effect", dict(Direction.choices), of_rows("direction"))
    yield facet("cost", "Cost", costs, of_rows("cost"), or_not_stated=True)
    centres = {centre.slug: centre.short_name for centre in Centre.objects.all()}
    yield facet("centre", "Centre", centres, of_rows("centre"), by_count=True)
    yield facet(
        "audience", "Who it is for", _labels(Audience), linked("audiences__slug"), by_count=True
    )
    yield facet("topic", "Topic", _labels(Topic), linked("topics__slug"), by_count=True)
    yield facet(
        "outcome",
        "Outcome",
        _labels(Outcome),
        [(positions[pk], slug) for pk, slug in measured if pk in positions],
        by_count=True,
    )
    yield facet("kind", "Kind", _labels(Kind), of_rows("kind_slug"))
    yield facet(
        "setting", "Setting", _labels(Setting), linked("settings__slug"),
        by_count=True, or_not_stated=True,
    )  # fmt: skip
    yield facet("age_group", "Age group", dict(AgeGroup.choices), ages, or_not_stated=True)
    yield facet("updated", "Updated", UPDATED, _ages(rows, day), or_not_stated=True)


UPDATED = {
    "1": "In the last year",
    "2": "In the last 2 years",
    "5": "In the last 5 years",
    "older": "Longer ago",
}


def _ages(rows: list[dict[str, Any]], day: datetime.date) -> Iterator[tuple[int, str]]:
    """Place each date in its windows. A month or a year counts as its first day: never newer than it may be."""
    since = {
        years: (day - datetime.timedelta(days=365.25 * int(years))).isoformat() for years in "125"
    }
    for position, row in enumerate(rows):
        if date := row["updated"]:
            first_day = f"{date}-01-01"[:10]
            windows = [years for years, start in since.items() if first_day >= start]
            yield from ((position, window) for window in windows or ["older"])


def _labels(model: Any) -> dict[str, str]:
    return dict(model.objects.values_list("slug", "label"))


def _bitmap(positions: Iterable[int], size: int) -> int:
    flags = bytearray(b"0") * (size + 1)
    for position in positions:
        flags[size - position] = 49  # "1": the text of the number begins with its highest bit
    return int(flags, 2)


def _flags(bits: int, size: int) -> bytes:
    """Return one byte a position, 1 where its bit is set."""
    text = f"{bits:0{size}b}"[::-1]
    return text.encode().translate(_DIGITS) if size else b""


_DIGITS = bytes.maketrans(b"01", b"\x00\x01")
