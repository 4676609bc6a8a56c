"""Searching: from the words that were typed to the published editions that match them."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from django.utils.safestring import SafeString
from pyroaring import BitMap

from .highlight import highlight
from .lexicon import Lexicon, current_lexicon, stems_of
from .query import SUBJECT_WEIGHT, Query, parse, unknown_words
from .ranking import ALL, RankedEdition, rank

# What one of the first results must cover to be an answer: this share of the query, by weight, and of its subjects.
MIN_COVERED, MIN_SUBJECTS = 0.6, 0.5


@dataclass(frozen=True, eq=False)
class SearchResults:
    """What a search found, and how its words were understood."""

    query: Query
    ranks: dict[int, float]  # of all editions that match, by their keys, best first
    is_loosely_related: bool  # nothing found is an answer: it only shares some words with the query
    exact: bool = False
    lexicon: Lexicon = field(kw_only=True, repr=False)

    @cached_property
    def bits(self) -> BitMap:
        """All editions that match."""
        return BitMap(self.ranks)

    def best_first(self, among: BitMap, start: int, stop: int) -> list[int]:
        """Return those that are in `among` and come from place `start` up to `stop`, the best first."""
        return list(islice((key for key in self.ranks if key in among), start, stop))

    @property
    def words(self) -> str:
        """The query as typed, cleaned."""
        return self.query.words

    @property
    def corrected(self) -> str | None:
        """The query that was searched for, if typing errors were corrected."""
        return None if self.exact else self.query.corrected

    @property
    def suggestion(self) -> str | None:
        """The query that may be meant, if the search was for typing errors as they are."""
        return self.query.corrected if self.exact else None

    def highlight(self, text: str) -> SafeString:
        """Return a text escaped for HTML, with the words of the query marked."""
        return highlight(text, self.query.phrases, self.lexicon)


def search(words: str, *, exact: bool = False) -> SearchResults:
    """Return all published editions that match, with at most two SQL statements.

    Typing errors are corrected, unless `exact`.
    """
    lexicon = current_lexicon()
    query = parse(words, lexicon, stems_of(unknown_words(words, lexicon)), exact=exact)
    found = rank(query)
    return SearchResults(
        query,
        {one.edition: one.rank for one in found},
        bool(found) and not any(_is_answer(one, query) for one in found),
        exact,
        lexicon=lexicon,
    )


def _is_answer(found: RankedEdition, query: Query) -> bool:
    """Say whether an edition covers enough of a query to answer it, and is about it. Only the first are examined for this."""
    weight = sum(concept.weight for concept in query.concepts)
    names_a_thing = not all(concept.is_request for concept in query.concepts)
    # All of "schools" is an answer, though the word is too common to be a subject; all of "how to improve" is not.
    has_all = found.title_has_query or (found.covered >= ALL and names_a_thing)
    has_subjects = (
        found.covered * weight >= SUBJECT_WEIGHT and found.subjects_covered >= MIN_SUBJECTS
    )
    return bool(found.is_about) and found.covered >= MIN_COVERED and (has_all or has_subjects)
