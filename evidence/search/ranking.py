"""Ranks the published editions that match a query, in one SQL statement.

How ranks come about, and how good they are, is in docs/search.md. The constants here were chosen by judged queries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

from django.db import connection

from evidence.models import Edition

from . import tsquery
from .query import Concept, Query

# How much a word counts by where it stands, in PostgreSQL's order: in the rest (weight D), in the findings (C), in topics,
# outcomes and other labels (B), in title, reference and approaches (A).
WEIGHTS = "{0.05, 0.2, 0.4, 1.0}"
ONLY_LABELS_AND_TITLE = "{0, 0, 1, 1}"
HALF_SCORE = 0.75  # the frequency at which a concept scores half, so that repeating one does not replace another
SYNONYM = 0.6  # how much a synonym counts, beside 1 for the words that were typed
PARTIAL = 0.15  # how much one word of a term counts
PARTIAL_COVERAGE = 0.5  # how much of its concept such a word covers
COVERAGE_POWER = 1.5  # scores are multiplied by the covered share of the query to this power
# What is added to scores, which are at most 1: for words in the title, for a title that has the whole query, for words that
# stand next to each other as in the query, and for a centre that is named in the query.
TITLE, TITLE_HAS_QUERY, NEXT_TO_EACH_OTHER, NAMED_CENTRE = 0.5, 0.8, 0.1, 0.6

# Which editions are left out, by the share of the query that they cover (by weight).
MIN_SHARE = 0.25  # those that cover less
MIN_OF_BEST = 0.4  # those that cover less, as a part of the best share of all
# Those with less than NEARLY_ALL, before they are ranked, if at least ENOUGH_EDITIONS have that share.
NEARLY_ALL, ENOUGH_EDITIONS = 0.85, 200
# Those with less than MIN_BESIDE_ALL and a rank below FAINT of the first one's, if the first covers ALL of the query.
ALL, MIN_BESIDE_ALL, FAINT = 0.999, 0.6, 0.01

EXAMINED = 3  # the number of first editions of which `is_about` is known


@dataclass(frozen=True)
class RankedEdition:
    """An edition that matches a query, with what its place in the list is due to."""

    edition: int  # its key
    rank: float
    covered: float  # the share of the query that it has, by weight: 0 to 1
    subjects_covered: float  # the share of the concepts that are subjects by themselves: 0 to 1
    title_has_query: bool  # whether its title has the whole query
    is_about: bool | None  # whether its title or labels have a word of it; None if not examined


def rank(query: Query) -> list[RankedEdition]:
    """Return all published editions that match a query, best first. If it only names centres, those of the centres."""
    if query.names_only_centres:
        return _editions_of_centres(query)
    return _ranked(query) if query.concepts else []


def rank_among(query: Query, editions: Sequence[int]) -> dict[int, float]:
    """Return the ranks of those of these editions (keys) that match a query as well as the others do."""
    return {one.edition: one.rank for one in _ranked(query, editions)} if query.concepts else {}


def _editions_of_centres(query: Query) -> list[RankedEdition]:
    """Return all evidence of the centres that the query names, the newest first."""
    editions = Edition.objects.published().filter(summary__centre__in=query.centres)
    newest_first = editions.order_by("-updated", "title", "pk").values_list("pk", flat=True)
    return [
        RankedEdition(pk, 1 / place, 1, 1, True, True)
        for place, pk in enumerate(newest_first, start=1)
    ]


def _ranked(query: Query, among: Sequence[int] | None = None) -> list[RankedEdition]:
    statement = _Statement(query)
    sql = statement.sql(among)
    with connection.cursor() as cursor:
        cursor.execute(sql, statement.parameters)
        return [RankedEdition(*row) for row in cursor.fetchall()]


class _Statement:
    """The SQL that ranks editions for one query. All that was typed is in its parameters."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.concepts = query.concepts
        self.parameters: dict[str, Any] = {}

    def sql(self, among: Sequence[int] | None) -> str:
        """Return a statement whose rows are the values of RankedEdition, best first.

        `matching` has the editions with their raw figures, `covering` adds which share of the query they cover, and `ranked`
        their rank. `ordered` leaves out what covers too little beside the best, and numbers the rest.
        """
        return f"""
            WITH matching AS MATERIALIZED (
                SELECT edition_id, {self._frequencies()},
                    {self._share_in_title()} AS in_title, {self._share_of_title()} AS of_title,
                    {self._title_has_query()} AS title_has_query, {self._neighbours()} AS neighbours,
                    (centre_id = ANY({self._parameter(list(self.query.centres))}))::int AS of_named_centre
                FROM evidence_searchdocument WHERE {self._condition(among)}
            ), covering AS MATERIALIZED (
                SELECT *, {self._covered()} AS covered, {self._subjects_covered()} AS subjects_covered
                FROM matching
            ), ranked AS (
                SELECT edition_id, covered, subjects_covered, title_has_query, max(covered) OVER () AS most_covered,
                    ({self._score()}) * covered ^ {COVERAGE_POWER}
                    + {TITLE} * in_title * sqrt(of_title) + {TITLE_HAS_QUERY} * title_has_query
                    + {NEXT_TO_EACH_OTHER} * neighbours + {NAMED_CENTRE} * of_named_centre * covered AS rank
                FROM covering
            ), ordered AS (
                SELECT *, row_number() OVER best AS place,
                    first_value(covered) OVER best AS first_covered, first_value(rank) OVER best AS first_rank
                FROM ranked WHERE covered >= {MIN_OF_BEST} * most_covered
                WINDOW best AS (ORDER BY rank DESC, edition_id)
            )
            SELECT edition_id, rank, covered, subjects_covered, title_has_query > 0,
                CASE WHEN place <= {EXAMINED} THEN ({self._is_about("ordered.edition_id")}) END
            FROM ordered
            WHERE first_covered < {ALL} OR covered >= {MIN_BESIDE_ALL} OR rank >= {FAINT} * first_rank
            ORDER BY place
        """  # noqa: S608 - made of our own names and numbers; all that was typed is in parameters

    # Which editions are ranked

    def _condition(self, among: Sequence[int] | None) -> str:
        if among is not None:
            return f"edition_id = ANY({self._parameter(list(among))})"
        nearly_all = self._tsquery(self.query.covering(NEARLY_ALL))
        least = self._tsquery(self.query.covering(MIN_SHARE))
        return f"""words @@ CASE
            WHEN (SELECT count(*) FROM (
                SELECT FROM evidence_searchdocument WHERE words @@ {nearly_all} LIMIT {ENOUGH_EDITIONS}
            ) AS enough) = {ENOUGH_EDITIONS}
            THEN {nearly_all} ELSE {least} END"""  # noqa: S608 - as in sql()

    # Columns of `matching`

    def _frequencies(self) -> str:
        """Return columns typed0, synonyms0, partial0, typed1...: how often each concept is in the text, by where it is."""
        return ", ".join(
            f"{self._frequency(concept.typed)} AS typed{i}, "
            f"{self._frequency_of_many(concept.synonyms)} AS synonyms{i}, "
            f"{self._frequency_of_many(concept.partial)} AS partial{i}"
            for i, concept in enumerate(self.concepts)
        )

    def _frequency(self, text: str) -> str:
        return f"ts_rank_cd('{WEIGHTS}', words, {self._tsquery(text)})"

    def _frequency_of_many(self, text: str) -> str:
        """Return about the same for many words at once, at a much lower cost.

        ts_rank divides a rank by the number of words in a query. Here two synonyms count for more than one, but not for two.
        """
        if not text:
            return "0"
        number_of_words = text.count("'") / 2
        factor = 1.6 * sqrt(number_of_words)
        query = self._tsquery(text)
        frequency = f"ts_rank('{WEIGHTS}', words, {query})"
        return f"CASE WHEN words @@ {query} THEN {factor} * {frequency} ELSE 0 END"

    def _share_in_title(self) -> str:
        """Return SQL for how much of the query is in the title."""
        return self._weighted_sum(
            f"(title @@ {self._tsquery(concept.full)})::int" for concept in self.concepts
        )

    def _share_of_title(self) -> str:
        """Return SQL for how much of the title is the query."""

        def share(text: str) -> str:
            if not text:
                return "0"
            return f"ts_rank_cd('{{1, 1, 1, 1}}', title, {self._tsquery(text)}, 2)"  # 2: by length

        typed = share(tsquery.any_of(*(concept.typed for concept in self.concepts)))
        synonyms = share(tsquery.any_of(*(concept.synonyms for concept in self.concepts)))
        return f"least(1, {typed} + {SYNONYM} * {synonyms})"

    def _title_has_query(self) -> str:
        phrase = self.query.whole_phrase
        return f"(title @@ {self._tsquery(phrase)})::int" if phrase else "0"

    def _neighbours(self) -> str:
        """Return SQL for the share of neighbouring concepts that are neighbours in the text too."""

        def stand_together(one: Concept, other: Concept) -> str:
            pair = f"({one.full_or_partial}) <-> ({other.full_or_partial})"
            return f"(words @@ {self._tsquery(pair)})::int"

        return _mean([stand_together(one, other) for one, other in pairwise(self.concepts)])

    # Columns of `covering` and `ranked`

    def _covered(self) -> str:
        return self._weighted_sum(
            f"CASE WHEN typed{i} + synonyms{i} > 0 THEN 1 WHEN partial{i} > 0 THEN {PARTIAL_COVERAGE} ELSE 0 END"
            for i in range(len(self.concepts))
        )

    def _subjects_covered(self) -> str:
        subjects = [i for i, concept in enumerate(self.concepts) if concept.is_subject]
        return _mean([f"(typed{i} + synonyms{i} > 0)::int" for i in subjects])

    def _score(self) -> str:
        frequencies = (
            f"(typed{i} + {SYNONYM} * synonyms{i} + {PARTIAL} * partial{i})"
            for i in range(len(self.concepts))
        )
        return self._weighted_sum(f"{one} / ({one} + {HALF_SCORE})" for one in frequencies)

    def _is_about(self, edition: str) -> str:
        """Return SQL for whether any word of the query is in the title or a label of an edition."""
        anything = tsquery.any_of(*(concept.full_or_partial for concept in self.concepts))
        return f"""
            SELECT ts_rank('{ONLY_LABELS_AND_TITLE}', words, {self._tsquery(anything)}) > 0
            FROM evidence_searchdocument AS examined WHERE examined.edition_id = {edition}
        """  # noqa: S608 - as in sql()

    # Pieces

    def _weighted_sum(self, values: Iterable[str]) -> str:
        """Return the sum of one value for each concept, by its share of the query's weight."""
        total = sum(concept.weight for concept in self.concepts)
        return " + ".join(
            f"{concept.weight / total}::float * {value}"
            for concept, value in zip(self.concepts, values, strict=True)
        )

    def _tsquery(self, text: str) -> str:
        return f"{self._parameter(text)}::tsquery"

    def _parameter(self, value: Any) -> str:
        """Add a parameter and return its placeholder."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"


def _mean(values: Sequence[str]) -> str:
    """Return SQL for the mean of these values, 0 if there are none."""
    return f"({' + '.join(values)}) / {len(values)}::float" if values else "0::float"
