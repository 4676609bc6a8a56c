"""The published evidence as bitmaps, one for each value of each facet: filtering and counting cost next to nothing.

This module is plain Python and imports no Django. A bitmap is an `int` whose bit i stands for the i-th newest edition. Why this
is not SQL: see docs/decisions/0003-catalogue.md.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import compress, islice
from operator import and_, or_
from typing import Any, TypeVar

NOT_STATED = "not-stated"
SORTS = {"relevance": "Relevance", "newest": "Newest", "strength": "Strength", "title": "Title"}

T = TypeVar("T")


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list: its values in order, each with a label and the bitmap of the editions that have it."""

    parameter: str
    label: str
    labels: Mapping[str, str]
    bits: Mapping[str, int]
    sort_by_count: bool = False  # for a long list: the commonest values come first


@dataclass(slots=True)
class Option:
    """One value of a facet as people see it. The count is what ticking its box would give."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Catalogue:
    """The published editions at one content version, on one day (how long ago something was updated changes every day)."""

    version: int
    day: datetime.date
    editions: Sequence[int]  # primary keys, newest first
    positions: Mapping[int, int]  # of each edition in `editions`
    facets: Mapping[str, Facet]  # by parameter
    orders: Mapping[str, Sequence[int]]  # positions in the order of each sort but relevance
    # What this worker has made from this version, such as result cards. It goes when the version does.
    cache: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def all(self) -> "Selection":
        """Select everything."""
        return Selection(self)

    def bitmap(self, editions: Iterable[int]) -> int:
        """Return the bitmap of those of these editions that are published."""
        found = (self.positions[pk] for pk in editions if pk in self.positions)
        return bitmap(found, len(self.editions))

    def editions_in(self, bits: int) -> Iterator[int]:
        """Yield the primary keys of the editions in a bitmap, newest first."""
        return compress(self.editions, _flags(bits, len(self.editions)))

    def get_or_make(self, key: Any, make: Callable[[], T]) -> T:
        """Return what was made under this key for this version, or make it now."""
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]


@dataclass(frozen=True)
class Selection:
    """The editions that have one of the values chosen in every facet (OR inside a facet, AND between facets)."""

    catalogue: Catalogue
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # values by parameter
    ranked: Iterable[int] | None = None  # the editions that a search found, best first
    matched: int | None = None  # the same editions as a bitmap

    def choose(self, parameter: str, values: Iterable[str]) -> "Selection":
        """Narrow to editions that have one of these values. KeyError, when counted, for one that the facet does not have."""
        return replace(self, chosen={**self.chosen, parameter: tuple(values)})

    def only(self, *parameters: str) -> "Selection":
        """Drop what is chosen in all other facets."""
        return replace(self, chosen={name: self.chosen[name] for name in parameters})

    def without(self, *parameters: str) -> "Selection":
        """Drop what is chosen in these facets."""
        return self.only(*(name for name in self.chosen if name not in parameters))

    def matching(self, ranked: Iterable[int], matched: int) -> "Selection":
        """Narrow to what a search found: the editions, best first, and their bitmap."""
        return replace(self, ranked=ranked, matched=matched)

    @property
    def count(self) -> int:
        """How many editions are selected."""
        return self._bits.bit_count()

    def editions(self, sort: str, start: int, stop: int) -> list[int]:
        """Return the primary keys from place `start` up to `stop`, in the order of a sort.

        Relevance is an order only after a search; KeyError without one.
        """
        catalogue = self.catalogue
        flags = _flags(self._bits, len(catalogue.editions))
        positions: Iterable[int]
        if sort == "relevance" and self.ranked is not None:
            known = (catalogue.positions.get(key, -1) for key in self.ranked)
            positions = (position for position in known if position >= 0 and flags[position])
        else:
            order = catalogue.orders[sort]
            positions = compress(order, map(flags.__getitem__, order))  # no further than `stop`
        return [catalogue.editions[position] for position in islice(positions, start, stop)]

    def options(self, facet: Facet) -> list[Option]:
        """Return the values of a facet that would give something or are chosen.

        The counts leave out what is chosen in this facet itself.
        """
        chosen = self.chosen.get(facet.parameter, ())
        others = self._bits_without(facet.parameter) if chosen else self._bits
        options = []
        for value, bits in facet.bits.items():
            count, selected = (bits & others).bit_count(), value in chosen
            if count or selected:
                options.append(Option(value, facet.labels[value], count, selected))
        if facet.sort_by_count:
            options.sort(key=lambda option: (not option.selected, -option.count))
        return options

    @cached_property
    def _bits(self) -> int:
        return self._bits_without("")

    def _bits_without(self, left_out: str) -> int:
        groups = [
            reduce(or_, (self.catalogue.facets[parameter].bits[value] for value in values))
            for parameter, values in self.chosen.items()
            if parameter != left_out
        ]
        if self.matched is not None:
            groups.append(self.matched)
        return reduce(and_, groups, (1 << len(self.catalogue.editions)) - 1)


def bitmap(positions: Iterable[int], size: int) -> int:
    """Return the bitmap of these positions among `size` editions."""
    digits = bytearray(b"0") * (size + 1)
    for position in positions:
        digits[size - position] = 49  # "1"; the text of a number begins with its highest bit
    return int(digits, 2)


def _flags(bits: int, size: int) -> bytes:
    """Return one byte for each position: 1 where its bit is set, 0 where it is not."""
    text = f"{bits:0{size}b}"[::-1]
    return text.encode().translate(_DIGITS) if size else b""


_DIGITS = bytes.maketrans(b"01", b"\x00\x01")
