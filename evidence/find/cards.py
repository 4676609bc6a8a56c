"""Result cards and the filter panel as prepared HTML.

Rendering them by template for every request would take most of a page's time (docs/decisions/0003-catalogue.md). A card is
made by its ordinary template once for each content version; the panel is put together from pieces that are escaped here, and
nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.template.loader import get_template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from centres.models import PolicyArea
from evidence.catalogue.facets import Catalogue, Facet, Option, Selection
from evidence.models import Approach, Audience, Edition, Outcome, Topic
from evidence.search.results import SearchResults
from portal.templatetags.portal_tags import partial_date

SHOWN = 5  # of a long facet; the rest is folded
# Open before anything is chosen: an invitation, within the few stops before the first result.
OPEN = {"strength"}
# Stand in a prepared card for the texts that a search marks.
TITLE, BOTTOM_LINE = "\ue000", "\ue001"
MARK = "<mark>"
# What a summary may be found by though its card does not say it, the narrowest first: the model, and its way to editions.
SORTED_BY: dict[str, tuple[Any, str]] = {
    "approach": (Approach, "memberships__summary__editions"),
    "topic": (Topic, "editions"),
    "outcome": (Outcome, "findings__edition"),
    "policy area": (PolicyArea, "editions"),
    "audience": (Audience, "editions"),
}


@dataclass(frozen=True)
class Card:
    """One card, whole, and in the pieces around the texts in which a search marks its words."""

    plain: str
    pieces: tuple[str, str, str]  # before the title, between it and the bottom line, after that
    title: str
    bottom_line: str
    sentences: tuple[str, ...]  # what else the edition says, in the order of its page
    labels: tuple[tuple[str, str], ...]  # what it is sorted by: "topic" and its label, and so on

    def marked(self, matches: SearchResults) -> str:
        """Mark the words; where the bottom line has none of them, add the first sentence that has, or else the label."""
        before, between, after = self.pieces
        title: str = matches.highlight(self.title)
        bottom_line: str = matches.highlight(self.bottom_line)
        if MARK not in bottom_line:
            passages = (matches.highlight(sentence) for sentence in self.sentences)
            found = next((passage for passage in passages if MARK in passage), "")
            if not found and MARK not in title:
                found = self._found_by(matches)
            bottom_line += f' <span class="card__passage">{found}</span>' if found else ""
        return f"{before}{title}{between}{bottom_line}{after}"

    def _found_by(self, matches: SearchResults) -> str:
        marked = ((kind, matches.highlight(label)) for kind, label in self.labels)
        return next((f"Found by: {kind} “{label}”" for kind, label in marked if MARK in label), "")


def cards(
    catalogue: Catalogue, editions: list[int], matches: SearchResults | None = None
) -> SafeString:
    """Return the cards of these editions as list items; what is not prepared yet takes one query."""
    prepared: dict[int, Card] = catalogue.get_or_make("cards", dict)
    missing = [pk for pk in editions if pk not in prepared]
    if missing:
        editions_missing = Edition.objects.published().filter(pk__in=missing)
        for edition in editions_missing.for_lists().annotate(**_labels()):
            prepared[edition.pk] = _prepare(edition)
    shown = (prepared[pk] for pk in editions if pk in prepared)
    drawn = (card.marked(matches) if matches else card.plain for card in shown)
    return mark_safe("".join(drawn))  # noqa: S308 - Card escapes its texts, the template the rest


def card_context(edition: Edition) -> dict[str, Any]:
    """Return an edition as partials/card.html takes it."""
    return {
        "url": edition.get_absolute_url(),
        "title": edition.title,
        "kind": edition.kind.label,
        "centre": edition.summary.centre.short_name,
        "bottom_line": edition.bottom_line,
        "effect": {
            "slug": edition.direction,
            "label": edition.get_direction_display(),
            "native": edition.impact_native,
        },
        "strength": {
            "slug": edition.strength,
            "label": edition.get_strength_display(),
            "native": edition.strength_native,
        },
        "cost": {
            "level": edition.cost,
            "label": edition.get_cost_display(),
            "native": edition.cost_native,
        },
        "updated": partial_date(edition.updated) if edition.updated else "",
    }


def _prepare(edition: Edition) -> Card:
    context = card_context(edition) | {"title": TITLE, "bottom_line": BOTTOM_LINE}
    html = get_template("partials/card.html").render({"card": context})
    before, _, rest = html.partition(TITLE)
    between, _, after = rest.partition(BOTTOM_LINE)
    sentences = (*edition.key_findings, *edition.implementation, *edition.caveats)
    plain = f"{before}{escape(edition.title)}{between}{escape(edition.bottom_line)}{after}"
    labels = tuple(
        (kind, label) for kind in SORTED_BY for label in getattr(edition, _labels_of(kind))
    )
    return Card(
        plain, (before, between, after), edition.title, edition.bottom_line, sentences, labels
    )


def _labels() -> dict[str, ArraySubquery]:
    """Return what to annotate editions with, so that their labels take no query more."""
    return {
        _labels_of(kind): ArraySubquery(
            model.objects.filter(**{path: OuterRef("pk")}).distinct().values("label")
        )
        for kind, (model, path) in SORTED_BY.items()
    }


def _labels_of(kind: str) -> str:
    return f"{kind.replace(' ', '_')}_labels"


def panel(selection: Selection) -> SafeString:
    """Return every facet with its counts, as partials/facet.html would draw it."""
    catalogue = selection.catalogue
    pieces = catalogue.get_or_make("panel", lambda: _pieces(catalogue))
    drawn = (_facet(facet, selection.options(facet), pieces) for facet in catalogue.facets.values())
    return mark_safe("".join(drawn))  # noqa: S308 - every piece is escaped in _pieces


def _pieces(catalogue: Catalogue) -> dict[tuple[str, str], tuple[str, str]]:
    """Escape each option once: what stands before and after its "checked"."""
    return {
        (facet.parameter, value): (
            format_html(
                '<label class="facet__option"><input type="checkbox" name="{}" value="{}"',
                facet.parameter,
                value,
            ),
            format_html("><span>{}</span> ", label),
        )
        for facet in catalogue.facets.values()
        for value, label in facet.labels.items()
    }


def _facet(
    facet: Facet, options: list[Option], pieces: dict[tuple[str, str], tuple[str, str]]
) -> str:
    if not options:
        return ""
    selected = sum(option.selected for option in options)
    shown = max(SHOWN, selected) if facet.by_count and len(options) > SHOWN + 2 else len(options)
    label = escape(facet.label)
    opened = " open" if selected or facet.parameter in OPEN else ""
    told = f' <span class="facet__selected">{selected} selected</span>' if selected else ""
    more = ""
    if rest := options[shown:]:
        more = (
            f'<details class="facet__more"><summary>{len(rest)} more'
            f'<span class="govuk-visually-hidden"> for {label}</span></summary>'
            f"{_options(facet, rest, pieces)}</details>"
        )
    return (
        f'<details class="facet"{opened}><summary>{label}{told}</summary>'
        f'<fieldset><legend class="govuk-visually-hidden">{label}</legend>'
        f"{_options(facet, options[:shown], pieces)}{more}</fieldset></details>"
    )


def _options(
    facet: Facet, options: Iterable[Option], pieces: dict[tuple[str, str], tuple[str, str]]
) -> str:
    parameter = facet.parameter
    drawn = []
    for option in options:
        before, after = pieces[parameter, option.value]
        checked = " checked" if option.selected else ""
        drawn.append(
            f'{before}{checked}{after}<span class="facet__count">{option.count}</span></label>'
        )
    return "".join(drawn)
