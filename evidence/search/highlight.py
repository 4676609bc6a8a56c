"""Marks the words of a query in a text."""

import functools
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.safestring import SafeString, mark_safe

from .words import STEMS_REMEMBERED, Phrase, plain_words, stem, word_pattern

MARK = "<mark>"


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into its words, once for all searches that mark some of them."""

    pieces: tuple[str, ...]  # what is between words and the words, in turn, escaped for HTML
    stems: tuple[str, ...]  # of the words

    @classmethod
    def of(cls, text: str) -> Self:
        """Cut a text."""
        words, pieces, at = word_pattern(text), [], 0
        for start, stop in (match.span() for match in words.finditer(text)):
            # A word has nothing to escape.
            pieces += [_escaped(text[at:start]), text[start:stop]]
            at = stop
        return cls((*pieces, _escaped(text[at:])), tuple(map(_stem, pieces[1::2])))


class Marker:
    """Marks each word of some phrases (of stems)."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        phrases = list(phrases)
        self._alone = frozenset(one for one, *others in phrases if not others)
        # Of several words, of which not all are marked anyway.
        self._by_first_stem: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            if not self._alone.issuperset(filter(None, phrase)):
                self._by_first_stem.setdefault(phrase[0], []).append(phrase)
        self._first = self._alone | self._by_first_stem.keys()

    def mark(self, text: Words | str) -> SafeString:
        """Return a text escaped for HTML, with each word of the phrases in a <mark>."""
        if isinstance(text, str):
            return self.mark_words(text, stems_of(text))
        pieces: Sequence[str] = text.pieces
        if self.may_mark(text.stems):
            pieces = list(pieces)
            for place in self._marked(text.stems):
                pieces[2 * place + 1] = f"{MARK}{pieces[2 * place + 1]}</mark>"
        # Every piece is escaped. `mark_safe` does the same, but takes longer.
        return SafeString("".join(pieces))

    def mark_words(self, text: str, stems: Sequence[str]) -> SafeString:
        """Do the same to a text whose words have these stems, without cutting it at every word."""
        places = self._marked(stems) if self.may_mark(stems) else ()
        pieces, at = [], 0
        for place, match in enumerate(word_pattern(text).finditer(text)) if places else ():
            if place in places:
                start, stop = match.span()
                pieces += [html.escape(text[at:start]), f"{MARK}{text[start:stop]}</mark>"]
                at = stop
        pieces.append(html.escape(text[at:]))
        return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped

    def may_mark(self, stems: Iterable[str]) -> bool:
        """Say whether some phrase begins with one of these stems."""
        return not self._first.isdisjoint(stems)

    def _marked(self, stems: Sequence[str]) -> set[int]:
        """Return the place of each word to mark."""
        alone, begins = self._alone, self._by_first_stem
        marked = {place for place, one in enumerate(stems) if one in alone}
        if begins.keys().isdisjoint(stems):
            return marked
        for place in [place for place, one in enumerate(stems) if one in begins]:
            for phrase in begins[stems[place]]:
                following = stems[place : place + len(phrase)]
                if len(following) == len(phrase) and all(map(_matches, phrase, following)):
                    marked.update(place + i for i, wanted in enumerate(phrase) if wanted)
        return marked


def _matches(wanted: str, stem: str) -> bool:
    """Say whether a stem is the wanted one; any is, where a stop word ("") is wanted."""
    return wanted in ("", stem)


def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of the words of a text, as they are compared with those of a query."""
    return tuple(map(_stem, word_pattern(text).findall(text)))


# What stands between words is nearly always the same few marks. Django's own `escape` takes several times as long.
_escaped = functools.lru_cache(1000)(html.escape)


@functools.lru_cache(STEMS_REMEMBERED)
def _stem(word: str) -> str:
    """Return the stem of a word as it is written in a text."""
    plain = plain_words(word)
    return stem(plain[0]) if len(plain) == 1 else "".join(plain)
