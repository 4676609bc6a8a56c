"""Content goes live by the database's clock, so a machine whose own clock is wrong does no harm, and says that it is."""

import datetime
import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.core.management import call_command
from django.utils import timezone

from evidence.editorial import actions
from evidence.editorial.content import digest_of
from evidence.models import AuditEntry, Edition
from portal.clock import check_clock, clock_warning, database_now
from tests.evidence.editorial.test_four_eyes import state, submitted
from tests.factories import make_draft, make_edition, publish_draft

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def ada() -> User:
    return User.objects.create_superuser("ada")


@pytest.fixture
def bob() -> User:
    return User.objects.create_superuser("bob")


@contextmanager
def machine_clock(off_by: datetime.timedelta) -> Iterator[None]:
    """A machine whose clock is ahead of the database's by this much, or behind."""
    right = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: right() + off_by)
        yield


def scheduled(ada: User, bob: User, *, hours: int) -> Edition:
    edition = submitted(ada)
    publish_at = database_now() + hours * HOUR
    actions.schedule(edition=edition, by=bob, digest=digest_of(edition), publish_at=publish_at)
    return edition


def test_a_machine_that_is_ahead_publishes_nothing_early(ada: User, bob: User) -> None:
    edition = scheduled(ada, bob, hours=1)
    with machine_clock(3 * HOUR):
        assert actions.publish_due() == []
    assert state(edition) == "scheduled"


def test_a_machine_that_is_behind_publishes_in_time(ada: User, bob: User) -> None:
    edition = scheduled(ada, bob, hours=1)
    now = database_now()
    Edition.objects.filter(pk=edition.pk).update(publish_at=now)
    with machine_clock(-3 * HOUR):
        assert actions.publish_due() == [edition]


def test_a_time_to_go_live_is_in_the_future_of_the_database(ada: User, bob: User) -> None:
    with machine_clock(-3 * HOUR), pytest.raises(actions.Incomplete, match="in the future"):
        scheduled(ada, bob, hours=-1)
    with machine_clock(3 * HOUR):
        assert state(scheduled(ada, bob, hours=1)) == "scheduled"


@pytest.mark.parametrize("hours", [3, -3])
def test_what_such_a_machine_publishes_can_be_corrected_and_withdrawn_by_others(
    ada: User, bob: User, hours: int
) -> None:
    with machine_clock(hours * HOUR):
        first = make_edition()
    assert first.published_at
    assert abs(first.published_at - database_now()) < HOUR

    edition = submitted(ada, summary=first.summary)
    actions.approve(edition=edition, by=bob, digest=digest_of(edition))
    actions.withdraw(summary=first.summary, reason="A mistake.")

    assert [state(first), state(edition)] == ["superseded", "withdrawn"]


@pytest.fixture
def early() -> Edition:
    """An edition that an earlier fault has dated three hours in the future."""
    draft = make_draft()
    later = database_now() + 3 * HOUR
    Edition.objects.filter(pk=draft.pk).update(created_at=later)
    actions.submit(edition=draft)
    Edition.objects.filter(pk=draft.pk).update(state="published", published_at=later)
    return Edition.objects.get(pk=draft.pk)


def test_an_edition_of_the_future_can_be_withdrawn(early: Edition) -> None:
    actions.withdraw(summary=early.summary, reason="A mistake.")
    now = Edition.objects.get(pk=early.pk)
    assert now.state == "withdrawn"
    assert now.closed_at == early.published_at


def test_an_edition_of_the_future_can_be_corrected_and_history_stays_in_order(
    early: Edition, ada: User, bob: User
) -> None:
    edition = submitted(ada, summary=early.summary)
    actions.approve(edition=edition, by=bob, digest=digest_of(edition))
    before, now = early.summary.editions.order_by("number")
    assert [before.state, now.state] == ["superseded", "published"]
    assert before.published_at == before.closed_at == now.published_at


def test_a_draft_of_the_future_can_be_published() -> None:
    draft = make_draft()
    Edition.objects.filter(pk=draft.pk).update(created_at=database_now() + 3 * HOUR)
    draft.refresh_from_db()
    assert publish_draft(draft).state == "published"


def warned() -> str:
    said = io.StringIO()
    call_command("publish_due", stdout=io.StringIO(), stderr=said)
    return said.getvalue()


def test_clocks_that_agree_are_no_news() -> None:
    make_edition()
    assert warned() == clock_warning() == ""
    assert check_clock(databases=["default"]) == []


@pytest.mark.parametrize(
    ("off_by", "said"), [(3, "3:00:00 (h:mm:ss) ahead of"), (-2, "2:00:00 (h:mm:ss) behind")]
)
def test_a_wrong_clock_is_said_by_the_job_that_publishes_and_when_migrating(
    off_by: int, said: str
) -> None:
    with machine_clock(off_by * HOUR):
        assert f"The clock of this machine is {said} the database's" in warned()
        found = run_checks(databases=["default"])
    assert [one.id for one in found if one.id == "portal.W001"] == ["portal.W001"]


def test_a_clock_of_the_database_that_jumped_back_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    make_edition()
    newest = AuditEntry.objects.first()
    assert newest
    for module in ("portal.clock", "evidence.management.commands.publish_due"):
        monkeypatch.setattr(f"{module}.database_now", lambda: newest.at - HOUR)
    with machine_clock(-HOUR):
        assert "it has jumped back" in warned()
