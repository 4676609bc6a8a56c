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

from evidence.catalogue.facets import Catalogue, Facet, Matches, Option, Selection
from evidence.catalogue.vocabulary import Vocabulary
from portal import published

from .rendering import new_mark, render_compact

SHOWN = 5  # options of a long facet are shown; the others are folded
MAX_PANELS = 50  # that a worker remembers, about 40 kB each
# Open before anything is chosen: an invitation, within the few stops before the first result.
OPEN = {"strength"}
COUNT, SELECTED, OPTIONS, MORE_COUNT, MORE = (new_mark() for _ in range(5))
MARKS = re.compile(f"({'|'.join([COUNT, SELECTED, OPTIONS, MORE_COUNT, MORE])})")


@dataclass(frozen=True)
class FacetData:
    """A facet as partials/facet.html takes it."""

    parameter: str
    label: str
    options: Sequence[Option]
    more: Sequence[Option]  # the rarer ones, which fold once more
    selected: int  # how many options are selected

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
    pieces = snapshot[Vocabulary].get_or_make("panel", PanelPieces)
    panels = snapshot.get_or_make("panels", lambda: RenderedPanels(selection.catalogue, pieces))
    html = panels.panel(tuple(selection.chosen.items()), selection.matches)
    return mark_safe(html)  # noqa: S308 - templates rendered all of it but the numbers


def facet_data(facet: Facet, selection: Selection) -> FacetData:
    """Return a facet with its counts; of a long one, what is chosen and the commonest options come first."""
    options = selection.options(facet)
    selected = sum(option.selected for option in options)
    long = facet.sort_by_count and len(options) > SHOWN + 2
    shown = max(SHOWN, selected) if long else len(options)
    return FacetData(facet.parameter, facet.label, options[:shown], options[shown:], selected)


class RenderedPanels:
    """The last panels that were shown of one catalogue."""

    def __init__(self, catalogue: Catalogue, pieces: "PanelPieces") -> None:
        self._catalogue, self._pieces = catalogue, pieces
        self.panel = functools.lru_cache(MAX_PANELS)(self._panel)

    def _panel(
        self, chosen: tuple[tuple[str, tuple[str, ...]], ...], matches: Matches | None
    ) -> str:
        """Return the facets of a selection, given what is chosen and what a search found."""
        selection = Selection(self._catalogue, dict(chosen), matches)
        facets = (facet_data(facet, selection) for facet in self._catalogue.facets.values())
        return "".join(self._pieces.facet(facet) for facet in facets if facet.options)


class PanelPieces:
    """What the templates have rendered for one vocabulary, to be filled in with the numbers of a selection."""

    def __init__(self) -> None:
        self._boxes: dict[tuple[str, str, bool], tuple[str, str]] = {}
        self._frames: dict[tuple[str, bool, bool], list[str]] = {}

    def facet(self, facet: FacetData) -> str:
        """Return what partials/facet.html would render."""
        key = (facet.parameter, bool(facet.selected), bool(facet.more))
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = _frame(facet)
        filled = {
            SELECTED: str(facet.selected),
            OPTIONS: self._options(facet.parameter, facet.options),
            MORE_COUNT: str(facet.more_count),
            MORE: self._options(facet.parameter, facet.more),
        }
        return "".join([filled.get(piece, piece) for piece in frame])

    def _options(self, parameter: str, options: Sequence[Option]) -> str:
        boxes = self._boxes
        rendered = []
        for option in options:
            key = (parameter, option.value, option.selected)
            if key not in boxes:
                boxes[key] = _box(parameter, option)
            before, after = boxes[key]
            rendered.append(f"{before}{option.count}{after}")
        return "".join(rendered)


def _box(parameter: str, option: Option) -> tuple[str, str]:
    """Render the box of an option; return what stands before and after its count."""
    marked = {"value": option.value, "label": option.label, "selected": option.selected}
    before, _, after = _render_option(parameter, marked | {"count": COUNT}).partition(COUNT)
    return before, after


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
    }
    html = render_compact("partials/facet.html", {"facet": context})
    rendered = _render_option(facet.parameter, sample)
    return MARKS.split(html.replace(rendered, OPTIONS, 1).replace(rendered, MORE, 1))


def _render_option(parameter: str, option: object) -> str:
    context = {"facet": {"parameter": parameter}, "option": option}
    return render_compact("partials/facet_option.html", context)
