"""The four-eyes rule: nothing is published that a second person has not seen. Actions and the database both make sure of it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from evidence.editorial import actions
from evidence.editorial.actions import Incomplete, SamePerson, Stale, WrongState
from evidence.editorial.content import Content, content_of, digest_of
from evidence.models import AuditEntry, Edition, Summary
from tests.factories import make_edition
from tests.people import make_person

pytestmark = pytest.mark.django_db

State = Edition.State
DUE = datetime.date(2030, 1, 1)


@pytest.fixture
def ada() -> User:
    return User.objects.create_superuser("ada")


@pytest.fixture
def bob() -> User:
    return User.objects.create_superuser("bob")


def submitted(
    by: User, *, edited_by: User | None = None, summary: Summary | None = None, **says: Any
) -> Edition:
    """Return an edition in review that changes the title of something published."""
    draft = actions.open_edition(summary=summary or make_edition().summary, by=by)
    now = content_of(draft)
    content = Content({"title": "Corrected"} | says, {}, now.findings, now.sources)
    actions.write(edition=draft, content=content, by=edited_by or by)
    draft.review_due = DUE
    draft.save(update_fields=["review_due"])
    actions.submit(edition=draft, by=by, change_note="A figure was corrected.")
    return draft


def state(edition: Edition) -> str:
    return Edition.objects.get(pk=edition.pk).state


def approve(edition: Edition, by: User) -> None:
    actions.approve(edition=edition, by=by, digest=digest_of(edition))


def test_another_person_approves_and_the_public_reads_it(ada: User, bob: User) -> None:
    edition = submitted(ada)

    approve(edition, bob)

    assert Edition.objects.published().get().title == "Corrected"
    done = list(edition.summary.audit.filter(edition_number=2).values_list("action", "by"))
    assert done == [
        ("published", bob.pk), ("approved", bob.pk), ("submitted", ada.pk), ("edited", ada.pk),
        ("made", ada.pk),
    ]  # fmt: skip


def test_nobody_approves_what_they_submitted_or_were_the_last_to_edit(ada: User, bob: User) -> None:
    mine, edited_by_bob = submitted(ada), submitted(ada, edited_by=bob)
    later = timezone.now() + datetime.timedelta(days=1)
    for edition, by in ((mine, ada), (edited_by_bob, bob), (edited_by_bob, ada)):
        digest = digest_of(edition)
        with pytest.raises(SamePerson):
            actions.approve(edition=edition, by=by, digest=digest)
        with pytest.raises(SamePerson):
            actions.schedule(edition=edition, by=by, digest=digest, publish_at=later)
        with pytest.raises(SamePerson):
            actions.publish(edition=edition)
        assert state(edition) == State.IN_REVIEW


def test_approval_needs_the_content_that_the_approver_looked_at(ada: User, bob: User) -> None:
    edition = submitted(ada)
    looked_at = digest_of(edition)
    actions.send_back(edition=edition, by=bob, comment="Which year?")
    actions.write(edition=edition, content=Content({"title": "Slipped in"}), by=ada)
    actions.submit(edition=edition, by=ada)

    with pytest.raises(Stale):
        actions.approve(edition=edition, by=bob, digest=looked_at)
    assert state(edition) == State.IN_REVIEW


def test_publishing_and_submitting_need_the_content_that_the_person_looked_at(
    ada: User, bob: User
) -> None:
    edition = submitted(ada)
    looked_at = digest_of(edition)
    actions.send_back(edition=edition, by=bob)
    actions.write(edition=edition, content=Content({"title": "Slipped in"}), by=ada)
    with pytest.raises(Stale):
        actions.submit(edition=edition, by=bob, digest=looked_at)
    actions.submit(edition=edition, by=ada)
    with pytest.raises(Stale):
        actions.publish_in_emergency(edition=edition, by=bob, digest=looked_at, reason="Now.")
    assert state(edition) == State.IN_REVIEW


def test_what_was_scheduled_does_not_bring_back_what_was_withdrawn(ada: User, bob: User) -> None:
    live = make_edition()
    edition = submitted(ada, summary=live.summary)
    later = timezone.now() + datetime.timedelta(hours=1)
    digest = digest_of(edition)
    actions.schedule(edition=edition, by=bob, digest=digest, publish_at=later)

    actions.withdraw(summary=live.summary, reason="It is dangerous.", by=bob)

    assert state(edition) == State.DRAFT
    assert actions.publish_due() == []
    entry = live.summary.audit.filter(action="sent-back").get()
    assert "It is dangerous." in entry.comment


def test_a_withdrawn_summary_comes_back_with_a_note_and_its_history(
    ada: User, bob: User, client: Client
) -> None:
    live = make_edition(strength="low")
    actions.withdraw(summary=live.summary, reason="A figure was wrong.", by=bob)
    draft = actions.open_edition(summary=live.summary, by=ada)
    content = Content({"strength": "high", "review_due": "2030-01-01"})
    actions.write(edition=draft, content=content, by=ada)
    with pytest.raises(Incomplete, match="Change note"):
        actions.submit(edition=draft, by=ada, minor=True)
    actions.submit(edition=draft, by=ada, change_note="Read anew.", minor=False)
    actions.approve(edition=draft, by=bob, digest=digest_of(draft))

    for page in (f"{live.get_absolute_url()}history/", "/network/"):
        said = client.get(page).content.decode()
        assert "A figure was wrong." in said, page
        assert "Read anew." in said, page


def test_an_emergency_has_a_reason_and_waits_for_another_person(ada: User, bob: User) -> None:
    edition = submitted(ada)
    seen = digest_of(edition)
    with pytest.raises(Incomplete):
        actions.publish_in_emergency(edition=edition, by=ada, digest=seen, reason="  ")
    actions.publish_in_emergency(edition=edition, by=ada, digest=seen, reason="A figure does harm.")

    assert state(edition) == State.PUBLISHED
    assert list(Edition.objects.unapproved()) == [edition]
    digest = digest_of(edition)
    with pytest.raises(SamePerson):
        actions.approve_afterwards(edition=edition, by=ada, digest=digest)
    actions.approve_afterwards(edition=edition, by=bob, digest=digest)
    assert not Edition.objects.unapproved().exists()
    with pytest.raises(WrongState):
        actions.approve_afterwards(edition=edition, by=bob, digest=digest)


def test_a_scheduled_edition_goes_live_at_its_time_and_once(ada: User, bob: User) -> None:
    edition = submitted(ada)
    soon = timezone.now() + datetime.timedelta(hours=1)
    digest = digest_of(edition)
    past = timezone.now() - datetime.timedelta(hours=1)
    with pytest.raises(Incomplete):
        actions.schedule(edition=edition, by=bob, digest=digest, publish_at=past)
    actions.schedule(edition=edition, by=bob, digest=digest, publish_at=soon)

    assert actions.publish_due() == []
    Edition.objects.filter(pk=edition.pk).update(publish_at=timezone.now())
    assert actions.publish_due() == [edition]
    assert actions.publish_due() == []
    assert state(edition) == State.PUBLISHED


def test_a_change_needs_a_note_unless_only_spelling_has_changed(ada: User) -> None:
    cases: list[tuple[dict[str, Any], bool, str]] = [
        ({"bottom_line": "It helps most peple who take part."}, False, "only spelling"),
        ({"studies": 12}, True, "number of studies"),
        ({"direction": "harmful"}, True, "effect"),
        ({"bottom_line": "It helps few people who take part."}, True, "bottom line"),
        ({"bottom_line": "It helps most people who take part. Or not."}, True, "bottom line"),
        ({"key_findings": ["Reoffending fell by 91%."]}, True, "key findings"),
        ({"bottom_line": "It helps most peple who take part."}, True, ""),
    ]
    for says, minor, refusal in cases:
        draft = actions.open_edition(summary=make_edition().summary, by=ada)
        now = content_of(draft)
        content = Content(says, {}, now.findings, now.sources)
        actions.write(edition=draft, content=content, by=ada)
        draft.review_due = DUE
        if refusal:
            with pytest.raises(Incomplete, match=refusal):
                actions.submit(edition=draft, by=ada, minor=minor)
        else:
            actions.submit(edition=draft, by=ada, minor=minor)
            assert state(draft) == State.IN_REVIEW


def test_people_must_give_a_review_date(ada: User) -> None:
    draft = actions.open_edition(summary=make_edition().summary, by=ada)
    with pytest.raises(Incomplete, match="Review due"):
        actions.submit(edition=draft, by=ada, change_note="Checked.")


def test_the_shipped_data_set_is_published_by_the_system_and_marked_so() -> None:
    edition = make_edition()

    assert edition.made_by is None
    assert edition.approved_by is None
    assert set(edition.summary.audit.values_list("by", flat=True)) == {None}


# What the database itself refuses, without an action


def self_approval(edition: Edition, by: User) -> None:
    now = timezone.now()
    Edition.objects.filter(pk=edition.pk).update(
        state="published", published_at=now, approved_by=edition.submitted_by, approved_at=now
    )


def no_approval(edition: Edition, by: User) -> None:
    edition.summary.editions.published().update(state="superseded", closed_at=timezone.now())
    Edition.objects.filter(pk=edition.pk).update(state="published", published_at=timezone.now())


def a_change_in_review(edition: Edition, by: User) -> None:
    Edition.objects.filter(pk=edition.pk).update(title="Slipped in")


def a_finding_changed_in_review(edition: Edition, by: User) -> None:
    edition.findings.update(effect="99%")


def a_topic_taken_in_review(edition: Edition, by: User) -> None:
    edition.topics.clear()


def another_submitter(edition: Edition, by: User) -> None:
    Edition.objects.filter(pk=edition.pk).update(submitted_by=by)


def schedule_without_approval(edition: Edition, by: User) -> None:
    Edition.objects.filter(pk=edition.pk).update(state="scheduled", publish_at=timezone.now())


def an_emergency_without_reason(edition: Edition, by: User) -> None:
    edition.summary.editions.published().update(state="superseded", closed_at=timezone.now())
    now = timezone.now()
    Edition.objects.filter(pk=edition.pk).update(
        state="published", published_at=now, emergency_by=by
    )


def a_log_entry_changed(edition: Edition, by: User) -> None:
    edition.summary.audit.update(by=by)


def a_log_entry_removed(edition: Edition, by: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM evidence_auditentry")


@pytest.mark.parametrize(
    "trick",
    [
        self_approval, no_approval, a_change_in_review, a_finding_changed_in_review,
        a_topic_taken_in_review, another_submitter, schedule_without_approval,
        an_emergency_without_reason, a_log_entry_changed, a_log_entry_removed,
    ],
)  # fmt: skip
def test_the_database_refuses(trick: Callable, ada: User, bob: User) -> None:
    edition = submitted(ada)
    entries = AuditEntry.objects.count()

    with pytest.raises(DatabaseError), transaction.atomic():
        trick(edition, bob)

    now = Edition.objects.get(pk=edition.pk)
    assert (now.state, now.title) == (State.IN_REVIEW, "Corrected")
    assert AuditEntry.objects.count() == entries


def test_a_person_in_the_log_cannot_be_deleted(ada: User) -> None:
    submitted(ada)
    with pytest.raises(DatabaseError), transaction.atomic():
        ada.delete()
    assert make_person("eve", "Auditor").delete()[0]
