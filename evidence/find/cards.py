"""Result cards and the filter panel as prepared HTML.

Rendering them by template for every request would take most of a page's time (docs/decisions/0003-catalogue.md). A card is
made by its ordinary template once for each content version; the panel is put together from pieces that are escaped here, and
nowhere else.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from centres.models import PolicyArea
from evidence.catalogue.facets import Catalogue
from evidence.models import Approach, Audience, Edition, Outcome, Topic
from evidence.search.ranking import Matches
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

    def marked(self, matches: Matches) -> str:
        """Mark the words; where the bottom line has none of them, add the first sentence that has, or else the label."""
        before, between, after = self.pieces
        title: str = matches.passage(self.title)
        bottom_line: str = matches.passage(self.bottom_line)
        if MARK not in bottom_line:
            passages = (matches.passage(sentence) for sentence in self.sentences)
            found = next((passage for passage in passages if MARK in passage), "")
            if not found and MARK not in title:
                found = self._found_by(matches)
            bottom_line += f' <span class="card__passage">{found}</span>' if found else ""
        return f"{before}{title}{between}{bottom_line}{after}"

    def _found_by(self, matches: Matches) -> str:
        marked = ((kind, matches.passage(label)) for kind, label in self.labels)
        return next((f"Found by: {kind} “{label}”" for kind, label in marked if MARK in label), "")


def cards(catalogue: Catalogue, editions: list[int], matches: Matches | None = None) -> SafeString:
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
