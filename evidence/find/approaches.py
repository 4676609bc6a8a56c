"""The approaches that a list is about, each with a page that sets side by side what several centres say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap

from evidence.catalogue.reading import members_of
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.models import Approach
from evidence.search.words import plain_words

from .results import Results


@dataclass(frozen=True)
class Grouped:
    """An approach and how many centres assess it."""

    approach: Approach
    centres: int


def approaches_of(results: Results) -> list[Grouped]:
    """Return the approaches that the words name or the filter chooses, if more than one centre assesses them."""
    vocabulary = current_vocabulary()
    chosen = results.selection.chosen.get("approach", ())
    named = _by_name().get(tuple(plain_words(results.words))) if results.words else None
    if not chosen and named is None:
        return []
    approaches = [
        one for one in vocabulary.approaches.values() if one.slug in chosen or one is named
    ]
    grouped = [Grouped(one, _centres(results, one)) for one in approaches]
    return [one for one in grouped if one.centres > 1]


def _centres(results: Results, approach: Approach) -> int:
    members = BitMap(members_of(approach))
    by_centre = results.catalogue.facets["centre"].bits.values()
    return sum(1 for bits in by_centre if bits.intersect(members))


def _by_name() -> Mapping[Sequence[str], Any]:
    """Return the approaches by the words of their names. A label goes before another approach's other name."""
    vocabulary = current_vocabulary()

    def names() -> dict[Sequence[str], Approach]:
        found: dict[Sequence[str], Approach] = {}
        approaches = vocabulary.approaches.values()
        for approach in approaches:
            found.setdefault(tuple(plain_words(approach.label)), approach)
        for approach in approaches:
            for name in approach.also_known_as:
                found.setdefault(tuple(plain_words(name)), approach)
        return found

    return vocabulary.get_or_make("approaches by name", names)
