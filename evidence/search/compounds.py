"""Compounds: "well-being", "well being" and "wellbeing" are one word.

A compound that the evidence or the glossary has as one word is looked for as that word, however it is typed; the index has
under it what is written with a hyphen or as two words too. Any other is looked for as its parts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from .words import STOP_WORDS, folded, plain_words

Parts = tuple[str, ...]  # plain words

MOST_PARTS = 4  # of a compound that is typed without hyphens
MIN_HALF_LETTERS = 3  # in each of two words that are read as one
HYPHENED = re.compile(r"(?<![^\W_])[^\W\d_]+(?:-[^\W\d_]+)+(?![^\W_])")
LETTER_WORD = re.compile(r"(?<![\w-])([b-hj-z])-([a-z]{2,})")  # "e-learning"
# Stop words and short words that may begin or end a compound, such as "overcrowding" and "wellbeing".
STOP_BEGINNINGS = frozenset(["down", "off", "out", "over", "under", "up"])
STOP_ENDINGS = frozenset(["away", "being", "down", "off", "out", "over", "up"])
STOPS = STOP_BEGINNINGS | STOP_ENDINGS
BEGINNINGS = STOP_BEGINNINGS | {"co", "de", "ex", "re"}
NO_ENDINGS = frozenset({"aged"})  # a "man aged" 50 is not managed


def hyphened(text: str) -> dict[str, Parts]:
    """Return the parts of each word with hyphens in a text, by the same word without them."""
    plain = folded(text)
    if "-" not in plain:
        return {}
    found = HYPHENED.findall(" ".join([word for word in plain.split() if "-" in word]))
    return {word.replace("-", ""): tuple(plain_words(word)) for word in found}


def letter_words(text: str) -> dict[str, Parts]:
    """Return the letter and the word of each word such as "e-learning" in a text, by these as one."""
    return {"".join(parts): parts for parts in LETTER_WORD.findall(folded(text))}


def may_be_one(first: str, second: str) -> bool:
    """Say whether two words that stand together may be one, if there is such a word: "class room", but not "the rapist"."""
    if first in STOP_BEGINNINGS and second in STOP_ENDINGS:
        return False
    return (first in BEGINNINGS or _is_long(first)) and (second in STOP_ENDINGS or _is_long(second))


def _is_long(word: str) -> bool:
    return len(word) >= MIN_HALF_LETTERS and word not in NO_ENDINGS and word not in STOP_WORDS


def halves(word: str) -> Iterator[tuple[str, str]]:
    """Yield how a word may be written as two that are no stop words."""
    for at in range(2, len(word) - MIN_HALF_LETTERS + 1):
        first, second = word[:at], word[at:]
        if first not in STOP_WORDS and second not in STOP_WORDS and may_be_one(first, second):
            yield first, second


def joined_with_stop_words(words: Sequence[str]) -> Iterator[str]:
    """Yield as one word each two words of a text that may be one, if one of them is a stop word.

    The index has no stop words, so these cannot be looked for later.
    """
    if STOPS.isdisjoint(words):
        return
    for first, second in pairwise(words):
        if (first in STOP_BEGINNINGS or second in STOP_ENDINGS) and may_be_one(first, second):
            yield first + second


def singular_and_plural(word: str) -> tuple[str, str]:
    """Return a word as it is, and in the plural; or in the singular, if it may be a plural."""
    return word, word[:-1] if word.endswith("s") else f"{word}s"


def possibly_joined(words: Sequence[str]) -> Iterator[str]:
    """Yield as one word each run of words that `joined` may make one."""
    for place in range(len(words)):
        for length in range(2, min(MOST_PARTS, len(words) - place) + 1):
            yield "".join(words[place : place + length])


def joined(
    words: Sequence[str],
    is_known: Callable[[str], bool],
    is_hyphened: Callable[[str], bool],
) -> list[str]:
    """Return plain words with those compounds as one word that are known so.

    `is_hyphened` says of a word whether it was written with hyphens, so that its parts surely belong together.
    """
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(MOST_PARTS, len(words) - place), 1, -1):
            parts = words[place : place + length]
            one = "".join(parts)
            if not ((length == 2 and may_be_one(*parts)) or is_hyphened(one)):
                continue
            if one.isalpha() and any(map(is_known, singular_and_plural(one))):
                found.append(one)
                place += length
                break
        else:
            found.append(words[place])
            place += 1
    return found
