"""The only code that moves an edition between states. Admin, commands and tests all go through it.

draft -> in review -> (scheduled ->) published -> superseded or withdrawn; a draft sent back is a
draft again. The database refuses every other move (see Edition.Meta.triggers).

`by` is the person who acts; without one it is the system, as when the shipped data set is loaded,
and the system publishes only what no person has touched. People publish by `approve`, and nobody
approves what they submitted or were the last to edit. Rights (who may act at all) are checked by
the caller; identity (who may not be both) here and in the database.

Every action is one transaction and takes keywords only. One that is not possible raises an
ActionError, whose message tells a person why.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from evidence.models import AuditEntry, Edition, Finding, Source, Summary
from evidence.models.content_fields import FIELDS, label_of
from portal.many_to_many import replace_links

from .diff import changes

# What an edition says, and so what a new one takes over from the published one.
CONTENT_FIELDS = tuple(
    field.model_field.attname for field in FIELDS if not field.is_links and not field.is_rows
)
CLASSIFICATION = tuple(field.name for field in FIELDS if field.is_links)
FINDING_FIELDS = ("order", "outcome_id", "measured", "direction", "effect", "strength_native")
SOURCE_FIELDS = ("order", "url", "note")
Action = AuditEntry.Action
FOUR_EYES = "You submitted or edited this edition, so somebody else must approve it. This holds for everybody."


class ActionError(Exception):
    """The action is not possible now; the message tells a person why."""


class WrongState(ActionError):
    """The edition or summary is not in a state that allows the action."""


class AlreadyOpen(ActionError):
    """A summary can have only one edition in the works."""


class SamePerson(ActionError):
    """Four eyes are needed, and these are the same two."""


class Stale(ActionError):
    """It is no longer what the person looked at."""


class Incomplete(ActionError):
    """Something that must be said is missing, or contradicts something else."""


@dataclass(frozen=True)
class Content:
    """All that an edition says.

    `fields` by name (or attname); `classification` lists rows or keys for policy_areas, topics,
    audiences and settings; findings and sources are the fields of their rows, in order.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    classification: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()
    sources: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class NewSummary:
    """A summary to be, and what its first edition says."""

    slug: str
    centre_id: int
    content: Content


@transaction.atomic
def make_drafts(
    *,
    first: Sequence[NewSummary] = (),
    following: Sequence[tuple[Summary, Content]] = (),
    by: User | None = None,
    comment: str = "",
) -> list[Edition]:
    """Make many drafts in a few statements: of summaries to be, and of those that have no edition open."""
    made = Summary.objects.bulk_create(
        Summary(slug=new.slug, centre_id=new.centre_id) for new in first
    )
    known = [summary for summary, _ in following]
    _lock_all(known)
    numbers = _highest_numbers(known)
    if Edition.objects.open().filter(summary__in=known).exists():
        raise AlreadyOpen("An edition of one of these summaries was opened just now.")
    contents = [new.content for new in first] + [content for _, content in following]
    editions = [
        Edition(summary=one, number=numbers.get(one.pk, 0) + 1, made_by=by, edited_by=by)
        for one in [*made, *known]
    ]
    _write(list(zip(editions, contents, strict=True)))
    AuditEntry.objects.bulk_create(
        _entry(Action.MADE, edition, by, comment) for edition in editions
    )
    return editions


@transaction.atomic
def open_edition(*, summary: Summary, by: User | None = None) -> Edition:
    """Open a draft that says what the latest public edition says."""
    number = _next_number(_locked(summary))
    latest = summary.editions.history().first()
    if latest is None:
        raise WrongState("This summary has no edition to begin from.")
    edition = Edition(summary=summary, number=number, made_by=by)
    _write([(edition, content_of(latest))])
    _log(Action.MADE, edition, by)
    return edition


@transaction.atomic
def begin(*, edition: Edition, by: User) -> None:
    """Save a new draft that somebody typed into a form of its own."""
    edition.number = _next_number(_locked(edition.summary))
    edition.made_by = edition.edited_by = by
    edition.save(force_insert=True)
    _log(Action.MADE, edition, by)


@transaction.atomic
def write(*, edition: Edition, content: Content, by: User | None = None) -> None:
    """Replace what a draft says. Fields and lists of classification that `content` omits stay."""
    _refuse_unless(edition, Edition.State.DRAFT)
    if by:  # who wrote before is not forgotten when the system writes
        edition.edited_by = by
    _write([(edition, content)])
    _log(Action.EDITED, edition, by)


@transaction.atomic
def record_edit(*, edition: Edition, by: User) -> None:
    """Note who saved a draft by a form of its own."""
    _refuse_unless(edition, Edition.State.DRAFT)
    edition.edited_by = by
    edition.save(update_fields=["edited_by"])
    _log(Action.EDITED, edition, by)


@transaction.atomic
def submit(
    *,
    edition: Edition,
    change_note: str | None = None,
    minor: bool | None = None,
    review_due: datetime.date | None = None,
    by: User | None = None,
    digest: str | None = None,
) -> None:
    """Hand a draft over for review, once it is complete and says what changed.

    What is not given stays as the draft has it. `digest` is of the content that a person looked at.
    """
    _refuse_unless(edition, Edition.State.DRAFT)
    if digest is not None:
        _refuse_unless_seen(edition, digest)
    if change_note is not None:
        edition.change_note = change_note.strip()
    edition.minor = edition.minor if minor is None else minor
    edition.review_due = review_due or edition.review_due
    _refuse_incomplete(edition)
    _refuse_without_note(edition)
    if by and not edition.review_due:
        raise Incomplete("Review due: say when somebody should check that it is still true.")
    if by and edition.review_due and edition.review_due <= timezone.localdate():
        raise Incomplete("Review due: choose a day that is still to come.")
    edition.state = Edition.State.IN_REVIEW
    edition.submitted_by, edition.submitted_at = by, timezone.now()
    edition.save(
        update_fields=[
            "state", "change_note", "minor", "review_due", "submitted_by", "submitted_at"
        ]
    )  # fmt: skip
    _log(Action.SUBMITTED, edition, by, digest=digest_of(edition))


@transaction.atomic
def send_back(*, edition: Edition, by: User | None = None, comment: str = "") -> None:
    """Return an edition to its author, with a comment."""
    _refuse_unless(edition, Edition.State.IN_REVIEW, Edition.State.SCHEDULED)
    edition.state = Edition.State.DRAFT
    edition.approved_by = edition.approved_at = edition.publish_at = None
    edition.save(update_fields=["state", "approved_by", "approved_at", "publish_at"])
    _log(Action.SENT_BACK, edition, by, comment)


@transaction.atomic
def approve(*, edition: Edition, by: User, digest: str) -> None:
    """Publish what somebody else wrote. `digest` is of the content that the approver looked at."""
    _locked(edition.summary)
    _refuse_unless(edition, Edition.State.IN_REVIEW)
    _sign(edition, by, digest)
    _log(Action.APPROVED, edition, by, digest=digest)
    _publish(edition, ["approved_by", "approved_at"], by)


@transaction.atomic
def schedule(*, edition: Edition, by: User, digest: str, publish_at: datetime.datetime) -> None:
    """Approve what somebody else wrote, to go live at a time to come."""
    _refuse_unless(edition, Edition.State.IN_REVIEW)
    if publish_at <= timezone.now():
        raise Incomplete("Choose a time that is still to come.")
    _sign(edition, by, digest)
    edition.publish_at, edition.state = publish_at, Edition.State.SCHEDULED
    edition.save(update_fields=["state", "publish_at", "approved_by", "approved_at"])
    when = timezone.localtime(publish_at).strftime("%-d %B %Y at %H:%M")
    _log(Action.SCHEDULED, edition, by, f"To go live on {when}.", digest)


def publish_due() -> list[Edition]:
    """Publish what is scheduled and due; return it. Safe to run again, and twice at once."""
    due = Edition.objects.filter(state=Edition.State.SCHEDULED, publish_at__lte=timezone.now())
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
    """Publish without approval, with a reason. It stays on the list until another person approves."""
    _locked(edition.summary)
    _refuse_unless(edition, Edition.State.IN_REVIEW)
    _refuse_unless_seen(edition, digest)
    if not reason.strip():
        raise Incomplete("Say why it cannot wait for approval.")
    edition.emergency_by, edition.emergency_reason = by, reason.strip()
    _log(Action.EMERGENCY, edition, by, reason.strip(), digest)
    _publish(edition, ["emergency_by", "emergency_reason"], by)


@transaction.atomic
def approve_afterwards(*, edition: Edition, by: User, digest: str) -> None:
    """Approve what was published in an emergency."""
    current = Edition.objects.select_for_update().unapproved().filter(pk=edition.pk)
    if not current:
        raise WrongState("This edition is not waiting for approval after an emergency.")
    _sign(edition, by, digest)
    edition.save(update_fields=["approved_by", "approved_at"])
    _log(Action.APPROVED_AFTERWARDS, edition, by, digest=digest)


@transaction.atomic
def publish(*, edition: Edition) -> None:
    """Put an edition of the system's own before the public; for people there is `approve`."""
    _locked(edition.summary)
    _refuse_unless(edition, Edition.State.IN_REVIEW)
    if edition.made_by_id or edition.edited_by_id or edition.submitted_by_id:
        raise SamePerson("A person wrote this edition, so another person must approve it.")
    _publish(edition, [])


@transaction.atomic
def publish_first_editions(
    *, summaries: Iterable[NewSummary], change_note: str
) -> dict[str, Summary]:
    """Make many summaries, each with a published first edition, in a few statements.

    For a data set that was reviewed as a whole. Return the new summaries by slug.
    """
    planned = list(summaries)
    made = Summary.objects.bulk_create(
        Summary(slug=new.slug, centre_id=new.centre_id) for new in planned
    )
    editions = [Edition(summary=one, number=1, change_note=change_note) for one in made]
    _write([(edition, new.content) for edition, new in zip(editions, planned, strict=True)])
    drafts = Edition.objects.filter(summary__in=made)
    drafts.update(state=Edition.State.IN_REVIEW)
    drafts.update(state=Edition.State.PUBLISHED, published_at=timezone.now())
    AuditEntry.objects.bulk_create(
        AuditEntry(action=Action.PUBLISHED, summary=one, edition_number=1) for one in made
    )
    return {summary.slug: summary for summary in made}


@transaction.atomic
def withdraw(
    *, summary: Summary, reason: str, replaced_by: Summary | None = None, by: User | None = None
) -> None:
    """Take a summary out of every list. Its address keeps saying so, why, and what replaced it.

    What was handed over for it is a draft again: nothing brings it back that was decided before.
    """
    if not reason.strip():
        raise Incomplete("Say why it is withdrawn: the public will read it.")
    if replaced_by == summary:
        raise Incomplete("A summary cannot replace itself.")
    if replaced_by and not replaced_by.editions.published().exists():
        raise WrongState("The summary that replaces it is not published itself.")
    now = timezone.now()
    locked = _locked(summary)
    public = locked.editions.published().first()
    closed = locked.editions.published().update(state=Edition.State.WITHDRAWN, closed_at=now)
    if public is None or not closed:
        raise WrongState("Only a published summary can be withdrawn.")
    _log(Action.WITHDRAWN, public, by, reason.strip())
    for waiting in locked.editions.open().exclude(state=Edition.State.DRAFT):
        send_back(edition=waiting, by=by, comment=f"The summary was withdrawn: {reason.strip()}")
    for row in (locked, summary):  # the caller's instance should say the same as the row
        row.withdrawn_at, row.withdrawn_reason, row.replaced_by = now, reason.strip(), replaced_by
    locked.save()


@transaction.atomic
def discard(*, edition: Edition, by: User | None = None) -> None:
    """Throw a draft away. A summary that was never public keeps its name, and no more."""
    _refuse_unless(edition, Edition.State.DRAFT)
    _log(Action.DISCARDED, edition, by)
    edition.delete()


def content_of(edition: Edition) -> Content:
    """Return all that an edition says."""
    return Content(
        fields={name: getattr(edition, name) for name in CONTENT_FIELDS},
        classification={name: list(getattr(edition, name).all()) for name in CLASSIFICATION},
        findings=list(edition.findings.values(*FINDING_FIELDS)),
        sources=list(edition.sources.values(*SOURCE_FIELDS)),
    )


def digest_of(edition: Edition) -> str:
    """Return the fingerprint of all that an edition says, its change note and review date included."""
    said = content_of(edition)
    parts = [
        said.fields,
        {name: sorted(row.pk for row in rows) for name, rows in said.classification.items()},
        said.findings,
        said.sources,
        [edition.change_note, edition.minor, edition.review_due],
    ]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def wrote(edition: Edition, user: User) -> bool:
    """Say whether four eyes need somebody else than this person."""
    return user.pk in {edition.submitted_by_id, edition.edited_by_id, edition.emergency_by_id}


def _locked(summary: Summary) -> Summary:
    """Keep others from changing the editions of a summary until the transaction ends."""
    return Summary.objects.select_for_update().get(pk=summary.pk)


def _lock_all(summaries: Iterable[Summary]) -> None:
    """Do so for many, in one order for everybody, so that no two wait for each other."""
    rows = Summary.objects.filter(pk__in=[summary.pk for summary in summaries])
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _next_number(summary: Summary) -> int:
    if summary.editions.open().exists():
        raise AlreadyOpen("An edition of this summary is open already. Finish or discard it first.")
    return _highest_numbers([summary]).get(summary.pk, 0) + 1


def _highest_numbers(summaries: Iterable[Summary]) -> dict[int, int]:
    """Return the highest number of an edition by summary; the log knows those that were discarded, whose record is theirs."""
    editions = Edition.objects.filter(summary__in=summaries).order_by()
    entries = AuditEntry.objects.filter(summary__in=summaries).order_by()
    highest: dict[int, int] = {}
    for pk, number in [
        *editions.values_list("summary").annotate(Max("number")),
        *entries.values_list("summary").annotate(Max("edition_number")),
    ]:
        highest[pk] = max(number, highest.get(pk, 0))
    return highest


def _refuse_unless(edition: Edition, *states: str) -> None:
    """Refuse other states than these, and keep the edition in it until the transaction ends."""
    current = Edition.objects.select_for_update().get(pk=edition.pk).state
    if current not in states:
        wanted = " or ".join(Edition.State(state).label.lower() for state in states)
        label = Edition.State(current).label.lower()
        raise WrongState(f"This edition is {label}; this is possible only when it is {wanted}.")


def _refuse_unless_seen(edition: Edition, digest: str) -> None:
    if digest != digest_of(Edition.objects.get(pk=edition.pk)):
        raise Stale("This edition has changed since you looked at it. Read it again.")


def _sign(edition: Edition, by: User, digest: str) -> None:
    """Set who approves, unless they wrote it or looked at something else."""
    now = Edition.objects.get(pk=edition.pk)
    if wrote(now, by):
        raise SamePerson(FOUR_EYES)
    if now.submitted_by_id is None:
        raise WrongState("Nobody submitted this edition.")
    _refuse_unless_seen(edition, digest)
    edition.approved_by, edition.approved_at = by, timezone.now()


def _publish(edition: Edition, decided: list[str], by: User | None = None) -> None:
    """Put an edition before the public, with the fields just decided; the one before becomes history."""
    summary = _locked(edition.summary)
    now = timezone.now()
    summary.editions.published().update(state=Edition.State.SUPERSEDED, closed_at=now)
    if summary.withdrawn_at:
        summary.withdrawn_at, summary.withdrawn_reason, summary.replaced_by = None, "", None
        summary.save()
    edition.state, edition.published_at = Edition.State.PUBLISHED, now
    edition.save(update_fields=["state", "published_at", *decided])
    _log(Action.PUBLISHED, edition, by)


def _log(
    action: Action, edition: Edition, by: User | None, comment: str = "", digest: str = ""
) -> None:
    _entry(action, edition, by, comment, digest).save()


def _entry(
    action: Action, edition: Edition, by: User | None, comment: str = "", digest: str = ""
) -> AuditEntry:
    return AuditEntry(
        action=action,
        summary=edition.summary,
        edition_number=edition.number,
        by=by,
        comment=comment,
        digest=digest,
    )


def _refuse_without_note(edition: Edition) -> None:
    editions = edition.summary.editions
    before = editions.history().for_comparing().first()
    if before is None or (edition.change_note and not edition.minor):
        return
    now = editions.for_comparing().get(pk=edition.pk)
    beyond = [
        one.label.lower()
        for one in changes(before, now)
        if not one.is_spelling and one.field != "review_due"
    ]
    if beyond:
        untick = " It is more than spelling." if edition.minor else ""
        raise Incomplete(
            f"Change note: say what changed and why, because this did: {', '.join(beyond)}.{untick}"
        )
    if not edition.minor:
        raise Incomplete(
            "Change note: say what changed and why, or tick that only spelling has changed."
        )


def _refuse_incomplete(edition: Edition) -> None:
    try:
        edition.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        wrong = [
            f"{label_of(name)}: {' '.join(messages)}"
            for name, messages in error.message_dict.items()
        ]
        raise Incomplete(" ".join(wrong)) from error
    for name in ("policy_areas", "topics", "audiences"):
        if not getattr(edition, name).exists():
            raise Incomplete(f"{label_of(name)}: choose at least one.")


def _write(contents: Sequence[tuple[Edition, Content]]) -> None:
    """Write what each edition says: one statement a table, however many editions."""
    new: list[Edition] = []
    for edition, content in contents:
        for name, value in content.fields.items():
            setattr(edition, name, value)
        if edition.pk is None:
            new.append(edition)
        else:
            edition.save()
    Edition.objects.bulk_create(new)
    for name in CLASSIFICATION:
        stated = {
            edition.pk: [getattr(row, "pk", row) for row in content.classification[name]]
            for edition, content in contents
            if name in content.classification
        }
        replace_links(Edition, name, stated)
    parts: list[tuple[Any, str]] = [(Finding, "findings"), (Source, "sources")]
    for model, part in parts:
        model.objects.filter(edition__in=[edition for edition, _ in contents]).delete()
        model.objects.bulk_create(
            model(**{"order": number, **row, "edition": edition})
            for edition, content in contents
            for number, row in enumerate(getattr(content, part), start=1)
        )
