"""The words, synonyms and names used to interpret a query.

Search reads them from the database once for each version of the content. The words are counted there by triggers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import log

from django.db import connection

from centres.models import Centre, PolicyArea
from evidence.catalogue.current import made_for_each_version
from evidence.models import Approach, Outcome, SearchDocument, SearchWord, SynonymGroup, Topic

from .words import (
    EXTRA_STOP_WORDS,
    NOT_THEIR_STEM,
    PARTICLES,
    REFLEXIVE,
    Phrase,
    base_stem,
    is_acronym,
    plain_words,
    stem_forms,
    unmutated_forms,
)

# How surely a synonym means the same: as the editors of synonym groups say, or as another name of a label.
SAME_MEANING, OTHER_NAME = 1.0, 0.5


@dataclass(frozen=True)
class Word:
    """A word of the evidence: its stem ("" for a stop word), and how many published editions have it."""

    stem: str
    documents: int


@dataclass(frozen=True)
class Lexicon:
    """What a query is understood by, at one version of the content."""

    documents: int  # the number of published editions
    words: Mapping[str, Word]
    # From a term (see `synonym_key`) to the stems of each of its synonyms, with how surely they mean the same.
    synonyms: Mapping[Phrase, Mapping[Phrase, float]] = field(default_factory=dict)
    centre_names: Mapping[Phrase, int] = field(default_factory=dict)  # to the keys of centres
    never_corrected: frozenset[str] = frozenset()  # the words of synonyms and of centres' names
    acronyms: frozenset[str] = frozenset()  # of synonym groups, in lower case; plurals too

    def look_up(self, word: str, stems: Mapping[str, str]) -> Word:
        """Return a word as the index has it.

        `stems` has the stems of words that are in no edition. A word that shares its stem with another word, but not its
        meaning, is in no edition unless it is written in one.
        """
        known = self.words.get(word) or Word(stems.get(word, word), 0)
        return Word(word, 0) if not known.documents and self._misleads(word, known.stem) else known

    def synonym_key(self, words: Sequence[str], stems: Sequence[str]) -> Phrase:
        """Return what the synonyms of a term are looked up by, from its words and their stems."""
        pairs = zip(words, stems, strict=True)
        return synonym_key(words, [w if self._misleads(w, s) else s for w, s in pairs])

    def _misleads(self, word: str, stem: str) -> bool:
        """Say whether the stem of a word is that of another word: "sending" has the stem of the acronym SEND."""
        return word in NOT_THEIR_STEM or (
            bool(stem) and stem in self._acronym_stems and word not in self.acronyms
        )

    def unmutated(self, word: str) -> str:
        """Return a mutated Welsh word as it stands alone, if it then is a word of a synonym or of a centre's name."""
        if word in self.words:
            return word
        forms = unmutated_forms(word)
        return next((form for form in forms if form in self.never_corrected), word)

    def documents_with(self, stem: str) -> int:
        """Return in how many editions a word is, at most, in any of its forms."""
        return min(sum(self.stems.get(form, 0) for form in stem_forms(stem)), self.documents)

    def rarity(self, documents: float) -> float:
        """Return how much a word counts that is in so many editions: 1 if it is in one or none, near 0 if in all.

        This is the inverse document frequency, scaled.
        """
        if not documents:
            return 1.0
        return log(1 + self.documents / (documents + 0.5)) / log(1 + self.documents / 1.5)

    @cached_property
    def stems(self) -> dict[str, int]:
        """For each stem, in how many editions it is at most."""
        counts: dict[str, int] = {}
        for word in self.words.values():
            counts[word.stem] = min(counts.get(word.stem, 0) + word.documents, self.documents)
        return counts

    @cached_property
    def longest_term(self) -> int:
        """The number of words in the longest term that has synonyms, or centre's name."""
        return max(map(len, (*self.synonyms, *self.centre_names)), default=1)

    @cached_property
    def _acronym_stems(self) -> frozenset[str]:
        return frozenset(self.words[word].stem for word in self.acronyms if word in self.words)


@made_for_each_version("lexicon")
def current_lexicon() -> Lexicon:
    """Return the lexicon of the current content, read once for each version of it."""
    return load()


def load() -> Lexicon:
    """Read the lexicon from the database."""
    counted = SearchWord.objects.values_list("word", "stem", "documents")
    words = {word: Word(stem, documents) for word, stem, documents in counted}
    words |= {word: Word("", 0) for word in (*EXTRA_STOP_WORDS, REFLEXIVE)}
    groups = list(_synonym_groups())
    centre_names = dict(_centre_names())
    terms = {term for group in groups for term in (*group.terms, *group.synonyms)}
    never_corrected = {word for term in terms for word in plain_words(term)}
    never_corrected |= {word for name in centre_names for word in name}
    stems = stems_of(never_corrected - words.keys())
    words |= {word: Word(stem, 0) for word, stem in stems.items()}
    lexicon = Lexicon(
        documents=SearchDocument.objects.count(),
        words=words,
        centre_names=centre_names,
        never_corrected=frozenset(never_corrected),
        acronyms=frozenset(
            form.lower()
            for group in groups
            for term in group.terms
            if is_acronym(term)
            for form in (term, f"{term}s")
        ),
    )
    return replace(lexicon, synonyms=_synonyms(groups, lexicon))


def stems_of(words: Iterable[str]) -> dict[str, str]:
    """Return the stem of each word, from the database, so that queries and index have the same stemmer."""
    wanted = list(words)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, array_to_string(ts_lexize('english_stem', word), '') FROM unnest(%s::text[]) AS word",
            [wanted],
        )
        return dict(cursor.fetchall())


def synonym_key(words: Sequence[str], stems: Iterable[str]) -> Phrase:
    """Return the stems of a term without stop words, unless only one stem would be left.

    So "stop and search" has the synonyms of "stop search", but "winding down" not those of "wind", nor "at work" those of
    "what works". Irregular forms share a key: "held back" has the synonyms of "hold back".
    """
    bases = [
        base_stem(stem) or (word if word in PARTICLES else "")
        for word, stem in zip(words, stems, strict=True)
    ]
    without_stop_words = tuple(stem for stem in bases if stem)
    if len(without_stop_words) == 1 < len(words):
        return tuple(stem or word for word, stem in zip(words, bases, strict=True))
    return without_stop_words


@dataclass(frozen=True)
class _SynonymGroup:
    terms: Sequence[str]  # what people type
    synonyms: Sequence[str]  # what that finds as well
    certainty: float


def _synonym_groups() -> Iterable[_SynonymGroup]:
    for group in SynonymGroup.objects.all():
        # The stemmer does not know the plurals of acronyms.
        plurals = [f"{term}s" for term in group.terms if is_acronym(term)]
        synonyms = group.finds if group.one_way else group.terms
        yield _SynonymGroup([*group.terms, *plurals], synonyms, SAME_MEANING)
    for model in (Approach, Topic, Outcome, PolicyArea):
        for label, names in model.objects.values_list("label", "also_known_as"):
            # A label is wider than its other names: they find it and it finds them, but they do not find each other.
            yield _SynonymGroup(names, [label], OTHER_NAME)
            yield _SynonymGroup([label], names, OTHER_NAME)


def _centre_names() -> Iterable[tuple[Phrase, int]]:
    for centre in Centre.objects.prefetch_related("other_names"):
        others = (other.name for other in centre.other_names.all())
        for name in (centre.name, centre.acronym, *others):
            if name:
                yield tuple(plain_words(name)), centre.pk


def _synonyms(
    groups: Iterable[_SynonymGroup], lexicon: Lexicon
) -> dict[Phrase, dict[Phrase, float]]:
    synonyms: dict[Phrase, dict[Phrase, float]] = {}
    for group in groups:
        others = [_key_and_stems(term, lexicon) for term in group.synonyms]
        for term in group.terms:
            key, _ = _key_and_stems(term, lexicon)
            if not key:
                continue
            of_term = synonyms.setdefault(key, {})
            for other, stems in others:
                if other and other != key:
                    of_term[stems] = max(group.certainty, of_term.get(stems, 0))
    return synonyms


def _key_and_stems(term: str, lexicon: Lexicon) -> tuple[Phrase, Phrase]:
    words = plain_words(term)
    stems = tuple(lexicon.words[word].stem for word in words)
    return lexicon.synonym_key(words, stems), stems
