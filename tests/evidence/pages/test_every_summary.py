"""What the page of every summary of the data set says of its figures: each is read once."""

import re
from collections.abc import Iterator
from itertools import chain

import pytest
from django.template.loader import render_to_string

from centres.vocabulary import Direction, Doubt, Rated
from evidence.catalogue.reading import editions
from evidence.compare.comparison import Comparison
from evidence.find.cards import render_cards
from evidence.find.table import render_rows
from evidence.models import Edition
from evidence.pages.option import Option
from evidence.pages.summary import summary_context
from evidence.templatetags.evidence_tags import rated_rows
from tests.reading_pages import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

Pages = list[tuple[Edition, str]]


@pytest.fixture(scope="module")
def pages(dataset: None, django_db_blocker) -> Iterator[Pages]:
    """Every published edition with the markup of the head and the body of its page."""
    with django_db_blocker.unblock():
        keys = Edition.objects.published().values_list("pk", flat=True)
        yield [(one, _markup(one)) for one in editions(keys)]


def _markup(edition: Edition) -> str:
    parts = ("evidence/partials/summary_head.html", "evidence/partials/summary_body.html")
    context = summary_context(edition)
    return "".join(render_to_string(part, context) for part in parts)


def boxes(markup: str) -> str:
    """Return the text of the headline ratings."""
    return plain(markup.partition('<ul class="ratings">')[2].partition("</ul>")[0])


def test_which_way_is_better_is_said_of_the_outcome_and_not_of_what_was_measured(pages: Pages):
    texts = [(edition, plain(markup)) for edition, markup in pages]
    rows = [(text, row) for edition, text in texts for row in edition.findings.all()]
    measured = [(text, row) for text, row in rows if row.exact_measure]
    assert len(measured) > 100
    for text, row in measured:
        outcome = row.outcome
        said = f"{outcome.label} {outcome.get_better_when_display()} Measured: {row.exact_measure}"
        assert " ".join(said.split()) in text


def test_the_words_of_a_centre_for_an_effect_are_shown_wherever_there_are_any(pages: Pages):
    ours = [(one, markup) for one, markup in pages if Doubt.OUR_READING in one.doubts]
    ours = [(one, markup) for one, markup in ours if one.direction != Direction.NOT_ASSESSED]
    assert 10 < len([one for one, _ in ours if one.impact_native]) < len(ours)
    for edition, markup in ours:
        row = next(row for row in Comparison((edition,)).rows if row.name == "direction")
        places = (
            boxes(markup),
            *map(" ".join, (row.cells[0].lines, Option(1, edition).ratings["Effect"])),
        )
        for said in places:
            native = " ".join(edition.impact_native.split())
            assert ("give no verdict in" in said) == (not native), edition.summary
            assert ("direction is our reading of it" in said) == bool(native), edition.summary
            assert not native or f"“{native}”" in " ".join(said.split())


def test_why_there_is_no_effect_strength_or_cost_is_said_alike_everywhere(pages: Pages):
    """Card, tables, comparison and paper say it in the same words, and none says that it was not assessed or not rated."""
    for edition, _ in pages:
        comparison = Comparison((edition,))
        rated = [row for row in comparison.rows if row.name in {"direction", "strength", "cost"}]
        places = {
            "card": plain(render_cards([edition.pk])),
            "row": plain(render_rows([edition.pk]).partition('data-label="Outcomes"')[0]),
            "rated row": plain(rated_rows([edition.pk])),
            "comparison": " ".join(
                [*chain(*(row.cells[0].lines for row in rated)), comparison.empty_text]
            ),
            "paper": " ".join(chain(*Option(1, edition).ratings.values())),
        }
        for place, text in places.items():
            for field in (Rated.EFFECT, Rated.STRENGTH, Rated.COST):
                if (place, field) != ("rated row", Rated.COST):
                    said = edition.lack_of(field).lower()
                    assert said in text.lower(), (place, edition.summary.slug)
            assert not re.search("Not assessed|Not rated", text), (place, edition.summary.slug)
