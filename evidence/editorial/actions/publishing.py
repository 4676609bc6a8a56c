"""Publishing: with another person's approval, at a time, in an emergency, after a check, or by the system."""

import datetime
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from evidence.editorial import mail
from evidence.editorial.content import NewSummary, write_content
from evidence.editorial.reviews import ReviewRules
from evidence.models import AuditEntry, Confirmation, Edition, Summary
from portal.clock import database_now

from .drafts import open_edition
from .errors import Incomplete, SamePerson, WrongState
from .review import submit, wrong_level, wrong_next_review_day
from .shared import (
    Action,
    in_words,
    lock,
    log,
    not_before,
    refuse_unless,
    refuse_unless_seen,
    today,
)

FOUR_EYES = "You submitted or edited this edition, so somebody else must approve it. This rule has no exceptions."
UNSUBMITTED = "Nobody submitted this edition."
CHECKED = "Checked, still true."


@transaction.atomic
def approve(*, edition: Edition, by: User, digest: str) -> None:
    """Publish what somebody else wrote. `digest` is that of the content which the approver looked at.

    Incomplete if its scale gives its step another level since it was submitted.
    """
    lock(edition.summary)
    refuse_unless(edition, Edition.State.IN_REVIEW)
    _refuse_other_level(edition)
    _record_approval(edition, by, digest)
    log(Action.APPROVED, edition, by, digest=digest)
    _publish(edition, ["approved_by", "approved_at"], by)


@transaction.atomic
def schedule(*, edition: Edition, by: User, digest: str, publish_at: datetime.datetime) -> None:
    """Approve what somebody else wrote, to go live at `publish_at`. Incomplete if that is in the past, or as for `approve`."""
    lock(edition.summary)
    refuse_unless(edition, Edition.State.IN_REVIEW)
    _refuse_other_level(edition)
    if publish_at <= database_now():
        raise Incomplete("Choose a time in the future.")
    _record_approval(edition, by, digest)
    edition.publish_at, edition.state = publish_at, Edition.State.SCHEDULED
    edition.save(update_fields=["state", "publish_at", "approved_by", "approved_at"])
    log(Action.SCHEDULED, edition, by, f"To go live on {in_words(publish_at)}.", digest)
    mail.scheduled(edition, by, in_words(publish_at))


def publish_due() -> list[Edition]:
    """Publish the editions that are scheduled and due, and return them. Safe to run again, and twice at the same time."""
    due = Edition.objects.filter(state=Edition.State.SCHEDULED, publish_at__lte=Now())
    published = []
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            rows = due.filter(pk=pk).select_for_update(skip_locked=True, of=["self"])
            if edition := rows.first():
                _publish(edition, [])
                published.append(edition)
    return published


@transaction.atomic
def publish_in_emergency(*, edition: Edition, by: User, digest: str, reason: str) -> None:
    """Publish without approval, with a reason. It stays on the list of such editions until another person approves it."""
    lock(edition.summary)
    refuse_unless(edition, Edition.State.IN_REVIEW)
    refuse_unless_seen(edition, digest)
    if not reason.strip():
        raise Incomplete("Say why it cannot wait for approval.")
    edition.emergency_by, edition.emergency_reason = by, reason.strip()
    log(Action.EMERGENCY, edition, by, reason.strip(), digest)
    _publish(edition, ["emergency_by", "emergency_reason"], by)


@transaction.atomic
def approve_afterwards(*, edition: Edition, by: User, digest: str) -> None:
    """Approve what was published in an emergency."""
    current = Edition.objects.select_for_update().unapproved().filter(pk=edition.pk)
    if not current:
        raise WrongState("This edition is not waiting for approval after an emergency.")
    _record_approval(edition, by, digest)
    edition.save(update_fields=["approved_by", "approved_at"])
    log(Action.APPROVED_AFTERWARDS, edition, by, digest=digest)
    mail.approved_afterwards(edition, by)


@transaction.atomic
def confirm(*, edition: Edition, by: User, digest: str, review_due: datetime.date) -> Edition:
    """Publish a light edition that says the same and is to be reviewed later, and return it: somebody checked the evidence.

    It needs one person, because nothing that readers are told changes; the database makes sure of that.
    """
    lock(edition.summary)
    refuse_unless(edition, Edition.State.PUBLISHED)
    refuse_unless_seen(edition, digest)
    if wrong := wrong_level(edition) or wrong_next_review_day(edition, review_due):
        raise Incomplete(wrong)
    light = open_edition(summary=edition.summary, by=by, text_of=edition)
    submit(
        edition=light, change_note=CHECKED, minor=False, review_due=review_due, by=by,
        asks_for_review=False,
    )  # fmt: skip
    light.checked_by = by
    log(Action.CHECKED, light, by)
    _publish(light, ["checked_by"], by)
    return light


@transaction.atomic
def publish(*, edition: Edition) -> None:
    """Publish an edition that the system made. SamePerson if a person has changed it: people use `approve`."""
    lock(edition.summary)
    refuse_unless(edition, Edition.State.IN_REVIEW)
    if edition.made_by_id or edition.edited_by_id or edition.submitted_by_id:
        raise SamePerson("A person wrote this edition, so another person must approve it.")
    _publish(edition, [])


@transaction.atomic
def publish_first_editions(
    *, summaries: Iterable[NewSummary], change_note: str
) -> dict[str, Summary]:
    """Make many summaries, each with a published first edition, in a few statements. Return them by slug.

    For a data set that was reviewed as a whole.
    """
    planned = list(summaries)
    made = Summary.objects.bulk_create(
        Summary(slug=new.slug, centre_id=new.centre_id) for new in planned
    )
    editions = [Edition(summary=one, number=1, change_note=change_note) for one in made]
    write_content([(edition, new.content) for edition, new in zip(editions, planned, strict=True)])
    rules, day = ReviewRules.load(), today()
    for edition in editions:
        edition.review_due = edition.review_due or rules.day(edition, day)
    Edition.objects.bulk_update(editions, ["review_due"])
    drafts = Edition.objects.filter(summary__in=made)
    drafts.update(state=Edition.State.IN_REVIEW)
    drafts.update(state=Edition.State.PUBLISHED, published_at=Now())
    AuditEntry.objects.bulk_create(
        AuditEntry(action=Action.PUBLISHED, summary=one, edition_number=1) for one in made
    )
    return {summary.slug: summary for summary in made}


def may_not_approve(edition: Edition, user: User) -> bool:
    """Say whether the four-eyes rule keeps this person from approving the edition.

    It does if they submitted it, edited it last or published it in an emergency: two people must have seen each edition.
    """
    return user.pk in {edition.submitted_by_id, edition.edited_by_id, edition.emergency_by_id}


def has_other_level(edition: Edition) -> str:
    """Say that the scale of an edition in review gives its step another level by now, or return an empty text."""
    if not (given := edition.level_of_scale):
        return ""
    return (
        f"Since it was submitted, its scale maps “{edition.strength_step}” to “{given.label}”, and this edition says "
        f"“{edition.get_strength_display()}”. Send it back."
    )


def _refuse_other_level(edition: Edition) -> None:
    if wrong := has_other_level(edition):
        raise Incomplete(wrong)


def _record_approval(edition: Edition, by: User, digest: str) -> None:
    """Set the approver. SamePerson if they wrote it, Stale if the content is not what they looked at."""
    now = Edition.objects.get(pk=edition.pk)
    if may_not_approve(now, by):
        raise SamePerson(FOUR_EYES)
    if now.submitted_by_id is None:
        raise WrongState(UNSUBMITTED)
    refuse_unless_seen(edition, digest)
    edition.approved_by, edition.approved_at = by, database_now()


def _publish(edition: Edition, decided: list[str], by: User | None = None) -> None:
    """Publish an edition and save the fields in `decided`; the one before is superseded."""
    summary = lock(edition.summary)
    before = summary.editions.published().values_list("published_at", flat=True)
    now = not_before(edition.created_at, *before)
    summary.editions.published().update(state=Edition.State.SUPERSEDED, closed_at=now)
    if summary.withdrawn_at:
        summary.withdrawn_at, summary.withdrawn_reason, summary.replaced_by = None, "", None
        summary.save()
    edition.state, edition.published_at = Edition.State.PUBLISHED, now
    edition.save(update_fields=["state", "published_at", *decided])
    log(Action.PUBLISHED, edition, by)
    mail.lost_confirmations(Confirmation.objects.filter(summary=summary), by)
    if edition.emergency_by:
        mail.published_in_emergency(edition)
    else:
        mail.published(edition, by)
