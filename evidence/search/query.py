"""Parses a query into concepts, with their synonyms and weights."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TypeVar

from .english import everyday_weight
from .glossary import SAME_MEANING
from .lexicon import Lexicon
from .signs import read_signs
from .terms import Term, is_distinctive, known_terms, quotations, take_out_centres
from .tokens import Token, correct_token, corrected_text, tokenise
from .wishes import Wish, read_wishes
from .words import Phrase, clean, trimmed

MAX_CONCEPTS = 6
REQUEST_WEIGHT = 0.2  # the most that a request word counts
SUBJECT_WEIGHT = 0.35  # from this weight, a concept is a subject by itself
MIN_OWN_WEIGHT = 0.05  # of a word that nearly all evidence has, as a share of its term
UNKNOWN_WEIGHT = 1.0  # of a word that no evidence has, in what speaks against an answer

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
    # Whether it is a subject by itself, rather than a word that goes with any subject, such as "support".
    is_subject: bool = True

    def or_else(self, other: "Concept") -> "Concept":
        """Return the concept for "this OR the other"."""
        return Concept(
            f"{self.words} OR {other.words}",
            _once(*self.typed, *other.typed),
            _once(*self.synonyms, *other.synonyms),
            _once(*self.partial, *other.partial),
            min(self.weight, other.weight),
            is_subject=self.is_subject and other.is_subject,
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
    wishes: tuple[Wish, ...] = ()  # what comes first of what answers the query
    unknown: tuple[str, ...] = ()  # words that were not used because nothing has them
    unread: tuple[str, ...] = ()  # signs of other search engines that are not read, such as NOT
    whole_phrase: Phrase = ()  # all words, names of centres included; () if there is but one
    doubt: float = 0  # the weight of the unknown words
    stems: tuple[str, ...] = ()  # of all words that say something, names of centres included
    request_stems: tuple[str, ...] = ()  # those of them that are request words
    telling_stems: tuple[str, ...] = ()  # the others
    # Those of the others that are no names of centres and no wishes.
    subject_stems: tuple[str, ...] = ()
    phrases: frozenset[Phrase] = field(default=frozenset(), repr=False)  # stems, for highlighting

    @property
    def names_only_wishes(self) -> bool:
        """Whether it asks for all that fits its wishes, and for no subject, as "what doesn't work" does."""
        names_a_thing = any(not concept.is_request for concept in self.concepts)
        return bool(self.wishes) and not (self.centres or self.unknown or names_a_thing)

    @property
    def names_no_subject(self) -> bool:
        """Whether all of its words are names of centres or wishes."""
        return self.names_only_centres or self.names_only_wishes


def parse(
    words: str, lexicon: Lexicon, *, exact: bool = False, declined: Collection[str] = ()
) -> Query:
    """Parse a query. `exact` searches for typing errors as they are; no wish is read for the filters in `declined`."""
    words = clean(words)
    signs = read_signs(words)
    typed = tokenise(signs.pieces, lexicon)
    corrected = [correct_token(token, lexicon) for token in typed]
    tokens = typed if exact else corrected
    wanted = [token for token in tokens if not token.excluded]
    excluded = [token for token in tokens if token.excluded]
    wishes, wished = read_wishes(words, wanted, lexicon, declined)
    searched, centres = take_out_centres(wished, lexicon)
    concepts, unknown, marked = _read(searched, lexicon)
    whole_phrase = trimmed(tuple(token.stem for token in wanted))
    return Query(
        words=words,
        corrected=corrected_text(words, typed, corrected) if corrected != typed else None,
        concepts=tuple(concepts),
        excluded=_once(*filter(None, (trimmed(term.stems) for term in quotations(excluded)))),
        centres=centres,
        names_only_centres=bool(centres) and searched == wished and not excluded,
        wishes=wishes,
        whole_phrase=whole_phrase if len(whole_phrase) > 1 else (),
        stems=_once(*(token.stem for token in wanted if token.stem)),
        unknown=_once(*(token.word for token in unknown)),
        doubt=sum(UNKNOWN_WEIGHT * everyday_weight(token.word) for token in unknown),
        request_stems=_once(*(one.stem for one in wanted if one.stem and one.is_request)),
        telling_stems=_telling(wanted),
        subject_stems=_telling(searched),
        unread=signs.unread,
        phrases=frozenset(marked),
    )


def _telling(tokens: Iterable[Token]) -> tuple[str, ...]:
    return _once(*(token.stem for token in tokens if token.stem and not token.is_request))


Synonyms = Mapping[Phrase, float]  # with how surely they mean the same


def _read(
    tokens: Sequence[Token], lexicon: Lexicon
) -> tuple[list[Concept], list[Token], set[Phrase]]:
    """Return the concepts of a query, in its order, the words that nothing has, and what is to be marked in texts."""
    concepts: list[Concept] = []
    marked: set[Phrase] = set()
    seen: set[tuple[str, object]] = set()
    unknown: list[Token] = []
    for part in quotations(tokens):
        found = [_quoted(part, lexicon)] if part.is_quoted else _words(part.tokens, lexicon, marked)
        if part.is_quoted:
            marked.add(trimmed(part.stems))
        for token, concept in found:
            if not _is_known(concept, lexicon):
                if not token.is_request:
                    unknown.append(token)
                continue
            key = (token.stem, concept.typed)
            if token.after_or and concepts:
                concepts[-1] = concepts[-1].or_else(concept)
            elif key not in seen:
                concepts.append(concept)
                seen.add(key)
    heaviest = sorted(concepts, key=lambda concept: -concept.weight)[:MAX_CONCEPTS]
    return [concept for concept in concepts if concept in heaviest], unknown, marked - {()}


def _is_known(concept: Concept, lexicon: Lexicon) -> bool:
    """Say whether any evidence may have a concept."""
    return bool(concept.synonyms or concept.partial) or any(
        all(_documents(phrase, lexicon) for phrase in phrases) for phrases in concept.typed
    )


def _quoted(term: Term, lexicon: Lexicon) -> tuple[Token, Concept]:
    weight = lexicon.rarity(_documents(term.stems, lexicon))
    return term.tokens[0], Concept(term.text, ((trimmed(term.stems),),), weight=weight)


def _words(
    tokens: Sequence[Token], lexicon: Lexicon, marked: set[Phrase]
) -> Iterator[tuple[Token, Concept]]:
    """Yield a concept for each word that says something, with the synonyms of all terms that it is part of."""
    terms = known_terms(tokens, lexicon)
    taken = {place for term in terms for place in term.places}
    terms += [
        Term((token,), (place,))
        for place, token in enumerate(tokens)
        if token.stem and place not in taken
    ]
    of_word: dict[int, list[_Meaning]] = {}
    for term in terms:
        meaning = _Meaning.of(term, lexicon)
        marked.update((stem,) for stem in term.stems if stem)
        marked.update(meaning.certainties)
        for place in term.places:
            if tokens[place].stem:
                of_word.setdefault(place, []).append(meaning)
    for place in sorted(of_word):
        yield tokens[place], _concept(tokens[place], of_word[place], lexicon)


@dataclass(frozen=True)
class _Meaning:
    """A term of a query, with what it means."""

    term: Term
    certainties: Synonyms
    synonyms: tuple[Phrase, ...]  # those that some evidence has
    weight: float
    shares: float  # the weights of its words by themselves, in sum

    @classmethod
    def of(cls, term: Term, lexicon: Lexicon) -> "_Meaning":
        # "Does prison work" does not ask about employment: a request word has no synonyms.
        certainties = {} if term.is_request else term.synonyms(lexicon)
        synonyms = [
            synonym
            for synonym in certainties
            if _documents(synonym, lexicon) and not term.is_narrower_than(synonym, lexicon)
        ]
        if term.is_adjacent and (one_word := term.as_one_word(lexicon)):
            synonyms.append((one_word.stem,))
        same = [s for s in synonyms if certainties.get(s, SAME_MEANING) == SAME_MEANING]
        weight = _weight(term, [term.stems, *same], lexicon)
        shares = sum(_own_weight(token, lexicon) for token in term.tokens if token.stem)
        return cls(term, certainties, tuple(synonyms), weight, shares)


def _concept(token: Token, meanings: Sequence[_Meaning], lexicon: Lexicon) -> Concept:
    own = _own_weight(token, lexicon)
    several = [one for one in meanings if len(one.term.tokens) > 1]
    weight = max(one.weight * (own / one.shares if one in several else 1) for one in meanings)
    alone = ((token.stem,),)
    if not several or is_distinctive(token.stem, lexicon):
        typed: tuple[tuple[Phrase, ...], ...] = (alone,)
        partial: tuple[str, ...] = ()
    else:
        typed = _once(*(_all_words(one.term) for one in several))
        partial = (token.stem,)
    return Concept(
        token.word,
        typed=typed,
        synonyms=_once(*(synonym for one in meanings for synonym in one.synonyms)),
        partial=partial,
        weight=weight,
        is_request=token.is_request and not several,
        is_subject=max(one.weight for one in meanings) >= SUBJECT_WEIGHT,
    )


def _all_words(term: Term) -> tuple[Phrase, ...]:
    """Return what an edition has that has a whole term, all of its words; with a particle, one after the other."""
    stems = [stem for stem in term.stems if stem]
    if len(stems) == 1:
        return (trimmed(term.stems),)
    return tuple((stem,) for stem in stems)


def _own_weight(token: Token, lexicon: Lexicon) -> float:
    rarity = lexicon.rarity(lexicon.documents_with(token.stem))
    return max(rarity, MIN_OWN_WEIGHT) * min(
        everyday_weight(token.word), REQUEST_WEIGHT if token.is_request else 1
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


def _once(*values: T) -> tuple[T, ...]:
    """Return each of these values once, in their order."""
    return tuple(dict.fromkeys(values))
