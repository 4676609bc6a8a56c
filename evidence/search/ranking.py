"""Finding published editions by words.

A query is read into concepts (query.py) with the words of the evidence (lexicon.py), and PostgreSQL ranks every edition that
has enough of them. How it works, and how well, is told in docs/search.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from typing import Any

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from evidence.catalogue.current import made_for_each_version
from evidence.models import Edition

from .lexicon import Lexicon, Phrase, base, load, plain_words, stems_of
from .query import TELLS, Query, clean, either, read, unknown_words

__all__ = ["Hit", "Matches", "clean", "search"]

# What a word is worth where it stands: the rest, what it says, what it is about, title and approach.
PLACES = "{0.05, 0.2, 0.4, 1.0}"
HALF = 0.75  # the worth at which a concept counts half: many mentions are no substitute for many concepts
ALSO = 0.6  # what a synonym counts beside the word itself
PART = 0.15  # and one word of a term of several
PARTLY = 0.5  # how much of a concept that covers
POWER = 1.5  # to which the covered share of a query multiplies a rank
# What a title, a title that has the whole query, nearness and the centre add, to ranks up to 1.
TITLE, WHOLE, NEAR, CENTRE = 0.5, 0.8, 0.1, 0.6

LEAST = 0.25  # the share of a query, by weight, that everything found has
BESIDE = 0.4  # and beside the best that was found
# Where the first has all of it, those with less than this share and a rank so faint beside its own are left out.
ALL, BESIDE_ALL, FAINT = 0.999, 0.6, 0.01
NEARLY_ALL, MANY = 0.85, 200  # where so many have this share, those with less are left out unranked
ENOUGH = 0.6  # the share that one of the best has, or else all is only loosely related
HALF_TOLD = 0.5  # and the share of the concepts that are a subject by themselves
LOOKED_AT = 3  # the best, of which that one must be about a concept, not only mention it


@dataclass(frozen=True)
class Hit:
    """A found edition: its rank, the share of the query that it covers, and of its subjects; and whether it is about any of it.

    `titled` says whether the whole query stands in its title.
    """

    edition: int
    rank: float
    covered: float
    told: float
    titled: bool
    about: bool | None  # None: not looked at


@dataclass(frozen=True)
class Matches:
    """What a search found: `ranks` has every match, best first.

    `corrected` is what was searched for instead of what was typed; `meant` is what might have been, where typing errors were
    to be left as they are.
    """

    words: str
    ranks: dict[int, float] = field(default_factory=dict)
    corrected: str | None = None
    meant: str | None = None
    loose: bool = False
    query: Query | None = field(default=None, repr=False)
    lexicon: Lexicon | None = field(default=None, repr=False)

    def passage(self, text: str) -> SafeString:
        """Return the text escaped, with the words that were searched for marked."""
        if self.query is None or self.lexicon is None:
            return escape(text)
        return mark(text, self.query.phrases, self.lexicon)


def search(words: str, *, exact: bool = False) -> Matches:
    """Return all published editions that match, in at most two statements. `exact` leaves typing errors as they are."""
    lexicon = current_lexicon()
    query = read(words, lexicon, stems_of(unknown_words(words, lexicon)), exact=exact)
    hits = find(query)
    ranks = {hit.edition: hit.rank for hit in hits}
    corrected, meant = (None, query.meant) if exact else (query.meant, None)
    return Matches(query.words, ranks, corrected, meant, is_loose(query, hits), query, lexicon)


def is_loose(query: Query, hits: list[Hit]) -> bool:
    """Say whether what was found shares too little with what was asked to be an answer."""
    if not hits:
        return False
    total = sum(concept.weight for concept in query.concepts)
    names_a_thing = not all(concept.soft for concept in query.concepts)

    def answers(hit: Hit) -> bool:
        # All of "schools" is an answer, though few words are commoner; all of "how to improve" is none.
        whole = hit.titled or (hit.covered >= ALL and names_a_thing)
        tells = hit.covered * total >= TELLS and hit.told >= HALF_TOLD
        return bool(hit.about) and hit.covered >= ENOUGH and (whole or tells)

    return not any(map(answers, hits))


@made_for_each_version("lexicon")
def current_lexicon() -> Lexicon:
    """Return the words of the current content, read once for each version of it."""
    return load()


# Ranking, in one statement


class Statement:
    """SQL put together from pieces, with the parameters in their places."""

    def __init__(self) -> None:
        self.parameters: dict[str, Any] = {}

    def query(self, text: str) -> str:
        """Return the placeholder of a tsquery."""
        return f"{self._parameter(text)}::tsquery"

    def value(self, value: Any) -> str:
        return self._parameter(value)

    def _parameter(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"


def find(query: Query) -> list[Hit]:
    """Return what was found, best first."""
    if query.of_centres:
        return _of_centres(query)
    if not query.concepts:
        return []
    statement = Statement()
    with connection.cursor() as cursor:
        cursor.execute(_sql(query, statement), statement.parameters)
        return [Hit(*row) for row in cursor.fetchall()]


def _of_centres(query: Query) -> list[Hit]:
    """Return all evidence of the centres that were named, the newest first."""
    theirs = Edition.objects.published().filter(summary__centre__in=query.centres)
    newest = list(theirs.order_by("-updated", "title", "pk").values_list("pk", flat=True))
    return [Hit(pk, 1 / place, 1, 1, True, True) for place, pk in enumerate(newest, start=1)]


def rank_among(query: Query, editions: Sequence[int]) -> dict[int, float]:
    """Return the ranks of those of these editions that have as much of a query as the best of them."""
    if not query.concepts:
        return {}
    statement = Statement()
    with connection.cursor() as cursor:
        cursor.execute(_sql(query, statement, editions), statement.parameters)
        return {hit.edition: hit.rank for hit in (Hit(*row) for row in cursor.fetchall())}


def _sql(query: Query, statement: Statement, among: Sequence[int] | None = None) -> str:
    concepts = query.concepts
    total = sum(concept.weight for concept in concepts)
    shares = [concept.weight / total for concept in concepts]

    def summed(pieces: Iterable[str]) -> str:
        """Return the sum over the concepts, by their shares of the query."""
        return " + ".join(
            f"{share}::float * {piece}" for share, piece in zip(shares, pieces, strict=True)
        )

    places = range(len(concepts))
    columns = ", ".join(
        f"{_frequency(one.own, statement)} AS own{i}, {_places(one.also, statement)} AS also{i}, "
        f"{_places(one.part, statement)} AS part{i}"
        for i, one in enumerate(concepts)
    )
    worths = [f"(own{i} + {ALSO} * also{i} + {PART} * part{i})" for i in places]
    covered = summed(
        f"CASE WHEN own{i} + also{i} > 0 THEN 1 WHEN part{i} > 0 THEN {PARTLY} ELSE 0 END"
        for i in places
    )
    telling = [i for i in places if concepts[i].tells]
    told = " + ".join(f"(own{i} + also{i} > 0)::int" for i in telling) or "0"
    titled = summed(f"(title @@ {statement.query(one.whole)})::int" for one in concepts)
    own = _of_title(either(*(one.own for one in concepts)), statement)
    also = _of_title(either(*(one.also for one in concepts)), statement)
    anything = statement.query(either(*(one.any for one in concepts)))
    pairs = [f"({one.any}) <-> ({other.any})" for one, other in pairwise(concepts)]
    whole = f"(title @@ {statement.query(query.whole)})::int" if query.whole else "0"
    near = " + ".join(f"(words @@ {statement.query(pair)})::int" for pair in pairs) or "0"
    if among is not None:
        found = f"edition_id = ANY({statement.value(list(among))})"
    else:
        nearly_all = statement.query(query.reaching(NEARLY_ALL))
        found = f"""words @@ CASE
                WHEN (SELECT count(*) FROM (
                    SELECT FROM evidence_searchdocument WHERE words @@ {nearly_all} LIMIT {MANY}
                ) AS enough) = {MANY}
                THEN {nearly_all} ELSE {statement.query(query.reaching(LEAST))} END"""  # noqa: S608 - as below
    return f"""
        WITH found AS MATERIALIZED (
            SELECT edition_id, {columns}, {titled} AS titled, ({near}) / {max(len(pairs), 1)}::float AS near,
                least(1, {own} + {ALSO} * {also}) AS of_title,
                {whole} AS whole, (centre_id = ANY({statement.value(list(query.centres))}))::int AS favoured
            FROM evidence_searchdocument WHERE {found}
        ), covering AS MATERIALIZED (
            SELECT *, {covered} AS covered, ({told}) / {max(len(telling), 1)}::float AS told FROM found
        ), ranked AS (
            SELECT edition_id, covered, told, whole, max(covered) OVER () AS most,
                (({summed(f"{worth} / ({worth} + {HALF})" for worth in worths)}) * covered ^ {POWER}
                + {TITLE} * titled * sqrt(of_title) + {WHOLE} * whole + {NEAR} * near + {CENTRE} * favoured * covered) AS rank
            FROM covering
        ), ordered AS (
            SELECT *, row_number() OVER best AS place, first_value(covered) OVER best AS first_covered,
                first_value(rank) OVER best AS first_rank
            FROM ranked WHERE covered >= {BESIDE} * most WINDOW best AS (ORDER BY rank DESC, edition_id)
        )
        SELECT edition_id, rank, covered, told, whole > 0, CASE WHEN place <= {LOOKED_AT} THEN (
            SELECT ts_rank('{{0, 0, 1, 1}}', words, {anything}) > 0
            FROM evidence_searchdocument AS best WHERE best.edition_id = ordered.edition_id
        ) END
        FROM ordered WHERE covered >= {BESIDE_ALL} OR first_covered < {ALL} OR rank >= {FAINT} * first_rank
        ORDER BY place
    """  # noqa: S608 - of our own names and numbers; all that was typed is in parameters


def _of_title(text: str, statement: Statement) -> str:
    """Return SQL for how much of a title the words of a tsquery are."""
    return f"ts_rank_cd('{{1, 1, 1, 1}}', title, {statement.query(text)}, 2)" if text else "0"


def _frequency(text: str, statement: Statement) -> str:
    """Return SQL for what the places are worth together where the words of a tsquery stand."""
    return f"ts_rank_cd('{PLACES}', words, {statement.query(text)})"


def _places(text: str, statement: Statement) -> str:
    """Return SQL for about the same of many words at once, much cheaper.

    ts_rank shares a rank out among the words of a query. Several synonyms that are found count for more than one, but not for
    as many.
    """
    if not text:
        return "0"
    factor = 1.6 * sqrt(text.count("'") / 2)
    query = statement.query(text)
    return (
        f"CASE WHEN words @@ {query} THEN {factor} * ts_rank('{PLACES}', words, {query}) ELSE 0 END"
    )


# Marking


def mark(text: str, phrases: frozenset[Phrase], lexicon: Lexicon) -> SafeString:
    """Escape a text, then mark the words of these phrases in it."""
    pieces, at = [], 0
    for start, stop in _marked(text, phrases, lexicon):
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        at = stop
    return mark_safe("".join([*pieces, escape(text[at:])]))  # noqa: S308 - every piece of text is escaped


def _marked(text: str, phrases: frozenset[Phrase], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Yield where the words of phrases stand."""
    spans = [match.span() for match in re.finditer(r"[^\W_]+", text)]
    stems = [_stem(text[start:stop], lexicon) for start, stop in spans]
    begin: dict[str, list[Phrase]] = {}
    for phrase in (tuple(map(base, one)) for one in phrases):
        begin.setdefault(phrase[0], []).append(phrase)
    marked: set[int] = set()
    for i, stem in enumerate(stems):
        for phrase in begin.get(stem, ()):
            following = stems[i : i + len(phrase)]
            if len(following) == len(phrase) and all(map(_fits, phrase, following)):
                marked.update(i + k for k, wanted in enumerate(phrase) if wanted)
    yield from (spans[i] for i in sorted(marked))


def _fits(wanted: str, stem: str) -> bool:
    return wanted in ("", stem)


def _stem(word: str, lexicon: Lexicon) -> str:
    # Most words are plain already, and a page of results has hundreds.
    plain = [word.lower()] if word.isascii() else plain_words(word)
    found = lexicon.words.get(plain[0]) if len(plain) == 1 else None
    return base(found.stem) if found else "".join(plain)
