"""The words, synonyms and names used to interpret a query."""

import datetime
from collections.abc import Callable, Container, Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from math import log
from typing import Any, NamedTuple, Self, TypeVar

from evidence.catalogue.build import PublishedCatalogue
from evidence.catalogue.layered import Layered
from portal import published

from . import words as language
from .compounds import Parts, joined, possibly_joined, singular_and_plural
from .english import english_words
from .glossary import Glossary, KnownTerms, is_of_an_acronym, synonym_key
from .index import TextIndex
from .labels import Labels
from .populations import Values, populations
from .welsh import unmutated_forms
from .words import Phrase

AGES = "age_group"  # the parameter of the filter by age
MAX_REMEMBERED = 2000  # terms of queries, of which a worker remembers how they are read: about 3 MB
MIN_LETTERS = 4  # of a word that is corrected, and of what it becomes: too many shorter words differ by one letter

T = TypeVar("T")


class Word(NamedTuple):
    """A word of the evidence: its stem ("" for a stop word), and how many published editions have it at least."""

    stem: str
    documents: int


@dataclass(frozen=True)
class Lexicon:
    """What a query is understood by, at one version of the content."""

    documents: int  # the number of published editions
    words: Mapping[str, Word]
    stems: Mapping[str, int]  # in how many editions a word is in any of its forms
    known: KnownTerms = field(default_factory=KnownTerms)
    never_corrected: frozenset[str] = frozenset()  # the words of synonyms and of centres' names
    # Words that the evidence has with hyphens: their parts, by the word without them.
    hyphened: Mapping[str, Parts] = field(default_factory=dict)
    stem: Callable[[str], str] = field(default=language.stem, repr=False)
    spellings: Sequence["Spellings"] = ()  # of the words; some of them may be none any more
    # What wishes are read by: values of filters by what people call them, whether stems follow each other in a title, today.
    populations: Mapping[Phrase, Values] = field(default_factory=dict, repr=False)
    is_in_title: Callable[[Phrase], bool] = field(default=lambda _: False, repr=False)
    day: datetime.date = datetime.date.min
    # Whether two words stand one after the other in some text.
    stand_together: Callable[[Parts], bool] = field(default=lambda _: False, repr=False)
    _remembered: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def remember(self, key: tuple[Any, ...], read: Callable[[], T]) -> T:
        """Return what was read under this key, or read it now. What a word or a term says is the same in every query."""
        found: T | None = self._remembered.get(key)
        if found is None:
            found = read()
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = found
        return found

    def look_up(self, word: str) -> Word:
        """Return a word as the index has it.

        A word that shares its stem with an acronym, but not its meaning, is in no edition unless it is written in one.
        """
        known = self.words.get(word) or Word(self.stem(word), 0)
        return Word(word, 0) if not known.documents and self._misleads(word, known.stem) else known

    def synonym_key(self, words: Sequence[str], stems: Sequence[str]) -> Phrase:
        """Return what the synonyms of a term are looked up by, from its words and their stems."""
        pairs = zip(words, stems, strict=True)
        return synonym_key(words, [w if self._misleads(w, s) else s for w, s in pairs])

    def _misleads(self, word: str, stem: str) -> bool:
        return is_of_an_acronym(word, stem, self.known.acronyms, self._acronym_stems)

    def unmutated(self, word: str) -> str:
        """Return a mutated Welsh word as it stands alone, if it then is a word of a synonym or of a centre's name.

        An English word is none: "gold" is not the Welsh form of "cold".
        """
        if word in self.words or word in english_words() or not self.stem(word):
            return word
        forms = unmutated_forms(word)
        return next((form for form in forms if form in self.never_corrected), word)

    def documents_with(self, stem: str) -> int:
        """Return in how many editions a word is in any of its forms."""
        return self.stems.get(stem, 0)

    def rarity(self, documents: float) -> float:
        """Return how much a word counts that is in so many editions: 1 if it is in one or none, near 0 if in all.

        This is the inverse document frequency, scaled.
        """
        if not documents:
            return 1.0
        return log(1 + self.documents / (documents + 0.5)) / log(1 + self.documents / 1.5)

    def parts_of_key(self, word: str, stem: str) -> tuple[str, str]:
        """Return what a word is in the key of a term, if that leaves stop words out ("" for one) and if it keeps them."""
        if not stem:
            return (word if word in language.PARTICLES else ""), word
        part = word if self._misleads(word, stem) else stem
        return part, part

    def correct_words(self, beginning: str, letters: int) -> list[str]:
        """Return the words of so many letters that a typing error may stand for, by their first letter or their first three."""
        some = [spellings.get((beginning, letters), ()) for spellings in self.spellings]
        return list(chain.from_iterable(some))

    @cached_property
    def ages(self) -> frozenset[Phrase]:
        """The names of age groups, as stems."""
        return frozenset(
            tuple(map(self.stem, name))
            for name, values in self.populations.items()
            if AGES in values
        )

    @cached_property
    def _acronym_stems(self) -> frozenset[str]:
        return frozenset(map(self.stem, self.known.acronyms))


Spellings = Mapping[tuple[str, int], Sequence[str]]  # words, by a beginning and their length


def spellings_of(words: Iterable[str]) -> Spellings:
    """Return the words that a typing error may stand for, by their first letter, and by their first three."""
    found: dict[tuple[str, int], list[str]] = {}
    for word in filter(may_be_meant, words):
        for beginning in (word[:1], word[:3]):
            found.setdefault((beginning, len(word)), []).append(word)
    return found


def may_be_meant(word: str) -> bool:
    """Say whether a typing error may stand for a word: one of letters, and not very short."""
    return len(word) >= MIN_LETTERS and word.isalpha()


def lexicon_of(snapshot: published.Snapshot) -> Lexicon:
    """Return the lexicon of a snapshot. It looks words up as they are asked for, so that it costs nothing to make."""
    return snapshot.get_or_make(Lexicon, lambda: _make(snapshot))


def labels_of(snapshot: published.Snapshot) -> Labels:
    """Return the labels of a snapshot."""
    return snapshot.get_or_make(Labels, lambda: Labels(snapshot))


def _make(snapshot: published.Snapshot) -> Lexicon:
    glossary, index, labels = snapshot[Glossary], snapshot[TextIndex], labels_of(snapshot)
    catalogue = snapshot[PublishedCatalogue].catalogue
    words = _Words(glossary, index, labels)
    return Lexicon(
        documents=index.documents,
        words=words,
        stems=_Stems(index, labels),
        known=snapshot[Terms].known,
        hyphened=index.hyphened,
        never_corrected=glossary.words,
        spellings=(
            index.words.of_base(spellings_of),
            spellings_of(index.words.changes),
            glossary.vocabulary.get_or_make(
                spellings_of, lambda: spellings_of(labels.words.keys() | glossary.words)
            ),
        ),
        populations=glossary.vocabulary.get_or_make(
            populations, lambda: populations(catalogue.facets)
        ),
        is_in_title=lambda phrase: bool(index.titled(phrase, catalogue.everything)),
        day=snapshot.day,
        stand_together=lambda pair: any(index.places(tuple(map(language.stem, pair)))),
    )


@published.register
@dataclass(frozen=True)
class Terms(published.Part):
    """The known terms of the glossary, with compounds as the evidence has them, which a publication hardly ever changes."""

    glossary: Glossary
    possible: frozenset[str]  # compounds, as one word
    depends_on: object  # what is known of them
    known: KnownTerms

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Keep the terms before, if they depend on nothing that has changed, or make them."""
        glossary, index = snapshot[Glossary], snapshot[TextIndex]
        words = _Words(glossary, index, labels_of(snapshot))
        same = before is not None and before.glossary is glossary
        possible = before.possible if before and same else frozenset(_compounds_of(glossary))
        depends_on = (
            *_came_or_went(index.words, possible),
            *_came_or_went(index.hyphened, possible),
        )
        if before and same and before.depends_on == depends_on:
            return before
        # Made now, once for all workers, and not when somebody first searches.
        english_words()
        index.words.of_base(spellings_of)
        return cls(glossary, possible, depends_on, _with_compounds(glossary, index, words))

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Come from another process: what that made once for all workers is made in this one."""
        self.__dict__.update(state)
        english_words()


def _compounds_of(glossary: Glossary) -> Iterator[str]:
    for term in glossary.terms:
        for one in possibly_joined(term):
            yield from singular_and_plural(one)


def _with_compounds(glossary: Glossary, index: TextIndex, words: Mapping[str, Word]) -> KnownTerms:
    """Return the known terms, those that have a compound in several words also with that as one word."""
    known = glossary.known
    found: dict[Phrase, Mapping[Phrase, float]] = {}
    for term, key in glossary.terms.items():
        one = joined(term, words.__contains__, index.hyphened.__contains__)
        if len(one) < len(term):
            own = synonym_key(one, map(language.stem, one))
            same = (known.synonyms.get(own, {}), known.synonyms[key], found.get(own, {}))
            found[own] = {
                other: certainty
                for others in same
                for other, certainty in others.items()
                if other != own
            }
    return replace(known, synonyms={**known.synonyms, **found}) if found else known


def _came_or_went(held: Layered[Any], some: Container[str]) -> tuple[object, frozenset[str]]:
    """Return what a mapping was made from, and which of some words it has since got or lost."""
    base = held.of_base(_unchanged)
    return base, frozenset(
        one for one in held.changes if one in some and (one in held) != (one in base)
    )


def _unchanged(words: KeysView[str]) -> KeysView[str]:
    return words


@dataclass(frozen=True, eq=False)
class _Words(Mapping[str, Word]):
    """The words of editions, labels and the glossary."""

    glossary: Glossary
    index: TextIndex
    labels: Labels
    in_labels: dict[str, int] = field(default_factory=dict)  # counted when they are asked for

    def __getitem__(self, word: str) -> Word:
        if (found := self._find(word)) is None:
            raise KeyError(word)
        return found

    def get(self, word: str, default: Any = None) -> Any:
        """Return a word, or the default: what Mapping would do, in half the time."""
        return found if (found := self._find(word)) is not None else default

    def _find(self, word: str) -> Word | None:
        documents = self.index.words.get(word, 0)
        if word in self.labels.words:
            documents = max(documents, self._in_labels(word))
        if not documents and word not in self.glossary.words:
            return None
        return Word(language.stem(word), documents)

    def _in_labels(self, word: str) -> int:
        if word not in self.in_labels:
            labels = self.labels.words[word]
            self.in_labels[word] = max(len(self.labels.editions(label)) for label in labels)
        return self.in_labels[word]

    def __contains__(self, word: object) -> bool:
        return word in self.index.words or word in self.glossary.words or word in self.labels.words

    def __iter__(self) -> Iterator[str]:
        return iter(self.index.words.keys() | self.labels.words.keys() | self.glossary.words)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, eq=False)
class _Stems(Mapping[str, int]):
    """The stems of editions and labels, each counted when it is asked for."""

    index: TextIndex
    labels: Labels
    counted: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, stem: str) -> int:
        if (found := self.get(stem)) is None:
            raise KeyError(stem)
        documents: int = found
        return documents

    def get(self, stem: str, default: Any = None) -> Any:
        """Return in how many it is, or the default: what Mapping would do, without an error for a stem that none has."""
        if (found := self.counted.get(stem)) is not None:
            return found
        own = self.index.places((stem,)).anywhere
        documents = len(own.union(own, *self.labels.places((stem,))))
        if not documents:
            return default  # and not remembered: visitors may type anything
        self.counted[stem] = documents
        return documents

    def __iter__(self) -> Iterator[str]:
        return (stem for stem, _ in self.index.postings.all("anywhere"))

    def __len__(self) -> int:
        return sum(1 for _ in self)
