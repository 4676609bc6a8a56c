"""The filters beside the list.

A facet leaves here as data, and partials/facet.html renders it. To render some 150 boxes for every request would take most of a
page's time, so the template renders each box and each frame once for a vocabulary, with marks where the numbers go. Afterwards
only the numbers are filled in (docs/decisions/0003-catalogue.md).
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from evidence.catalogue.facets import Catalogue, Facet, Option, Selection
from evidence.catalogue.vocabulary import Vocabulary
from portal import published
from portal.kept import Recent

from .rendering import new_mark, render_compact

SHOWN = 5  # options of a long facet are shown; the others are folded
MAX_PANELS, MAX_CHARACTERS = 50, 5_000_000  # that a worker remembers; each has about 40,000
# Open before anything is chosen: an invitation, within the few stops before the first result.
OPEN = {"strength"}
# Facets of which one value is chosen from a list, inside the fold of another facet.
INSIDE = {"strength": "strength_at_least"}
COUNT, SELECTED, OPTIONS, MORE_COUNT, MORE, INNER = (new_mark() for _ in range(6))
MARKS = re.compile(f"({'|'.join([COUNT, SELECTED, OPTIONS, MORE_COUNT, MORE, INNER])})")


@dataclass(frozen=True)
class FacetData:
    """A facet as partials/facet.html takes it."""

    parameter: str
    label: str
    options: Sequence[Option]
    more: Sequence[Option]  # the rarer ones, which fold once more
    selected: int  # how many options are selected
    inner: "FacetData | None" = None  # a facet inside its fold

    @property
    def open(self) -> bool:
        """Whether the options are seen at first."""
        return bool(self.selected) or self.parameter in OPEN

    @property
    def more_count(self) -> int:
        """How many options are folded once more."""
        return len(self.more)


def render_panel(selection: Selection) -> SafeString:
    """Return all facets of a selection as partials/facet.html renders them; empty if there is nothing to filter.

    The last selections are remembered: all pages of a list, in any order, have the same filters.
    """
    snapshot = published.current()
    panels: Recent[str] = snapshot.get_or_make(
        "panels", lambda: Recent(MAX_PANELS, MAX_CHARACTERS, len)
    )
    key = (tuple(selection.chosen.items()), selection.matches)
    html = panels.get(key)
    if html is None:
        pieces = snapshot[Vocabulary].get_or_make("panel", PanelPieces)
        facets = outer_facets(selection.catalogue)
        html = "".join([pieces.facet(facet, selection) for facet in facets])
        panels.put(key, html)
    return mark_safe(html)  # noqa: S308 - templates rendered all of it but the numbers


def facet_data(facet: Facet, selection: Selection) -> FacetData:
    """Return a facet with its counts; of a long one, what is chosen and the commonest options come first."""
    options = selection.options(facet)
    selected = sum(option.selected for option in options)
    shown = _shown(facet, len(options), selected)
    inner = _facet_inside(facet, selection)
    return FacetData(
        facet.parameter,
        facet.label,
        options=options[:shown],
        more=options[shown:],
        selected=selected,
        inner=facet_data(inner, selection) if inner and selection.options(inner) else None,
    )


def outer_facets(catalogue: Catalogue) -> list[Facet]:
    """Return the facets that are not inside another one."""
    return [facet for name, facet in catalogue.facets.items() if name not in INSIDE.values()]


def _facet_inside(facet: Facet, selection: Selection) -> Facet | None:
    """Return the facet inside another one, if it has one."""
    return selection.catalogue.facets.get(INSIDE.get(facet.parameter, ""))


def _shown(facet: Facet, options: int, selected: int) -> int:
    """Return how many options are not folded once more."""
    long = facet.sort_by_count and options > SHOWN + 2
    return max(SHOWN, selected) if long else options


class PanelPieces:
    """What the templates have rendered for one vocabulary, to be filled in with the numbers of a selection."""

    def __init__(self) -> None:
        self._boxes: dict[str, tuple[tuple[str, ...], list[str]]] = {}
        self._chosen: dict[tuple[str, str], str] = {}
        self._frames: dict[tuple[str, bool, bool, bool], list[str]] = {}

    def facet(self, facet: Facet, selection: Selection) -> str:
        """Return what partials/facet.html would render of `facet_data`; nothing if no option is left."""
        inner = _facet_inside(facet, selection)
        options, inside = (self._options(one, selection) if one else [] for one in (facet, inner))
        if not options and not inside:
            return ""
        chosen = len(selection.chosen.get(facet.parameter, ()))
        shown = _shown(facet, len(options), chosen)
        key = (facet.parameter, bool(chosen), shown < len(options), bool(inside))
        if key not in self._frames:
            self._frames[key] = _frame(facet_data(facet, selection))
        filled = {
            SELECTED: str(chosen),
            OPTIONS: _ended(facet, options[:shown]),
            MORE_COUNT: str(len(options) - shown),
            MORE: _ended(facet, options[shown:]),
            INNER: _ended(inner, inside) if inner else "",
        }
        return "".join([filled.get(piece, piece) for piece in self._frames[key]])

    def _options(self, facet: Facet, selection: Selection) -> list[str]:
        """Return the options that are shown, in their order, each up to its count."""
        counts = selection.counts(facet)
        boxes = self._boxes_of(facet)
        chosen = selection.chosen.get(facet.parameter, ())
        if chosen:
            boxes = list(boxes)
            for value in chosen:
                boxes[facet.values.index(value)] = self._chosen_box(facet, value)
        return [f"{boxes[place]}{counts[place]}" for place in selection.places(facet, counts)]

    def _boxes_of(self, facet: Facet) -> list[str]:
        """Return what stands before the counts of all options, none of them chosen."""
        values, boxes = self._boxes.get(facet.parameter, ((), []))
        if values != facet.values:
            boxes = [_box(facet, value, selected=False) for value in facet.values]
            self._boxes[facet.parameter] = (facet.values, boxes)
        return boxes

    def _chosen_box(self, facet: Facet, value: str) -> str:
        key = (facet.parameter, value)
        if key not in self._chosen:
            self._chosen[key] = _box(facet, value, selected=True)
        return self._chosen[key]


def _box(facet: Facet, value: str, *, selected: bool) -> str:
    """Render the box of an option; return what stands before its count."""
    option = {"value": value, "label": facet.labels[value], "selected": selected, "count": COUNT}
    return _render_option(facet.parameter, option).partition(COUNT)[0]


def _ended(facet: Facet, options: Sequence[str]) -> str:
    """Return options with what stands after the count of each: the same for all of a facet."""
    return _end(facet.parameter).join([*options, ""])


@functools.cache
def _end(parameter: str) -> str:
    option = {"value": "", "label": "", "selected": False, "count": COUNT}
    return _render_option(parameter, option).partition(COUNT)[2]


def _frame(facet: FacetData) -> list[str]:
    """Render a facet without its options; return it in pieces, with marks among them for what is filled in."""
    sample = {"value": "", "label": "", "count": COUNT, "selected": False}
    context = {
        "parameter": facet.parameter,
        "label": facet.label,
        "open": facet.open,
        "options": [sample],
        "more": [sample] if facet.more else [],
        "more_count": MORE_COUNT,
        "selected": SELECTED if facet.selected else 0,
        "inner": facet.inner and {"parameter": facet.inner.parameter, "options": [sample]},
    }
    html = render_compact("partials/facet.html", {"facet": context})
    rendered = _render_option(facet.parameter, sample)
    html = html.replace(rendered, OPTIONS, 1).replace(rendered, MORE, 1)
    if facet.inner:
        html = html.replace(_render_option(facet.inner.parameter, sample), INNER, 1)
    return MARKS.split(html)


def _render_option(parameter: str, option: object) -> str:
    context = {"facet": {"parameter": parameter}, "option": option}
    partial = "facet_choice" if parameter in INSIDE.values() else "facet_option"
    return render_compact(f"partials/{partial}.html", context)
