"""The map that an address asks for, and every link that changes that address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from evidence.find.results import Results, results_for


@dataclass(frozen=True)
class Axis:
    """What can be the rows or the columns: a facet, and the words for its values."""

    parameter: str
    one: str
    several: str


AXES = {
    axis.parameter: axis
    for axis in (
        Axis("policy_area", "policy area", "policy areas"),
        Axis("topic", "topic", "topics"),
        Axis("approach", "approach", "approaches"),
        Axis("outcome", "outcome", "outcomes"),
        Axis("age_group", "age group", "age groups"),
        Axis("setting", "setting", "settings"),
        Axis("centre", "centre", "centres"),
    )
}
# The rows and columns of a map whose address names none. One policy area has few enough topics and outcomes for one page.
OF_ALL, OF_AN_AREA = ("policy_area", "age_group"), ("topic", "outcome")


@dataclass(frozen=True)
class Asked:
    """A map: its rows and columns, and the list that it counts."""

    results: Results
    rows: Axis
    columns: Axis
    with_empty: bool  # rows and columns without any summary are shown too
    notice: str  # what could not be done as it was asked for; empty if everything could

    def url(self, view: str = "evidence:map", /, **changes: Any) -> str:
        """Return the address of this map with some parameters changed."""
        own = {
            "rows": self.rows.parameter,
            "columns": self.columns.parameter,
            "empty": "1" if self.with_empty else "",
        }
        return self.results.url(view, **(own | changes))

    @property
    def is_plain(self) -> bool:
        """Whether the address asks for nothing but the map."""
        axes = (self.rows.parameter, self.columns.parameter)
        return axes == OF_ALL and not self.with_empty and not self.results.is_narrowed


def asked_for(data: QueryDict) -> Asked:
    """Return the map that a query string asks for. PageNotFound as for the find page, whose filters it has.

    Rows and columns that do not exist are ignored, as unknown values of a filter are.
    """
    # Cells have no order, and so has nothing on the page: the map is kept for all addresses that ask for the same one.
    results = replace(results_for(data), requested_sort="")
    wanted = {name: str(data[name]) for name in ("rows", "columns") if data.get(name)}
    if unknown := {name: [one] for name, one in wanted.items() if one not in AXES}:
        results = replace(results, ignored={**results.ignored, **unknown})
    known = {name: one for name, one in wanted.items() if one in AXES}
    default = default_axes(results)
    rows, notice = known.get("rows"), ""
    columns = known.get("columns")
    if rows and rows == columns:
        columns = _other(default, rows)
        notice = (
            f"Rows and columns cannot both be {AXES[rows].several}, "
            f"so the columns are {AXES[columns].several}."
        )
    rows = rows or (default[0] if columns is None else _other(default, columns))
    columns = columns or _other(default[::-1], rows)
    return Asked(results, AXES[rows], AXES[columns], data.get("empty") == "1", notice)


def default_axes(results: Results) -> Sequence[str]:
    """Return the rows and columns of a map whose address names none."""
    return OF_AN_AREA if "policy_area" in results.selection.chosen else OF_ALL


def _other(axes: Sequence[str], taken: str) -> str:
    """Return the first of two axes that is not taken."""
    return next(one for one in axes if one != taken)
