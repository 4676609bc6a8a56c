"""What the page of every summary of the data set says of its figures: each page is read once."""

from collections.abc import Iterator

import pytest
from django.test import Client

from evidence.models import Edition
from tests.reading_pages import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

Pages = list[tuple[Edition, str]]


@pytest.fixture(scope="module")
def pages(dataset: None, django_db_blocker) -> Iterator[Pages]:
    """Every published edition with the text of its page."""
    with django_db_blocker.unblock():
        editions = Edition.objects.published().for_reading()
        client = Client()
        yield [(one, plain(client.get(one.get_absolute_url()).content.decode())) for one in editions]


def test_which_way_is_better_is_said_of_the_outcome_and_not_of_what_was_measured(pages: Pages):
    rows = [(text, row) for edition, text in pages for row in edition.findings.all()]
    measured = [(text, row) for text, row in rows if row.exact_measure]
    assert len(measured) > 100
    for text, row in measured:
        outcome = row.outcome
        said = f"{outcome.label} {outcome.get_better_when_display()} Measured: {row.exact_measure}"
        assert " ".join(said.split()) in text
