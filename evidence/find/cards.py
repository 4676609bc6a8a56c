"""Result cards as HTML that is rendered once for each edition.

To render them by template for every request would take most of a page's time (docs/decisions/0003-catalogue.md). The template
renders a card once for a content version; a search marks its words in the texts that stand between its pieces.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from centres.models import PolicyArea
from evidence.catalogue.facets import Catalogue
from evidence.models import Approach, Audience, Edition, Outcome, Topic
from evidence.search.results import SearchResults
from portal.templatetags.portal_tags import partial_date

from .rendering import new_mark, render_compact

# These stand for the texts of a card when its template renders it.
TITLE, BOTTOM_LINE = new_mark(), new_mark()
MARK = "<mark>"
# What a summary may be found by though its card does not show it, the narrowest first: the model, and its path to editions.
CLASSIFIED_BY: dict[str, tuple[Any, str]] = {
    "approach": (Approach, "memberships__summary__editions"),
    "topic": (Topic, "editions"),
    "outcome": (Outcome, "findings__edition"),
    "policy area": (PolicyArea, "editions"),
    "audience": (Audience, "editions"),
}


@dataclass(frozen=True)
class Card:
    """One card, complete, and in pieces around the texts in which a search marks its words."""

    plain: str
    pieces: tuple[str, str, str]  # before the title, between it and the bottom line, after that
    title: str
    bottom_line: str
    sentences: tuple[str, ...]  # what else the edition says, in the order of its page
    labels: tuple[tuple[str, str], ...]  # what it is classified by: ("topic", its label) and so on

    def marked(self, matches: SearchResults) -> str:
        """Return the card with the words of a search marked.

        Where the bottom line has none of them, the first sentence or else the first label that has is added.
        """
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


def render_cards(
    catalogue: Catalogue, editions: list[int], matches: SearchResults | None = None
) -> SafeString:
    """Return the cards of these editions as list items. Those that are not rendered yet take one query together."""
    cards: dict[int, Card] = catalogue.get_or_make("cards", dict)
    if missing := [pk for pk in editions if pk not in cards]:
        rows = Edition.objects.published().filter(pk__in=missing)
        for edition in rows.for_lists().annotate(**_labels()):
            cards[edition.pk] = _render_card(edition)
    shown = (cards[pk] for pk in editions if pk in cards)
    rendered = (card.marked(matches) if matches else card.plain for card in shown)
    return mark_safe("".join(rendered))  # noqa: S308 - Card escapes its texts, the template the rest


def card_data(edition: Edition) -> dict[str, Any]:
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


def _render_card(edition: Edition) -> Card:
    context = card_data(edition) | {"title": TITLE, "bottom_line": BOTTOM_LINE}
    html = render_compact("partials/card.html", {"card": context})
    before, _, rest = html.partition(TITLE)
    between, _, after = rest.partition(BOTTOM_LINE)
    sentences = (*edition.key_findings, *edition.implementation, *edition.caveats)
    plain = f"{before}{escape(edition.title)}{between}{escape(edition.bottom_line)}{after}"
    labels = tuple(
        (kind, label) for kind in CLASSIFIED_BY for label in getattr(edition, _labels_of(kind))
    )
    return Card(
        plain, (before, between, after), edition.title, edition.bottom_line, sentences, labels
    )


def _labels() -> dict[str, ArraySubquery]:
    """Return annotations of editions that bring their labels within the same query."""
    return {
        _labels_of(kind): ArraySubquery(
            model.objects.filter(**{path: OuterRef("pk")}).distinct().values("label")
        )
        for kind, (model, path) in CLASSIFIED_BY.items()
    }


def _labels_of(kind: str) -> str:
    return f"{kind.replace(' ', '_')}_labels"
