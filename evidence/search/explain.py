"""A search laid open for editors: how the words were read, what they found, and what each of them matched."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from centres.models import Centre
from evidence.catalogue.current import check_again
from evidence.models import Edition

from .query import Concept, Query
from .ranking import Hit, Matches, find, search

SHOWN = 20
PLACES = {
    "A": "title or approach",
    "B": "topic, outcome or field",
    "C": "findings",
    "D": "the rest",
}


@dataclass(frozen=True)
class Tried:
    """One query, read; `rows` are the best results, each with what every concept matched in it."""

    matches: Matches
    concepts: list[tuple[Concept, list[str], list[str]]]  # with the words looked for, and synonyms
    centres: list[Centre]
    rows: list[tuple[Hit, Edition, list[str]]]


def try_search(words: str) -> Tried | None:
    """Search as a visitor would, by the synonyms as they are now; None if nothing was typed."""
    check_again()
    matches = search(words)
    query = matches.query
    if query is None or not matches.words:
        return None
    hits = find(query)[:SHOWN]
    editions = Edition.objects.select_related("summary__centre").in_bulk(
        [hit.edition for hit in hits]
    )
    matched = _matched(query, [hit.edition for hit in hits])
    return Tried(
        matches,
        [(one, readable(one.own), readable(one.also)) for one in query.concepts],
        list(Centre.objects.filter(pk__in=query.centres)),
        [(hit, editions[hit.edition], matched[hit.edition]) for hit in hits],
    )


def readable(text: str) -> list[str]:
    """Return the alternatives of a tsquery as people would write them, with the stems of words, in one form each."""
    text = re.sub(r"\(('\w+')(?: \| '\w+')+\)", r"\1", text)
    plain = re.sub(r" <\d+> ", " ", text).replace("'", "").replace("(", "").replace(")", "")
    return [
        alternative.replace(" & ", " and ") for alternative in plain.split(" | ") if alternative
    ]


def _matched(query: Query, editions: Sequence[int]) -> dict[int, list[str]]:
    """Say for each edition where each concept stands in it, and whether by its own words."""
    columns, parameters = [], []
    for concept in query.concepts:
        for text in (concept.own, concept.also, concept.part):
            for place in PLACES:
                columns.append("words @@ %s::tsquery")
                parameters.append(re.sub("('[^']+')", rf"\1:{place}", text))
    if not editions or not columns:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT edition_id, {', '.join(columns)} FROM evidence_searchdocument WHERE edition_id = ANY(%s)",  # noqa: S608 - nothing typed is in it
            [*parameters, list(editions)],
        )
        return {
            row[0]: [_told(row[at : at + 12]) for at in range(1, len(row), 12)] for row in cursor
        }


def _told(found: Sequence[bool]) -> str:
    ways = ("", "by a synonym, in ", "in part, in ")
    for way, start in zip(ways, range(0, 12, 4), strict=True):
        places = [
            name for name, has in zip(PLACES.values(), found[start : start + 4], strict=True) if has
        ]
        if places:
            return way + ", ".join(places)
    return "not found"
