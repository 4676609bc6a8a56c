"""The concepts of a query: what each of its words may be called in the evidence, and how much it counts."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import NamedTuple, TypeVar

from .english import everyday_weight
from .glossary import SAME_MEANING
from .lexicon import Lexicon
from .terms import Term, is_distinctive, known_terms, quotations
from .tokens import Token
from .words import Phrase, trimmed

MAX_CONCEPTS = 6
REQUEST_WEIGHT = 0.2  # the most that a request word counts
SUBJECT_WEIGHT = 0.35  # from this weight, a concept is a subject by itself
MIN_OWN_WEIGHT = 0.05  # of a word that nearly all evidence has, as a share of its term

T = TypeVar("T")


class Concept(NamedTuple):
    """One idea of a query, with everything that the evidence may call it, as stems.

    The weight is 1 for a rare word, less for a common one.
    """

    words: str
    # What was typed: some phrases of which an edition has all, or others of which it has all, and so on.
    typed: tuple[tuple[Phrase, ...], ...]
    synonyms: tuple[Phrase, ...] = ()
    partial: tuple[str, ...] = ()  # the words of a term of several that say something by themselves
    weight: float = 1.0
    is_request: bool = False  # a request word, such as "reduce", that says little by itself
    # Whether it is a subject by itself, rather than a word that goes with any subject, such as "support".
    is_subject: bool = True

    @property
    def stems(self) -> set[str]:
        """The words that were typed for it."""
        of_words = (phrase for phrases in self.typed for phrase in phrases if len(phrase) == 1)
        return {*self.partial, *(stem for (stem,) in of_words)}

    def or_else(self, other: "Concept") -> "Concept":
        """Return the concept for "this OR the other"."""
        return Concept(
            f"{self.words} OR {other.words}",
            once(*self.typed, *other.typed),
            once(*self.synonyms, *other.synonyms),
            once(*self.partial, *other.partial),
            min(self.weight, other.weight),
            is_subject=self.is_subject and other.is_subject,
        )


class Reading(NamedTuple):
    """What the words of a query stand for."""

    concepts: tuple[Concept, ...]  # in the order of the query, the heaviest MAX_CONCEPTS
    unknown: list[Token]  # words that nothing has
    marked: frozenset[Phrase]  # what is marked in the texts of results


def read_concepts(tokens: Sequence[Token], lexicon: Lexicon) -> Reading:
    """Return the concepts of the words of a query."""
    concepts: list[Concept] = []
    unknown: list[Token] = []
    marked: set[Phrase] = set()
    seen: set[tuple[str, object]] = set()
    for part in quotations(tokens):
        if part.is_quoted:
            found = [_quoted(part, lexicon)]
            marked.add(trimmed(part.stems))
        else:
            meanings = _meanings(part.tokens, lexicon)
            found = list(_concepts(part.tokens, meanings, lexicon))
            marked.update(phrase for meaning in meanings for phrase in meaning.phrases())
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
    if len(concepts) > MAX_CONCEPTS:
        heaviest = sorted(concepts, key=lambda concept: -concept.weight)[:MAX_CONCEPTS]
        concepts = [concept for concept in concepts if concept in heaviest]
    return Reading(
        tuple(concepts),
        unknown,
        frozenset(marked - {()}),
    )


def once(*values: T) -> tuple[T, ...]:
    """Return each of these values once, in their order."""
    return tuple(dict.fromkeys(values))


def _is_known(concept: Concept, lexicon: Lexicon) -> bool:
    """Say whether any evidence may have a concept."""
    return bool(concept.synonyms or concept.partial) or any(
        all(_is_in_texts(phrase, lexicon) for phrase in phrases) for phrases in concept.typed
    )


def _is_in_texts(phrase: Phrase, lexicon: Lexicon) -> bool:
    """Say whether each word of a phrase is in some text, or in a label."""
    return any(phrase) and all(map(lexicon.documents_with, filter(None, phrase)))


def _quoted(term: Term, lexicon: Lexicon) -> tuple[Token, Concept]:
    weight = lexicon.rarity(_documents(term.stems, lexicon))
    return term.tokens[0], Concept(term.text, ((trimmed(term.stems),),), weight=weight)


class _Meaning(NamedTuple):
    """A term of a query, with what it means."""

    term: Term
    certainties: Mapping[Phrase, float]  # how surely each of its synonyms means the same
    synonyms: tuple[Phrase, ...]  # those that some evidence has
    weight: float
    shares: float  # the weights of its words by themselves, in sum

    @classmethod
    def of(cls, term: Term, lexicon: Lexicon) -> "_Meaning":
        key = ("meaning", term.tokens, term.is_adjacent)
        return lexicon.remember(key, lambda: cls._read(term, lexicon))._replace(term=term)

    @classmethod
    def _read(cls, term: Term, lexicon: Lexicon) -> "_Meaning":
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
        # Whoever it is about counts no more than what the evidence mostly calls them: "lads" no more than "children".
        ages = (one for one in (term.stems, *same) if one in lexicon.ages)
        rarities = (lexicon.rarity(_documents(one, lexicon)) for one in ages)
        weight = min(_weight(term, [term.stems, *same], lexicon), *rarities, 1.0)
        shares = sum(_own_weight(token, lexicon) for token in term.tokens if token.stem)
        return cls(term, certainties, tuple(synonyms), weight, shares)

    def phrases(self) -> Iterator[Phrase]:
        """Yield each of its words and of its synonyms, as stems."""
        yield from ((stem,) for stem in self.term.stems if stem)
        yield from self.certainties


def _meanings(tokens: Sequence[Token], lexicon: Lexicon) -> list[_Meaning]:
    """Return what the terms of an unquoted query mean: known ones of several words, and the other words one by one."""
    terms = known_terms(tokens, lexicon)
    taken = {place for term in terms for place in term.places}
    terms += [
        Term((token,), (place,))
        for place, token in enumerate(tokens)
        if token.stem and place not in taken
    ]
    return [_Meaning.of(term, lexicon) for term in terms]


def _concepts(
    tokens: Sequence[Token], meanings: Sequence[_Meaning], lexicon: Lexicon
) -> Iterator[tuple[Token, Concept]]:
    """Yield a concept for each word that says something, with the synonyms of all terms that it is part of."""
    of_word: dict[int, list[_Meaning]] = {}
    for meaning in meanings:
        for place in meaning.term.places:
            if tokens[place].stem:
                of_word.setdefault(place, []).append(meaning)
    typed = {"", *(token.stem for token in tokens)}
    for place in sorted(of_word):
        yield tokens[place], _concept(tokens[place], of_word[place], typed, lexicon)


def _concept(
    token: Token, meanings: Sequence[_Meaning], typed_stems: set[str], lexicon: Lexicon
) -> Concept:
    if len(meanings[0].term.tokens) == 1:  # a word of no known term
        typed: tuple[tuple[Phrase, ...], ...] = (((token.stem,),),)
        partial: tuple[str, ...] = ()
        weight, is_request = meanings[0].weight, token.is_request
    else:
        typed, partial = _typed_in_terms(token, meanings, lexicon)
        own = _own_weight(token, lexicon)
        weight, is_request = max(one.weight * (own / one.shares) for one in meanings), False
    synonyms = [synonym for one in meanings for synonym in one.synonyms]
    return Concept(
        token.word,
        typed=typed,
        # What was typed stands for itself and not for other words: in "dad hits mum", "mum" is no synonym of "dad".
        synonyms=once(*itertools.filterfalse(typed_stems.issuperset, synonyms)),
        partial=partial,
        weight=weight,
        is_request=is_request,
        is_subject=max(one.weight for one in meanings) >= SUBJECT_WEIGHT,
    )


def _typed_in_terms(
    token: Token, meanings: Sequence[_Meaning], lexicon: Lexicon
) -> tuple[tuple[tuple[Phrase, ...], ...], tuple[str, ...]]:
    """Return what was typed for a word of known terms, and what of it counts as a part."""
    if all(one.term.is_numbered for one in meanings):
        # "Year" and "9" by themselves say nothing: one year later, 9 schools.
        return once(*((one.term.stems,) for one in meanings)), ()
    if is_distinctive(token.stem, lexicon):
        return (((token.stem,),),), ()
    return once(*(_all_words(one.term) for one in meanings)), (token.stem,)


def _all_words(term: Term) -> tuple[Phrase, ...]:
    """Return what an edition has that has a whole term, all of its words; with a particle, one after the other."""
    stems = [stem for stem in term.stems if stem]
    if len(stems) == 1:
        return (trimmed(term.stems),)
    return tuple((stem,) for stem in stems)


def _own_weight(token: Token, lexicon: Lexicon) -> float:
    """Return how much a word counts beside the other words of its term."""
    rarity = lexicon.rarity(lexicon.documents_with(token.stem))
    return max(rarity, MIN_OWN_WEIGHT) * _everyday_weight(token)


def _weight(term: Term, meanings: Sequence[Phrase], lexicon: Lexicon) -> float:
    """Return how much a term counts: the mean rarity of itself and what means the same, less if it is an everyday word."""
    found = [stems for stems in meanings if _documents(stems, lexicon)]
    rarities = [lexicon.rarity(_documents(stems, lexicon)) for stems in found or [term.stems]]
    weight = sum(rarities) / len(rarities)
    if len(term.tokens) > 1:
        return weight
    [token] = term.tokens
    return weight * _everyday_weight(token)


def _everyday_weight(token: Token) -> float:
    """Return how much a word counts, whatever the evidence: less if it is common in speech, and little if it asks."""
    return min(everyday_weight(token.word), REQUEST_WEIGHT if token.is_request else 1)


def _documents(stems: Phrase, lexicon: Lexicon) -> float:
    """Estimate in how many editions a term is, as if its words were independent: at least 1 if all are known, or else 0."""
    shares = [lexicon.documents_with(stem) / max(lexicon.documents, 1) for stem in stems if stem]
    expected = lexicon.documents * prod(shares) if shares else 0
    return max(expected, 1) if expected else 0
