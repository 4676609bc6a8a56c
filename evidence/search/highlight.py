"""Marks the words of a query in a text."""

from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .words import WORD, Phrase, plain_words, stem


def highlight(text: str, phrases: Iterable[Phrase]) -> SafeString:
    """Return a text escaped for HTML, with each word of these phrases (of stems) in a <mark>."""
    pieces, at = [], 0
    for start, stop in _marked_spans(text, phrases):
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        at = stop
    return mark_safe("".join([*pieces, escape(text[at:])]))  # noqa: S308 - every piece of text is escaped


def _marked_spans(text: str, phrases: Iterable[Phrase]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each word to mark, in order."""
    spans = [match.span() for match in WORD.finditer(text)]
    stems = [_stem(text[start:stop]) for start, stop in spans]
    by_first_stem: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        by_first_stem.setdefault(phrase[0], []).append(phrase)
    marked: set[int] = set()
    for place, first in enumerate(stems):
        for phrase in by_first_stem.get(first, ()):
            following = stems[place : place + len(phrase)]
            if len(following) == len(phrase) and all(map(_matches, phrase, following)):
                marked.update(place + i for i, wanted in enumerate(phrase) if wanted)
    yield from (spans[place] for place in sorted(marked))


def _matches(wanted: str, stem: str) -> bool:
    """Say whether a stem is the wanted one; any is, where a stop word ("") is wanted."""
    return wanted in ("", stem)


def _stem(word: str) -> str:
    # A page of results has hundreds of words, and most need no more than lower case.
    plain = [word.lower()] if word.isascii() else plain_words(word)
    return stem(plain[0]) if len(plain) == 1 else "".join(plain)
