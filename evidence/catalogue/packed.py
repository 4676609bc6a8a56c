"""Texts, and numbers by texts, without an object for each: a string of Python takes 50 bytes more than its letters.

One letter that is not in Latin-1, such as the Welsh ŵ, doubles what all letters of such a string take.

Nothing here is changed once it is made, so the processes that share its memory go on sharing it.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import overload

AFTER_ALL = "\U0010ffff"  # comes after every letter


class PackedTexts(Sequence[str]):
    """Different texts in order, one after the other in one string."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.joined = "".join(texts)
        self.ends = array("I", accumulate(map(len, texts), initial=0))

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Return the text at a place, or a list of several. Places count from the beginning."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        return self.joined[self.ends[place] : self.ends[place + 1]]

    def __len__(self) -> int:
        return len(self.ends) - 1


class PackedNumbers(Mapping[str, int]):
    """Numbers from 0 to 4,294,967,295 by texts, in order. About 20 bytes and the letters for each, where a dict takes 120."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        in_order = sorted(numbers)
        self.texts = PackedTexts(in_order)
        self._numbers = array("I", map(numbers.__getitem__, in_order))
        # The places of the texts by their hashes: at that of a hash or in the next that is free. 0 stands for none.
        self._last = (1 << (2 * len(in_order)).bit_length()) - 1
        self._places = array("I", bytes(4 * (self._last + 1)))
        for place, text in enumerate(in_order, 1):
            at = hash(text) & self._last
            while self._places[at]:
                at = (at + 1) & self._last
            self._places[at] = place

    def get(self, text: object, default: int | None = None) -> int | None:  # type: ignore[override]
        """Return the number of a text, or the default."""
        places, joined, ends = self._places, self.texts.joined, self.texts.ends
        at = hash(text) & self._last
        while place := places[at]:
            if joined[ends[place - 1] : ends[place]] == text:
                return self._numbers[place - 1]
            at = (at + 1) & self._last
        return default

    def __getitem__(self, text: str) -> int:
        """Return the number of a text. KeyError if it has none."""
        if (found := self.get(text)) is None:
            raise KeyError(text)
        return found

    def __contains__(self, text: object) -> bool:
        """Say whether a text has a number."""
        return self.get(text) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self._numbers)


def beginning_with(letters: str, in_order: Sequence[str]) -> Sequence[str]:
    """Return those of some texts in order that begin with these letters."""
    start = bisect_left(in_order, letters)
    return in_order[start : bisect_left(in_order, letters + AFTER_ALL, start)]
