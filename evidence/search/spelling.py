"""Typing errors: a word that nobody has written is read as the nearest one that the evidence has."""

import functools
import gzip
import json
from collections.abc import Iterator
from importlib.resources import files
from math import log10

from .lexicon import Lexicon

SHORTEST = 4  # of shorter words, too many are a letter away from each other
COMMON_ENOUGH = (
    200  # how often a word is in the list's texts; rarer ones are often errors themselves
)

SPOKEN = 50_000  # a word that films say more often than that is no subject by itself
LEAST_TELLING = 0.3

# American and older spellings, which are in every word list and yet not in British text.
VARIANTS = (
    ("or", "our"), ("er", "re"), ("iz", "is"), ("yz", "ys"), ("ense", "ence"), ("og", "ogue"),
    ("am", "amme"), ("el", "ell"), ("ill", "il"), ("ed", "aed"), ("e", "ae"), ("ging", "geing"),
)  # fmt: skip

FAR = 9  # letters: further apart than any two words that are taken for one another

# What English makes words from others with.
ENDINGS = (
    *("al", "ally", "ual", "ually", "ness", "less", "ful", "fully"),
    *("able", "ability", "ism", "ist", "ists"),
)


def correct(word: str, lexicon: Lexicon) -> str:
    """Return the word of the evidence that was meant, or the word itself if it is one, or none is near."""
    if len(word) < SHORTEST or not word.isalpha() or word in lexicon.listed:
        return word
    if variant := _british(word, lexicon):
        return variant
    if any(form in _english() for form in (word, *_american(word))):
        return word
    # "progams" is a letter from "programs", but far from "programmes".
    longer = (
        form
        for theirs, ours in VARIANTS
        if len(ours) > len(theirs) + 1
        for form in _with(word, theirs, ours)
    )
    found = ((form, _nearest(form, lexicon)) for form in (word, *longer))
    steps = [(distance(form, near, FAR), near) for form, near in found if near != form]
    nearest, near = min(steps, default=(FAR, word))
    return word if nearest > 1 and _is_derived(word) else near


def _is_derived(word: str) -> bool:
    """Say whether a word is plainly made from a word of English: "contextual" from "context"."""
    stems = (word.removesuffix(ending) for ending in ENDINGS if word.endswith(ending))
    return any(
        len(stem) >= SHORTEST and any(form in _english() for form in (stem, f"{stem}e", f"{stem}y"))
        for stem in stems
    )


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


def split(word: str, lexicon: Lexicon) -> list[str]:
    """Return the words of the evidence that were written as one, where nobody knows it as one: "antibullying"."""
    if len(word) < 2 * SHORTEST or word in lexicon.words or word in _english():
        return [word]
    pairs = ([word[:at], word[at:]] for at in range(3, len(word) - 2))
    known = ((min(_documents(part, lexicon) for part in pair), pair) for pair in pairs)
    documents, pair = max(known)
    return pair if documents else [word]


def _documents(word: str, lexicon: Lexicon) -> int:
    found = lexicon.words.get(word)
    return found.documents if found and found.stem else 0


def how_telling(word: str) -> float:
    """Return how much a word tells, by how common it is in speech: 1 for a word of some field, 0.3 for "things" or "told"."""
    spoken = _english().get(word, 0)
    return min(1.0, max(LEAST_TELLING, 1 - log10(max(spoken, 1) / SPOKEN) / 2))


@functools.cache
def _english() -> dict[str, int]:
    """Return the words of English, with how often films say them.

    One of them that no evidence has isn't an error: there is no evidence on it.
    """
    packed = files("spellchecker") / "resources" / "en.json.gz"
    counts: dict[str, int] = json.loads(gzip.decompress(packed.read_bytes()))
    return {word: count for word, count in counts.items() if count >= COMMON_ENOUGH}
