"""Explains a search to editors: how its words were understood, and where each result has them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from centres.models import Centre
from evidence.models import Edition
from portal import published

from .query import Concept, Query
from .ranking import RankedEdition, rank
from .results import SearchResults, search

SHOWN = 20  # results
# The weights of the index, with what stands at each.
PLACES = {
    "A": "title or approach",
    "B": "topic, outcome or field",
    "C": "findings",
    "D": "the rest",
}
# The ways in which a concept is found, the best first.
WAYS = ("", "by a synonym, in ", "in part, in ")


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
    results = search(words)
    if not results.words:
        return None
    query = results.query
    first = rank(query)[:SHOWN]
    keys = [one.edition for one in first]
    editions = Edition.objects.select_related("summary__centre").in_bulk(keys)
    found = _found(query, keys)
    return Explanation(
        results,
        [
            ExplainedConcept(concept, readable(concept.typed), readable(concept.synonyms))
            for concept in query.concepts
        ],
        list(Centre.objects.filter(pk__in=query.centres)),
        [ExplainedResult(one, editions[one.edition], found[one.edition]) for one in first],
    )


def readable(text: str) -> list[str]:
    """Return the alternatives of a tsquery without its signs. Of an irregular word, only the first form is shown."""
    text = re.sub(r"\(('\w+')(?: \| '\w+')+\)", r"\1", text)
    text = re.sub(r" <\d+> ", " ", text)
    text = re.sub(r"[()']", "", text).replace(" & ", " and ")
    return [alternative for alternative in text.split(" | ") if alternative]


def _found(query: Query, editions: Sequence[int]) -> dict[int, list[str]]:
    """Return for each edition where each concept was found, and whether by the words typed."""
    columns, parameters = [], []
    for concept in query.concepts:
        for text in (concept.typed, concept.synonyms, concept.partial):
            for place in PLACES:
                columns.append("words @@ %s::tsquery")
                parameters.append(re.sub("('[^']+')", rf"\1:{place}", text))
    if not editions or not columns:
        return {}
    each = len(WAYS) * len(PLACES)  # columns of a concept
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT edition_id, {', '.join(columns)} FROM evidence_searchdocument WHERE edition_id = ANY(%s)",  # noqa: S608 - nothing typed is in it
            [*parameters, list(editions)],
        )
        return {
            edition: [_where(found[at : at + each]) for at in range(0, len(found), each)]
            for edition, *found in cursor
        }


def _where(found: Sequence[bool]) -> str:
    """Put into words where a concept was found: for each way, a value for each place."""
    for way, start in zip(WAYS, range(0, len(found), len(PLACES)), strict=True):
        at = found[start : start + len(PLACES)]
        places = [name for name, has in zip(PLACES.values(), at, strict=True) if has]
        if places:
            return way + ", ".join(places)
    return "not found"
