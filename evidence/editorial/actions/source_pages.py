"""Source pages that have changed: deciding that a change does not matter."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from evidence.models import Edition, PageReading

from .errors import Incomplete, Stale, WrongState
from .shared import Action, lock, log, refuse_unless

WHY_NOT = "Say why it does not matter."
SETTLED = ["read_at", "fingerprint", "figures", "dated", "change", "changed_at", "share", "lost"]


def seen_changes(readings: Iterable[PageReading]) -> str:
    """Return a text that is another one when a page has been read again or has been settled."""
    return " ".join(sorted(f"{one.pk}:{one.now_at:%Y%m%d%H%M%S%f}" for one in readings))


@transaction.atomic
def settle_page_changes(*, edition: Edition, by: User, seen: str, reason: str) -> None:
    """Say that what has changed on the pages of an edition does not matter for it, and why.

    From then on the pages are compared with what they are now. `seen` is `seen_changes` of what the person looked at.
    """
    lock(edition.summary)
    refuse_unless(edition, Edition.State.PUBLISHED)
    if not reason.strip():
        raise Incomplete(WHY_NOT)
    readings = list(edition.page_readings.changed().order_by("pk").select_for_update())
    if not readings:
        raise WrongState("No change of its pages waits for anybody any more.")
    if seen_changes(readings) != seen:
        raise Stale(
            "The pages have been read again since you looked at this. Read what has changed."
        )
    for reading in readings:
        reading.begin_again()
    PageReading.objects.bulk_update(readings, SETTLED)
    pages = ", ".join(reading.url for reading in readings)
    log(Action.PAGE_CHANGE_SETTLED, edition, by, f"{reason.strip()} ({pages})")
