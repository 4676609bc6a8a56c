"""Sends what waits in the outbox: one mail for each person and kind, and one a day with the rest."""

import datetime
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from logging import getLogger
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from portal.clock import database_now

from .kinds import KINDS, When
from .letters import letter
from .outbox import Notice, choices_of, when_for

log = getLogger(__name__)
State = Notice.State

# Minutes from a failed attempt to the next: a server that is away for a weekend loses nothing.
WAITS = (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 24 * 60)
KEPT = datetime.timedelta(days=30)  # what is sent or given up


@dataclass
class Report:
    """How many mails were sent, and how many notices were dropped or could not be sent now."""

    sent: int = 0
    dropped: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Planned:
    """The notices, by key, that go into one mail."""

    daily: bool
    keys: Sequence[int]


def send_due() -> Report:
    """Send what is due. Safe to run again, and twice at the same time.

    Notices are locked while their mail is sent. If this process dies between that and its commit, the mail is sent again.
    """
    Notice.objects.filter(closed_at__lt=Now() - KEPT).delete()
    report = Report()
    planned, unwanted = _plan()
    report.dropped += _close(unwanted, State.DROPPED)
    connection = mail.get_connection()
    try:
        for place, one in enumerate(planned):
            try:
                connection.open()
            except OSError as error:  # the others would fail too, after as long a wait
                left = [key for other in planned[place:] for key in other.keys]
                report.failed += _try_later(left, error)
                break
            try:
                _send(one, connection, report)
            except Exception as error:  # whatever is wrong with one must not stop the others
                log.warning("A mail could not be sent: %s", error)
                _close_connection(connection)
                report.failed += _try_later(one.keys, error)
    finally:
        _close_connection(connection)
    return report


def last_daily(now: datetime.datetime) -> datetime.datetime:
    """Return the latest time at which the daily mail was due."""
    local = timezone.localtime(now)
    due = local.replace(hour=settings.MAIL_DAILY_HOUR, minute=0, second=0, microsecond=0)
    return due if due <= local else due - datetime.timedelta(days=1)


def _plan() -> tuple[list[Planned], list[int]]:
    """Return the mails that are due, and the keys of notices that nobody wants."""
    waiting = Notice.objects.filter(state=State.WAITING, try_at__lte=Now()).order_by("pk")
    rows = list(waiting.values_list("pk", "person", "kind", "at"))
    choices = choices_of({person for _, person, _, _ in rows})
    before = last_daily(database_now())
    mails: dict[tuple[int, str], list[int]] = {}
    unwanted = []
    for pk, person, kind, at in rows:
        when = when_for(person, kind, choices)
        if when == When.NEVER:
            unwanted.append(pk)
        elif when == When.AT_ONCE:
            mails.setdefault((person, kind), []).append(pk)
        elif at < before:
            mails.setdefault((person, ""), []).append(pk)
    return [Planned(not kind, keys) for (_, kind), keys in mails.items()], unwanted


@transaction.atomic
def _send(planned: Planned, connection: Any, report: Report) -> None:
    rows = Notice.objects.filter(pk__in=planned.keys, state=State.WAITING).order_by("pk")
    notices = list(rows.select_related("person").select_for_update(skip_locked=True, of=["self"]))
    if not notices:
        return  # another run has them
    person = notices[0].person
    current = _still_concerning(person, notices)
    report.dropped += _close([one.pk for one in notices if one not in current], State.DROPPED)
    if current:
        connection.send_messages([letter(person, current, daily=planned.daily)])
        _close([one.pk for one in current], State.SENT)
        report.sent += 1


def _still_concerning(person: User, notices: Sequence[Notice]) -> list[Notice]:
    """Return the notices that a person may still get, and that nobody has settled or repeated in the meantime."""
    if not (person.is_active and person.is_staff and person.email):
        return []
    keys: dict[str, set[int]] = {}
    for one in notices:
        keys.setdefault(one.kind, set()).add(one.about)
    current = {
        name: KINDS[name].current(person, about) if KINDS[name].is_for(person) else set()
        for name, about in keys.items()
    }
    latest = {(one.kind, one.about): one for one in notices}  # they come in their order
    return [
        one
        for one in notices
        if one.about in current[one.kind]
        and (latest[one.kind, one.about] is one or not KINDS[one.kind].latest)
    ]


def _close(keys: Sequence[int], state: State) -> int:
    waiting = Notice.objects.filter(pk__in=keys, state=State.WAITING)
    return waiting.update(state=state, closed_at=Now()) if keys else 0


def _try_later(keys: Sequence[int], error: Exception) -> int:
    """Note that an attempt failed, and when to try again. What was tried often enough is given up."""
    waiting = Notice.objects.filter(pk__in=keys, state=State.WAITING)
    tried: dict[str, Any] = {"attempts": F("attempts") + 1, "error": _reason(error)}
    given_up = waiting.filter(attempts__gte=len(WAITS))
    number = given_up.update(**tried, state=State.FAILED, closed_at=Now())
    for attempts, minutes in reversed(list(enumerate(WAITS))):  # so that none is counted twice
        later = Now() + datetime.timedelta(minutes=minutes)
        number += waiting.filter(attempts=attempts).update(**tried, try_at=later)
    return number


def _reason(error: Exception) -> str:
    """Say why an attempt failed, to an administrator."""
    if isinstance(error, SMTPRecipientsRefused):
        answers = (_decoded(code, text) for code, text in error.recipients.values())
        return f"The mail server refuses the address: {'; '.join(answers)}"
    if isinstance(error, SMTPResponseException):
        return f"The mail server answers: {_decoded(error.smtp_code, error.smtp_error)}"
    if isinstance(error, OSError):
        return f"The mail server cannot be reached: {error}"
    return f"The mail cannot be written: {error}"


def _decoded(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"


def _close_connection(connection: Any) -> None:
    with suppress(OSError):  # it may be broken
        connection.close()
