"""What a worker keeps with a snapshot, such as pieces of pages: what depends on nothing else is rendered once for each."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from . import published

MAX_PIECES = 20_000
MAX_CHARACTERS = 4_000_000  # about 8 MB

K = TypeVar("K")
T = TypeVar("T")


def kept(key: Any, make: Callable[[], str]) -> str:
    """Return what was made under this key for the snapshot that the present page is made from, or make it now.

    Outside of `published.only`, nothing is kept: it may be made from two snapshots.
    """
    snapshot = published.pinned()
    if snapshot is None:
        return make()
    pieces: Recent[str] = snapshot.get_or_make(
        "pieces", lambda: Recent(MAX_PIECES, MAX_CHARACTERS, len)
    )
    piece = pieces.get(key)
    if piece is None:
        piece = make()
        pieces.put(key, piece)
    return piece


def remembering(
    make: Callable[[K], T], number: int, size: int, size_of: Callable[[T], int]
) -> Callable[[K], T]:
    """Return a function that gives what `make` does and remembers it, up to a number and a size."""
    recent: Recent[T] = Recent(number, size, size_of)

    def remembered(key: K) -> T:
        value = recent.get(key)
        if value is None:
            value = make(key)
            recent.put(key, value)
        return value

    return remembered


class Recent(Generic[T]):
    """What was put in, by key, up to a number and a size. The least recently used goes first. Any thread may use it."""

    def __init__(self, number: int, size: int, size_of: Callable[[T], int]) -> None:
        self._number, self._most, self._size_of = number, size, size_of
        self._lock = threading.Lock()
        self._values: OrderedDict[Any, T] = OrderedDict()
        self.size = 0

    def get(self, key: Any) -> T | None:
        """Return what is under this key, if anything is."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Any, value: T) -> None:
        """Put something under this key, in the place of what was there."""
        with self._lock:
            if key in self._values:
                self.size -= self._size_of(self._values.pop(key))
            self._values[key] = value
            self.size += self._size_of(value)
            while len(self._values) > self._number or self.size > self._most:
                _, dropped = self._values.popitem(last=False)
                self.size -= self._size_of(dropped)

    def values(self) -> list[T]:
        """Return all, the least recently used first."""
        with self._lock:
            return list(self._values.values())
