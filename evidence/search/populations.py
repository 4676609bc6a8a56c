"""What people call those whom evidence is for or about, and where: names of readers, places and ages, from filters' labels."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import dropwhile

from evidence.catalogue.facets import NOT_STATED, Facet

from .words import Phrase, plain_words, stem

FACETS = ("age_group", "setting", "audience")

Values = Mapping[str, tuple[str, ...]]  # by the parameter of a filter


def populations(facets: Mapping[str, Facet]) -> dict[Phrase, Values]:
    """Return the names, as words in the singular, with the values of the filters that they stand for.

    "Nurseries and early years settings" has two names. "Schools" stands for "Primary schools" too, and "primary" for these
    alone.
    """
    found: dict[Phrase, dict[str, tuple[str, ...]]] = {}
    for parameter in FACETS:
        labels = {
            value: label for value, label in facets[parameter].labels.items() if value != NOT_STATED
        }
        for name, value in _names(labels):
            values = found.setdefault(name, {})
            values[parameter] = (*values.get(parameter, ()), value)
    return dict(found)


def singular(words: Iterable[str]) -> Phrase:
    """Return words without the usual endings of the plural. A stem would be too wide: "employment" is none for employers."""
    return tuple(re.sub("(?<=ss)es$|(?<=[^s])s$", "", re.sub("ies$", "y", word)) for word in words)


def _names(labels: Mapping[str, str]) -> Iterator[tuple[Phrase, str]]:
    whole = {singular(plain_words(label)) for label in labels.values()}
    for value, label in labels.items():
        full = singular(plain_words(label))
        parts = {_trimmed(part) for part in re.split(r", | and | or ", label)}
        names = {full, *(part for part in parts if part not in whole)}
        kind = full[-1:]
        if len(full) > 1 and kind in whole:
            names |= {kind, full[:-1]}
        yield from ((name, value) for name in sorted(names) if name)


def _trimmed(part: str) -> Phrase:
    """Return the name in a part of a label: "community" in "In the community"."""
    words = plain_words(part)
    return singular(dropwhile(lambda word: not stem(word), words))
