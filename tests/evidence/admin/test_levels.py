"""A step of a rating scale is mapped to another common level: what people are told before, and what editors do afterwards."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centres.models import RatingScale
from evidence.models import Edition, ListChange
from tests.evidence.dataset.test_list_changes import Browser
from tests.factories import make_draft, make_edition, make_scale
from tests.portal.test_admin import address
from tests.reading_pages import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Any:
    return Browser("marta", "Secretariat editor")


@pytest.fixture
def publisher() -> Any:
    return Browser("pat", "Publisher")


@pytest.fixture
def scale() -> RatingScale:
    scale = make_scale("1 padlock", "2 padlocks", "3 padlocks")
    scale.levels.update(reason="Same word.")
    return scale


def rated(scale: RatingScale, step: str = "3 padlocks", **fields: Any) -> Edition:
    """Return a published edition that says the level which the scale gives this step, in the centre's own words."""
    level = scale.levels.get(label=step)
    fields = {"strength": level.common, "strength_native": step} | fields
    return make_edition(strength_scale=scale, strength_step=level, **fields)


def propose_another_level(editor: Any, scale: RatingScale) -> tuple[ListChange, str]:
    """Propose that 3 padlocks map to “Low”, and return the change and its page."""
    page = editor.save(scale, **{"levels-2-common": "low", "reason": "As the centre says now."})
    return ListChange.objects.proposed().get(), page


def listed(person: Any, address: str) -> set[str]:
    """Return the titles of the editions that a link of a page leads to."""
    page = person.client.get(address.replace("&amp;", "&"))
    return {edition.title for edition in page.context["cl"].result_list}


def test_who_proposes_and_who_decides_see_what_changes_and_how_many_summaries_would_differ(
    editor: Any, publisher: Any, scale: RatingScale
) -> None:
    edition = rated(scale, title="Feedback")
    rated(scale, "2 padlocks", title="Homework")
    draft = {
        name: getattr(edition, name)
        for name in ("strength", "strength_native", "strength_scale", "strength_step")
    }
    make_draft(summary=edition.summary, title="Feedback anew", **draft)

    change, seen = propose_another_level(editor, scale)

    decided = publisher.client.get(address(ListChange, "change", change.pk)).content.decode()
    for page in (seen, decided):
        said = plain(page)
        assert "Rating level “3 padlocks”: common level Moderate Low" in said
        assert "2 padlocks" not in said  # what does not change is not there
        assert "What it would do" in said
        assert "“3 padlocks” maps to “Low”, and no longer to “Moderate”." in said
        assert "1 published summary at this step would say another level than the scale." in said
        assert "1 draft or edition in review would say another level too" in said
        assert "“Same word.” Is it still true?" in said
        public, being_written = re.findall(r'<li><a href="([^"]*)"', page)
        assert listed(publisher, public) == {"Feedback"}
        assert listed(publisher, being_written) == {"Feedback anew"}


def test_a_step_that_is_new_or_goes_is_told_as_a_whole(editor: Any, scale: RatingScale) -> None:
    page = editor.save(scale, **{"levels-2-label": "Gold", "reason": "Its new name."})

    said = plain(page)
    assert (
        "Rating level “Gold” not stated Order: 3 Rank: 3 Label: Gold Common level: Moderate" in said
    )
    assert "Rating level “3 padlocks” Order: 3" in said
    assert "2 padlocks" not in said


def test_what_it_would_do_takes_no_more_statements_for_many_summaries(
    editor: Any, scale: RatingScale
) -> None:
    change, _ = propose_another_level(editor, scale)
    url = address(ListChange, "change", change.pk)
    editor.client.get(url)
    numbers = []
    for _ in range(2):
        rated(scale)
        with CaptureQueriesContext(connection) as asked:
            editor.client.get(url)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
