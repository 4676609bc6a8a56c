"""Which words of a query belong together: quoted phrases, terms that have synonyms, and names of centres."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from .compounds import may_be_one
from .english import everyday_weight
from .glossary import TERM_ENDS, Tree
from .lexicon import Lexicon, Word
from .tokens import Token
from .words import PARTICLES, Phrase

MAX_BETWEEN = 2  # other words that may stand inside a known term
LOOK_AHEAD = 10  # terms, in which the other words of a known term are looked for
Parts = tuple[str, str]  # what a word is in the key of a term, see Lexicon.parts_of_key
DISTINCTIVE = 0.5  # the rarity above which a word says something without the rest of its term


class Term(NamedTuple):
    """Words of a query that are searched for together, such as "rough sleeping"; often just one word."""

    tokens: tuple[Token, ...]
    places: tuple[int, ...] = ()  # of the words in the query

    @property
    def text(self) -> str:
        """The words, separated by spaces."""
        return " ".join(token.word for token in self.tokens)

    @property
    def stems(self) -> Phrase:
        """The stems of the words, "" for each stop word."""
        return tuple(token.stem for token in self.tokens)

    @property
    def is_adjacent(self) -> bool:
        """Whether its words follow each other in the query."""
        return len(self.places) == self.places[-1] + 1 - self.places[0] if self.places else True

    @property
    def is_numbered(self) -> bool:
        """Whether a number at its end names it, as in "year 9" and "type 2", and does not count, as in "16 year olds"."""
        if len(self.tokens) < 2 or not self.is_adjacent:
            return False
        word, number = self.stems[-2:]
        return bool(word) and not word.isdigit() and number.isdigit()

    @property
    def is_quoted(self) -> bool:
        """Whether it was typed in quotation marks."""
        return bool(self.tokens[0].quotation)

    @property
    def is_request(self) -> bool:
        """Whether it is a request word, such as "reduce", that says little by itself."""
        return len(self.tokens) == 1 and self.tokens[0].is_request

    def key(self, lexicon: Lexicon) -> Phrase:
        """Return what its synonyms are looked up by."""
        return lexicon.synonym_key([token.word for token in self.tokens], self.stems)

    def synonyms(self, lexicon: Lexicon) -> Mapping[Phrase, float]:
        """Return the stems of each synonym, with how surely it means the same."""
        found = lexicon.known.synonyms.get(self.key(lexicon), {})
        return found or self._synonyms_as_a_part(lexicon)

    def _synonyms_as_a_part(self, lexicon: Lexicon) -> Mapping[Phrase, float]:
        """Return the synonyms of the one known term that has a word which no evidence has: "bunking" of "bunking off".

        A word of everyday speech, such as "holding" of "holding back", stands for no term.
        """
        token = self.tokens[0]
        if len(self.tokens) > 1 or token.known.documents or everyday_weight(token.word) < 1:
            return {}
        if lexicon.documents_with(token.stem):
            return {}
        terms = lexicon.known.terms_with.get(token.stem, ())
        return lexicon.known.synonyms[terms[0]] if len(terms) == 1 else {}

    def as_one_word(self, lexicon: Lexicon) -> Word | None:
        """Return the word of the evidence that was typed as two, and with an error, as in "braod band"."""
        words = [token.word for token in self.tokens]
        if len(words) != 2 or not may_be_one(*words):
            return None
        known = lexicon.words.get("".join(words))
        return known if known and known.documents and all(self.stems) else None

    def is_narrower_than(self, synonym: Phrase, lexicon: Lexicon) -> bool:
        """Say whether a synonym is one word of the term without its distinctive words: "drugs" for "drug dealers"."""
        if len(synonym) != 1 or synonym[0] not in self.stems:
            return False
        rest = (stem for stem in self.stems if stem and stem != synonym[0])
        return any(is_distinctive(stem, lexicon) for stem in rest)


def is_distinctive(stem: str, lexicon: Lexicon) -> bool:
    """Say whether a word is rare enough to say something by itself."""
    return lexicon.rarity(lexicon.documents_with(stem)) > DISTINCTIVE


def known_terms(tokens: Sequence[Token], lexicon: Lexicon) -> list[Term]:
    """Return the known terms of several words in an unquoted query: overlapping ones too, but none that is part of another."""
    parts = [lexicon.parts_of_key(token.word, token.stem) for token in tokens]
    terms = [term for term in _adjacent_terms(tokens, parts, lexicon) if _is_known(term, lexicon)]
    taken = {place for term in terms for place in term.places}
    terms += _terms_with_gaps(tokens, parts, taken, lexicon)
    return [
        term for term in terms if not any(set(term.places) < set(other.places) for other in terms)
    ]


def quotations(tokens: Sequence[Token]) -> Iterator[Term]:
    """Split a query at its quotation marks."""
    for _, group in groupby(tokens, key=lambda token: token.quotation):
        yield Term(tuple(group))


def take_out_centres(
    tokens: Sequence[Token], lexicon: Lexicon
) -> tuple[list[Token], frozenset[int]]:
    """Return a query without the names of centres, and the keys of these centres.

    If nothing else can be searched for, the names stay in the query.
    """
    rest: list[Token] = []
    centres: set[int] = set()
    start = 0
    while start < len(tokens):
        may_begin = tokens[start].word in lexicon.known.centre_beginnings
        longest = min(lexicon.known.longest, len(tokens) - start) if may_begin else 0
        for length in range(longest, 0, -1):
            name = tuple(token.word for token in tokens[start : start + length])
            if name in lexicon.known.centre_names:
                centres.add(lexicon.known.centre_names[name])
                start += length
                break
        else:
            rest.append(tokens[start])
            start += 1
    return (rest if any(token.stem for token in rest) else list(tokens)), frozenset(centres)


def _adjacent_terms(
    tokens: Sequence[Token], parts: Sequence[Parts], lexicon: Lexicon
) -> Iterator[Term]:
    """Yield runs of words that may be known terms."""
    for start in range(len(tokens) - 1):
        stop = start + lexicon.known.longest + 2
        for end in _ends(parts[start:stop], lexicon.known.tree) | {1}:
            places = range(start, start + end + 1)
            yield Term(tuple(tokens[start : start + end + 1]), tuple(places))


def term_ends(tokens: Sequence[Token], lexicon: Lexicon) -> set[int]:
    """Return the places where a known term that begins with the first of these words may end."""
    parts = [lexicon.parts_of_key(token.word, token.stem) for token in tokens]
    return _ends(parts, lexicon.known.tree)


def _ends(parts: Sequence[Parts], tree: Tree) -> set[int]:
    ends = set()
    for way in (0, 1):
        node = tree
        for place, both in enumerate(parts):
            part = both[way]
            if place and not part:
                continue  # a stop word inside the term
            if (found := node.get(part)) is None:
                break
            node = found
            if TERM_ENDS in node:
                ends.add(place)
    return ends


def _terms_with_gaps(
    tokens: Sequence[Token], parts: Sequence[Parts], taken: Collection[int], lexicon: Lexicon
) -> Iterator[Term]:
    """Yield known terms with other words between theirs, as in "holding a child back", of the words that are not taken."""
    counting = [place for place, token in enumerate(tokens) if _counts(token)]
    free = [place for place in counting if place not in taken]
    continuing = {place for place in free if _may_continue(tokens[place])}
    for at, first in enumerate(free):
        beginning = lexicon.known.tree.get(parts[first][0]) if tokens[first].stem else None
        if not beginning:
            continue
        others = [place for place in free[at + 1 : at + LOOK_AHEAD] if place in continuing]
        for chosen in _continuations(beginning, parts, others):
            between = counting.index(chosen[-1]) - counting.index(first) - len(chosen)
            term = Term(tuple(tokens[place] for place in (first, *chosen)), (first, *chosen))
            if between <= MAX_BETWEEN and _is_known(term, lexicon):
                yield term
                break


def _continuations(
    beginning: Tree, parts: Sequence[Parts], others: Sequence[int]
) -> Iterator[tuple[int, ...]]:
    """Yield the places of two or else of one other word with which a word that begins known terms may be one."""
    seconds = [(place, node) for place in others if (node := beginning.get(parts[place][0]))]
    for second, node in seconds:
        yield from (
            (second, third)
            for third in others
            if third > second and TERM_ENDS in node.get(parts[third][0], {})
        )
    yield from ((second,) for second, node in seconds if TERM_ENDS in node)


def _is_known(term: Term, lexicon: Lexicon) -> bool:
    """Say whether a term has synonyms, or is a word that was typed as two."""
    key = ("known", term.tokens, term.is_adjacent)
    return lexicon.remember(key, lambda: _is_known_now(term, lexicon))


def _is_known_now(term: Term, lexicon: Lexicon) -> bool:
    if any(token.after_or for token in term.tokens[1:]):
        return False
    if term.is_adjacent and term.as_one_word(lexicon):
        return True
    # Stop words before and after a term do not belong to it.
    bounded = _counts(term.tokens[0]) and _counts(term.tokens[-1])
    if not bounded and len(term.key(lexicon)) != len(term.tokens):
        return False
    # A term whose only synonym is one of its own words says no more than its words: "hate reading".
    return any(not term.is_narrower_than(other, lexicon) for other in term.synonyms(lexicon))


def _counts(token: Token) -> bool:
    return bool(token.stem) or token.word in PARTICLES


def _may_continue(token: Token) -> bool:
    """Say whether a word may be a later part of a term with gaps.

    "Giving the homeless money" is about giving money, but "do school uniforms improve" is not about school improvement.
    """
    return not token.after_or and not token.is_request
