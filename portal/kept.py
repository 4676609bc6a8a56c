"""Pieces of pages that a worker keeps: what depends on nothing but what is published is rendered once for each snapshot."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from . import published

MAX_CHARACTERS = 4_000_000  # about 8 MB


def kept(key: Any, make: Callable[[], str]) -> str:
    """Return what was made under this key for the snapshot that the present page is made from, or make it now.

    Outside of `published.only`, nothing is kept: it may be made from two snapshots.
    """
    snapshot = published.pinned()
    if snapshot is None:
        return make()
    return snapshot.get_or_make("kept pieces", KeptPieces).get_or_make(key, make)


class KeptPieces:
    """Pieces by key. The least recently used are dropped first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pieces: OrderedDict[Any, str] = OrderedDict()
        self._characters = 0

    def get_or_make(self, key: Any, make: Callable[[], str]) -> str:
        """Return what was made under this key, or make it now."""
        with self._lock:
            if key in self._pieces:
                self._pieces.move_to_end(key)
                return self._pieces[key]
        made = make()
        with self._lock:
            if key not in self._pieces:
                self._pieces[key] = made
                self._characters += len(made)
            while self._characters > MAX_CHARACTERS:
                _, dropped = self._pieces.popitem(last=False)
                self._characters -= len(dropped)
        return made
