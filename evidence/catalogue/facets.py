"""The published evidence as bitmaps, one for each value of each facet: filtering and counting cost next to nothing.

This module imports no Django. A bitmap is a compressed set of the primary keys of editions (a Roaring bitmap), and is not
changed once it is part of a catalogue. Why this is not SQL: see docs/decisions/0003-catalogue.md.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from heapq import nsmallest
from itertools import islice
from operator import and_, or_
from typing import Any, Protocol

from pyroaring import BitMap

NOT_STATED = "not-stated"
SORTS = {"relevance": "Relevance", "newest": "Newest", "strength": "Strength", "title": "Title"}


class Matches(Protocol):
    """What a search found."""

    def __hash__(self) -> int:
        """Return the same for as long as it is remembered."""

    @property
    def bits(self) -> BitMap:
        """The editions."""

    def best_first(self, among: BitMap, start: int, stop: int) -> list[int]:
        """Return those of them that are in `among` and come from place `start` up to `stop`, the best first."""


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list: its values in order, each with a label and the bitmap of the editions that have it."""

    parameter: str
    label: str
    labels: Mapping[str, str]
    bits: Mapping[str, BitMap]
    sort_by_count: bool = False  # for a long list: the commonest values come first

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Its values, in order."""
        return tuple(self.bits)


@dataclass(slots=True)
class Option:
    """One value of a facet as people see it. The count is what ticking its box would give."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Order:
    """All published editions in one order."""

    keys: "array[int]"
    # How far back each edition stands, by its key. Between two neighbours there is always room for another edition, so that
    # one edition more changes nothing about the others.
    places: "array[float]"

    @classmethod
    def of(cls, keys: Iterable[int]) -> "Order":
        """Return the order of these keys, which come in it."""
        in_order = array("q", keys)
        places = array("d", bytes(8 * (max(in_order, default=0) + 1)))
        for place, key in enumerate(in_order):
            places[key] = place
        return cls(in_order, places)

    def changed(
        self, removed: Iterable[int], added: Iterable[int], sort_key: Callable[[int], Any]
    ) -> "Order":
        """Return the order without some keys and with others, given what the order sorts by."""
        keys, places = array("q", self.keys), array("d", self.places)
        for key in removed:
            keys.remove(key)
        crowded = False
        for key in added:
            at = bisect_left(keys, sort_key(key), key=sort_key)
            before = places[keys[at - 1]] if at else None
            after = places[keys[at]] if at < len(keys) else None
            place = _between(before, after)
            crowded = crowded or place in (before, after)
            keys.insert(at, key)
            places.extend([0.0] * (key + 1 - len(places)))
            places[key] = place
        return Order.of(keys) if crowded else Order(keys, places)

    def some(self, bits: BitMap, start: int, stop: int) -> list[int]:
        """Return the editions of a bitmap that come from place `start` up to `stop`."""
        everything, wanted = len(self.keys), len(bits)
        if wanted == everything:
            return self.keys[start:stop].tolist()
        if not wanted:
            return []
        # Either look for them along the order, or sort them: whichever takes fewer steps.
        steps = min(everything, stop * everything // wanted)
        if steps > 4 * wanted:
            return nsmallest(stop, bits, key=self.places.__getitem__)[start:]
        return list(islice((key for key in self.keys if key in bits), start, stop))


@dataclass(frozen=True)
class Catalogue:
    """All published editions, by facet and in order."""

    everything: BitMap
    facets: Mapping[str, Facet]  # by parameter
    newest: Order
    by_title: Order
    # By outcome and direction: those of which a finding says that this outcome went this way.
    found: Mapping[tuple[str, str], BitMap] = field(default_factory=dict)

    def having(self, parameter: str, value: str) -> BitMap:
        """Return the editions that have a value of a facet: none, if the facet does not have the value."""
        return self.facets[parameter].bits.get(value, BitMap())

    def all(self) -> "Selection":
        """Select everything."""
        return Selection(self)


@dataclass(frozen=True)
class Selection:
    """The editions that have one of the values chosen in every facet (OR inside a facet, AND between facets)."""

    catalogue: Catalogue
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # values by parameter
    matches: Matches | None = None  # of a search

    def choose(self, parameter: str, values: Iterable[str]) -> "Selection":
        """Narrow to editions that have one of these values. KeyError, when counted, for one that the facet does not have."""
        return replace(self, chosen={**self.chosen, parameter: tuple(values)})

    def only(self, *parameters: str) -> "Selection":
        """Drop what is chosen in all other facets."""
        return replace(self, chosen={name: self.chosen[name] for name in parameters})

    def without(self, *parameters: str) -> "Selection":
        """Drop what is chosen in these facets."""
        return self.only(*(name for name in self.chosen if name not in parameters))

    def matching(self, matches: Matches | None) -> "Selection":
        """Narrow to what a search found; with None, drop what another has found."""
        return replace(self, matches=matches)

    @property
    def count(self) -> int:
        """How many editions are selected."""
        return len(self.bits)

    def editions(self, sort: str, start: int, stop: int) -> list[int]:
        """Return the primary keys from place `start` up to `stop`, in the order of a sort.

        Relevance is an order only after a search; KeyError without one.
        """
        if sort == "relevance" and self.matches is not None:
            return self.matches.best_first(self.bits, start, stop)
        if sort == "strength":
            return self._strongest(start, stop)
        return {"newest": self.catalogue.newest, "title": self.catalogue.by_title}[sort].some(
            self.bits, start, stop
        )

    def options(self, facet: Facet) -> list[Option]:
        """Return the values of a facet that would give something or are chosen.

        The counts leave out what is chosen in this facet itself.
        """
        chosen, counts = self.chosen.get(facet.parameter, ()), self.counts(facet)
        return [
            Option(
                value := facet.values[place], facet.labels[value], counts[place], value in chosen
            )
            for place in self.places(facet, counts)
        ]

    def counts(self, facet: Facet) -> list[int]:
        """Return what each value of a facet would give, whatever is chosen in this facet, in the order of its values."""
        chosen = facet.parameter in self.chosen
        others = self._bits_without(facet.parameter) if chosen else self.bits
        return [bits.intersection_cardinality(others) for bits in facet.bits.values()]

    def places(self, facet: Facet, counts: Sequence[int]) -> list[int]:
        """Return the places of the values that are shown, in the order in which they are, given `counts`."""
        chosen = [facet.values.index(value) for value in self.chosen.get(facet.parameter, ())]
        places = [place for place, count in enumerate(counts) if count or place in chosen]
        if facet.sort_by_count:
            places.sort(key=counts.__getitem__, reverse=True)
            places.sort(key=chosen.__contains__, reverse=True)
        return places

    @cached_property
    def bits(self) -> BitMap:
        """The editions that are selected."""
        return self._bits_without("")

    def _bits_without(self, left_out: str) -> BitMap:
        groups = [
            reduce(or_, (self.catalogue.facets[parameter].bits[value] for value in values))
            for parameter, values in self.chosen.items()
            if parameter != left_out
        ]
        if self.matches is not None:
            groups.append(self.matches.bits)
        return reduce(and_, groups) if groups else self.catalogue.everything

    def _strongest(self, start: int, stop: int) -> list[int]:
        """Return the editions of a page in the order of the facet of strength, and of the same strength the newest first."""
        found: list[int] = []
        passed = 0
        for bits in self.catalogue.facets["strength"].bits.values():
            level = bits & self.bits
            first, last = max(0, start - passed), stop - passed
            passed += len(level)
            if first < len(level) and last > 0:
                found += self.catalogue.newest.some(level, first, last)
        return found


def _between(before: float | None, after: float | None) -> float:
    """Return a number between two others; None stands for the end on that side."""
    if before is None:
        return 0.0 if after is None else after - 1
    return before + 1 if after is None else (before + after) / 2
