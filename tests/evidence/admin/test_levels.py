"""A step of a rating scale is mapped to another common level: what people are told before, and what editors do afterwards."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centres.models import RatingScale
from evidence.admin.list_words import known_rows, row_changes
from evidence.dataset.list_history import List
from evidence.editorial import actions
from evidence.editorial.content import digest_of
from evidence.models import Edition, ListChange
from portal.clock import database_now
from tests.evidence.dataset.test_list_changes import Browser
from tests.evidence.editorial.test_batches import choose, confirm, take
from tests.factories import make_draft, make_edition, make_scale
from tests.portal.test_admin import address
from tests.reading_pages import plain, text_of

pytestmark = pytest.mark.django_db

LATER = datetime.date(2030, 1, 1)


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


def map_anew(editor: Any, publisher: Any, scale: RatingScale) -> None:
    change, _ = propose_another_level(editor, scale)
    assert "Approved" in publisher.step(change, "approve")


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


def test_a_step_that_goes_is_told_as_a_whole(editor: Any, scale: RatingScale) -> None:
    page = editor.save(scale, **{"levels-2-DELETE": "on", "reason": "It is given no more."})

    said = plain(page)
    assert "Rating level “3 padlocks” Order: 3 Rank: 3 Label: 3 padlocks" in said
    assert "2 padlocks" not in said


def test_a_step_of_another_name_and_level_is_still_the_step_of_its_summaries(
    editor: Any, publisher: Any, scale: RatingScale
) -> None:
    edition = rated(scale, title="Feedback")
    new = {"levels-2-label": "Gold", "levels-2-common": "low", "reason": "As it says now."}
    said = plain(editor.save(scale, **new))

    assert "Rating level “3 padlocks”: label 3 padlocks Gold" in said
    assert "Rating level “3 padlocks”: common level Moderate Low" in said
    assert "1 published summary at this step would say another level than the scale." in said
    assert "Approved" in publisher.step(ListChange.objects.proposed().get(), "approve")
    edition.refresh_from_db()
    assert str(edition.strength_step) == "Gold"
    assert edition.level_of_scale == "low"


def test_what_is_scheduled_is_told_apart(editor: Any, publisher: Any, scale: RatingScale) -> None:
    waiting = actions.open_edition(summary=rated(scale, title="Feedback").summary)
    actions.submit(edition=waiting, by=editor.user, change_note="Why.", review_due=LATER)
    seen: Any = {"edition": waiting, "by": publisher.user, "digest": digest_of(waiting)}
    actions.schedule(**seen, publish_at=database_now() + datetime.timedelta(days=1))

    page = propose_another_level(editor, scale)[1]

    assert "1 scheduled edition would say another level and go live like that" in plain(page)
    assert "cannot be submitted or approved" not in plain(page)
    _, scheduled = re.findall(r'<li><a href="([^"]*)"', page)
    assert listed(editor, scheduled) == {"Feedback"}


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


def test_summaries_of_before_are_found_and_mended_together_and_approved_by_somebody_else(
    editor: Any, publisher: Any, scale: RatingScale
) -> None:
    first, second = rated(scale, title="Feedback"), rated(scale, title="Mentoring")
    rated(scale, "2 padlocks", title="Homework")
    assert (
        "another level now"
        not in editor.client.get(reverse("admin:index")).text.partition("<form")[0]
    )
    map_anew(editor, publisher, scale)

    page = editor.client.get(reverse("admin:index"))
    assert "Centre yef: 2 summaries" in plain(page.text)
    assert actions.LEVEL_ACTION in page.text
    for_publishers = publisher.client.get(reverse("admin:index")).text
    assert "which editors do in the list" in for_publishers
    assert actions.LEVEL_ACTION not in for_publishers  # which they are not offered
    link = re.search(r'<a href="([^"]*needs=level)">', page.text)
    assert link
    assert listed(editor, link[1]) == {"Feedback", "Mentoring"}

    page = choose(editor, "level", [first, second])
    assert "Show what each changes" not in page.text  # nothing is asked, so it shows that at once
    assert page.text.count("What changes in ") == 2
    said = confirm(editor, "level", page, together="each").text

    assert "2 editions changed" in said
    drafts = list(Edition.objects.open())
    assert {one.strength for one in drafts} == {"low"}
    assert {one.strength for one in Edition.objects.published().filter(number=1)} == {
        "moderate",
        "low",
    }
    assert "2 editions submitted" in take(editor, "submit", drafts, change_note="The scale.")
    assert "2 editions approved" in take(publisher, "approve", drafts)
    assert listed(editor, link[1]) == set()
    assert "needs=level" not in editor.client.get(reverse("admin:index")).text
    assert Edition.objects.get(pk=first.pk).strength == "moderate"  # what was published


def test_what_says_another_level_than_its_scale_is_neither_checked_nor_approved(
    editor: Any, publisher: Any, scale: RatingScale
) -> None:
    live = rated(scale, title="Feedback")
    waiting = actions.open_edition(summary=rated(scale).summary)
    actions.submit(edition=waiting, by=editor.user, change_note="Why.", review_due=LATER)
    map_anew(editor, publisher, scale)
    waiting = Edition.objects.for_reading().get(pk=waiting.pk)

    page = plain(choose(editor, "check", [live]).text)
    assert "maps “3 padlocks” to “Low” now, and this edition says “Moderate”." in page
    assert f"choose “{actions.LEVEL_ACTION}”" in page
    batch = choose(publisher, "approve", [waiting]).text
    assert "this edition says “Moderate”. Send it back." in plain(batch)
    assert 'name="confirm' not in batch  # nothing to press
    live = Edition.objects.for_reading().get(pk=live.pk)
    with pytest.raises(actions.Incomplete, match=actions.LEVEL_ACTION):
        actions.confirm(edition=live, by=editor.user, digest=digest_of(live), review_due=LATER)
    seen: Any = {"edition": waiting, "by": publisher.user, "digest": digest_of(waiting)}
    with pytest.raises(actions.Incomplete, match="Send it back"):
        actions.approve(**seen)
    with pytest.raises(actions.Incomplete, match="Send it back"):
        actions.schedule(**seen, publish_at=database_now() + datetime.timedelta(days=1))


def test_a_draft_takes_the_level_too_and_what_says_it_already_stays(
    editor: Any, publisher: Any, scale: RatingScale
) -> None:
    draft = actions.open_edition(summary=rated(scale).summary)
    other = rated(scale, "2 padlocks")
    map_anew(editor, publisher, scale)

    said = take(editor, "level", [draft, other], together="each")

    assert "1 edition changed" in said
    assert "1 says it already, and stayed as it was." in said
    assert Edition.objects.get(pk=draft.pk).strength == "low"


def test_readers_are_told_on_every_page_with_the_level_of_before(
    editor: Any, publisher: Any, scale: RatingScale, client: Client
) -> None:
    edition, other = rated(scale, title="Feedback"), rated(scale, "2 padlocks", title="Homework")
    pair = f"?summary={edition.summary.slug}&summary={other.summary.slug}"
    pages = [
        edition.get_absolute_url(),
        reverse("evidence:compare") + pair,
        reverse("evidence:compare-paper") + pair,
    ]
    since = "Since this was written, the portal maps this step to “Low”."
    map_anew(editor, publisher, scale)

    for page in pages:
        assert text_of(client, page).count(since) == 1
    assert since not in text_of(client, other.get_absolute_url())


def test_no_two_new_rows_are_told_as_what_became_of_one_that_goes() -> None:
    rules = known_rows(List.PRODUCT_LINE)["rules"]
    before = [{"field": "Cost", "given": "never"}]
    after = [{"field": "Strength", "given": "always"}, {"field": "Studies", "given": "always"}]

    said = list(row_changes(rules, before, after))

    in_its_place = [one for one in said if "“Cost”" in one.label]
    assert [(one.before, one.after) for one in in_its_place] == [
        ("Cost", "Strength"),
        ("never", "always"),
    ]
    [new] = [one for one in said if one not in in_its_place]
    assert "“Studies”" in new.label
    assert "Studies" in new.after
    assert "Studies" not in new.before
