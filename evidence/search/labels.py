"""The words of what editions are classified by: approaches, topics, outcomes, policy areas, audiences and centres."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pyroaring import BitMap

from centres.models import Centre
from evidence.catalogue.build import PublishedCatalogue
from evidence.catalogue.documents import Documents
from evidence.catalogue.vocabulary import Vocabulary
from portal import published

from .index import TextIndex
from .phrases import finder_of, pack, term_of
from .postings import EMPTY
from .words import Phrase, plain_words


@dataclass(frozen=True)
class Label:
    """A row of a list, with its words."""

    facet: str  # or "approach", though there is no filter by approach
    slug: str
    key: int
    names: tuple[tuple[str, ...], ...]  # the words of its name and of its other names

    @cached_property
    def packed(self) -> str:
        """The stems of its names."""
        return pack(self.names)


class LabelPlaces(NamedTuple):
    """The editions that are classified by something with a term in its name, by what that is."""

    approach: BitMap = EMPTY
    subject: BitMap = EMPTY  # a topic, outcome, policy area or audience
    centre: BitMap = EMPTY


class Labels:
    """All labels of a snapshot."""

    def __init__(self, snapshot: published.Snapshot) -> None:
        vocabulary = snapshot[Vocabulary]
        self._words = vocabulary.get_or_make(_LabelWords, lambda: _LabelWords(vocabulary))
        self._catalogue = snapshot[PublishedCatalogue].catalogue
        self._members = vocabulary.members
        self._documents = snapshot[Documents]
        self._index = snapshot[TextIndex]
        self._found: dict[str, LabelPlaces] = {}  # by term; there are no more than the names have

    @property
    def words(self) -> dict[str, list[Label]]:
        """The labels with each word as it is written."""
        return self._words.by_word

    def places(self, phrase: Phrase) -> LabelPlaces:
        """Return the editions of the labels that have these stems one after the other, with any word in place of ""."""
        ways = self._index.ways_to_write(phrase)
        if len(ways) == 1:
            return self._places_of(phrase)
        return LabelPlaces(
            *(BitMap.union(*bits) for bits in zip(*map(self._places_of, ways), strict=True))
        )

    def _places_of(self, phrase: Phrase) -> LabelPlaces:
        first = next(filter(None, phrase), "")
        if first not in self._words.by_stem:
            return NOWHERE
        term = term_of(phrase)
        if term not in self._found:
            is_in = finder_of(term)
            labels = [label for label in self._words.by_stem[first] if is_in(label.packed)]
            if not labels:
                return NOWHERE
            self._found[term] = self._places(labels)
        return self._found[term]

    def editions(self, label: Label) -> BitMap:
        """Return the published editions that have a label."""
        if label.facet == "approach":
            return BitMap(self._documents.keys_of(self._members.get(label.key, ())))
        return self._catalogue.facets[label.facet].bits.get(label.slug, EMPTY)

    def _places(self, labels: Iterable[Label]) -> LabelPlaces:
        found: dict[str, list[BitMap]] = {place: [] for place in LabelPlaces._fields}
        for label in labels:
            place = label.facet if label.facet in found else "subject"
            found[place].append(self.editions(label))
        return LabelPlaces(*(BitMap.union(*some) if some else EMPTY for some in found.values()))


NOWHERE = LabelPlaces()


class _LabelWords:
    """The labels of a vocabulary by their words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.by_stem: dict[str, list[Label]] = {}
        self.by_word: dict[str, list[Label]] = {}
        for label in _labels(vocabulary):
            for stem in set(label.packed.split()):
                self.by_stem.setdefault(stem, []).append(label)
            for word in {word for name in label.names for word in name}:
                self.by_word.setdefault(word, []).append(label)


def _labels(vocabulary: Vocabulary) -> Iterator[Label]:
    network = vocabulary.network
    lists: tuple[tuple[str, Mapping[int, Any]], ...] = (
        ("approach", vocabulary.approaches),
        ("topic", vocabulary.topics),
        ("outcome", vocabulary.outcomes),
        ("policy_area", network.policy_areas),
        ("audience", vocabulary.audiences),
        ("centre", network.centres),
    )
    for facet, rows in lists:
        for key, row in rows.items():
            names = tuple(tuple(plain_words(name)) for name in _names(row) if name)
            yield Label(facet, row.slug, key, names)


def _names(row: Any) -> list[str]:
    if isinstance(row, Centre):
        return [row.name, row.acronym]
    return [row.label, *getattr(row, "also_known_as", ())]  # an audience has no other names
