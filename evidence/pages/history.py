"""What happened to a summary in public, edition by edition, and what happened last to any of them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from evidence.catalogue.documents import Documents
from evidence.catalogue.reading import edition
from evidence.editorial.diff import changes
from evidence.models import Edition, Summary
from portal import published

from .summary import NOT_SHOWN


def history_context(editions: Sequence[Edition]) -> dict[str, Any]:
    """Return what the history page of a summary shows, given its public editions, newest first and at least one."""
    reasons = published.current()[Documents].reasons
    rows = [
        {
            "edition": edition,
            "withdrawn_reason": reasons.get(edition.pk, ""),
            **_changes(earlier, edition),
        }
        for edition, earlier in zip_longest(editions, editions[1:])
    ]
    return {"summary": editions[0].summary, "editions": rows, "latest": editions[0]}


def _changes(earlier: Edition | None, later: Edition) -> dict[str, Any]:
    """Return what differs of what the page shows, and whether something differs but nothing of that."""
    changed = changes(earlier, later) if earlier else []
    shown = [change for change in changed if change.field not in NOT_SHOWN]
    return {"changes": shown, "only_not_shown": bool(changed) and not shown}


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
    documents = published.current()[Documents]
    events = []
    for happened in documents.events[:limit]:
        one = edition(happened.edition)
        if happened.is_withdrawal:
            what, note = "Withdrawn", documents.reasons.get(one.pk, "")
        else:
            what = f"Edition {one.number}" if one.number > 1 else "New"
            what = "Checked" if one.is_check else what
            note = one.change_note or ("Only spelling has changed." if one.minor else "")
        events.append(Event(happened.at, one.summary, one.title, what, note))
    return events
