"""The published evidence as bitmaps, one for each value of each facet: filtering and counting cost next to nothing.

This module imports no Django. A bitmap is a compressed set of the primary keys of editions (a Roaring bitmap), and is not
changed once it is part of a catalogue. Why this is not SQL: see docs/decisions/0003-catalogue.md.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import and_, or_, sub
from typing import Protocol

from pyroaring import BitMap

from .orders import Ladder, Order

NOT_STATED = "not-stated"
WORDS_ONLY = "words-only"  # of a rating: the centre's own words, without a common level
# A bitmap has a part for each 65,536 keys, which holds up to so many keys as a list. To look more than a few of these up in
# other lists takes longer than to look at the bits of everything else.
PART, LISTED, FEW = 65_536, 4096, 1000


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
    # Another facet whose values belong to the same findings, and for each value of this one and of that one the editions that
    # have both in one finding.
    partner: str = ""
    together: Mapping[str, Mapping[str, BitMap]] = field(default_factory=dict)
    # Values that stand for several others, such as that of all that is missing for any reason.
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Its values, in order."""
        return tuple(self.bits)

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        """Those of its values that say why an edition has no other one."""
        return self.of(self.aliases)

    def of(self, asked: Iterable[str]) -> tuple[str, ...]:
        """Return values with those that an alias stands for in its place, each of them once."""
        expanded = (one for value in asked for one in self.aliases.get(value, (value,)))
        return tuple(dict.fromkeys(expanded))

    def has(self, value: str) -> bool:
        """Say whether an address may ask for a value."""
        return value in self.bits or value in self.aliases

    def beside(self, partners: Iterable[str]) -> Mapping[str, BitMap]:
        """Return the editions that have each value in one finding with one of these values of the partner."""
        return {
            value: BitMap.union(BitMap(), *(found[one] for one in partners if one in found))
            for value, found in self.together.items()
        }


@dataclass(slots=True)
class Option:
    """One value of a facet as people see it. The count is what ticking its box would give."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Catalogue:
    """All published editions, by facet and in order."""

    everything: BitMap
    facets: Mapping[str, Facet]  # by parameter
    newest: Order
    by_title: Order
    undated: BitMap
    ladders: Mapping[str, Ladder]  # by the sorts that follow them
    products: Mapping[str, BitMap] = field(default_factory=dict)  # by the slug of a product line
    # Those without a value, by the value (centres.vocabulary.Rated) and by the reason (Reason) why it is missing.
    missing: Mapping[str, Mapping[str, BitMap]] = field(default_factory=dict)
    # Those whose figures their centre has confirmed.
    confirmed: BitMap = field(default_factory=BitMap)

    def having(self, parameter: str, value: str) -> BitMap:
        """Return the editions that have a value of a facet: none, if the facet does not have the value."""
        facet = self.facets[parameter]
        if value in facet.aliases:
            return BitMap.union(*(facet.bits[one] for one in facet.aliases[value]))
        return facet.bits.get(value, BitMap())

    def steps(self, sort: str) -> Sequence[tuple[BitMap, Order]]:
        """Return a sort as groups of editions, one after the other, each with the order within it.

        What has nothing to sort by is the last group, whichever end comes first. KeyError for a sort that does not exist.
        """
        backwards, by = sort.startswith("-"), sort.removeprefix("-")
        if by == "title":
            return [(self.everything, self.by_title.backwards if backwards else self.by_title)]
        if by == "newest":
            dated = self.everything - self.undated
            order = self.newest.backwards if backwards else self.newest
            return [(dated, order), (self.undated, self.newest)]
        ladder = self.ladders[by]
        rungs = reversed(ladder.rungs) if backwards else ladder.rungs
        return [(rung, self.newest) for rung in (*rungs, ladder.unknown)]

    def editions(self, bits: BitMap, sort: str, start: int, stop: int) -> list[int]:
        """Return those of a bitmap that come from place `start` up to `stop` in the order of a sort, which is not relevance."""
        if sort == "newest":  # which has those without a date at its end
            return self.newest.some(bits, start, stop)
        found: list[int] = []
        passed = 0
        for editions, order in self.steps(sort):
            group = editions & bits
            first, last = max(0, start - passed), stop - passed
            passed += len(group)
            if first < len(group) and last > 0:
                found += order.some(group, first, last)
            if passed >= stop:
                break
        return found

    def unknown(self, sort: str) -> BitMap:
        """Return the editions that have nothing to sort by."""
        by = sort.removeprefix("-")
        if by == "newest":
            return self.undated
        return self.ladders[by].unknown if by in self.ladders else BitMap()

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
        expanded = self.catalogue.facets[parameter].of(values)
        return replace(self, chosen={**self.chosen, parameter: expanded})

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
        """Return the primary keys from place `start` up to `stop`, in the order of a sort of SORTS.

        Relevance is an order only after a search; KeyError without one.
        """
        if sort == "relevance" and self.matches is not None:
            return self.matches.best_first(self.bits, start, stop)
        return self.catalogue.editions(self.bits, sort, start, stop)

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
        count = self._count_each
        if facet.parameter in self.chosen:
            count = _counting(self._bits_without(facet.parameter), self.catalogue.everything)
        return count(self.bits_of(facet).values())

    @cached_property
    def _count_each(self) -> Callable[[Collection[BitMap]], list[int]]:
        return _counting(self.bits, self.catalogue.everything)

    def bits_of(self, facet: Facet) -> Mapping[str, BitMap]:
        """Return the editions of each value of a facet: with both in one finding, where its partner has something chosen."""
        partners = self.chosen.get(facet.partner)
        return facet.beside(partners) if partners else facet.bits

    def places(self, facet: Facet, counts: Sequence[int]) -> list[int]:
        """Return the places of the values that are shown, in the order in which they are, given `counts`."""
        chosen = [facet.values.index(value) for value in self.chosen.get(facet.parameter, ())]
        places = [place for place, count in enumerate(counts) if count or place in chosen]
        if facet.sort_by_count:
            places.sort(key=counts.__getitem__, reverse=True)
            if chosen:
                places.sort(key=chosen.__contains__, reverse=True)
        return places

    @cached_property
    def bits(self) -> BitMap:
        """The editions that are selected."""
        return self._bits_without("")

    def _bits_without(self, left_out: str) -> BitMap:
        groups = []
        for parameter, values in self.chosen.items():
            if parameter != left_out:
                facet = self.catalogue.facets[parameter]
                bits = facet.bits if facet.partner == left_out else self.bits_of(facet)
                groups.append(reduce(or_, (bits[value] for value in values)))
        if self.matches is not None:
            groups.append(self.matches.bits)
        return reduce(and_, groups) if groups else self.catalogue.everything


def _counting(bits: BitMap, everything: BitMap) -> Callable[[Collection[BitMap]], list[int]]:
    """Return what counts, for each of some bitmaps of editions, those that it has in common with this one."""
    parts = len(everything) // PART + 1
    if FEW < len(bits) / parts <= LISTED < (len(everything) - len(bits)) / parts:
        rest = (everything - bits).intersection_cardinality
        return lambda some: list(map(sub, map(len, some), map(rest, some)))
    return lambda some: list(map(bits.intersection_cardinality, some))
