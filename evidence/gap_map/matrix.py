"""The cells of a gap map, counted with the bitmaps of the catalogue. It knows no HTML.

How cells are counted, and why: docs/decisions/0020-gap-map.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from centres.vocabulary import Direction, Strength
from evidence.catalogue.facets import NOT_STATED, Facet, Selection
from evidence.catalogue.studies import resting_on
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.models import Kind
from portal.templatetags.portal_tags import in_sentence

MAX_ROWS, MAX_COLUMNS = 60, 30  # that a page shows


@dataclass(frozen=True)
class Heading:
    """A row or a column: a value of a facet, and how many summaries have it, each counted once."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Cell:
    """What the summaries say that have a row and a column in common. There is at least one."""

    count: int
    strongest: Strength
    directions: tuple[tuple[Direction, int], ...]  # those that occur
    unassessed: str  # why those without a headline direction have none; empty where the directions are of findings
    # How many have a harmful finding though their direction is another one. It is 0 where the directions are of findings.
    harm_elsewhere: int
    awaited: int  # how many are single studies without a result here: under way, a pilot, or not yet read
    unrated: str  # why none of them has a strength; empty if one has


@dataclass(frozen=True)
class Matrix:
    """A map: rows, columns, and a cell for each pair, which is None where there is no summary."""

    count: int  # of the summaries, each counted once
    rows: Sequence[Heading]
    columns: Sequence[Heading]
    cells: Sequence[Sequence[Cell | None]]  # by row, then by column
    rows_beyond: Sequence[Heading]  # left out, because a page has room for so many only
    columns_beyond: Sequence[Heading]
    empty_rows: int  # left out, because they have no summary
    empty_columns: int


def matrix_of(
    selection: Selection,
    rows: str,
    columns: str,
    *,
    with_empty: bool = False,
    most: tuple[int, int] = (MAX_ROWS, MAX_COLUMNS),
) -> Matrix:
    """Return the map of a selection by two different facets.

    A facet that is filtered has only the values that were chosen, so that each cell is the list of its two values with the
    other filters. Of a long facet the commonest values come first.
    """
    facets = selection.catalogue.facets
    shown_rows, rows_beyond, empty_rows = _headings(selection, facets[rows], with_empty, most[0])
    shown_columns, columns_beyond, empty_columns = _headings(
        selection, facets[columns], with_empty, most[1]
    )
    # A cell has its own row and column in the place of those that are filtered.
    around = selection.without(rows, columns).bits
    row_bits, column_bits = map(selection.bits_of, (facets[rows], facets[columns]))
    of_columns = [(one.value, column_bits[one.value] & around) for one in shown_columns]
    counting = _Counting(selection)
    cells = [
        [
            counting.cell(
                row_bits[row.value] & bits, {rows: row.value, columns: column}.get("outcome", "")
            )
            for column, bits in of_columns
        ]
        for row in shown_rows
    ]
    return Matrix(
        selection.count,
        shown_rows,
        shown_columns,
        cells,
        rows_beyond,
        columns_beyond,
        empty_rows,
        empty_columns,
    )


def _headings(
    selection: Selection, facet: Facet, with_empty: bool, most: int
) -> tuple[list[Heading], list[Heading], int]:
    """Return the values that are shown, those for which there is no room, and the number of those left out as empty."""
    chosen = selection.chosen.get(facet.parameter, ())
    possible = [
        Heading(value, facet.labels[value], count)
        for value, count in zip(facet.values, selection.counts(facet), strict=True)
        if value in (chosen or _possible(selection, facet)) or (count and not chosen)
    ]
    found = [one for one in possible if one.count]
    wanted = possible if with_empty else found
    if facet.sort_by_count:
        wanted = sorted(wanted, key=lambda one: -one.count)
    return wanted[:most], wanted[most:], 0 if with_empty else len(possible) - len(found)


def _possible(selection: Selection, facet: Facet) -> Iterable[str]:
    """Return the values that a row or column can be made of, though no summary has them.

    "Not stated" is none. Of topics it is those of the chosen policy areas.
    """
    if facet.parameter == "topic" and (areas := selection.chosen.get("policy_area")):
        vocabulary = current_vocabulary()
        return {
            topic.slug
            for key, area in vocabulary.network.policy_areas.items()
            if area.slug in areas
            for topic in vocabulary.topics_of[key]
        }
    return set(facet.values) - {NOT_STATED}


class _Counting:
    """The bitmaps that every cell of a map is compared with."""

    def __init__(self, selection: Selection) -> None:
        self._facets = facets = selection.catalogue.facets
        having = selection.catalogue.having
        self._strengths = [(one, having("strength", one.value)) for one in Strength]
        self._headlines = [(one, having("impact", one.value)) for one in Direction]
        self._findings = facets["outcome"].together
        harmful = Direction.HARMFUL
        self._harm_elsewhere = (
            facets["outcome_effect"].bits[harmful] - facets["impact"].bits[harmful]
        )
        single = resting_on()[Kind.RestsOn.STUDY]
        self._unassessed = having("impact", Direction.NOT_ASSESSED)
        self._awaited = single & self._unassessed

    def cell(self, bits: BitMap, outcome: str) -> Cell | None:
        """Return what some summaries say; of an outcome, if its slug is given."""
        if not bits:
            return None
        directions = self._headlines
        if outcome:
            findings = self._findings[outcome]
            directions = [(one, findings[one]) for one in Direction if one in findings]
        strongest = next(one for one, rated in self._strengths if rated.intersect(bits))
        return Cell(
            len(bits),
            strongest,
            tuple(
                (one, number)
                for one, going in directions
                if (number := going.intersection_cardinality(bits))
            ),
            "" if outcome else why_without(self._facets["impact"], bits),
            0 if outcome else self._harm_elsewhere.intersection_cardinality(bits),
            self._awaited.intersection_cardinality(bits),
            why_without(self._facets["strength"], bits) if strongest == Strength.NOT_RATED else "",
        )


def why_without(facet: Facet, bits: BitMap) -> str:
    """Say why some summaries have no value of a facet, as the filter words it: one reason, or several with their numbers."""
    numbers = {
        in_sentence(facet.labels[value]): number
        for value in facet.lacking
        if (number := facet.bits[value].intersection_cardinality(bits))
    }
    if len(numbers) < 2:
        return "".join(numbers)
    return ", ".join(f"{words} ({number})" for words, number in numbers.items())
