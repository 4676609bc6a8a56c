"""Searching: from the words that were typed to the published editions that match them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from pyroaring import BitMap

from evidence.catalogue.documents import Documents
from portal import published

from .addresses import address_in, editions_at
from .highlight import MARK, Marker, Words
from .index import TextIndex
from .lexicon import lexicon_of
from .postings import bytes_of
from .query import Query, parse
from .ranking import ALL, FIRST, RankedEdition, Ranking

# What an answer has in sum, of its rank up to 1, of the share of the query in its title or labels, of how much the query is
# like a phrase that people use for it, and of how rare an outcome is that another of the first results has too.
ANSWER, IN_TITLE_OR_LABELS, IN_A_PHRASE, AGREED = 0.935, 0.5, 0.2, 0.3
LENGTH = 0.25  # the power of the number of words by which a rank counts more: no text has every word of a sentence
# What a search takes: the ranks of the best, and bitmaps about as large as that of all that it found.
BYTES_OF_A_SEARCH, BITMAPS = 30_000, 12


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

    def size(self) -> int:
        """Return about how many bytes it takes, or will when pages of it have been shown."""
        return BYTES_OF_A_SEARCH + BITMAPS * bytes_of(self.bits)

    def best_first(self, among: BitMap, start: int, stop: int) -> list[int]:
        """Return those that are in `among` and come from place `start` up to `stop`, the best first."""
        return self.ranking.best_first(among, start, stop)

    @cached_property
    def is_loosely_related(self) -> bool:
        """Whether nothing found is an answer: it only shares some words with the query."""
        if self.query.names_no_subject:
            return False
        return bool(self.bits) and not self.answers()

    def answers(self, among: int = FIRST) -> list[int]:
        """Return which of the first `among` are answers, the best first."""
        if among not in self._answers:
            # Where only wishes or centres are named, there is no subject to answer.
            best = self.ranking.best(among) if self._known else []
            self._answers[among] = [one.edition for one in best if self._is_answer(one)]
        return self._answers[among]

    @cached_property
    def _answers(self) -> dict[int, list[int]]:
        return {}

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

    def is_called(self, edition: int) -> bool:
        """Say whether the words that people use for an edition have a word of the query, or a synonym."""
        concepts = self.ranking.concepts
        return any(
            edition in one.typed.called or edition in one.synonyms.called for one in concepts
        )

    def highlight(self, text: Words | str) -> SafeString:
        """Return a text escaped for HTML, with the words of the query marked."""
        return self._marker.mark(text)

    def passage(self, text: str, stems: Sequence[str]) -> SafeString | None:
        """Return a text whose words have these stems with the words of the query marked; None if it has none."""
        if not self._marker.may_mark(stems):
            return None
        marked = self._marker.mark_words(text, stems)
        return marked if MARK in marked else None

    @cached_property
    def _marker(self) -> Marker:
        return Marker(self.query.phrases)

    def _is_answer(self, found: RankedEdition) -> bool:
        """Say whether an edition is about enough of the query to answer it. Words that nothing has count as well."""
        if self._only_asks and not found.title_has_query:
            return False  # "how to improve" names nothing
        share = self.ranking.share_in_title_or_labels(found.edition)
        about = (
            min(1, found.rank * self._length)
            + IN_TITLE_OR_LABELS * share
            + IN_A_PHRASE * found.called
        )
        enough = self._enough
        if about < enough <= about + AGREED:  # or else it makes no difference
            # What has all of the query in its title or labels needs nothing that agrees.
            about += AGREED * (1 if share >= ALL else self.ranking.agreement(found.edition))
        return about >= enough

    @cached_property
    def _only_asks(self) -> bool:
        return all(concept.is_request for concept in self.query.concepts)

    @cached_property
    def _known(self) -> float:
        """The weight of the words that some evidence has."""
        return sum(concept.weight for concept in self.query.concepts)

    @cached_property
    def _length(self) -> float:
        return len(self.query.concepts) ** LENGTH

    @cached_property
    def _enough(self) -> float:
        return ANSWER * (self._known + self.query.doubt) / self._known


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


def search(words: str, *, exact: bool = False, declined: Collection[str] = ()) -> SearchResults:
    """Return all published editions that match, from the present snapshot.

    Typing errors are corrected, unless `exact`. No wish is read for the filters in `declined`.
    """
    snapshot = published.current()
    if address := address_in(words):
        keys = editions_at(address, snapshot[Documents], snapshot[TextIndex].addresses)
        return AddressResults(Ranking(Query(words), snapshot), address=address, keys=tuple(keys))
    query = parse(words, lexicon_of(snapshot), exact=exact, declined=declined)
    return SearchResults(Ranking(query, snapshot), exact)
