"""Suggests topics, approaches, centres and titles while somebody types, and where to go when a search finds little."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from heapq import nsmallest
from operator import and_
from typing import Any, Self

from pyroaring import BitMap

from evidence.catalogue.build import PublishedCatalogue, current_catalogue
from evidence.catalogue.documents import Document, Documents
from evidence.catalogue.facets import Order
from evidence.catalogue.vocabulary import Vocabulary
from portal import published
from portal.addresses import address_of

from .postings import Editing, Postings
from .query import Query
from .words import plain_words

SHOWN = 8
MIN_LETTERS = 2  # nothing is suggested for fewer
MAX_LETTERS, MAX_WORDS = 100, 8  # the rest of what is typed is ignored
# In the order in which equally good suggestions are shown.
KINDS = ("Topic", "Approach", "Centre", "Evidence")
# How well a name matches what was typed: it begins with it, it has all words, another name has them.
BEGINS, HAS_ALL, OTHER_NAME = range(3)
READ = 3 * SHOWN  # titles that are read to see whether they begin with several words


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
    words: Mapping[str, list[str]]  # the same words in order

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Bring the words before up to date, or collect them."""
        documents = snapshot[Documents]
        if before is not None and not documents.added and not documents.removed:
            return before
        editing = Editing(before.postings if before else Postings())
        touched: dict[str, set[str]] = {place: set() for place in ("title", "first", "code")}
        for change, keys in ((editing.remove, documents.removed), (editing.add, documents.added)):
            for key in keys:
                words = _title_words(documents.document(key))
                change(key, words)
                for place, of_place in words.items():
                    touched[place].update(of_place)
        postings = editing.finish()
        if before is None:
            return cls(postings, {place: sorted(words) for place, words in touched.items()})
        in_order = {
            place: _in_order(before.words[place], words, postings.held.get(place, {}))
            for place, words in touched.items()
        }
        return cls(postings, in_order)

    def beginning_with(self, letters: str, place: str) -> BitMap:
        """Return the editions with a word in a place that begins with these letters."""
        words = self.words[place]
        start = bisect_left(words, letters)
        stop = bisect_left(words, letters + "\U0010ffff", start)
        return BitMap().union(*(self.postings.get(place, word) for word in words[start:stop]))

    def with_all(self, letters: Iterable[str], place: str) -> BitMap:
        """Return the editions that have for each of these beginnings a word in a place."""
        return reduce(and_, (self.beginning_with(one, place) for one in letters))


@dataclass(frozen=True)
class Suggestion:
    """A suggestion as the page shows it."""

    kind: str  # for evidence, the name of its centre
    label: str
    url: str
    parts: list[tuple[str, bool]]  # the label in pieces, and whether each was typed


def suggest(typed: str) -> list[Suggestion]:
    """Return up to SHOWN things whose name has a word that begins with each of the words typed, best first."""
    words = plain_words(typed[:MAX_LETTERS])[:MAX_WORDS]
    if sum(map(len, words)) < MIN_LETTERS:
        return []
    named = _entries_of(published.current())
    found = [
        (match, KINDS.index(entry.kind), place, entry)
        for place, entry in named.possible(words)
        if (match := _match(entry, words)) is not None
    ]
    found += [
        (match, KINDS.index(entry.kind), place, entry)
        for place, (match, entry) in enumerate(_evidence(words))
    ]
    best = [entry for *_, entry in nsmallest(SHOWN, found, key=lambda one: one[:3])]
    return [
        Suggestion(entry.centre or entry.kind, entry.label, entry.url, _parts(entry.label, words))
        for entry in best
    ]


def nearest_topics(query: Query, best: Sequence[int], most: int = 4) -> list[Entry]:
    """Return the topics that most of the best results (keys) have, or else those named by a subject of the query."""
    topics = _entries_of(published.current()).by_slug["Topic"]
    first = BitMap(best[:10])
    having = {
        slug: bits.intersection_cardinality(first)
        for slug, bits in current_catalogue().facets["topic"].bits.items()
    }
    counts = Counter({slug: number for slug, number in having.items() if number})
    if not counts:
        return _topics_named(query, topics, most)
    return [topics[slug] for slug, _ in counts.most_common(most) if slug in topics]


def nearest_centres(topics: Sequence[Entry], most: int = 2) -> list[Entry]:
    """Return the centres with most evidence on these topics: people can ask them for what is not here."""
    facets = current_catalogue().facets
    bits = BitMap().union(*(facets["topic"].bits[topic.slug] for topic in topics))
    counts = Counter(
        {slug: own.intersection_cardinality(bits) for slug, own in facets["centre"].bits.items()}
    )
    centres = _entries_of(published.current()).by_slug["Centre"]
    return [centres[slug] for slug, count in counts.most_common(most) if count and slug in centres]


class _Entries:
    """The topics, approaches and centres of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._entries = list(_entries(vocabulary))
        self.by_slug: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
        self._by_letters: dict[str, list[int]] = {}  # by the first one or two letters of a word
        for place, entry in enumerate(self._entries):
            self.by_slug[entry.kind][entry.slug] = entry
            words = {word for name in (entry.words, *entry.others) for word in name}
            for start in {word[:length] for word in words for length in (1, 2)}:
                self._by_letters.setdefault(start, []).append(place)

    def possible(self, words: Sequence[str]) -> Iterator[tuple[int, Entry]]:
        """Yield the entries that may match, each with its place: those with the rarest of the beginnings that were typed."""
        places = min((self._by_letters.get(word[:2], []) for word in words), key=len)
        return ((place, self._entries[place]) for place in places)


def _entries_of(snapshot: published.Snapshot) -> _Entries:
    vocabulary = snapshot[Vocabulary]
    return vocabulary.get_or_make(_Entries, lambda: _Entries(vocabulary))


def _entries(vocabulary: Vocabulary) -> Iterator[Entry]:
    def by_label(row: Any) -> str:
        return str(row.label).casefold()

    named: Sequence[tuple[str, Mapping[int, Any]]] = (
        ("Topic", vocabulary.topics),
        ("Approach", vocabulary.approaches),
    )
    for kind, rows in named:
        for row in sorted(rows.values(), key=by_label):
            yield _entry(kind, row.label, row.get_absolute_url(), row.slug, row.also_known_as)
    for centre in sorted(vocabulary.network.centres.values(), key=lambda row: row.name.casefold()):
        others = [centre.acronym, *(other.name for other in centre.other_names.all())]
        yield _entry("Centre", centre.name, centre.get_absolute_url(), centre.slug, others)


def _entry(kind: str, label: str, url: str, slug: str, others: Iterable[str]) -> Entry:
    names = tuple(tuple(plain_words(other)) for other in others if other)
    return Entry(kind, label, url, slug, tuple(plain_words(label)), names)


def _evidence(words: Sequence[str]) -> list[tuple[int, Entry]]:
    """Return the best SHOWN of each way in which titles match, in the order of their titles and addresses."""
    snapshot = published.current()
    titles, by_title = snapshot[Titles], snapshot[PublishedCatalogue].catalogue.by_title
    has_all = titles.with_all(words, "title")
    may_begin = has_all & titles.beginning_with(words[0], "first")
    of_code = titles.with_all(words, "code") - has_all
    first = _first(by_title, may_begin, READ if len(words) > 1 else SHOWN)
    others = _first(by_title, has_all - BitMap(first), SHOWN)
    entries = [_entry_of(key, snapshot) for key in (*first, *others)]
    codes = [_entry_of(key, snapshot) for key in _first(by_title, of_code, SHOWN)]
    found = [(BEGINS if _begins_with(one.words, words) else HAS_ALL, one) for one in entries]
    found += [(OTHER_NAME, one) for one in codes]
    return sorted(found, key=lambda one: (one[0], one[1].label.casefold(), one[1].slug))


def _first(order: Order, bits: BitMap, number: int) -> list[int]:
    """Return the first editions in an order. Titles that begin alike stand together, so to walk along it may take long."""
    if len(bits) * 10 > len(order.keys):
        return order.some(bits, 0, number)
    return nsmallest(number, bits, key=order.places.__getitem__)


def _entry_of(key: int, snapshot: published.Snapshot) -> Entry:
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


def _in_order(before: list[str], touched: Iterable[str], held: Mapping[str, Any]) -> list[str]:
    """Return the words that are held, in order, given those before and those that may have come or gone."""
    words = [*before]
    for word in touched:
        at = bisect_left(words, word)
        was_held = words[at : at + 1] == [word]
        if word in held and not was_held:
            words.insert(at, word)
        elif was_held and word not in held:
            del words[at]
    return words


def _topics_named(query: Query, topics: Mapping[str, Entry], most: int) -> list[Entry]:
    """Return the topics whose names have a longer word of most of the subjects of a query."""
    subjects = [plain_words(concept.words) for concept in query.concepts if concept.is_subject]
    counts: Counter[str] = Counter()
    for slug, topic in topics.items():
        names = {word for name in (topic.words, *topic.others) for word in name}
        counts[slug] = sum(
            any(len(word) > 3 and word in names for word in subject) for subject in subjects
        )
    return [topics[slug] for slug, number in counts.most_common(most) if number]


def _match(entry: Entry, words: Sequence[str]) -> int | None:
    """Return how well an entry matches what was typed; None if no name has all words."""
    if _begins_with(entry.words, words):
        return BEGINS
    if _has_all(entry.words, words):
        return HAS_ALL
    return OTHER_NAME if any(_has_all(other, words) for other in entry.others) else None


def _begins_with(name: Sequence[str], words: Sequence[str]) -> bool:
    return len(name) >= len(words) and all(map(str.startswith, name, words))


def _has_all(name: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(part.startswith(word) for part in name) for word in words)


def _parts(label: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """Cut a label into what was typed and what was not."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for match in re.finditer(r"[^\W_]+", label):
        plain = "".join(plain_words(match[0]))
        typed = max((word for word in words if plain.startswith(word)), key=len, default="")
        if typed:
            stop = match.start() + len(typed)
            parts += [(label[at : match.start()], False), (label[match.start() : stop], True)]
            at = stop
    return [(text, typed) for text, typed in [*parts, (label[at:], False)] if text]
