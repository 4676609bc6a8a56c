"""The ways in which the find page shows a list, by the value of `view` in its address.

What each of their templates needs is in `context`, which has to know the list; this module is known by it.
"""

from collections.abc import Mapping
from typing import NamedTuple

DEFAULT_VIEW = "list"


class View(NamedTuple):
    """One way to show the same list."""

    label: str
    page_size: int  # summaries
    template: str
    is_wide: bool = False  # it needs the width of the page, so the filters are folded above it
    is_ordered: bool = (
        True  # it goes through the list in its order, with a box to choose each summary
    )


VIEWS: Mapping[str, View] = {
    "list": View("List", 20, "evidence/partials/find_list.html"),
    "table": View("Table", 50, "evidence/partials/find_table.html", is_wide=True),
    # All of a list is one picture.
    "picture": View(
        "Picture", 1_000_000, "evidence/partials/find_picture.html", is_wide=True, is_ordered=False
    ),
}
