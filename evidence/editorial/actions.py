"""The only code that changes the state of an edition. Admin, commands and tests all use it.

draft -> in review -> (scheduled ->) published -> superseded or withdrawn. An edition that is sent back is a draft again. The
database refuses every other change of state (see evidence.models.rules).

`by` is the person who acts. Without one it is the system, as when the shipped data set is loaded, and the system publishes only
editions that no person has changed. People publish with `approve`, and nobody approves what they submitted or were the last to
edit. The caller checks what a person may do at all; this module and the database check that the approver is another person.

Every action is one transaction and takes keyword arguments only. If it is not possible, it raises an ActionError with a message
that says why. Times are those of the database's clock.
"""

import datetime
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from evidence.models import AuditEntry, Edition, PlannedWithdrawal, Summary
from evidence.models.content_fields import label_of
from portal.clock import database_now

from .content import Content, NewSummary, content_of, digest_of, write_content
from .diff import changes
from .reviews import ReviewRules

Action = AuditEntry.Action
FOUR_EYES = "You submitted or edited this edition, so somebody else must approve it. This rule has no exceptions."

CHECKED = "Checked, still true."
TAKEN = "Another summary has got this address in the meantime. Choose another one."


class ActionError(Exception):
    """The action is not possible now. The message says why, to the person who tried it."""


class WrongState(ActionError):
    """The edition or summary is not in a state that allows the action."""


class AlreadyOpen(ActionError):
    """A summary can have only one open edition."""


class AddressTaken(ActionError):
    """Another summary has the address."""


class SamePerson(ActionError):
    """The approver must be another person."""


class Stale(ActionError):
    """The content has changed since the person looked at it."""


class Incomplete(ActionError):
    """Something required is missing, or contradicts something else."""


@transaction.atomic
def make_drafts(
    *,
    first: Sequence[NewSummary] = (),
    following: Sequence[tuple[Summary, Content]] = (),
    by: User | None = None,
    comment: str = "",
) -> list[Edition]:
    """Make many drafts in a few statements, and return them.

    `first` makes new summaries, `following` new editions of summaries that have no open one; AlreadyOpen if one has.
    """
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
    write_content(list(zip(editions, contents, strict=True)))
    AuditEntry.objects.bulk_create(
        _entry(Action.MADE, edition, by, comment) for edition in editions
    )
    return editions


@transaction.atomic
def open_edition(
    *, summary: Summary, by: User | None = None, text_of: Edition | None = None
) -> Edition:
    """Open and return a draft with the content of a public edition: `text_of`, or the latest. WrongState if it is none."""
    number = _next_number(_locked(summary))
    public = summary.editions.history()
    copied = (public.filter(pk=text_of.pk) if text_of else public).first()
    if copied is None:
        raise WrongState("This summary has no such edition to begin from.")
    edition = Edition(summary=summary, number=number, made_by=by)
    write_content([(edition, content_of(copied))])
    restored = f"With the text of edition {copied.number}." if text_of else ""
    _log(Action.MADE, edition, by, restored)
    return edition


@transaction.atomic
def begin(*, edition: Edition, by: User) -> None:
    """Save the first draft of a summary from a form, which has set its fields; and the summary with it.

    An address whose only drafts were discarded is used again. AddressTaken if another summary got it in the meantime.
    """
    summary = edition.summary
    if summary.pk and summary.editions.exists():
        raise AddressTaken(TAKEN)
    _save_address(summary)
    edition.summary = summary  # which has a key now
    edition.number = _next_number(_locked(summary))
    edition.made_by = edition.edited_by = by
    edition.save(force_insert=True)
    _log(Action.MADE, edition, by)


@transaction.atomic
def write(
    *, edition: Edition, content: Content, by: User | None = None, digest: str | None = None
) -> None:
    """Replace the content of a draft. Fields and classifications that `content` leaves out stay as they are.

    `digest` is that of the content which the person looked at.
    """
    _refuse_unless(edition, Edition.State.DRAFT)
    if digest is not None:
        _refuse_unless_seen(edition, digest)
    if by:  # a person who edited it before stays named when the system writes
        edition.edited_by = by
    write_content([(edition, content)])
    _log(Action.EDITED, edition, by)


@transaction.atomic(savepoint=False)
def record_edit(*, edition: Edition, by: User) -> None:
    """Save a draft whose fields a form has set, and note who did."""
    _refuse_unless(edition, Edition.State.DRAFT)
    edition.edited_by = by
    edition.save()
    _log(Action.EDITED, edition, by)


@transaction.atomic
def change_address(*, edition: Edition, slug: str, by: User) -> None:
    """Give the summary of a draft another address. WrongState if an edition of it was ever submitted."""
    _refuse_unless(edition, Edition.State.DRAFT)
    summary = edition.summary
    if summary.editions.exclude(state=Edition.State.DRAFT).exists():
        raise WrongState("The address is fixed, because an edition has been submitted.")
    before, summary.slug = summary.slug, slug
    _save_address(summary)
    _log(Action.EDITED, edition, by, f"The address was “{before}” and is now “{slug}”.")


@transaction.atomic
def assign(*, edition: Edition, to: User, by: User) -> None:
    """Give a draft to somebody to go on with. Who wrote it stays as it is."""
    _refuse_unless(edition, Edition.State.DRAFT)
    edition.assigned_to = to
    edition.save(update_fields=["assigned_to"])
    _log(Action.ASSIGNED, edition, by, f"To {to}.")


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
    """Submit a draft for review. Incomplete if something required is missing, or if it does not say what changed.

    Arguments that are None leave the draft as it is. `digest` is that of the content which the person looked at.
    """
    _refuse_unless(edition, Edition.State.DRAFT)
    if digest is not None:
        _refuse_unless_seen(edition, digest)
    if change_note is not None:
        edition.change_note = change_note.strip()
    edition.minor = edition.minor if minor is None else minor
    edition.review_due = review_due or edition.review_due
    _refuse_incomplete(edition)
    if by is None and not edition.review_due:
        edition.review_due = ReviewRules.load().day(edition, _today())
    _refuse_without_note(edition)
    if by and not edition.review_due:
        raise Incomplete(
            f"{label_of('review_due')}: say when somebody should check that it is still true."
        )
    if by and edition.review_due and edition.review_due <= _today():
        raise Incomplete(f"{label_of('review_due')}: choose a day in the future.")
    edition.state = Edition.State.IN_REVIEW
    edition.submitted_by, edition.submitted_at = by, database_now()
    edition.save(
        update_fields=[
            "state", "change_note", "minor", "review_due", "submitted_by", "submitted_at"
        ]
    )  # fmt: skip
    _log(Action.SUBMITTED, edition, by, digest=digest_of(edition))


@transaction.atomic
def send_back(*, edition: Edition, by: User | None = None, comment: str = "") -> None:
    """Make an edition a draft again, with a comment for its author."""
    _refuse_unless(edition, Edition.State.IN_REVIEW, Edition.State.SCHEDULED)
    edition.state = Edition.State.DRAFT
    edition.approved_by = edition.approved_at = edition.publish_at = None
    edition.save(update_fields=["state", "approved_by", "approved_at", "publish_at"])
    _log(Action.SENT_BACK, edition, by, comment)


@transaction.atomic
def approve(*, edition: Edition, by: User, digest: str) -> None:
    """Publish what somebody else wrote. `digest` is that of the content which the approver looked at."""
    _locked(edition.summary)
    _refuse_unless(edition, Edition.State.IN_REVIEW)
    _record_approval(edition, by, digest)
    _log(Action.APPROVED, edition, by, digest=digest)
    _publish(edition, ["approved_by", "approved_at"], by)


@transaction.atomic
def schedule(*, edition: Edition, by: User, digest: str, publish_at: datetime.datetime) -> None:
    """Approve what somebody else wrote, to go live at `publish_at`. Incomplete if that is in the past."""
    _refuse_unless(edition, Edition.State.IN_REVIEW)
    if publish_at <= database_now():
        raise Incomplete("Choose a time in the future.")
    _record_approval(edition, by, digest)
    edition.publish_at, edition.state = publish_at, Edition.State.SCHEDULED
    edition.save(update_fields=["state", "publish_at", "approved_by", "approved_at"])
    _log(Action.SCHEDULED, edition, by, f"To go live on {_when(publish_at)}.", digest)


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
    _locked(edition.summary)
    _refuse_unless(edition, Edition.State.IN_REVIEW)
    _refuse_unless_seen(edition, digest)
    if not reason.strip():
        raise Incomplete("Say why it cannot wait for approval.")
    edition.emergency_by, edition.emergency_reason = by, reason.strip()
    _log(Action.EMERGENCY, edition, by, reason.strip(), digest)
    _publish(edition, ["emergency_by", "emergency_reason"], by)


@transaction.atomic
def confirm(*, edition: Edition, by: User, digest: str, review_due: datetime.date) -> Edition:
    """Publish a light edition that says the same and is to be reviewed later, and return it: somebody checked the evidence.

    It needs one person, because nothing that readers are told changes; the database makes sure of that.
    """
    _locked(edition.summary)
    _refuse_unless(edition, Edition.State.PUBLISHED)
    _refuse_unless_seen(edition, digest)
    light = open_edition(summary=edition.summary, by=by, text_of=edition)
    submit(edition=light, change_note=CHECKED, minor=False, review_due=review_due, by=by)
    light.checked_by = by
    _log(Action.CHECKED, light, by)
    _publish(light, ["checked_by"], by)
    return light


@transaction.atomic
def approve_afterwards(*, edition: Edition, by: User, digest: str) -> None:
    """Approve what was published in an emergency."""
    current = Edition.objects.select_for_update().unapproved().filter(pk=edition.pk)
    if not current:
        raise WrongState("This edition is not waiting for approval after an emergency.")
    _record_approval(edition, by, digest)
    edition.save(update_fields=["approved_by", "approved_at"])
    _log(Action.APPROVED_AFTERWARDS, edition, by, digest=digest)


@transaction.atomic
def publish(*, edition: Edition) -> None:
    """Publish an edition that the system made. SamePerson if a person has changed it: people use `approve`."""
    _locked(edition.summary)
    _refuse_unless(edition, Edition.State.IN_REVIEW)
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
    rules, today = ReviewRules.load(), _today()
    for edition in editions:
        edition.review_due = rules.day(edition, today)
    Edition.objects.bulk_update(editions, ["review_due"])
    drafts = Edition.objects.filter(summary__in=made)
    drafts.update(state=Edition.State.IN_REVIEW)
    drafts.update(state=Edition.State.PUBLISHED, published_at=Now())
    AuditEntry.objects.bulk_create(
        AuditEntry(action=Action.PUBLISHED, summary=one, edition_number=1) for one in made
    )
    return {summary.slug: summary for summary in made}


@transaction.atomic
def withdraw(
    *, summary: Summary, reason: str, replaced_by: Summary | None = None, by: User | None = None
) -> None:
    """Take a summary out of every list. Its page then says that it is withdrawn, why, and what replaced it.

    An edition that is in review or scheduled becomes a draft again, so that no earlier decision brings the summary back.
    """
    locked = _locked(summary)
    public = _withdrawable(locked, reason, replaced_by)
    PlannedWithdrawal.objects.filter(summary=locked).delete()
    now = _not_before(public.published_at)
    # First of all the log: the database refuses a withdrawal that is not there.
    _log(Action.WITHDRAWN, public, by, reason.strip())
    locked.editions.published().update(state=Edition.State.WITHDRAWN, closed_at=now)
    for waiting in locked.editions.open().exclude(state=Edition.State.DRAFT):
        send_back(edition=waiting, by=by, comment=f"The summary was withdrawn: {reason.strip()}")
    for row in (locked, summary):  # the caller's instance should say the same as the row
        row.withdrawn_at, row.withdrawn_reason, row.replaced_by = now, reason.strip(), replaced_by
    locked.save()


@transaction.atomic
def plan_withdrawal(
    *,
    summary: Summary,
    at: datetime.datetime,
    reason: str,
    by: User,
    replaced_by: Summary | None = None,
) -> None:
    """Say that a published summary is to be withdrawn at a time in the future. Until then nothing changes for readers."""
    locked = _locked(summary)
    public = _withdrawable(locked, reason, replaced_by)
    if at <= database_now():
        raise Incomplete("Choose a time in the future.")
    if PlannedWithdrawal.objects.filter(summary=locked).exists():
        raise WrongState("Its withdrawal is planned already. Cancel that first.")
    PlannedWithdrawal.objects.create(
        summary=locked, at=at, reason=reason.strip(), replaced_by=replaced_by, by=by
    )
    _log(Action.WITHDRAWAL_PLANNED, public, by, f"For {_when(at)}: {reason.strip()}")


@transaction.atomic
def cancel_withdrawal(*, summary: Summary, by: User) -> None:
    """Keep a summary whose withdrawal is planned. WrongState if it is not."""
    public = _locked(summary).editions.published().first()
    planned, _ = PlannedWithdrawal.objects.filter(summary=summary).delete()
    if not planned or public is None:
        raise WrongState("Its withdrawal is not planned.")
    _log(Action.WITHDRAWAL_CANCELLED, public, by)


def withdraw_due() -> list[Summary]:
    """Withdraw the summaries whose time has come, and return them. Safe to run again, and twice at the same time."""
    due = PlannedWithdrawal.objects.filter(at__lte=Now())
    withdrawn = []
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            rows = due.filter(pk=pk).select_for_update(skip_locked=True, of=["self"])
            if planned := rows.select_related("summary", "replaced_by", "by").first():
                other = planned.replaced_by  # which may have been withdrawn itself since
                if other and not other.editions.published().exists():
                    other = None
                withdraw(
                    summary=planned.summary, reason=planned.reason, replaced_by=other, by=planned.by
                )
                withdrawn.append(planned.summary)
    return withdrawn


@transaction.atomic
def discard(*, edition: Edition, by: User | None = None) -> None:
    """Delete a draft. If its summary has no other edition, it is in no list any more and its address can be used again."""
    _refuse_unless(edition, Edition.State.DRAFT)
    _log(Action.DISCARDED, edition, by)
    edition.delete()


def may_not_approve(edition: Edition, user: User) -> bool:
    """Say whether the four-eyes rule keeps this person from approving the edition.

    It does if they submitted it, edited it last or published it in an emergency: two people must have seen each edition.
    """
    return user.pk in {edition.submitted_by_id, edition.edited_by_id, edition.emergency_by_id}


def _today() -> datetime.date:
    return timezone.localdate(database_now())


def _locked(summary: Summary) -> Summary:
    """Lock a summary, so that nobody else changes its editions until the transaction ends."""
    return Summary.objects.select_for_update().get(pk=summary.pk)


def _lock_all(summaries: Iterable[Summary]) -> None:
    """Do so for many, in one order for everybody, so that no two wait for each other."""
    rows = Summary.objects.filter(pk__in=[summary.pk for summary in summaries])
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _withdrawable(summary: Summary, reason: str, replaced_by: Summary | None) -> Edition:
    """Return the published edition of a summary that is to be withdrawn. Raise an ActionError if it cannot be."""
    if not reason.strip():
        raise Incomplete("Say why it is withdrawn: the public will read it.")
    if replaced_by == summary:
        raise Incomplete("A summary cannot replace itself.")
    if replaced_by and not replaced_by.editions.published().exists():
        raise WrongState("The summary that replaces it is not published.")
    public = summary.editions.published().first()
    if public is None:
        raise WrongState("Only a published summary can be withdrawn.")
    return public


def _when(moment: datetime.datetime) -> str:
    return timezone.localtime(moment).strftime("%-d %B %Y at %H:%M")


def _save_address(summary: Summary) -> None:
    try:
        with transaction.atomic():
            summary.save()
    except IntegrityError as error:
        raise AddressTaken(TAKEN) from error


def _next_number(summary: Summary) -> int:
    if summary.editions.open().exists():
        raise AlreadyOpen("An edition of this summary is open already. Finish or discard it first.")
    return _highest_numbers([summary]).get(summary.pk, 0) + 1


def _highest_numbers(summaries: Iterable[Summary]) -> dict[int, int]:
    """Return the highest edition number of each summary, by primary key. The log also has editions that were discarded."""
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
    """Raise WrongState unless the edition is in one of these states, and lock it until the transaction ends."""
    current = Edition.objects.select_for_update().get(pk=edition.pk).state
    if current not in states:
        wanted = " or ".join(Edition.State(state).label.lower() for state in states)
        label = Edition.State(current).label.lower()
        raise WrongState(f"This edition is {label}; this is possible only when it is {wanted}.")


def _refuse_unless_seen(edition: Edition, digest: str) -> None:
    if digest != digest_of(Edition.objects.get(pk=edition.pk)):
        raise Stale("This edition has changed since you looked at it. Read it again.")


def _record_approval(edition: Edition, by: User, digest: str) -> None:
    """Set the approver. SamePerson if they wrote it, Stale if the content is not what they looked at."""
    now = Edition.objects.get(pk=edition.pk)
    if may_not_approve(now, by):
        raise SamePerson(FOUR_EYES)
    if now.submitted_by_id is None:
        raise WrongState("Nobody submitted this edition.")
    _refuse_unless_seen(edition, digest)
    edition.approved_by, edition.approved_at = by, database_now()


def _publish(edition: Edition, decided: list[str], by: User | None = None) -> None:
    """Publish an edition and save the fields in `decided`; the one before is superseded."""
    summary = _locked(edition.summary)
    before = summary.editions.published().values_list("published_at", flat=True)
    now = _not_before(edition.created_at, *before)
    summary.editions.published().update(state=Edition.State.SUPERSEDED, closed_at=now)
    if summary.withdrawn_at:
        summary.withdrawn_at, summary.withdrawn_reason, summary.replaced_by = None, "", None
        summary.save()
    edition.state, edition.published_at = Edition.State.PUBLISHED, now
    edition.save(update_fields=["state", "published_at", *decided])
    _log(Action.PUBLISHED, edition, by)


def _not_before(*times: datetime.datetime | None) -> datetime.datetime:
    """Return the database's time, or a later one of these: a wrong clock may have dated an edition in the future."""
    return max([database_now(), *filter(None, times)])


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
    before = editions.history().for_reading().first()
    if before is None or (edition.change_note and not edition.minor):
        return
    now = editions.for_reading().get(pk=edition.pk)
    beyond = [
        one.label.lower()
        for one in changes(before, now)
        if not one.is_spelling and one.field != "review_due"
    ]
    if beyond:
        untick = " It is more than spelling." if edition.minor else ""
        raise Incomplete(
            f"{label_of('change_note')}: say what changed and why, because this did: {', '.join(beyond)}.{untick}"
        )
    if not edition.minor:
        raise Incomplete(
            f"{label_of('change_note')}: say what changed and why, or tick that only spelling has changed."
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
