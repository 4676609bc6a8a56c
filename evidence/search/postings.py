"""For each term, the bitmap of the editions that have it, by where they have it.

A term is a stem, or several as one text: "rough sleep". What is part of a snapshot is never changed.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyroaring import BitMap

from evidence.catalogue.layered import Layered

EMPTY = BitMap()
BYTES_WITHOUT = 150  # of a bitmap that has nothing
AT_ONCE = 1000  # editions whose terms are collected before they become bitmaps

Terms = Mapping[str, Iterable[str]]  # of one edition, by the name of a place
# Many words are in one edition only. Its key takes a tenth of the memory of a bitmap.
Held = BitMap | int


def _is_key(held: Held) -> bool:
    return isinstance(held, int)


NOTHING: Layered[Held] = Layered({}, is_packed=_is_key)


@dataclass(frozen=True)
class Postings:
    """The editions of each term, by the name of a place and then by term."""

    held: Mapping[str, Layered[Held]] = field(default_factory=dict)

    def get(self, place: str, term: str) -> BitMap:
        """Return the editions that have a term in a place."""
        return _bitmap(self.held[place].get(term)) if place in self.held else EMPTY

    def all(self, place: str) -> Iterator[tuple[str, BitMap]]:
        """Yield every term of a place with its editions."""
        if place in self.held:
            yield from ((term, _bitmap(held)) for term, held in self.held[place].items())

    def beginning_with(self, letters: str, place: str) -> Iterator[str]:
        """Yield the terms of a place that begin with some letters, in no particular order."""
        if place in self.held:
            yield from self.held[place].beginning_with(letters)


class Editing:
    """Postings in the making: those before, with some editions added and some removed."""

    def __init__(self, before: Postings) -> None:
        self._before = before
        # By place and term; the bitmaps in it belong to no snapshot yet. None stands for a term that no edition has any more.
        self._changed: defaultdict[str, dict[str, Held | None]] = defaultdict(dict)
        self._added, self._removed = _pending(), _pending()
        self._waiting = 0

    def add(self, key: int, terms: Terms) -> None:
        """Add an edition."""
        self._wait(self._added, key, terms)

    def remove(self, key: int, terms: Terms) -> None:
        """Remove an edition; `terms` must be those with which it was added."""
        self._wait(self._removed, key, terms)

    def put(self, place: str, term: str, bits: BitMap) -> None:
        """Give a term its editions."""
        self._changed[place][term] = _held(bits)

    def finish(self) -> Postings:
        """Return the postings."""
        self._flush()
        places = [
            *self._before.held,
            *(one for one in self._changed if one not in self._before.held),
        ]
        return Postings(
            {
                place: self._before.held.get(place, NOTHING).changed(self._changed[place])
                for place in places
            }
        )

    def _wait(self, pending: "_Pending", key: int, terms: Terms) -> None:
        for place, of_place in terms.items():
            waiting = pending[place]
            for term in of_place:
                waiting[term].append(key)
        self._waiting += 1
        if self._waiting == AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        for pending, change in ((self._removed, BitMap.__isub__), (self._added, BitMap.__ior__)):
            for place, of_place in pending.items():
                changed = self._changed[place]
                for term, keys in of_place.items():
                    bits = _bitmap(changed[term]) if term in changed else EMPTY
                    if bits is EMPTY:
                        bits = BitMap(() if term in changed else self._before.get(place, term))
                    changed[term] = _held(change(bits, BitMap(keys)))
        self._added, self._removed = _pending(), _pending()
        self._waiting = 0


def bytes_of(bits: BitMap) -> int:
    """Return about how many bytes a bitmap takes."""
    found = bits.get_statistics()
    listed, run = found["n_bytes_array_containers"], found["n_bytes_run_containers"]
    return BYTES_WITHOUT + listed + run + found["n_bytes_bitset_containers"]


def _held(bits: BitMap) -> Held | None:
    if len(bits) > 1:
        return bits
    return bits[0] if bits else None


def _bitmap(held: Held | None) -> BitMap:
    if held is None:
        return EMPTY
    return BitMap([held]) if isinstance(held, int) else held


_Pending = defaultdict[str, defaultdict[str, "array[int]"]]


def _pending() -> _Pending:
    return defaultdict(lambda: defaultdict(lambda: array("I")))
