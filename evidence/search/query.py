"""Parses a query into concepts, with their synonyms and weights."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TypeVar

from .english import everyday_weight
from .glossary import SAME_MEANING
from .lexicon import Lexicon
from .signs import read_signs
from .terms import Term, is_distinctive, quotations, split_into_terms, take_out_centres
from .tokens import correct_token, corrected_text, tokenise
from .words import Phrase, clean, trimmed

MAX_CONCEPTS = 6
REQUEST_WEIGHT = 0.2  # the most that a request word counts
SUBJECT_WEIGHT = 0.35  # from this weight, a concept is a subject by itself

T = TypeVar("T")


@dataclass(frozen=True)
class Concept:
    """One idea of a query, with everything that the evidence may call it, as stems.

    The weight is 1 for a rare word, less for a common one.
    """

    words: str
    typed: tuple[
        tuple[Phrase, ...], ...
    ]  # the words that were typed: phrases that stand together, or others that do
    synonyms: tuple[Phrase, ...] = ()
    partial: tuple[str, ...] = ()  # the words of a term of several that say something by themselves
    weight: float = 1.0
    is_request: bool = False  # a request word, such as "reduce", that says little by itself

    @property
    def is_subject(self) -> bool:
        """Whether it is a subject by itself, rather than a word that goes with any subject, such as "support"."""
        return self.weight >= SUBJECT_WEIGHT

    def or_else(self, other: "Concept") -> "Concept":
        """Return the concept for "this OR the other"."""
        return Concept(
            f"{self.words} OR {other.words}",
            _once(*self.typed, *other.typed),
            _once(*self.synonyms, *other.synonyms),
            _once(*self.partial, *other.partial),
            min(self.weight, other.weight),
        )


@dataclass(frozen=True)
class Query:
    """A query as it is searched for."""

    words: str  # as typed, cleaned
    corrected: str | None = None  # without typing errors; None if there are none
    concepts: tuple[Concept, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    centres: frozenset[int] = frozenset()  # the keys of those that are named
    names_only_centres: bool = False  # and so asks for all of their evidence
    whole_phrase: Phrase = ()  # all words, names of centres included; () if there is but one
    unread: tuple[str, ...] = ()  # signs that other searches read, such as "*"
    phrases: frozenset[Phrase] = field(default=frozenset(), repr=False)  # stems, for highlighting


def parse(words: str, lexicon: Lexicon, *, exact: bool = False) -> Query:
    """Parse a query. `exact` searches for typing errors as they are."""
    words = clean(words)
    signs = read_signs(words)
    typed = tokenise(signs.pieces, lexicon)
    corrected = [correct_token(token, lexicon) for token in typed]
    tokens = typed if exact else corrected
    wanted = [token for token in tokens if not token.excluded]
    excluded = [token for token in tokens if token.excluded]
    searched, centres = take_out_centres(wanted, lexicon)
    terms = [(term, term.synonyms(lexicon)) for term in split_into_terms(searched, lexicon)]
    whole_phrase = trimmed(tuple(token.stem for token in wanted))
    return Query(
        words=words,
        corrected=corrected_text(words, typed, corrected) if corrected != typed else None,
        concepts=tuple(_concepts(terms, lexicon)),
        excluded=_once(*filter(None, (trimmed(term.stems) for term in quotations(excluded)))),
        centres=centres,
        names_only_centres=bool(centres) and searched == wanted and not excluded,
        whole_phrase=whole_phrase if len(whole_phrase) > 1 else (),
        unread=signs.unread,
        phrases=frozenset(filter(None, _phrases(terms))),
    )


Synonyms = Mapping[Phrase, float]  # with how surely they mean the same


def _concepts(terms: Iterable[tuple[Term, Synonyms]], lexicon: Lexicon) -> list[Concept]:
    """Return the concepts of a query, in its order; of very many, those with the most weight."""
    concepts: list[Concept] = []
    for term, synonyms in terms:
        if not any(term.stems):
            continue
        # "Does prison work" does not ask about employment: a request word has no synonyms.
        concept = _concept(term, {} if term.is_request else synonyms, lexicon)
        if term.tokens[0].after_or and concepts:
            concepts[-1] = concepts[-1].or_else(concept)
        elif concept.typed not in {other.typed for other in concepts}:
            concepts.append(concept)
    heaviest = sorted(concepts, key=lambda concept: -concept.weight)[:MAX_CONCEPTS]
    return [concept for concept in concepts if concept in heaviest]


def _concept(term: Term, certainties: Synonyms, lexicon: Lexicon) -> Concept:
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
    phrase = trimmed(term.stems)
    if term.is_quoted:
        return Concept(term.text, ((phrase,),), weight=weight)

    stems = [stem for stem in phrase if stem]
    # A term of a synonym group that was typed in one piece is searched for in one piece. Other words may stand apart.
    fixed = len(stems) == 1 or (term.adjacent and SAME_MEANING in certainties.values())
    parts = [stem for stem in stems if not fixed or is_distinctive(stem, lexicon)]
    return Concept(
        term.text,
        typed=((phrase,) if fixed else tuple((stem,) for stem in stems),),
        synonyms=_once(*synonyms),
        partial=_once(*parts) if len(stems) > 1 else (),
        weight=weight,
        is_request=term.is_request,
    )


def _weight(term: Term, meanings: Sequence[Phrase], lexicon: Lexicon) -> float:
    """Return how much a term counts: the mean rarity of itself and what means the same, less if it is an everyday word."""
    found = [stems for stems in meanings if _documents(stems, lexicon)]
    rarities = [lexicon.rarity(_documents(stems, lexicon)) for stems in found or [term.stems]]
    weight = sum(rarities) / len(rarities)
    if len(term.tokens) > 1:
        return weight
    [token] = term.tokens
    return weight * min(everyday_weight(token.word), REQUEST_WEIGHT if token.is_request else 1)


def _documents(stems: Phrase, lexicon: Lexicon) -> float:
    """Estimate in how many editions a term is, as if its words were independent: at least 1 if all are known, or else 0."""
    shares = [lexicon.documents_with(stem) / max(lexicon.documents, 1) for stem in stems if stem]
    expected = lexicon.documents * prod(shares) if shares else 0
    return max(expected, 1) if expected else 0


def _phrases(terms: Iterable[tuple[Term, Synonyms]]) -> Iterator[Phrase]:
    """Yield what is highlighted: quoted phrases as a whole, other words one by one, and synonyms."""
    for term, synonyms in terms:
        if term.is_quoted:
            yield trimmed(term.stems)
        else:
            yield from ((stem,) for stem in term.stems if stem)
        yield from synonyms


def _once(*values: T) -> tuple[T, ...]:
    """Return each of these values once, in their order."""
    return tuple(dict.fromkeys(values))
