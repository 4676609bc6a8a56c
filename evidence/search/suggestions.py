"""What a visitor may be about to type: topics, approaches, centres and titles, held in process."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice
from operator import or_

from django.urls import reverse

from centres.models import Centre
from evidence.catalogue.current import current_catalogue, made_for_each_version
from evidence.models import Approach, Edition, Topic

from .lexicon import plain_words
from .query import Query

SHOWN = 8
SHORTEST = 2  # letters, before there is anything to suggest
KINDS = ("Topic", "Approach", "Centre", "Evidence")


@dataclass(frozen=True)
class Entry:
    """Something to suggest, the words of its name, and those of its other names."""

    kind: str
    label: str
    url: str
    words: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()
    centre: str = ""


@dataclass(frozen=True)
class Index:
    entries: Sequence[Entry]
    topics: dict[str, Entry]  # by address
    centres: dict[str, Entry]  # by address
    begin: dict[str, list[int]]  # places of entries, by the first two letters of their words


@dataclass(frozen=True)
class Suggestion:
    kind: str  # for evidence, its centre
    label: str
    url: str
    parts: list[tuple[str, bool]]  # the label in pieces: was this one typed?


def suggest(typed: str) -> list[Suggestion]:
    """Return a few things whose names have all that was typed, each word at least its beginning."""
    words = plain_words(typed[:100])[:8]
    if sum(map(len, words)) < SHORTEST:
        return []
    index = current_index()
    ranked: list[tuple[int, int, int, Entry]] = []
    for place in _candidates(index, words):
        entry = index.entries[place]
        fit = _fit(entry, words)
        if fit is not None:
            ranked.append((fit, KINDS.index(entry.kind), place, entry))
    best = islice((entry for *_, entry in sorted(ranked, key=lambda one: one[:3])), SHOWN)
    return [
        Suggestion(entry.centre or entry.kind, entry.label, entry.url, _parts(entry.label, words))
        for entry in best
    ]


def nearest_topics(query: Query, best: Sequence[int], most: int = 4) -> list[Entry]:
    """Return topics to go on with: those of the best that was found, or else of any telling word of the query."""
    held = current_catalogue()
    topics = current_index().topics
    facet = held.facets["topic"]
    counts: Counter[str] = Counter()
    for edition in best[:10]:
        bit = 1 << held.positions[edition] if edition in held.positions else 0
        counts.update(slug for slug, bits in facet.bits.items() if bits & bit)
    if not counts:
        terms = [plain_words(concept.words) for concept in query.concepts if concept.tells]
        names = {
            url: {*entry.words, *(w for other in entry.others for w in other)}
            for url, entry in topics.items()
        }
        told = Counter(
            {
                url: sum(any(len(w) > 3 and w in words for w in term) for term in terms)
                for url, words in names.items()
            }
        )
        return [topics[url] for url, number in told.most_common(most) if number]
    urls = [reverse("evidence:topic", args=[slug]) for slug, _ in counts.most_common(most)]
    return [topics[url] for url in urls if url in topics]


def nearest_centres(topics: Sequence[Entry], most: int = 2) -> list[Entry]:
    """Return the centres that have most on these topics: whom to ask for what isn't here."""
    held = current_catalogue()
    urls = {topic.url for topic in topics}
    bits = reduce(
        or_,
        (
            bits
            for slug, bits in held.facets["topic"].bits.items()
            if reverse("evidence:topic", args=[slug]) in urls
        ),
        0,
    )
    counts = Counter(
        {slug: (own & bits).bit_count() for slug, own in held.facets["centre"].bits.items()}
    )
    addresses = [
        reverse("centres:centre", args=[slug]) for slug, count in counts.most_common(most) if count
    ]
    centres = current_index().centres
    return [centres[url] for url in addresses if url in centres]


@made_for_each_version("suggestions")
def current_index() -> Index:
    """Return the index of the current content, made once for each version of it."""
    entries = list(_entries())
    begin: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        for start in {word[:2] for words in (entry.words, *entry.others) for word in words}:
            begin.setdefault(start, []).append(place)
            if len(start) == 2:
                begin.setdefault(start[0], []).append(place)
    topics = {entry.url: entry for entry in entries if entry.kind == "Topic"}
    centres = {entry.url: entry for entry in entries if entry.kind == "Centre"}
    return Index(entries, topics, centres, begin)


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
    names = {centre.pk: centre.short_name for centre in Centre.objects.all()}
    rows = Edition.objects.published().order_by("title")
    for title, code, slug, home in rows.values_list(
        "title", "code", "summary__slug", "summary__centre"
    ):
        url = reverse("evidence:summary", args=[slug])
        yield replace(_entry("Evidence", title, url, [code]), centre=names[home])


def _entry(kind: str, label: str, url: str, others: Iterable[str]) -> Entry:
    names = tuple(tuple(plain_words(other)) for other in others if other)
    return Entry(kind, label, url, tuple(plain_words(label)), names)


def _candidates(index: Index, words: Sequence[str]) -> Iterable[int]:
    """Return the places of entries that have the rarest beginning among the words typed."""
    places = sorted((index.begin.get(word[:2], []) for word in words), key=len)
    return dict.fromkeys(places[0])


def _fit(entry: Entry, words: Sequence[str]) -> int | None:
    """Return how well the names of an entry fit what was typed, 0 best; None if they don't."""
    if _begins(entry.words, words):
        return 0
    if _has(entry.words, words):
        return 1
    return 2 if any(_has(other, words) for other in entry.others) else None


def _begins(name: Sequence[str], words: Sequence[str]) -> bool:
    return len(name) >= len(words) and all(map(str.startswith, name, words))


def _has(name: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(have.startswith(word) for have in name) for word in words)


def _parts(label: str, words: Sequence[str]) -> list[tuple[str, bool]]:
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
