"""What happened to a summary in public, edition by edition, and what happened last to any of them."""

import datetime
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import Http404

from evidence.editorial.diff import changes
from evidence.models import AuditEntry, Edition, Summary


def history_context(summary: Summary) -> dict[str, Any]:
    """Return what the history page of a summary shows. Http404 if no edition of it was ever published."""
    editions = list(summary.editions.history().for_comparing())
    if not editions:
        raise Http404("No edition of this summary was published.")
    # A summary that came back no longer says why it was withdrawn; the log does.
    withdrawn = summary.audit.filter(action=AuditEntry.Action.WITHDRAWN)
    reasons = dict(withdrawn.values_list("edition_number", "comment"))
    rows = [
        {
            "edition": edition,
            "changes": changes(earlier, edition) if earlier else [],
            "withdrawn_reason": reasons.get(edition.number, ""),
        }
        for edition, earlier in zip_longest(editions, editions[1:])
    ]
    return {"summary": summary, "editions": rows, "latest": editions[0]}


@dataclass(frozen=True)
class Event:
    """Something that happened to a summary in public."""

    when: datetime.datetime
    summary: Summary
    title: str  # that of the edition
    what: str  # "New", "Edition 2", "Withdrawn"
    note: str  # why; may be empty


def latest_events(limit: int) -> list[Event]:
    """Return what was last changed, added or withdrawn, newest first, without the editions that came with the portal."""
    editions = (
        Edition.objects.history()
        .filter(Q(number__gt=1) | Q(made_by__isnull=False))
        .for_lists()
        .order_by("-published_at", "-pk")[:limit]
    )
    named = Edition.objects.filter(summary=OuterRef("summary"), number=OuterRef("edition_number"))
    withdrawn = (
        AuditEntry.objects.filter(action=AuditEntry.Action.WITHDRAWN)
        .select_related("summary__centre")
        .annotate(title=Subquery(named.values("title")))[:limit]
    )
    events = [
        Event(
            one.published_at,  # type: ignore[arg-type]  # every edition of the history has it
            one.summary,
            one.title,
            f"Edition {one.number}" if one.number > 1 else "New",
            one.change_note or ("Only spelling has changed." if one.minor else ""),
        )
        for one in editions
    ] + [Event(one.at, one.summary, one.title, "Withdrawn", one.comment) for one in withdrawn]
    return sorted(events, key=lambda event: event.when, reverse=True)[:limit]
