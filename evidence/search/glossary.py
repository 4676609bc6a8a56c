"""What the lists and the synonym groups say about words: which terms mean the same, and how the centres are called."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from evidence.catalogue.vocabulary import Vocabulary
from portal import published

from .compounds import halves, singular_and_plural
from .phrases import KnownPhrases
from .words import PARTICLES, Phrase, is_acronym, plain_words, stem, trimmed, usual_form

# How surely a synonym means the same: as the editors of synonym groups say, or as another name of a label.
SAME_MEANING, OTHER_NAME = 1.0, 0.5


# Terms by their first stem, then by their second and so on; TERM_ENDS is in a node if a term ends there.
Tree = dict[str, "Tree"]
TERM_ENDS = ""


@dataclass(frozen=True)
class KnownTerms:
    """The terms and names that are known, and their synonyms."""

    # From a term (see `synonym_key`) to the stems of each of its synonyms, with how surely they mean the same.
    synonyms: Mapping[Phrase, Mapping[Phrase, float]] = field(default_factory=dict)
    centre_names: Mapping[Phrase, int] = field(default_factory=dict)  # to the keys of centres
    acronyms: frozenset[str] = frozenset()  # of synonym groups, in lower case; plurals too

    @cached_property
    def longest(self) -> int:
        """The number of words in the longest term that has synonyms, or centre's name."""
        return max(map(len, (*self.synonyms, *self.centre_names)), default=1)

    @cached_property
    def tree(self) -> Tree:
        """The terms of several words that have synonyms."""
        tree: Tree = {}
        for key in self.synonyms:
            if len(key) > 1:
                node = tree
                for part in key:
                    node = node.setdefault(part, {})
                node[TERM_ENDS] = {}
        return tree

    @cached_property
    def terms_with(self) -> Mapping[str, Sequence[Phrase]]:
        """The terms of several words that have synonyms, by each of their stems."""
        found: dict[str, list[Phrase]] = {}
        for key in self.synonyms:
            for part in set(key) if len(key) > 1 else ():
                found.setdefault(part, []).append(key)
        return found

    @cached_property
    def centre_beginnings(self) -> frozenset[str]:
        """The first words of the names of centres."""
        return frozenset(name[0] for name in self.centre_names if name)


@published.register
@dataclass(frozen=True)
class Glossary(published.Part):
    """Synonyms and names, made anew when the vocabulary changes."""

    vocabulary: Vocabulary
    known: KnownTerms
    phrases: KnownPhrases  # all terms of several words
    terms: Mapping[Phrase, Phrase]  # the words of each of these that has synonyms, and its key
    words: frozenset[str]  # of synonyms and of centres' names

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Make it from the vocabulary, if that has changed."""
        vocabulary = snapshot[Vocabulary]
        if before is not None and before.vocabulary is vocabulary:
            return before
        groups = list(_synonym_groups(vocabulary))
        acronyms = frozenset(
            form.lower()
            for group in groups
            for term in group.terms
            if is_acronym(term)
            for form in (term, f"{term}s")
        )
        acronym_stems = frozenset(map(stem, acronyms))
        terms = {term for group in groups for term in (*group.terms, *group.synonyms)}
        known = {term: _Term.of(term, acronyms, acronym_stems) for term in terms}
        centre_names = dict(_centre_names(vocabulary))
        names = {word for name in centre_names for word in name}
        synonyms = _synonyms(groups, known)
        words = frozenset({word for term in terms for word in plain_words(term)} | names)
        phrases = {one.stems for one in known.values() if len(one.stems) > 1}
        return cls(
            vocabulary,
            KnownTerms(synonyms, centre_names, acronyms),
            phrases=KnownPhrases(phrases | set(_open_compounds(words))),
            terms={
                tuple(one.words): one.key
                for one in known.values()
                if len(one.words) > 1 and one.key in synonyms
            },
            words=words,
        )


def _open_compounds(words: frozenset[str]) -> Iterator[Phrase]:
    """Yield the stems of those of these words that may be written as two others, so that the index knows where they are."""
    for word in words:
        for first, second in halves(word):
            if first in words and any(one in words for one in singular_and_plural(second)):
                yield stem(first), stem(second)


def synonym_key(words: Sequence[str], stems: Iterable[str]) -> Phrase:
    """Return the stems of a term without stop words, unless only one stem or none would be left.

    So "stop and search" has the synonyms of "stop search", but "winding down" not those of "wind", nor "at work" those of
    "what works".
    """
    with_particles = [
        stem or (word if word in PARTICLES else "") for word, stem in zip(words, stems, strict=True)
    ]
    without_stop_words = tuple(stem for stem in with_particles if stem)
    if len(without_stop_words) <= 1 < len(words):
        return tuple(stem or word for word, stem in zip(words, with_particles, strict=True))
    return without_stop_words


def is_of_an_acronym(
    word: str, stem: str, acronyms: frozenset[str], acronym_stems: frozenset[str]
) -> bool:
    """Say whether the stem of a word is that of an acronym, which means something else: "sending" and SEND."""
    return bool(stem) and stem in acronym_stems and word not in acronyms


@dataclass(frozen=True)
class _SynonymGroup:
    terms: Sequence[str]  # what people type
    synonyms: Sequence[str]  # what that finds as well
    certainty: float


@dataclass(frozen=True)
class _Term:
    words: Sequence[str]
    key: Phrase
    stems: Phrase

    @classmethod
    def of(cls, term: str, acronyms: frozenset[str], acronym_stems: frozenset[str]) -> "_Term":
        words = list(map(usual_form, plain_words(term)))
        stems = tuple(map(stem, words))
        own = [
            word if is_of_an_acronym(word, one, acronyms, acronym_stems) else one
            for word, one in zip(words, stems, strict=True)
        ]
        return cls(words, synonym_key(words, own), trimmed(stems))


def _synonym_groups(vocabulary: Vocabulary) -> Iterator[_SynonymGroup]:
    for group in vocabulary.synonym_groups:
        # The stemmer does not know the plurals of acronyms.
        plurals = [f"{term}s" for term in group.terms if is_acronym(term)]
        synonyms = group.finds if group.one_way else group.terms
        yield _SynonymGroup([*group.terms, *plurals], synonyms, SAME_MEANING)
    labelled = (
        vocabulary.approaches,
        vocabulary.topics,
        vocabulary.outcomes,
        vocabulary.network.policy_areas,
    )
    for rows in labelled:
        for row in rows.values():
            label, names = row.label, row.also_known_as
            # A label is wider than its other names: they find it and it finds them, but they do not find each other.
            yield _SynonymGroup(names, [label], OTHER_NAME)
            yield _SynonymGroup([label], names, OTHER_NAME)


def _centre_names(vocabulary: Vocabulary) -> Iterator[tuple[Phrase, int]]:
    for centre in vocabulary.network.centres.values():
        others = (other.name for other in centre.other_names.all())
        for name in (centre.name, centre.acronym, *others):
            if name:
                yield tuple(plain_words(name)), centre.pk


def _synonyms(
    groups: Iterable[_SynonymGroup], known: Mapping[str, _Term]
) -> dict[Phrase, dict[Phrase, float]]:
    synonyms: dict[Phrase, dict[Phrase, float]] = {}
    for group in groups:
        others = [known[term] for term in group.synonyms]
        for term in group.terms:
            key = known[term].key
            if not key:
                continue
            of_term = synonyms.setdefault(key, {})
            for other in others:
                if other.key and other.key != key:
                    of_term[other.stems] = max(group.certainty, of_term.get(other.stems, 0))
    return synonyms
