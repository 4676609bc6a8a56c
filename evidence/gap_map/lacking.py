"""Says in words where a map lacks evidence, by two rules that the page shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from centres.vocabulary import MODERATE_OR_STRONGER, Strength

from .matrix import Cell, Heading, Matrix

FEWEST_ROWS = 3  # of fewer, nothing is said
SHARE = 3  # a column counts as usual if a third of the rows have a summary on it


@dataclass(frozen=True)
class Missing:
    """A usual column, the number of rows that have a summary on it, and the rows that have none."""

    column: Heading
    having: int
    rows: Sequence[Heading]


@dataclass(frozen=True)
class Weak:
    """A row without a cell at moderate or above, and the strongest of its cells."""

    row: Heading
    strongest: Strength


def missing(matrix: Matrix) -> list[Missing]:
    """Return the columns that a third of the rows have a summary on, each with the rows that have none."""
    if len(matrix.rows) < FEWEST_ROWS:
        return []
    found = []
    for place, column in enumerate(matrix.columns):
        without = [
            row for row, cells in zip(matrix.rows, matrix.cells, strict=True) if not cells[place]
        ]
        having = len(matrix.rows) - len(without)
        if without and having * SHARE >= len(matrix.rows):
            found.append(Missing(column, having, without))
    return found


def weak(matrix: Matrix) -> list[Weak]:
    """Return the rows that have summaries in the columns, none of which is rated moderate or stronger."""
    rated = [
        Weak(row, strongest)
        for row, cells in zip(matrix.rows, matrix.cells, strict=True)
        if (strongest := _strongest(cells)) and strongest not in MODERATE_OR_STRONGER
    ]
    return rated if len(matrix.rows) >= FEWEST_ROWS else []


def _strongest(cells: Sequence[Cell | None]) -> Strength | None:
    found = {cell.strongest for cell in cells if cell}
    return next((one for one in Strength if one in found), None)
