"""The ways in which the find page shows a list, by the value of `view` in its address. A new one is added here."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .cards import render_cards
from .table import table_context

if TYPE_CHECKING:
    from .results import Results

DEFAULT_VIEW = "list"


class View(NamedTuple):
    """One way to show the same list."""

    label: str
    page_size: int  # summaries
    template: str
    context: Callable[["Results"], dict[str, Any]]  # what the template needs


def list_context(results: "Results") -> dict[str, Any]:
    """Return the cards of a page."""
    return {"cards": render_cards(results.editions(), results.matches, results.compare)}


VIEWS: Mapping[str, View] = {
    "list": View("List", 20, "evidence/partials/find_list.html", list_context),
    "table": View("Table", 50, "evidence/partials/find_table.html", table_context),
}
