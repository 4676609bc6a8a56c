"""What the page of every summary of the data set says of its figures: each is read once."""

from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string

from centres.vocabulary import Direction, Doubt
from evidence.catalogue.reading import editions
from evidence.compare.comparison import Comparison
from evidence.models import Edition
from evidence.pages.option import Option
from evidence.pages.summary import summary_context
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
        places = boxes(markup), *map(" ".join, (row.cells[0].lines, Option(1, edition).ratings["Effect"]))
        for said in places:
            native = " ".join(edition.impact_native.split())
            assert ("give no verdict in" in said) == (not native), edition.summary
            assert ("direction is our reading of it" in said) == bool(native), edition.summary
            assert not native or f"“{native}”" in " ".join(said.split())
