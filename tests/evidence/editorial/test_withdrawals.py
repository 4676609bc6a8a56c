"""Withdrawals that are planned for a later time."""

import datetime
import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evidence.editorial import actions
from evidence.editorial.actions import Incomplete, WrongState
from evidence.models import Edition, PlannedWithdrawal
from tests.evidence.editorial.test_workflow_pages import Person
from tests.factories import make_draft, make_edition, make_editions

pytestmark = pytest.mark.django_db

SOON = timezone.now() + datetime.timedelta(days=1)


@pytest.fixture
def publisher() -> Person:
    return Person("pat", "Publisher")


def plan(edition: Edition, by: User, **says: Any) -> None:
    told: dict[str, Any] = {"at": SOON, "reason": "Merged."} | says
    actions.plan_withdrawal(summary=edition.summary, by=by, **told)


def test_a_withdrawal_waits_for_its_time_and_happens_once(publisher: Person) -> None:
    live, successor = make_editions(2)
    when = timezone.localtime(SOON).strftime("%Y-%m-%dT%H:%M")
    said = publisher.step(
        live, "withdraw-later", at=when, reason="Merged.", replaced_by=successor.summary.slug
    )
    assert "The summary is to be withdrawn" in said
    first_page = publisher.client.get(reverse("admin:index"))
    lists = {one.title: one.editions for one in first_page.context["waiting"]}
    assert lists["To be withdrawn"] == [live]
    assert actions.withdraw_due() == []

    PlannedWithdrawal.objects.update(at=timezone.now())
    for said in (f"Withdrew {live.summary}.", "Nothing is due"):
        out = io.StringIO()
        call_command("publish_due", stdout=out)
        assert said in out.getvalue()

    live.summary.refresh_from_db()
    assert live.summary.withdrawn_reason == "Merged."
    assert live.summary.replaced_by == successor.summary
    assert list(Edition.objects.published()) == [successor]


def test_a_planned_withdrawal_can_be_cancelled(publisher: Person) -> None:
    live = make_edition()
    plan(live, publisher.user)
    assert "Cancelled: it stays published." in publisher.step(live, "keep")
    assert not PlannedWithdrawal.objects.exists()
    with pytest.raises(WrongState, match="not planned"):
        actions.cancel_withdrawal(summary=live.summary, by=publisher.user)
    done = set(live.summary.audit.values_list("action", flat=True))
    assert {"withdrawal-planned", "withdrawal-cancelled"} <= done


def test_what_is_due_waits_for_nobody_who_has_the_summary(publisher: Person) -> None:
    live = make_edition()
    plan(live, publisher.user)
    with CaptureQueriesContext(connection) as asked:
        PlannedWithdrawal.objects.update(at=timezone.now())
        assert actions.withdraw_due() == [live.summary]
    first = next(one["sql"] for one in asked if "FOR UPDATE" in one["sql"])
    assert '"evidence_summary" SKIP LOCKED' in first


def test_a_successor_that_has_gone_itself_is_not_named(publisher: Person) -> None:
    live, successor = make_editions(2)
    plan(live, publisher.user, replaced_by=successor.summary)
    actions.withdraw(summary=successor.summary, reason="Out of date.")
    PlannedWithdrawal.objects.update(at=timezone.now())

    assert actions.withdraw_due() == [live.summary]
    live.summary.refresh_from_db()
    assert live.summary.replaced_by is None


def test_what_cannot_be_withdrawn_cannot_be_planned(publisher: Person) -> None:
    live, draft = make_edition(), make_draft()
    past = timezone.now() - datetime.timedelta(days=1)
    cases: list[tuple[Edition, dict[str, Any], type[Exception]]] = [
        (live, {"reason": " "}, Incomplete),
        (live, {"at": past}, Incomplete),
        (live, {"replaced_by": live.summary}, Incomplete),
        (live, {"replaced_by": draft.summary}, WrongState),
        (draft, {}, WrongState),
    ]
    for edition, says, error in cases:
        with pytest.raises(error):
            plan(edition, publisher.user, **says)
    plan(live, publisher.user)
    with pytest.raises(WrongState, match="planned already"):
        plan(live, publisher.user)
    actions.withdraw(summary=live.summary, reason="At once.")
    assert not PlannedWithdrawal.objects.exists()


def test_the_database_refuses_a_plan_that_could_not_be_carried_out(publisher: Person) -> None:
    live, draft = make_edition(), make_draft()
    plan(live, publisher.user)
    changes: list[tuple[dict[str, Any], str]] = [
        ({"reason": ""}, "planned_withdrawal_has_a_reason"),
        ({"replaced_by": live.summary}, "planned_withdrawal_is_not_for_itself"),
    ]
    for changed, rule in changes:
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            PlannedWithdrawal.objects.update(**changed)
    with pytest.raises(DatabaseError, match="only a published"), transaction.atomic():
        PlannedWithdrawal.objects.create(
            summary=draft.summary, at=SOON, reason="No.", by=publisher.user
        )
