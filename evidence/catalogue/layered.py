"""Large mappings that change a little at a time. None is never a value."""

from collections.abc import Callable, Iterator, KeysView, Mapping
from itertools import chain
from typing import Any, TypeVar

from .packed import PackedNumbers, beginning_with

SHARE_OF_CHANGES = 0.1  # of a mapping; with more, it is made anew

T = TypeVar("T")
R = TypeVar("R")


def _never(_: object) -> bool:
    return False


class Layered(Mapping[str, T]):
    """A mapping that shares most of its entries with the one before it, because to copy them would take long.

    Of the entries that it shares, those whose values `is_packed` are packed. These values must be numbers. That is for those
    of which there are very many: it takes a fifth of the memory, and up to 30 times as long to look one up. It must be a
    function of a module, because only such a function can be pickled.
    """

    def __init__(
        self, entries: Mapping[str, T], *, is_packed: Callable[[T], bool] = _never
    ) -> None:
        self._others: dict[str, T] = {}
        packed: dict[str, Any] = {}
        for key, value in entries.items():
            (packed if is_packed(value) else self._others)[key] = value
        self._is_packed, self._packed = is_packed, PackedNumbers(packed)
        self._has_packed = bool(packed)
        self._others_in_order = sorted(self._others)
        self._changes: Mapping[str, T | None] = {}  # None stands for an entry that is gone
        self._made: dict[Any, Any] = {}  # of what is shared

    def changed(self, changes: Mapping[str, T | None]) -> "Layered[T]":
        """Return the mapping with some entries set, or removed where the value is None."""
        made = self._with({**self._changes, **changes})
        is_small = len(made._changes) <= SHARE_OF_CHANGES * (len(self._others) + len(self._packed))
        return made if is_small else Layered(made, is_packed=self._is_packed)

    def _with(self, changes: Mapping[str, T | None]) -> "Layered[T]":
        made: Layered[T] = Layered.__new__(Layered)
        made.__dict__.update(self.__dict__, _changes=changes)
        return made

    @property
    def changes(self) -> KeysView[str]:
        """The keys that came, changed or went since the mapping was made anew."""
        return self._changes.keys()

    def of_base(self, make: Callable[[KeysView[str]], R]) -> R:
        """Return what a function makes of the keys without those changes: once for all mappings that share them."""
        if make not in self._made:
            self._made[make] = make(self._with({}).keys())
        made: R = self._made[make]
        return made

    def beginning_with(self, letters: str) -> Iterator[str]:
        """Yield the keys that begin with some letters, in no particular order."""
        shared = (self._others_in_order, self._packed.texts)
        for key in chain.from_iterable(beginning_with(letters, keys) for keys in shared):
            if key not in self._changes:
                yield key
        for key, value in self._changes.items():
            if value is not None and key.startswith(letters):
                yield key

    def __getitem__(self, key: str) -> T:
        """Return the value of a key. KeyError if there is none."""
        if (found := self.get(key)) is None:
            raise KeyError(key)
        value: T = found
        return value

    def __contains__(self, key: object) -> bool:
        """Say whether there is a value."""
        return self.get(key) is not None

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value of a key, or the default."""
        if key in self._changes:
            found: Any = self._changes[key]
        elif (found := self._others.get(key)) is None and self._has_packed:
            found = self._packed.get(key)
        return default if found is None else found

    def __iter__(self) -> Iterator[str]:
        shared = chain(self._others, self._packed)
        yield from (key for key in shared if key not in self._changes)
        yield from (key for key, value in self._changes.items() if value is not None)

    def __len__(self) -> int:
        shared = len(self._others) + len(self._packed)
        came = sum(key not in self._others and key not in self._packed for key in self._changes)
        gone = sum(value is None for value in self._changes.values())
        return shared + came - gone
