"""Typing errors: a word that nobody has written is read as the nearest one that the evidence has."""

import functools
import gzip
import json
from collections.abc import Iterator
from importlib.resources import files

from .lexicon import Lexicon

SHORTEST = 4  # of shorter words, too many are a letter away from each other
COMMON_ENOUGH = (
    200  # how often a word is in the list's texts; rarer ones are often errors themselves
)

# American and older spellings, which are in every word list and yet not in British text.
VARIANTS = (
    ("or", "our"), ("er", "re"), ("iz", "is"), ("yz", "ys"), ("ense", "ence"), ("og", "ogue"),
    ("am", "amme"), ("el", "ell"), ("ill", "il"), ("ed", "aed"), ("e", "ae"), ("ging", "geing"),
)  # fmt: skip


def correct(word: str, lexicon: Lexicon) -> str:
    """Return the word of the evidence that was meant, or the word itself if it is one, or none is near."""
    if len(word) < SHORTEST or not word.isalpha() or word in lexicon.listed:
        return word
    if variant := _british(word, lexicon):
        return variant
    if any(form in _english() for form in (word, *_american(word))):
        return word
    return _nearest(word, lexicon)


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters were missed, added, changed or swapped; `most` + 1 if more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, counterpart in enumerate(other, 1):
            step = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                step = min(step, last[j - 2] + 1)
            row.append(step)
        if min(row) > most:
            return most + 1
    return row[-1]


def _british(word: str, lexicon: Lexicon) -> str | None:
    forms = (form for theirs, ours in VARIANTS for form in _with(word, theirs, ours))
    return next((form for form in forms if form in lexicon.words), None)


def _american(word: str) -> Iterator[str]:
    """Yield how Americans may write it: the word list is theirs."""
    for theirs, ours in VARIANTS:
        yield from _with(word, ours, theirs)


def _with(word: str, old: str, new: str) -> Iterator[str]:
    """Yield the word with one of its old pieces made new, wherever that stands but at the beginning."""
    for place in range(1, len(word)):
        if word.startswith(old, place):
            yield word[:place] + new + word[place + len(old) :]


def _nearest(word: str, lexicon: Lexicon) -> str:
    """Return the nearest word, the commoner of two that are as near."""
    best = (99, 0, word)
    usual = max(1, len(word) // 4)
    for candidate, found in lexicon.words.items():
        if not found.stem or len(candidate) < SHORTEST:
            continue
        # People get the beginning of a word right: the more of it agrees, the more the rest may differ.
        if candidate[:3] == word[:3] and len(word) > 5:
            most = usual + 1
        elif candidate[0] == word[0]:
            most = usual
        elif len(word) > 5:
            most = 1
        else:
            continue
        if abs(len(candidate) - len(word)) > most or len(set(word) ^ set(candidate)) > 2 * most:
            continue
        steps = distance(word, candidate, min(most, best[0]))
        if steps <= most:
            best = min(best, (steps, -found.documents, candidate))
    return best[2]


@functools.cache
def _english() -> frozenset[str]:
    """Return the words of English. One of them that no evidence has isn't an error: there is no evidence on it."""
    packed = files("spellchecker") / "resources" / "en.json.gz"
    counts: dict[str, int] = json.loads(gzip.decompress(packed.read_bytes()))
    return frozenset(word for word, count in counts.items() if count >= COMMON_ENOUGH)
