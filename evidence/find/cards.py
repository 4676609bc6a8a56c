"""Result cards as HTML that is rendered once for each edition.

To render them by template for every request would take most of a page's time (docs/decisions/0003-catalogue.md). The template
renders a card once for as long as no label in it changes; a search marks its words in the texts that stand between its pieces.
"""

import functools
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from centres.vocabulary import Rated
from evidence.catalogue.reading import edition
from evidence.catalogue.vocabulary import Vocabulary, current_vocabulary
from evidence.models import Edition
from evidence.search.highlight import MARK, Words, stems_of
from evidence.search.results import SearchResults
from portal.templatetags.portal_tags import partial_date

from .boxes import Box
from .rendering import new_mark, render_compact

MAX_CARDS = 1000  # that a worker remembers, about 8 kB each
# Where nothing that the edition says has a word of the search. No centre has written these words, so none is shown.
CALLED = "Found by: other words that people use for this"
# These stand for the texts of a card when its template renders it.
TITLE, BOTTOM_LINE, BOX = new_mark(), new_mark(), new_mark()


@dataclass(frozen=True)
class Card:
    """One card up to its box, complete, and in pieces around the texts in which a search marks its words."""

    key: int  # of the edition
    plain: str
    pieces: tuple[str, str, str]  # before the title, between it and the bottom line, after that
    box: Box
    end: str  # after the box
    title: Words
    bottom_line: Words
    sentences: tuple[str, ...]  # what else the edition says, in the order of its page
    labels: tuple[tuple[str, str], ...]  # what it is classified by: ("topic", its label) and so on

    def filled(self, matches: SearchResults | None, ticked: Collection[str] | None) -> str:
        """Return the card as HTML, without a box if nothing can be ticked."""
        card = self.marked(matches) if matches else self.plain
        return f"{card}{'' if ticked is None else self.box.filled(ticked)}{self.end}"

    def marked(self, matches: SearchResults) -> str:
        """Return the card up to its box with the words of a search marked.

        Where the bottom line has none of them, the first sentence or else the first label that has is added. If neither has,
        the card says whether it was found by other words that people use.
        """
        before, between, after = self.pieces
        title: str = matches.highlight(self.title)
        bottom_line: str = matches.highlight(self.bottom_line)
        if MARK not in bottom_line:
            found = self._sentence(matches) or ("" if MARK in title else self._found_by(matches))
            bottom_line += f' <span class="card__passage">{found}</span>' if found else ""
        return f"{before}{title}{between}{bottom_line}{after}"

    def _sentence(self, matches: SearchResults) -> str:
        """Return the first sentence in which a search marks something; empty if there is none."""
        passages = map(matches.passage, self.sentences, self._stems_of_sentences)
        return next(filter(None, passages), "")

    def _found_by(self, matches: SearchResults) -> str:
        for (kind, label), stems in zip(self.labels, self._stems_of_labels, strict=True):
            if marked := matches.passage(label, stems):
                return f"Found by: {kind} “{marked}”"
        return CALLED if matches.is_called(self.key) else ""

    @cached_property
    def _stems_of_sentences(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(stems_of, self.sentences))

    @cached_property
    def _stems_of_labels(self) -> tuple[tuple[str, ...], ...]:
        return tuple(stems_of(label) for _, label in self.labels)


def render_cards(
    editions: Iterable[int],
    matches: SearchResults | None = None,
    ticked: Collection[str] | None = None,
) -> SafeString:
    """Return the cards of these public editions as list items.

    `ticked` are the summaries chosen to be compared; where it is None, cards have no boxes to choose them.
    """
    vocabulary = current_vocabulary()
    cards = map(vocabulary.get_or_make("cards", lambda: _card_of(vocabulary)), editions)
    html = "".join([card.filled(matches, ticked) for card in cards])
    return mark_safe(html)  # noqa: S308 - Card escapes its texts, the template the rest


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
            "lack": edition.lack_of(Rated.EFFECT),
        },
        "strength": {
            "slug": edition.strength,
            "label": edition.get_strength_display(),
            "native": edition.strength_native,
            "lack": edition.lack_of(Rated.STRENGTH),
        },
        "cost": {
            "level": edition.cost,
            "label": edition.get_cost_display(),
            "native": edition.cost_native,
            "lack": edition.lack_of(Rated.COST),
        },
        "updated": partial_date(edition.updated) if edition.updated else "",
        "doubts": edition.doubts_in_words,
    }


def _card_of(vocabulary: Vocabulary) -> Callable[[int], Card]:
    """Return the function that gives the card of an edition with the labels of a vocabulary."""

    @functools.lru_cache(MAX_CARDS)
    def card(key: int) -> Card:
        return _render_card(edition(key), vocabulary)

    return card


def _render_card(edition: Edition, vocabulary: Vocabulary) -> Card:
    context = card_data(edition) | {"title": TITLE, "bottom_line": BOTTOM_LINE, "box": BOX}
    html = render_compact("partials/card.html", {"card": context})
    html, _, end = html.partition(BOX)
    before, _, rest = html.partition(TITLE)
    between, _, after = rest.partition(BOTTOM_LINE)
    sentences = (*edition.key_findings, *edition.implementation, *edition.caveats)
    plain = f"{before}{escape(edition.title)}{between}{escape(edition.bottom_line)}{after}"
    labels = tuple(_labels(edition, vocabulary))
    return Card(
        edition.pk,
        plain,
        (before, between, after),
        Box.of(edition),
        end,
        Words.of(edition.title),
        Words.of(edition.bottom_line),
        sentences,
        labels,
    )


def _labels(edition: Edition, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield what an edition may be found by though its card does not show it, the narrowest first."""
    outcomes = {finding.outcome for finding in edition.findings.all()}
    classified: dict[str, Iterable[Any]] = {
        "approach": vocabulary.approaches_of.get(edition.summary.slug, ()),
        "topic": edition.topics.all(),
        "outcome": sorted(outcomes, key=lambda outcome: (outcome.order, outcome.label)),
        "policy area": edition.policy_areas.all(),
        "audience": edition.audiences.all(),
    }
    for kind, rows in classified.items():
        for row in rows:
            yield kind, row.label
