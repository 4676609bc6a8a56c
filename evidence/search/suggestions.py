"""Suggests topics, approaches, centres and titles while somebody types, and where to go when a search finds little."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from evidence.catalogue.build import PublishedCatalogue, current_catalogue
from evidence.catalogue.documents import Documents
from evidence.catalogue.packed import beginning_with
from evidence.catalogue.vocabulary import Vocabulary
from portal import published

from .glossary import Glossary
from .lexicon import lexicon_of
from .names import Entry, Titles, by_name, entry_of, names_of
from .query import Query, parse
from .ranking import Ranking
from .results import SearchResults
from .words import WORD, Phrase, plain_words

SHOWN = 8
MIN_LETTERS = 2  # nothing is suggested for fewer
MAX_LETTERS, MAX_WORDS = 100, 8  # the rest of what is typed is ignored
MIN_COMPLETED = 3  # letters of an unfinished word that is completed
READ_TWICE = 5  # words; beside more, the last one hardly matters
LAST_WORD = re.compile(r"[^\W_]+$")  # unless something follows, such as a space
FEW = 3  # with fewer suggestions, what a search finds is added
MOST_OF_A_QUERY = 0.6  # by weight: what so much of it is called, is meant
MOST_MEANT = 4  # topics, and as many approaches, that are suggested by what was meant


@dataclass(frozen=True)
class Suggestion:
    """A suggestion as the page shows it."""

    kind: str  # for evidence, the name of its centre
    label: str
    url: str
    parts: list[tuple[str, bool]]  # the label in pieces, and whether each was typed


def suggest(typed: str) -> list[Suggestion]:
    """Return up to SHOWN things that somebody may mean, best first.

    First come those whose name has a word that begins with each of the words typed, then topics and approaches that are
    called otherwise or were mistyped. If these are few, what a search for the words finds is added, unless that is only
    loosely related.
    """
    typed, words = _first_words(typed)
    if sum(map(len, words)) < MIN_LETTERS:
        return []
    snapshot = published.current()
    readings = _readings(typed, snapshot)
    query = next(readings)
    named = by_name(words, SHOWN, snapshot)
    otherwise = dict.fromkeys([*_synonyms_of(words, snapshot), *_meant_by(query, snapshot)])
    meant = [one for one in otherwise if one not in named][:MOST_MEANT]
    found = [*named[: SHOWN - len(meant)], *meant]
    if len(found) < FEW:
        # A word that is right by itself is only taken for a typing error beside other words: "metal health".
        if len(words) > 1 or not lexicon_of(snapshot).look_up(words[0]).documents:
            found += names_of(snapshot).nearly_matching(words)
        found += _found_by_searching(query, snapshot)
        for other in readings:
            if len(found) < FEW:
                found += [*_meant_by(other, snapshot), *_found_by_searching(other, snapshot)]
    return [
        Suggestion(entry.centre or entry.kind, entry.label, entry.url, _parts(entry.label, words))
        for entry in list(dict.fromkeys(found))[:SHOWN]
    ]


def nearest_topics(query: Query, best: Sequence[int], most: int = 4) -> list[Entry]:
    """Return the topics that most of the best results (keys) have, or else those named by a subject of the query."""
    snapshot = published.current()
    return _topics_of(best[:10], most, snapshot) or _topics_with_words_of(query, most, snapshot)


def nearest_centres(topics: Sequence[Entry], most: int = 2) -> list[Entry]:
    """Return the centres with most evidence on these topics: people can ask them for what is not here."""
    facets = current_catalogue().facets
    bits = BitMap().union(*(facets["topic"].bits[topic.slug] for topic in topics))
    counts = Counter(
        {slug: own.intersection_cardinality(bits) for slug, own in facets["centre"].bits.items()}
    )
    centres = names_of(published.current()).by_slug["Centre"]
    return [centres[slug] for slug, count in counts.most_common(most) if count and slug in centres]


def _first_words(typed: str) -> tuple[str, list[str]]:
    """Return what was typed as far as it is read, as a text and in words."""
    typed = typed[:MAX_LETTERS]
    words = list(WORD.finditer(typed))
    typed = typed[: words[MAX_WORDS - 1].end()] if len(words) > MAX_WORDS else typed
    return typed, plain_words(typed)[:MAX_WORDS]


def _readings(typed: str, snapshot: published.Snapshot) -> Iterator[Query]:
    """Yield what may be meant, the more likely first: what was typed, and the same with its last word completed."""
    lexicon = lexicon_of(snapshot)
    unfinished = LAST_WORD.search(typed)
    letters = "".join(plain_words(unfinished[0])) if unfinished else ""
    known = lexicon.look_up(letters)
    is_word = known.documents or not known.stem or letters in lexicon.never_corrected
    if len(letters) < MIN_COMPLETED:
        before = LAST_WORD.sub("", typed)
        yield parse(typed if is_word or not before else before, lexicon)
        return
    word = _completion(letters, snapshot)
    first, second = (letters, word) if is_word or word is None else (word, letters)
    query = parse(LAST_WORD.sub(first, typed), lexicon)
    yield query
    if second is not None and len(plain_words(typed)) <= READ_TWICE:
        # The other words are corrected by now, which takes longest.
        yield parse(LAST_WORD.sub(second, query.corrected or query.words), lexicon)


def _completion(letters: str, snapshot: published.Snapshot) -> str | None:
    """Return the commonest of the longer words that begin with these letters, in titles and synonyms; None for none."""
    glossary, lexicon = snapshot[Glossary], lexicon_of(snapshot)
    of_synonyms = glossary.vocabulary.get_or_make(
        "words of synonyms", lambda: sorted(glossary.words)
    )
    words = {
        word
        for some in (
            snapshot[Titles].postings.beginning_with(letters, "title"),
            beginning_with(letters, of_synonyms),
        )
        for word in some
        if word != letters
    }
    # Of words that are equally common, the shortest and then the first.
    return min(
        words, key=lambda one: (-lexicon.look_up(one).documents, len(one), one), default=None
    )


def _synonyms_of(words: Sequence[str], snapshot: published.Snapshot) -> Iterator[Entry]:
    """Yield the topics and approaches of which the words as a whole are a synonym."""
    lexicon, by_stems = lexicon_of(snapshot), names_of(snapshot).by_stems
    key = lexicon.synonym_key(words, [lexicon.look_up(word).stem for word in words])
    for phrase in lexicon.known.synonyms.get(key, ()):
        yield from by_stems.get(phrase, ())


def _meant_by(query: Query, snapshot: published.Snapshot) -> Iterator[Entry]:
    """Yield what the corrected words name, and the topics and approaches that most of a query is, or is a synonym of."""
    if query.corrected:
        yield from by_name(plain_words(query.corrected), SHOWN, snapshot)
    weight = sum(concept.weight for concept in query.concepts)
    shares: defaultdict[Phrase, float] = defaultdict(float)  # of the query, that are called so
    for concept in query.concepts:
        typed = [phrase for together in concept.typed for phrase in together]
        for phrase in {*typed, *concept.synonyms}:
            shares[phrase] += concept.weight / weight
    by_stems = names_of(snapshot).by_stems
    for phrase, share in shares.items():
        if share >= MOST_OF_A_QUERY:
            yield from by_stems.get(phrase, ())


def _found_by_searching(query: Query, snapshot: published.Snapshot) -> list[Entry]:
    """Return the best answers to a query, after the topics and approaches that most of these have."""
    answers = SearchResults(Ranking(query, snapshot)).answers()
    most_of_them = len(answers) // 2 + 1
    return [
        *_topics_of(answers, MOST_MEANT, snapshot, most_of_them),
        *_approaches_of(answers, MOST_MEANT, snapshot, most_of_them),
        *(entry_of(key, snapshot) for key in answers),
    ]


def _topics_of(
    editions: Sequence[int], most: int, snapshot: published.Snapshot, least: int = 1
) -> list[Entry]:
    """Return the topics that at least so many of these editions (keys) have, the commonest first."""
    some = BitMap(editions)
    bits = snapshot[PublishedCatalogue].catalogue.facets["topic"].bits
    counts = Counter({slug: own.intersection_cardinality(some) for slug, own in bits.items()})
    return _commonest("Topic", counts, most, snapshot, least)


def _approaches_of(
    editions: Sequence[int], most: int, snapshot: published.Snapshot, least: int
) -> list[Entry]:
    """Return the approaches that at least so many of these editions (keys) assess, the commonest first."""
    documents, approaches_of = snapshot[Documents], snapshot[Vocabulary].approaches_of
    slugs = (documents.document(key).slug for key in editions)
    counts = Counter(one.slug for slug in slugs for one in approaches_of.get(slug, ()))
    return _commonest("Approach", counts, most, snapshot, least)


def _commonest(
    kind: str, counts: Counter[str], most: int, snapshot: published.Snapshot, least: int
) -> list[Entry]:
    entries = names_of(snapshot).by_slug[kind]
    return [
        entries[slug]
        for slug, number in counts.most_common(most)
        if number >= least and slug in entries
    ]


def _topics_with_words_of(query: Query, most: int, snapshot: published.Snapshot) -> list[Entry]:
    """Return the topics whose names have a longer word of most of the subjects of a query."""
    topics = names_of(snapshot).by_slug["Topic"]
    subjects = [plain_words(concept.words) for concept in query.concepts if concept.is_subject]
    counts: Counter[str] = Counter()
    for slug, topic in topics.items():
        names = {word for name in (topic.words, *topic.others) for word in name}
        counts[slug] = sum(
            any(len(word) > 3 and word in names for word in subject) for subject in subjects
        )
    return [topics[slug] for slug, number in counts.most_common(most) if number]


def _parts(label: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """Cut a label into what was typed and what was not."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for match in WORD.finditer(label):
        plain = "".join(plain_words(match[0]))
        typed = max((word for word in words if plain.startswith(word)), key=len, default="")
        if typed:
            stop = match.start() + len(typed)
            parts += [(label[at : match.start()], False), (label[match.start() : stop], True)]
            at = stop
    return [(text, typed) for text, typed in [*parts, (label[at:], False)] if text]
