"""Suggests topics, approaches, centres and titles while somebody types, and where to go when a search finds little.

All names are in memory, once for each version of the content, so that a suggestion needs no SQL.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest

from django.urls import reverse
from pyroaring import BitMap

from centres.models import Centre
from evidence.catalogue.current import current_catalogue, made_for_each_version
from evidence.models import Approach, Edition, Topic

from .query import Query
from .words import plain_words

SHOWN = 8
MIN_LETTERS = 2  # nothing is suggested for fewer
MAX_LETTERS, MAX_WORDS = 100, 8  # the rest of what is typed is ignored
# In the order in which equally good suggestions are shown.
KINDS = ("Topic", "Approach", "Centre", "Evidence")


@dataclass(frozen=True)
class Entry:
    """Something that can be suggested, with the words of its name and of its other names."""

    kind: str
    label: str
    url: str
    words: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()
    centre: str = ""  # the short name of the centre, for evidence


@dataclass(frozen=True)
class Index:
    """Everything that can be suggested at one version of the content."""

    entries: Sequence[Entry]
    topics: dict[str, Entry]  # by URL
    centres: dict[str, Entry]  # by URL
    by_letters: dict[
        str, list[int]
    ]  # places in `entries`, by the first one or two letters of a word


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
    index = current_index()
    matching = (
        (match, KINDS.index(index.entries[place].kind), place)
        for place in _candidates(index, words)
        if (match := _match(index.entries[place], words)) is not None
    )
    best = [index.entries[place] for _, _, place in nsmallest(SHOWN, matching)]
    return [
        Suggestion(entry.centre or entry.kind, entry.label, entry.url, _parts(entry.label, words))
        for entry in best
    ]


def nearest_topics(query: Query, best: Sequence[int], most: int = 4) -> list[Entry]:
    """Return the topics that most of the best results (keys) have, or else those named by a subject of the query."""
    catalogue = current_catalogue()
    topics = current_index().topics
    facet = catalogue.facets["topic"]
    counts: Counter[str] = Counter()
    for edition in best[:10]:
        counts.update(slug for slug, bits in facet.bits.items() if edition in bits)
    if not counts:
        return _topics_named(query, topics, most)
    urls = [reverse("evidence:topic", args=[slug]) for slug, _ in counts.most_common(most)]
    return [topics[url] for url in urls if url in topics]


def nearest_centres(topics: Sequence[Entry], most: int = 2) -> list[Entry]:
    """Return the centres with most evidence on these topics: people can ask them for what is not here."""
    catalogue = current_catalogue()
    urls = {topic.url for topic in topics}
    bits = BitMap().union(
        *(
            bits
            for slug, bits in catalogue.facets["topic"].bits.items()
            if reverse("evidence:topic", args=[slug]) in urls
        )
    )
    counts = Counter(
        {
            slug: own.intersection_cardinality(bits)
            for slug, own in catalogue.facets["centre"].bits.items()
        }
    )
    addresses = [
        reverse("centres:centre", args=[slug]) for slug, count in counts.most_common(most) if count
    ]
    centres = current_index().centres
    return [centres[url] for url in addresses if url in centres]


@made_for_each_version("suggestions")
def current_index() -> Index:
    """Return the index of the current content, built once for each version of it."""
    entries = list(_entries())
    by_letters: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        for start in {word[:2] for words in (entry.words, *entry.others) for word in words}:
            by_letters.setdefault(start, []).append(place)
            if len(start) == 2:
                by_letters.setdefault(start[0], []).append(place)
    topics = {entry.url: entry for entry in entries if entry.kind == "Topic"}
    centres = {entry.url: entry for entry in entries if entry.kind == "Centre"}
    return Index(entries, topics, centres, by_letters)


def _entries() -> Iterable[Entry]:
    for topic in Topic.objects.order_by("label"):
        yield _entry("Topic", topic.label, topic.get_absolute_url(), topic.also_known_as)
    for approach in Approach.objects.order_by("label"):
        yield _entry(
            "Approach", approach.label, approach.get_absolute_url(), approach.also_known_as
        )
    for centre in Centre.objects.prefetch_related("other_names").order_by("name"):
        others = [centre.acronym, *(other.name for other in centre.other_names.all())]
        yield _entry("Centre", centre.name, centre.get_absolute_url(), others)
    centre_names = {centre.pk: centre.short_name for centre in Centre.objects.all()}
    rows = Edition.objects.published().order_by("title", "summary__slug")
    for title, code, slug, centre_key in rows.values_list(
        "title", "code", "summary__slug", "summary__centre"
    ):
        url = reverse("evidence:summary", args=[slug])
        yield replace(_entry("Evidence", title, url, [code]), centre=centre_names[centre_key])


def _entry(kind: str, label: str, url: str, others: Iterable[str]) -> Entry:
    names = tuple(tuple(plain_words(other)) for other in others if other)
    return Entry(kind, label, url, tuple(plain_words(label)), names)


def _topics_named(query: Query, topics: Mapping[str, Entry], most: int) -> list[Entry]:
    """Return the topics whose names have a longer word of most of the subjects of a query."""
    subjects = [plain_words(concept.words) for concept in query.concepts if concept.is_subject]
    counts: Counter[str] = Counter()
    for url, topic in topics.items():
        names = {word for name in (topic.words, *topic.others) for word in name}
        counts[url] = sum(
            any(len(word) > 3 and word in names for word in subject) for subject in subjects
        )
    return [topics[url] for url, number in counts.most_common(most) if number]


def _candidates(index: Index, words: Sequence[str]) -> Iterable[int]:
    """Return the places of entries that may match: those with the rarest of the beginnings that were typed."""
    places = sorted((index.by_letters.get(word[:2], []) for word in words), key=len)
    return dict.fromkeys(places[0])


def _match(entry: Entry, words: Sequence[str]) -> int | None:
    """Return how well an entry matches what was typed.

    0 if its name begins with it, 1 if its name has all words, 2 if another name has, None if no name has.
    """
    if _begins_with(entry.words, words):
        return 0
    if _has_all(entry.words, words):
        return 1
    return 2 if any(_has_all(other, words) for other in entry.others) else None


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
