"""The names of topics, approaches, centres and summaries by the beginnings of their words, as they are written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from heapq import nsmallest
from operator import and_
from typing import Any, Self

from pyroaring import BitMap
from rapidfuzz import process
from rapidfuzz.distance import OSA

from evidence.catalogue.build import PublishedCatalogue
from evidence.catalogue.documents import Document, Documents
from evidence.catalogue.orders import Order
from evidence.catalogue.packed import beginning_with
from evidence.catalogue.vocabulary import Vocabulary
from portal import published
from portal.addresses import address_of

from .postings import Editing, Postings
from .words import Phrase, plain_words, stem, trimmed

# In the order in which equally good matches come.
KINDS = ("Topic", "Approach", "Centre", "Evidence")
# How well a name matches what was typed: it begins with it or another name is just that, it has all words, another name has.
BEGINS, HAS_ALL, OTHER_NAME = range(3)
MIN_MENDED = 5  # letters of a word that may have a typing error, even if it is a word as it stands
# Times as many titles are read as are wanted, to see whether they begin with several words.
READ_AHEAD = 3


@dataclass(frozen=True)
class Entry:
    """Something that can be suggested, with the words of its name and of its other names."""

    kind: str
    label: str
    url: str
    slug: str
    words: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()
    centre: str = ""  # the short name of the centre, for evidence


@published.register
@dataclass(frozen=True)
class Titles(published.Part):
    """The words of the titles of the published editions, as they are written."""

    postings: Postings  # the words of the "title", its "first" word, and those of the "code"

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Bring the words before up to date, or collect them."""
        documents = snapshot[Documents]
        if before is not None and not documents.added and not documents.removed:
            return before
        editing = Editing(before.postings if before else Postings())
        for change, keys in ((editing.remove, documents.removed), (editing.add, documents.added)):
            for key in keys:
                change(key, _title_words(documents.document(key)))
        return cls(editing.finish())

    def beginning_with(self, letters: str, place: str) -> BitMap:
        """Return the editions with a word in a place that begins with these letters."""
        words = self.postings.beginning_with(letters, place)
        return BitMap().union(*(self.postings.get(place, word) for word in words))

    def with_all(self, letters: Iterable[str], place: str) -> BitMap:
        """Return the editions that have for each of these beginnings a word in a place."""
        return reduce(and_, (self.beginning_with(one, place) for one in letters))


def by_name(words: Sequence[str], most: int, snapshot: published.Snapshot) -> list[Entry]:
    """Return up to `most` entries whose name has a word that begins with each of these, best first."""
    found = [
        (_match(entry, words), KINDS.index(entry.kind), place, entry)
        for place, entry in names_of(snapshot).matching(words)
    ]
    found += [
        (match, KINDS.index(entry.kind), place, entry)
        for place, (match, entry) in enumerate(_evidence(words, most, snapshot))
    ]
    return [entry for *_, entry in nsmallest(most, found, key=lambda one: one[:3])]


class Names:
    """The topics, approaches and centres of a vocabulary, by the words of their names and of their other names."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.by_slug: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
        self.by_stems: dict[Phrase, list[Entry]] = {}  # topics and approaches, by their labels
        self._entries = list(_entries(vocabulary))
        self._owners: list[int] = []  # of each name, the place of its entry
        having: dict[str, BitMap] = {}  # the names with each word, by their numbers
        for place, entry in enumerate(self._entries):
            self.by_slug[entry.kind][entry.slug] = entry
            if entry.kind != "Centre":
                self.by_stems.setdefault(_stems(entry.words), []).append(entry)
            for name in (entry.words, *entry.others):
                for word in name:
                    having.setdefault(word, BitMap()).add(len(self._owners))
                self._owners.append(place)
        self._all = BitMap(range(len(self._owners)))
        self._words = sorted(having)
        self._having = having

    def matching(self, words: Sequence[str]) -> Iterator[tuple[int, Entry]]:
        """Yield the entries with a name that has a word beginning with each of these, each with its place."""
        yield from self._of(reduce(and_, map(self._names_with, words)))

    def nearly_matching(self, words: Sequence[str]) -> Iterator[Entry]:
        """Yield those that have all of these but one, and instead of it a word that is one typing error away."""
        having = [self._names_with(word) for word in words]
        for at, word in enumerate(words):
            others = reduce(and_, [*having[:at], *having[at + 1 :]], self._all)
            if others and len(word) >= MIN_MENDED:
                near = process.extract(
                    word, self._words, scorer=OSA.distance, score_cutoff=1, limit=None
                )
                mended = BitMap().union(*(self._having[one] for one, *_ in near))
                yield from (entry for _, entry in self._of(others & mended))

    def _names_with(self, letters: str) -> BitMap:
        return BitMap().union(
            *(self._having[word] for word in beginning_with(letters, self._words))
        )

    def _of(self, names: BitMap) -> Iterator[tuple[int, Entry]]:
        places = dict.fromkeys(self._owners[name] for name in names)
        return ((place, self._entries[place]) for place in places)


def names_of(snapshot: published.Snapshot) -> Names:
    """Return the names of a snapshot's topics, approaches and centres."""
    vocabulary = snapshot[Vocabulary]
    return vocabulary.get_or_make(Names, lambda: Names(vocabulary))


def _entries(vocabulary: Vocabulary) -> Iterator[Entry]:
    def by_label(row: Any) -> str:
        return str(row.label).casefold()

    named: Sequence[tuple[str, Mapping[int, Any]]] = (
        ("Topic", vocabulary.topics),
        ("Approach", vocabulary.approaches),
    )
    for kind, rows in named:
        for row in sorted((row for row in rows.values() if not row.ended), key=by_label):
            yield _entry(kind, row.label, row.get_absolute_url(), row.slug, row.also_known_as)
    for centre in sorted(vocabulary.network.centres.values(), key=lambda row: row.name.casefold()):
        others = [centre.acronym, *(other.name for other in centre.other_names.all())]
        yield _entry("Centre", centre.name, centre.get_absolute_url(), centre.slug, others)


def _entry(kind: str, label: str, url: str, slug: str, others: Iterable[str]) -> Entry:
    names = tuple(tuple(plain_words(other)) for other in others if other)
    return Entry(kind, label, url, slug, tuple(plain_words(label)), names)


def _evidence(
    words: Sequence[str], most: int, snapshot: published.Snapshot
) -> list[tuple[int, Entry]]:
    """Return the best of each way in which titles match, in the order of their titles and addresses."""
    titles, by_title = snapshot[Titles], snapshot[PublishedCatalogue].catalogue.by_title
    has_all = titles.with_all(words, "title")
    may_begin = has_all & titles.beginning_with(words[0], "first")
    of_code = titles.with_all(words, "code") - has_all
    first = _first(by_title, may_begin, READ_AHEAD * most if len(words) > 1 else most)
    others = _first(by_title, has_all - BitMap(first), most)
    entries = [entry_of(key, snapshot) for key in (*first, *others)]
    codes = [entry_of(key, snapshot) for key in _first(by_title, of_code, most)]
    found = [(BEGINS if _begins_with(one.words, words) else HAS_ALL, one) for one in entries]
    found += [(OTHER_NAME, one) for one in codes]
    return sorted(found, key=lambda one: (one[0], one[1].label.casefold(), one[1].slug))


def _first(order: Order, bits: BitMap, number: int) -> list[int]:
    """Return the first editions in an order. Titles that begin alike stand together, so to walk along it may take long."""
    if len(bits) * 10 > len(order.keys):
        return order.some(bits, 0, number)
    return nsmallest(number, bits, key=order.places.__getitem__)


def entry_of(key: int, snapshot: published.Snapshot) -> Entry:
    """Return a published edition as an entry, by its key."""
    document = snapshot[Documents].document(key)
    centre = snapshot[Vocabulary].network.centres[document.centre].short_name
    title = document.value("title")
    url = address_of("evidence:summary", document.slug)
    return Entry("Evidence", title, url, document.slug, tuple(plain_words(title)), centre=centre)


def _title_words(document: Document) -> dict[str, list[str]]:
    words = plain_words(document.value("title"))
    codes = plain_words(document.value("code"))
    return {
        "title": list(dict.fromkeys(words)),
        "first": words[:1],
        "code": list(dict.fromkeys(codes)),
    }


def _match(entry: Entry, words: Sequence[str]) -> int:
    """Return how well an entry matches what was typed, given that one of its names has all words."""
    if _begins_with(entry.words, words) or tuple(words) in entry.others:
        return BEGINS
    return HAS_ALL if _has_all(entry.words, words) else OTHER_NAME


def _stems(words: Iterable[str]) -> Phrase:
    return trimmed(tuple(map(stem, words)))


def _begins_with(name: Sequence[str], words: Sequence[str]) -> bool:
    return len(name) >= len(words) and all(map(str.startswith, name, words))


def _has_all(name: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(part.startswith(word) for part in name) for word in words)
