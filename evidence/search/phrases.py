"""Looks for stems that follow each other, in texts that are packed as their stems: " rough sleep - teenag | hostel ".

A term is a stem, or several as one text. "*" in it stands for any word.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .words import Phrase, stem

STOP_WORD, NEXT_TEXT = "-", "|"  # in place of a stop word, and between texts such as two findings
NO_STEMS = {STOP_WORD, NEXT_TEXT}

Finder = Callable[[str], bool]  # says whether a packed text has a term


def pack(texts: Iterable[Iterable[str]]) -> str:
    """Return the stems of the words of several texts, each between spaces."""
    stems = (" ".join(stem(word) or STOP_WORD for word in words) for words in texts)
    return f" {f' {NEXT_TEXT} '.join(stems)} "


def term_of(phrase: Phrase) -> str:
    """Return stems as one term."""
    return " ".join(one or "*" for one in phrase)


def finder_of(term: str) -> Finder:
    """Return a function that looks for a term."""
    wanted = f" {term} "
    if "*" not in term:
        return lambda packed: wanted in packed
    search = re.compile(re.escape(wanted).replace(r"\*", r"[^ |]+")).search
    return lambda packed: search(packed) is not None


class KnownPhrases:
    """Phrases that are looked for in every text."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = frozenset(phrases)
        # By its first stem, which is none of a stop word: the other stems of each phrase, the term, and how to find it.
        self._by_first: dict[str, list[tuple[frozenset[str], str, Finder]]] = {}
        for phrase in self.phrases:
            term = term_of(phrase)
            others = frozenset(one for one in phrase[1:] if one)
            self._by_first.setdefault(phrase[0], []).append((others, term, finder_of(term)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the phrases: functions that find them can be made again only."""
        return KnownPhrases, (self.phrases,)

    def possible(self, stems: set[str]) -> Iterator[tuple[str, Finder]]:
        """Yield the terms that a text with these stems may have, each with its finder."""
        for first in stems & self._by_first.keys():
            for others, term, is_in in self._by_first[first]:
                if others <= stems:
                    yield term, is_in
