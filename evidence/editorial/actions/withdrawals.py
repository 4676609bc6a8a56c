"""Withdrawals: taking a summary out of every list, now or at a later time."""

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from evidence.editorial import mail
from evidence.models import Edition, PlannedWithdrawal, Summary
from portal.clock import database_now

from .errors import Incomplete, WrongState
from .review import send_back
from .shared import Action, in_words, lock, log, not_before

NOT_ITSELF = "A summary cannot replace itself."


@transaction.atomic
def withdraw(
    *, summary: Summary, reason: str, replaced_by: Summary | None = None, by: User | None = None
) -> None:
    """Take a summary out of every list. Its page then says that it is withdrawn, why, and what replaced it.

    An edition that is in review or scheduled becomes a draft again, so that no earlier decision brings the summary back.
    """
    locked = lock(summary)
    public = _withdrawable(locked, reason, replaced_by)
    PlannedWithdrawal.objects.filter(summary=locked).delete()
    now = not_before(public.published_at)
    # First of all the log: the database refuses a withdrawal that is not there.
    log(Action.WITHDRAWN, public, by, reason.strip())
    locked.editions.published().update(state=Edition.State.WITHDRAWN, closed_at=now)
    for waiting in locked.editions.open().exclude(state=Edition.State.DRAFT):
        send_back(edition=waiting, by=by, comment=f"The summary was withdrawn: {reason.strip()}")
    for row in (locked, summary):  # the caller's instance should say the same as the row
        row.withdrawn_at, row.withdrawn_reason, row.replaced_by = now, reason.strip(), replaced_by
    locked.save()
    mail.withdrawal(public, by, "Withdrawn", "withdrew it, for the reason below.", reason.strip())


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
    locked = lock(summary)
    public = _withdrawable(locked, reason, replaced_by)
    if at <= database_now():
        raise Incomplete("Choose a time in the future.")
    if PlannedWithdrawal.objects.filter(summary=locked).exists():
        raise WrongState("Its withdrawal is planned already. Cancel that first.")
    PlannedWithdrawal.objects.create(
        summary=locked, at=at, reason=reason.strip(), replaced_by=replaced_by, by=by
    )
    log(Action.WITHDRAWAL_PLANNED, public, by, f"For {in_words(at)}: {reason.strip()}")
    planned = f"planned to withdraw it on {in_words(at)}, for the reason below."
    mail.withdrawal(public, by, "To be withdrawn", planned, reason.strip())


@transaction.atomic
def cancel_withdrawal(*, summary: Summary, by: User) -> None:
    """Keep a summary whose withdrawal is planned. WrongState if it is not."""
    public = lock(summary).editions.published().first()
    planned, _ = PlannedWithdrawal.objects.filter(summary=summary).delete()
    if not planned or public is None:
        raise WrongState("Its withdrawal is not planned.")
    log(Action.WITHDRAWAL_CANCELLED, public, by)
    mail.withdrawal(public, by, "Not withdrawn", "cancelled the withdrawal that was planned.")


def withdraw_due() -> list[Summary]:
    """Withdraw the summaries whose time has come, and return them. Safe to run again, and twice at the same time."""
    due = PlannedWithdrawal.objects.filter(at__lte=Now())
    withdrawn = []
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            # Both, and neither is waited for: who cancels or withdraws by hand holds the summary first, and the next run tries.
            rows = due.filter(pk=pk).select_for_update(skip_locked=True, of=["self", "summary"])
            if planned := rows.select_related("summary", "replaced_by", "by").first():
                other = planned.replaced_by  # which may have been withdrawn itself since
                if other and not other.editions.published().exists():
                    other = None
                withdraw(
                    summary=planned.summary, reason=planned.reason, replaced_by=other, by=planned.by
                )
                withdrawn.append(planned.summary)
    return withdrawn


def _withdrawable(summary: Summary, reason: str, replaced_by: Summary | None) -> Edition:
    """Return the published edition of a summary that is to be withdrawn. Raise an ActionError if it cannot be."""
    if not reason.strip():
        raise Incomplete("Say why it is withdrawn: the public will read it.")
    if replaced_by == summary:
        raise Incomplete(NOT_ITSELF)
    if replaced_by and not replaced_by.editions.published().exists():
        raise WrongState("The summary that replaces it is not published.")
    public = summary.editions.published().first()
    if public is None:
        raise WrongState("Only a published summary can be withdrawn.")
    return public
