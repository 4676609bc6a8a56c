"""Large mappings that change a little at a time. None is never a value."""

from collections.abc import Callable, Iterator, KeysView, Mapping
from typing import Any, TypeVar

SHARE_OF_CHANGES = 0.1  # of a mapping; with more, it is made anew

T = TypeVar("T")
R = TypeVar("R")


class Layered(Mapping[str, T]):
    """A mapping that shares most of its entries with the one before it, because to copy them would take long."""

    def __init__(
        self,
        base: dict[str, T],
        changes: dict[str, T | None] | None = None,
        made: dict[Any, Any] | None = None,
    ) -> None:
        self._base, self._changes = base, changes or {}  # None stands for an entry that is gone
        self._made = {} if made is None else made  # of the base

    def changed(self, changes: Mapping[str, T | None]) -> "Layered[T]":
        """Return the mapping with some entries set, or removed where the value is None."""
        merged = {**self._changes, **changes}
        if len(merged) <= SHARE_OF_CHANGES * len(self._base):
            return Layered(self._base, merged, self._made)
        return Layered(dict(Layered(self._base, merged).items()))

    @property
    def changes(self) -> KeysView[str]:
        """The keys that came, changed or went since the mapping was made anew."""
        return self._changes.keys()

    def of_base(self, make: Callable[[KeysView[str]], R]) -> R:
        """Return what a function makes of the keys without those changes: once for all mappings that share them."""
        if make not in self._made:
            self._made[make] = make(self._base.keys())
        made: R = self._made[make]
        return made

    def __getitem__(self, key: str) -> T:
        """Return the value of a key. KeyError if there is none."""
        found = self._changes[key] if key in self._changes else self._base[key]
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        """Say whether there is a value."""
        return (self._changes[key] is not None) if key in self._changes else key in self._base

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, or the default: what Mapping would do, in half the time."""
        found = self._changes[key] if key in self._changes else self._base.get(key)
        return default if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._base if key not in self._changes)
        yield from (key for key, value in self._changes.items() if value is not None)

    def __len__(self) -> int:
        came = sum(key not in self._base for key in self._changes)
        gone = sum(value is None for value in self._changes.values())
        return len(self._base) + came - gone
