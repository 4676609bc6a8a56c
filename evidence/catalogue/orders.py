"""The orders of a list of evidence. Like `facets`, this module imports no Django."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from itertools import islice
from typing import Any

from pyroaring import BitMap

BLOCK = 500  # editions of an order that are looked through at once


@dataclass(frozen=True)
class Sort:
    """One order of the list, as people see it."""

    by: str  # what it looks at
    first: str = ""  # what comes first, in words: "strongest first"
    unknown: str = ""  # what a summary lacks that comes last, whichever end is first: "no date"
    ascending: bool = False  # as the numbers, dates or letters that it looks at

    @property
    def label(self) -> str:
        """Its name in the choice of an order: "Cost: cheapest first"."""
        return f"{self.by}: {self.first}" if self.first else self.by


# By the value of `sort`. A minus turns an order round. They are in the order of the choice on the page.
SORTS = {
    "relevance": Sort("Relevance"),
    "newest": Sort("Date", "newest first", "no date"),
    "-newest": Sort("Date", "oldest first", "no date", ascending=True),
    "strength": Sort("Strength", "strongest first", "no level of strength"),
    "-strength": Sort("Strength", "weakest first", "no level of strength", ascending=True),
    "effect": Sort("Effect", "beneficial first", "no verdict on the effect"),
    "-effect": Sort("Effect", "harmful first", "no verdict on the effect", ascending=True),
    "cost": Sort("Cost", "cheapest first", "no cost level", ascending=True),
    "-cost": Sort("Cost", "dearest first", "no cost level"),
    "studies": Sort("Studies", "most first", "no number of studies"),
    "-studies": Sort("Studies", "fewest first", "no number of studies", ascending=True),
    "title": Sort("Title", "A to Z", ascending=True),
    "-title": Sort("Title", "Z to A"),
}


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

    @cached_property
    def backwards(self) -> "Order":
        """The same editions, the last one first."""
        return Order.of(reversed(self.keys))

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
            place_of = self.places.__getitem__
            if 8 * stop > wanted:  # then a heap is slower
                return sorted(bits, key=place_of)[start:stop]
            return nsmallest(stop, bits, key=place_of)[start:]
        if steps <= BLOCK:
            return list(islice(filter(bits.__contains__, self.keys), start, stop))
        found: list[int] = []
        for block in self._blocks:
            inside = block & bits
            if not found and len(inside) <= start:
                start, stop = start - len(inside), stop - len(inside)
                continue
            found += sorted(inside, key=self.places.__getitem__)
            if len(found) >= stop:
                break
        return found[start:stop]

    @cached_property
    def _blocks(self) -> list[BitMap]:
        """The editions in parts, the first one first: what a bitmap has of a part is found sooner than each of its editions."""
        starts = range(0, len(self.keys), BLOCK)
        return [BitMap(self.keys[at : at + BLOCK].tolist()) for at in starts]


@dataclass(frozen=True)
class Ladder:
    """All published editions by how high they stand in something that many of them share, such as their strength."""

    rungs: Sequence[BitMap]  # the first one first
    unknown: BitMap  # those that stand on none


def _between(before: float | None, after: float | None) -> float:
    """Return a number between two others; None stands for the end on that side."""
    if before is None:
        return 0.0 if after is None else after - 1
    return before + 1 if after is None else (before + after) / 2
