"""The decision table: what the list says, side by side, as rows that are rendered once for each edition.

As with cards, the template renders a row once for as long as no label in it changes. What depends on the request is put between
its pieces: the words of a search that are marked in the title, and the outcomes, of which those chosen come first.
"""

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from evidence.catalogue.orders import SORTS
from evidence.catalogue.reading import edition
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.models import Edition
from evidence.search.highlight import Words
from evidence.search.results import SearchResults
from portal.kept import kept

from .boxes import Box
from .rendering import new_mark, render_compact
from .results import Results
from .why import why_without

# The heads of the columns, each with the order that its link gives; nothing for no link.
COLUMNS = (
    ("Summary", "title"),
    ("Effect", "effect"),
    ("Strength", "strength"),
    ("Cost", "cost"),
    ("Studies", "studies"),
    ("Outcomes", ""),
    ("Place", ""),
    ("Source dated", "newest"),
    ("Doubts", ""),
)
# The orders of columns of which the page says how many have none and why, with the facets that know it, and what it is called.
LACKING = {
    "effect": ("impact", "direction"),
    "strength": ("strength", "level"),
    "cost": ("cost", "level"),
}
MAX_ROWS = 1000  # that a worker remembers, about 5 kB each
SHOWN_OUTCOMES = 3
TITLE, BOX, OUTCOMES = new_mark(), new_mark(), new_mark()


def table_context(results: Results) -> dict[str, Any]:
    """Return the rows of a page and the heads of their columns."""
    chosen = results.selection.chosen.get("outcome", ())
    return {
        "heads": mark_safe(kept(("heads", results.key), lambda: _heads(results))),  # noqa: S308 - from a template
        "lacking": mark_safe(kept(("lacking", results.key), lambda: _lacking(results))),  # noqa: S308 - from a template
        "rows": render_rows(results.editions(), results.matches, chosen, results.compare),
    }


def _lacking(results: Results) -> str:
    """Return how many of a list have no direction or level, and why; of what it is sorted by, the page says so elsewhere."""
    rows = []
    for sort, (parameter, what) in LACKING.items():
        if sort == results.sort.removeprefix("-"):
            continue
        facet = results.catalogue.facets[parameter]
        reasons = why_without(facet, results.selection.bits, results.url)
        count = sum(one["count"] for one in reasons)
        if count:
            rows.append({"label": facet.label, "what": what, "count": count, "reasons": reasons})
    return render_compact("evidence/partials/find_lacking.html", {"lacking": rows})


def _heads(results: Results) -> str:
    heads = [_head(results, label, sort) for label, sort in COLUMNS]
    return render_compact("evidence/partials/find_heads.html", {"heads": heads})


def _head(results: Results, label: str, sort: str) -> dict[str, str]:
    """Return a head with the link that sorts by its column, and that turns the order round if it does already."""
    if not sort:
        return {"label": label}
    is_followed = results.sort.removeprefix("-") == sort
    following = f"-{sort}" if results.sort == sort else sort
    present = SORTS[results.sort]
    return {
        "label": label,
        "url": results.url_of_sort(following),
        "following": SORTS[following].first,
        "present": present.first if is_followed else "",
        "aria_sort": ("descending", "ascending")[present.ascending] if is_followed else "",
    }


@dataclass(frozen=True)
class Row:
    """One row in pieces around its title, its box and its outcomes."""

    # Before the title, between it and the box, between that and the outcomes, after them.
    pieces: tuple[str, str, str, str]
    title: str
    words: Words  # of the title
    box: Box
    outcomes: tuple[tuple[str, str], ...]  # the slug of each, and its line

    def filled(
        self, matches: SearchResults | None, chosen: Collection[str], ticked: Collection[str]
    ) -> str:
        """Return the row with the words of a search marked, the outcomes chosen first, and its box ticked if it is."""
        before, beside, between, after = self.pieces
        title = matches.highlight(self.words) if matches else self.title
        outcomes = self.outcomes
        if chosen:
            outcomes = tuple(sorted(outcomes, key=lambda one: one[0] not in chosen))
        box = self.box.filled(ticked)
        return (
            f"{before}{title}{beside}{box}{between}{_lines([line for _, line in outcomes])}{after}"
        )


def _lines(outcomes: list[str]) -> str:
    shown = "".join(f"<li>{line}</li>" for line in outcomes[:SHOWN_OUTCOMES])
    more = len(outcomes) - SHOWN_OUTCOMES
    return shown + (f'<li class="quiet">and {more} more</li>' if more > 0 else "")


def render_rows(
    editions: list[int],
    matches: SearchResults | None = None,
    chosen: Collection[str] = (),
    ticked: Collection[str] = (),
) -> SafeString:
    """Return these public editions as rows of the table, given the outcomes chosen and the summaries to be compared."""
    row = current_vocabulary().get_or_make("rows of the table", _rows)
    html = "".join([row(key).filled(matches, chosen, ticked) for key in editions])
    return mark_safe(html)  # noqa: S308 - templates rendered it, or it was escaped


def _rows() -> Callable[[int], Row]:
    """Return the function that gives the row of an edition with the labels of one vocabulary."""

    @functools.lru_cache(MAX_ROWS)
    def row(key: int) -> Row:
        return _render_row(edition(key))

    return row


def _render_row(edition: Edition) -> Row:
    context = {"edition": edition, "title": TITLE, "box": BOX, "outcomes": OUTCOMES}
    html = render_compact("evidence/partials/find_row.html", context)
    before, _, rest = html.partition(TITLE)
    beside, _, rest = rest.partition(BOX)
    between, _, after = rest.partition(OUTCOMES)
    return Row(
        (before, beside, between, after),
        escape(edition.title),
        Words.of(edition.title),
        Box.of(edition),
        tuple(_outcomes(edition)),
    )


def _outcomes(edition: Edition) -> list[tuple[str, str]]:
    """Return each outcome once for each direction that was found, in the order of the findings."""
    lines = {
        (finding.outcome.slug, finding.direction): finding for finding in edition.findings.all()
    }
    return [
        (slug, render_compact("evidence/partials/find_outcome.html", {"finding": finding}))
        for (slug, _), finding in lines.items()
    ]
