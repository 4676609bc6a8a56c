"""Marks the words of a query in a text."""

import functools
from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .words import STEMS_REMEMBERED, Phrase, plain_words, stem, word_pattern


class Marker:
    """Marks each word of some phrases (of stems)."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_first_stem: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            self._by_first_stem.setdefault(phrase[0], []).append(phrase)

    def mark(self, text: str) -> SafeString:
        """Return a text escaped for HTML, with each word of the phrases in a <mark>."""
        pattern = word_pattern(text)
        stems = list(map(_stem, pattern.findall(text)))
        if self._by_first_stem.keys().isdisjoint(stems):
            return escape(text)
        pieces, at = [], 0
        spans = [match.span() for match in pattern.finditer(text)]
        for start, stop in (spans[place] for place in sorted(set(self._marked(stems)))):
            pieces += [escape(text[at:start]), "<mark>", escape(text[start:stop]), "</mark>"]
            at = stop
        return mark_safe("".join([*pieces, escape(text[at:])]))  # noqa: S308 - every piece of text is escaped

    def _marked(self, stems: list[str]) -> Iterator[int]:
        """Yield the place of each word to mark."""
        begins = self._by_first_stem
        for place in [place for place, one in enumerate(stems) if one in begins]:
            for phrase in begins[stems[place]]:
                if len(phrase) == 1:
                    yield place
                    continue
                following = stems[place : place + len(phrase)]
                if len(following) == len(phrase) and all(map(_matches, phrase, following)):
                    yield from (place + i for i, wanted in enumerate(phrase) if wanted)


def _matches(wanted: str, stem: str) -> bool:
    """Say whether a stem is the wanted one; any is, where a stop word ("") is wanted."""
    return wanted in ("", stem)


@functools.lru_cache(STEMS_REMEMBERED)
def _stem(word: str) -> str:
    """Return the stem of a word as it is written in a text."""
    plain = plain_words(word)
    return stem(plain[0]) if len(plain) == 1 else "".join(plain)
