"""Searching: from the words that were typed to the published editions that match them."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from pyroaring import BitMap

from evidence.catalogue.documents import Documents
from portal import published

from .addresses import address_in, editions_at
from .highlight import Marker, Words
from .index import TextIndex
from .lexicon import lexicon_of
from .query import SUBJECT_WEIGHT, Query, parse
from .ranking import ALL, RankedEdition, Ranking

EXAMINED = 3  # of the first results: is one of them an answer?
# What an answer must cover: this share of the query, by weight, and of its subjects.
MIN_COVERED, MIN_SUBJECTS = 0.6, 0.5


@dataclass(frozen=True, eq=False)
class SearchResults:
    """What a search found, and how its words were understood."""

    ranking: Ranking
    exact: bool = False
    address: str = ""  # that was looked for instead of words

    @property
    def query(self) -> Query:
        """The query as it was understood."""
        return self.ranking.query

    @property
    def bits(self) -> BitMap:
        """All editions that match."""
        return self.ranking.bits

    def best_first(self, among: BitMap, start: int, stop: int) -> list[int]:
        """Return those that are in `among` and come from place `start` up to `stop`, the best first."""
        return self.ranking.best_first(among, start, stop)

    @cached_property
    def is_loosely_related(self) -> bool:
        """Whether nothing found is an answer: it only shares some words with the query."""
        if self.query.names_only_centres:
            return False
        return bool(self.bits) and not any(map(self._is_answer, self.ranking.best(EXAMINED)))

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

    def highlight(self, text: Words | str) -> SafeString:
        """Return a text escaped for HTML, with the words of the query marked."""
        return self._marker.mark(text)

    @cached_property
    def _marker(self) -> Marker:
        return Marker(self.query.phrases)

    def _is_answer(self, found: RankedEdition) -> bool:
        """Say whether an edition covers enough of the query to answer it, and is about it."""
        concepts = self.query.concepts
        weight = sum(concept.weight for concept in concepts)
        names_a_thing = not all(concept.is_request for concept in concepts)
        # All of "schools" is an answer, though the word is too common to be a subject; all of "how to improve" is not.
        has_all = found.title_has_query or (found.covered >= ALL and names_a_thing)
        has_subjects = (
            found.covered * weight >= SUBJECT_WEIGHT
            and self.ranking.subjects_covered(found.edition) >= MIN_SUBJECTS
        )
        return (
            self.ranking.is_about(found.edition)
            and found.covered >= MIN_COVERED
            and (has_all or has_subjects)
        )


@dataclass(frozen=True, eq=False)
class AddressResults(SearchResults):
    """What has an address that was typed: the summaries of a source, or one page of the portal."""

    keys: tuple[int, ...] = ()  # the best first

    @property
    def bits(self) -> BitMap:
        """All editions that the address leads to."""
        return BitMap(self.keys)

    def best_first(self, among: BitMap, start: int, stop: int) -> list[int]:
        """Return those that are in `among` and come from place `start` up to `stop`, the best first."""
        return [key for key in self.keys if key in among][start:stop]

    @cached_property
    def is_loosely_related(self) -> bool:
        """Whether nothing found is an answer: an address is right or leads nowhere."""
        return False


def search(words: str, *, exact: bool = False) -> SearchResults:
    """Return all published editions that match, from the present snapshot. Typing errors are corrected, unless `exact`."""
    snapshot = published.current()
    if address := address_in(words):
        keys = editions_at(address, snapshot[Documents], snapshot[TextIndex].addresses)
        return AddressResults(Ranking(Query(words), snapshot), address=address, keys=tuple(keys))
    query = parse(words, lexicon_of(snapshot), exact=exact)
    return SearchResults(Ranking(query, snapshot), exact)
