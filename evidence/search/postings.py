"""For each term, the bitmap of the editions that have it, by where they have it.

A term is a stem, or several as one text: "rough sleep". What is part of a snapshot is never changed.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyroaring import BitMap

EMPTY = BitMap()
AT_ONCE = 5000  # editions whose terms are collected before they become bitmaps

Terms = Mapping[str, Iterable[str]]  # of one edition, by the name of a place
# Many words are in one edition only. Its key takes a tenth of the memory of a bitmap.
Held = BitMap | int


@dataclass(frozen=True)
class Postings:
    """The editions of each term, by the name of a place and then by term."""

    held: Mapping[str, Mapping[str, Held]] = field(default_factory=dict)

    def get(self, place: str, term: str) -> BitMap:
        """Return the editions that have a term in a place."""
        return _bitmap(self.held.get(place, {}).get(term, EMPTY))

    def all(self, place: str) -> Iterator[tuple[str, BitMap]]:
        """Yield every term of a place with its editions."""
        return ((term, _bitmap(held)) for term, held in self.held.get(place, {}).items())


class Editing:
    """Postings in the making: those before, with some editions added and some removed."""

    def __init__(self, before: Postings) -> None:
        self._made = {place: dict(terms) for place, terms in before.held.items()}
        self._own: set[tuple[str, str]] = set()  # the bitmaps that no snapshot has yet
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
        self._own.discard((place, term))
        self._hold(self._made.setdefault(place, {}), term, bits)

    def drop(self, term: str) -> None:
        """Forget a term."""
        for terms in self._made.values():
            terms.pop(term, None)

    def finish(self) -> Postings:
        """Return the postings. Terms that no edition has any more are gone."""
        self._flush()
        return Postings(self._made)

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
                made = self._made.setdefault(place, {})
                for term, keys in of_place.items():
                    bits = _bitmap(made.get(term, EMPTY))
                    if bits is EMPTY or (place, term) not in self._own:
                        self._own.add((place, term))
                        bits = BitMap(bits)
                    self._hold(made, term, change(bits, BitMap(keys)))
        self._added, self._removed = _pending(), _pending()
        self._waiting = 0

    @staticmethod
    def _hold(terms: dict[str, Held], term: str, bits: BitMap) -> None:
        if len(bits) > 1:
            terms[term] = bits
        elif bits:
            terms[term] = bits[0]
        else:
            terms.pop(term, None)


def _bitmap(held: Held) -> BitMap:
    return BitMap([held]) if isinstance(held, int) else held


_Pending = defaultdict[str, defaultdict[str, "array[int]"]]


def _pending() -> _Pending:
    return defaultdict(lambda: defaultdict(lambda: array("I")))
