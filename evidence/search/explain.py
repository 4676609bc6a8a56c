"""Explains a search to editors: how its words were understood, and where each result has them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from centres.models import Centre
from centres.published import Network
from evidence.catalogue.reading import editions
from evidence.models import Edition
from portal import published

from .concepts import Concept
from .phrases import term_of
from .ranking import ConceptSpots, RankedEdition, Spots
from .results import SearchResults, search
from .words import Phrase

SHOWN = 20  # results


@dataclass(frozen=True)
class ExplainedConcept:
    """A concept of the query, with the stems that are searched for."""

    concept: Concept
    typed: list[str]
    synonyms: list[str]


@dataclass(frozen=True)
class ExplainedResult:
    """A result, with a text for each concept that says where it was found."""

    ranked: RankedEdition
    edition: Edition
    found: list[str]


@dataclass(frozen=True)
class Explanation:
    """A search, its concepts, the centres that it names, and its first results."""

    search: SearchResults
    concepts: list[ExplainedConcept]
    centres: list[Centre]
    results: list[ExplainedResult]


def explain(words: str) -> Explanation | None:
    """Search as a visitor would, with the synonyms as they are now; None if nothing was typed."""
    published.check(now=True)
    with published.only(published.current()):
        return _explain(words)


def _explain(words: str) -> Explanation | None:
    results = search(words)
    if not results.words:
        return None
    query, ranking = results.query, results.ranking
    first = ranking.best(SHOWN)
    network = published.current()[Network]
    return Explanation(
        results,
        [
            ExplainedConcept(
                concept,
                [" and ".join(readable(phrases)) for phrases in concept.typed],
                readable(concept.synonyms),
            )
            for concept in query.concepts
        ],
        [network.centres[key] for key in query.centres],
        [
            ExplainedResult(
                one, edition, [_where(concept, one.edition) for concept in ranking.concepts]
            )
            for one, edition in zip(first, editions(one.edition for one in first), strict=True)
        ],
    )


def readable(phrases: Iterable[Phrase]) -> list[str]:
    """Return each phrase of stems as a text."""
    return [term_of(phrase) for phrase in phrases]


def _where(concept: ConceptSpots, edition: int) -> str:
    """Put into words where an edition has a concept, by the best way in which it has it."""
    for way, spots in (
        ("", concept.typed),
        ("by a synonym, in ", concept.synonyms),
        ("in part, in ", concept.partial),
    ):
        if edition in spots.anywhere:
            return way + (", ".join(_places(spots, edition)) or "the rest")
    return "not found"


def _places(spots: Spots, edition: int) -> Iterator[str]:
    if edition in spots.title or edition in spots.approach:
        yield "title or approach"
    if edition in spots.subject:
        yield "topic, outcome or field"
    if edition in spots.findings:
        yield "findings"
    if edition in spots.called:
        yield "words that people use"
