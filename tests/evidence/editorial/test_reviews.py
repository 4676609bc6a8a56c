"""The day of a review, where nobody has set one."""

import datetime

import pytest
from django.utils import timezone

from evidence.editorial import actions
from evidence.editorial.reviews import DAYS_A_MONTH, MONTHS_IN_DOUBT, ReviewRules
from evidence.models import Edition
from tests.evidence.editorial.test_batches import take
from tests.evidence.editorial.test_workflow_pages import Person
from tests.factories import make_centre, make_draft, make_edition, make_kind, make_product
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


def days_until_review(edition: Edition) -> int:
    edition.refresh_from_db()
    assert edition.review_due
    return (edition.review_due - timezone.localdate()).days


def within(days: int, months: int) -> bool:
    return months * DAYS_A_MONTH * 3 // 4 - 1 <= days <= months * DAYS_A_MONTH


def test_the_line_s_rule_goes_before_the_kind_s_and_a_doubt_before_both():
    kind = make_kind(review_months=20)
    make_product(centre=make_centre(), names=["Ours"], review_months=30, review_reason="So.")
    make_product("other", centre=make_centre())

    assert within(days_until_review(make_edition(kind=kind, product="Toolkit")), 20)
    assert within(days_until_review(make_edition(kind=kind, product="Ours")), 30)
    doubtful = make_edition(kind=kind, product="Ours", doubts=["copy"], data_note="A copy.")
    assert within(days_until_review(doubtful), MONTHS_IN_DOUBT)


def test_what_is_published_together_is_not_due_together_and_an_edition_keeps_its_day():
    editions = [make_edition() for _ in range(20)]

    days = {days_until_review(edition) for edition in editions}
    rules, today = ReviewRules.load(), datetime.date(2026, 11, 29)

    assert len(days) > 10
    assert rules.day(editions[0], today) == ReviewRules.load().day(editions[0], today)


def test_a_day_that_was_set_is_kept():
    draft = make_draft()
    day = timezone.localdate() + datetime.timedelta(days=7)

    actions.submit(edition=draft, change_note="First.", review_due=day)
    actions.publish(edition=draft)

    assert days_until_review(draft) == 7


def test_a_day_that_is_filled_in_is_never_before_the_one_that_readers_see_now():
    """Somebody checked the summary and set a later day: a new edition does not take that back."""
    draft = make_draft()
    later = timezone.localdate() + datetime.timedelta(days=3000)
    actions.submit(edition=draft, change_note="First.", review_due=later)
    actions.publish(edition=draft)
    person = Person("ed", "Secretariat editor")

    second = actions.open_edition(summary=draft.summary, by=person.user)
    (form,) = [
        form
        for step, form in person.client.get(address(Edition, "review", second.pk)).context["steps"]
        if step.name == "submit"
    ]
    assert form.initial["review_due"] == later
    take(person, "submit", [second], change_note="The same again.", minor="on")
    assert Edition.objects.get(pk=second.pk).state == "in-review"
    assert days_until_review(second) == 3000
