"""What actions have in common: the locks they take, what they refuse, the times they note, and their entries in the log."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Max
from django.utils import timezone

from evidence.editorial.content import digest_of
from evidence.models import AuditEntry, Edition, Summary
from portal.clock import database_now

from .errors import AlreadyOpen, Stale, WrongState

Action = AuditEntry.Action
WHO_HAS_IT = ("edited_by", "made_by", "submitted_by")
STALE = "This edition has changed since you looked at it. Read it again."


def lock(summary: Summary) -> Summary:
    """Lock a summary, so that nobody else changes its editions until the transaction ends."""
    return Summary.objects.select_for_update().get(pk=summary.pk)


def lock_all(summaries: Iterable[Summary]) -> None:
    """Do so for many, in one order for everybody, so that no two wait for each other."""
    rows = Summary.objects.filter(pk__in=[summary.pk for summary in summaries])
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def next_number(summary: Summary, by: User | None = None) -> int:
    """Return the number of the next edition of a summary. AlreadyOpen if one is open."""
    if other := summary.editions.open().select_related(*WHO_HAS_IT).first():
        raise AlreadyOpen(has_it_open(other, by))
    return highest_numbers([summary]).get(summary.pk, 0) + 1


def has_it_open(other: Edition, person: Any = None) -> str:
    """Return what is said to a person who would open an edition while there is another one: who has it, and what to do.

    It begins with no name, because a message begins with a capital letter. Fetch the edition with WHO_HAS_IT.
    """
    if other.state == Edition.State.SCHEDULED and other.publish_at:
        goes_live = f"This summary has an edition that goes live on {in_words(other.publish_at)}."
        return f"{goes_live} Wait until then, or ask a publisher to send it back."
    if other.state == Edition.State.IN_REVIEW:
        who = other.submitted_by or "the system"
        said = "You have an edition of this summary in review."
        if who != person:
            said = f"This summary has an edition in review, submitted by {who}."
        return f"{said} Take it back, or wait for approval."
    who = other.edited_by or other.made_by or "the system"
    if who == person:
        return "You have a draft of this summary open. Finish or discard that first."
    did = "last edited" if other.edited_by else "opened"
    return f"This summary has a draft open, {did} by {who}. That has to be finished or discarded first."


def highest_numbers(summaries: Iterable[Summary]) -> dict[int, int]:
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


def refuse_unless(edition: Edition, *states: str) -> None:
    """Raise WrongState unless the edition is in one of these states, and lock it until the transaction ends."""
    current = Edition.objects.select_for_update().get(pk=edition.pk).state
    if current not in states:
        wanted = " or ".join(Edition.State(state).in_sentence for state in states)
        now = Edition.State(current).in_sentence
        raise WrongState(f"This edition is {now}; this is possible only when it is {wanted}.")


def refuse_unless_seen(edition: Edition, digest: str) -> None:
    """Raise Stale if the content is not what the person looked at."""
    if digest != digest_of(Edition.objects.get(pk=edition.pk)):
        raise Stale(STALE)


def today() -> datetime.date:
    """Return the day of the database's clock in the United Kingdom."""
    return timezone.localdate(database_now())


def not_before(*times: datetime.datetime | None) -> datetime.datetime:
    """Return the database's time, or a later one of these: a wrong clock may have dated an edition in the future."""
    return max([database_now(), *filter(None, times)])


def in_words(moment: datetime.datetime) -> str:
    """Return a moment as people write it."""
    return timezone.localtime(moment).strftime("%-d %B %Y at %H:%M")


def log(
    action: Action, edition: Edition, by: User | None, comment: str = "", digest: str = ""
) -> None:
    """Write an action into the audit log."""
    entry_of(action, edition, by, comment, digest).save()


def entry_of(
    action: Action, edition: Edition, by: User | None, comment: str = "", digest: str = ""
) -> AuditEntry:
    """Return the entry of an action for the audit log, not yet saved."""
    return AuditEntry(
        action=action,
        summary=edition.summary,
        edition_number=edition.number,
        by=by,
        comment=comment,
        digest=digest,
    )
