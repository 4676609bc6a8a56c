"""Checked, still true: a light edition that only moves the review date and needs one person."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client

from evidence.editorial import actions
from evidence.editorial.actions import AlreadyOpen, Incomplete, Stale, WrongState
from evidence.editorial.content import content_of, digest_of
from evidence.models import Edition
from evidence.models.rules import PART_TABLES
from tests.evidence.models.test_constraints import PARTS, full_edition
from tests.factories import make_draft, make_edition

pytestmark = pytest.mark.django_db

LATER = datetime.date(2030, 1, 1)


@pytest.fixture
def ada() -> User:
    return User.objects.create_superuser("ada")


def check(edition: Edition, by: User, due: datetime.date = LATER) -> Edition:
    seen = digest_of(edition)
    return actions.confirm(edition=edition, by=by, digest=seen, review_due=due)


def test_one_person_confirms_and_readers_see_the_new_date_and_that_nothing_else_changed(
    ada: User, client: Client
) -> None:
    live = make_edition()
    light = check(live, ada)

    assert Edition.objects.published().get() == light
    assert content_of(light) == content_of(live)
    assert (light.review_due, light.checked_by, light.approved_by) == (LATER, ada, None)
    said = client.get(f"{live.get_absolute_url()}history/").content.decode()
    assert "Edition 2, checked, still true" in said
    assert "1 January 2030" in said


def test_a_check_is_refused_where_it_could_hide_something(ada: User) -> None:
    live = make_edition()
    with pytest.raises(Incomplete, match="future"):
        check(live, ada, datetime.date(2020, 1, 1))
    assert live.review_due
    for day in (live.review_due, live.review_due - datetime.timedelta(days=1)):
        with pytest.raises(Incomplete, match=r"choose a day after .*, which readers see now"):
            check(live, ada, day)
    with pytest.raises(Stale):
        actions.confirm(edition=live, by=ada, digest="other", review_due=LATER)
    draft = make_draft(summary=live.summary)
    with pytest.raises(AlreadyOpen):
        check(live, ada)
    with pytest.raises(WrongState):
        check(draft, ada)
    assert Edition.objects.published().get() == live


def test_every_table_of_parts_is_compared() -> None:
    assert set(PART_TABLES) == set(PARTS)


@pytest.mark.parametrize("changed", ["title", "review_due", *PART_TABLES])
def test_the_database_refuses_a_check_that_changes_anything_else(changed: str, ada: User) -> None:
    live = full_edition()
    draft = actions.open_edition(summary=live.summary, by=ada)
    with connection.cursor() as cursor:
        if changed in PART_TABLES:
            cursor.execute(f"DELETE FROM {changed} WHERE edition_id = %s", [draft.pk])
        elif changed == "title":
            cursor.execute("UPDATE evidence_edition SET title = 'x' WHERE id = %s", [draft.pk])
    due = None if changed == "review_due" else LATER
    Edition.objects.filter(pk=draft.pk).update(state="in-review", submitted_by=ada, review_due=due)
    Edition.objects.filter(pk=live.pk).update(state="superseded", closed_at=live.published_at)

    with pytest.raises(DatabaseError, match=r"a check|check_is_public"), transaction.atomic():
        Edition.objects.filter(pk=draft.pk).update(
            state="published", published_at=live.published_at, checked_by=ada
        )
