"""Parses a query into concepts, with their synonyms and weights."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import prod
from statistics import mean

from . import tsquery
from .english import everyday_weight
from .lexicon import SAME_MEANING, Lexicon
from .terms import Term, is_distinctive, quotations, split_into_terms, take_out_centres
from .tokens import MAX_WORDS, correct_token, corrected_text, tokenise
from .words import Phrase, clean, plain_words

MAX_CONCEPTS = 8
MAX_COMBINED = 6  # concepts whose combinations are tried, to cover a share of the query
REQUEST_WEIGHT = 0.2  # the most that a request word counts
SUBJECT_WEIGHT = 0.35  # from this weight, a concept is a subject by itself


@dataclass(frozen=True)
class Concept:
    """One idea of a query, with everything that the evidence may call it.

    `typed` (the words that were typed), `synonyms` and `partial` (some word of a term of several) are texts of tsqueries. The
    weight is 1 for a rare word, less for a common one.
    """

    words: str
    typed: str
    synonyms: str = ""
    partial: str = ""
    weight: float = 1.0
    is_request: bool = False  # a request word, such as "reduce", that says little by itself

    @property
    def full(self) -> str:
        """A tsquery for the whole idea, by its own words or a synonym."""
        return tsquery.any_of(self.typed, self.synonyms)

    @property
    def full_or_partial(self) -> str:
        """A tsquery for the idea or a part of it."""
        return tsquery.any_of(self.typed, self.synonyms, self.partial)

    @property
    def is_subject(self) -> bool:
        """Whether it is a subject by itself, rather than a word that goes with any subject, such as "support"."""
        return self.weight >= SUBJECT_WEIGHT

    def or_else(self, other: "Concept") -> "Concept":
        """Return the concept for "this OR the other"."""
        return Concept(
            f"{self.words} OR {other.words}",
            tsquery.any_of(self.typed, other.typed),
            tsquery.any_of(self.synonyms, other.synonyms),
            tsquery.any_of(self.partial, other.partial),
            min(self.weight, other.weight),
        )


@dataclass(frozen=True)
class Query:
    """A query as it is searched for. `excluded` and `whole_phrase` are texts of tsqueries."""

    words: str  # as typed, cleaned
    corrected: str | None = None  # without typing errors; None if there are none
    concepts: tuple[Concept, ...] = ()
    excluded: str = ""
    centres: frozenset[int] = frozenset()  # the keys of those that are named
    names_only_centres: bool = False  # and so asks for all of their evidence
    whole_phrase: str = ""  # all words, names of centres included
    phrases: frozenset[Phrase] = field(default=frozenset(), repr=False)  # stems, for highlighting

    def covering(self, share: float) -> str:
        """Return a tsquery for editions that have at least this share (0 to 1) of the query, by weight."""
        heaviest = sorted(self.concepts, key=lambda concept: -concept.weight)[:MAX_COMBINED]
        enough = share * sum(concept.weight for concept in heaviest)
        sets: list[frozenset[int]] = []
        for size in range(1, len(heaviest) + 1):
            for chosen in map(frozenset, combinations(range(len(heaviest)), size)):
                has_enough = sum(heaviest[i].weight for i in chosen) >= enough - 1e-9
                if has_enough and not any(smaller <= chosen for smaller in sets):
                    sets.append(chosen)
        text = tsquery.any_of(
            *(" & ".join(f"({heaviest[i].full_or_partial})" for i in one) for one in sets)
        )
        return f"({text}) & !({self.excluded})" if self.excluded else text


def unknown_words(words: str, lexicon: Lexicon) -> set[str]:
    """Return the words of a query that are in no edition, whose stems `parse` needs."""
    return set(plain_words(clean(words))[:MAX_WORDS]) - lexicon.words.keys()


def parse(words: str, lexicon: Lexicon, stems: Mapping[str, str], *, exact: bool = False) -> Query:
    """Parse a query. `stems` has those of the unknown words; `exact` searches for typing errors as they are."""
    words = clean(words)
    typed = tokenise(words, lexicon, stems)
    corrected = [correct_token(token, lexicon) for token in typed]
    tokens = typed if exact else corrected
    wanted = [token for token in tokens if not token.excluded]
    excluded = [token for token in tokens if token.excluded]
    searched, centres = take_out_centres(wanted, lexicon)
    terms = list(split_into_terms(searched, lexicon))
    stems_wanted = tuple(token.stem for token in wanted)
    return Query(
        words=words,
        corrected=corrected_text(words, typed, corrected) if corrected != typed else None,
        concepts=tuple(_concepts(terms, lexicon)),
        excluded=tsquery.any_of(*(tsquery.phrase(term.stems) for term in quotations(excluded))),
        centres=centres,
        names_only_centres=bool(centres) and searched == wanted and not excluded,
        whole_phrase=tsquery.phrase(stems_wanted) if sum(map(bool, stems_wanted)) > 1 else "",
        phrases=frozenset(_phrases(terms, lexicon)),
    )


def _concepts(terms: Iterable[Term], lexicon: Lexicon) -> list[Concept]:
    """Return the concepts of a query, in its order; of very many, those with the most weight."""
    concepts: list[Concept] = []
    for term in terms:
        if not any(term.stems):
            continue
        concept = _concept(term, lexicon)
        if term.tokens[0].after_or and concepts:
            concepts[-1] = concepts[-1].or_else(concept)
        elif concept.typed not in {other.typed for other in concepts}:
            concepts.append(concept)
    heaviest = sorted(concepts, key=lambda concept: -concept.weight)[:MAX_CONCEPTS]
    return [concept for concept in concepts if concept in heaviest]


def _concept(term: Term, lexicon: Lexicon) -> Concept:
    # "Does prison work" does not ask about employment: a request word has no synonyms.
    certainties = {} if term.is_request else term.synonyms(lexicon)
    synonyms = [
        synonym
        for synonym in certainties
        if _documents(synonym, lexicon) and not term.is_narrower_than(synonym, lexicon)
    ]
    if one_word := term.as_one_word(lexicon):
        synonyms.append((one_word.stem,))
    weight = _weight(
        term,
        [
            stems
            for stems in (term.stems, *synonyms)
            if certainties.get(stems, SAME_MEANING) == SAME_MEANING
        ],
        lexicon,
    )
    if term.is_quoted:
        return Concept(term.text, tsquery.phrase(term.stems), weight=weight)

    stems = [stem for stem in term.stems if stem]
    # A term of a synonym group that was typed in one piece is searched for in one piece. Other words may stand apart.
    fixed = len(stems) == 1 or (term.adjacent and SAME_MEANING in certainties.values())
    parts = [stem for stem in stems if not fixed or is_distinctive(stem, lexicon)]
    return Concept(
        term.text,
        typed=tsquery.phrase(term.stems) if fixed else " & ".join(map(tsquery.word, stems)),
        synonyms=tsquery.any_of(*map(tsquery.phrase, synonyms)),
        partial=tsquery.any_of(*map(tsquery.word, parts)) if len(stems) > 1 else "",
        weight=weight,
        is_request=term.is_request,
    )


def _weight(term: Term, meanings: Sequence[Phrase], lexicon: Lexicon) -> float:
    """Return how much a term counts: the mean rarity of itself and what means the same, less if it is an everyday word."""
    found = [stems for stems in meanings if _documents(stems, lexicon)]
    weight = mean(lexicon.rarity(_documents(stems, lexicon)) for stems in found or [term.stems])
    if len(term.tokens) > 1:
        return weight
    [token] = term.tokens
    return weight * min(everyday_weight(token.word), REQUEST_WEIGHT if token.is_request else 1)


def _documents(stems: Phrase, lexicon: Lexicon) -> float:
    """Estimate in how many editions a term is, as if its words were independent: at least 1 if all are known, or else 0."""
    shares = [lexicon.documents_with(stem) / max(lexicon.documents, 1) for stem in stems if stem]
    expected = lexicon.documents * prod(shares) if shares else 0
    return max(expected, 1) if expected else 0


def _phrases(terms: Iterable[Term], lexicon: Lexicon) -> Iterator[Phrase]:
    """Yield what is highlighted: quoted phrases as a whole, other words one by one, and synonyms."""
    for term in terms:
        if term.is_quoted:
            yield term.stems
        else:
            yield from ((stem,) for stem in term.stems if stem)
        yield from term.synonyms(lexicon)
