"""Comments on the fields of an open edition. The rows are their own log: the database keeps them as they were written."""

import re

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from evidence.editorial import mail
from evidence.editorial.comments import NAMES, WHOLE, seen_of
from evidence.editorial.merging import LENGTH
from evidence.models import Comment, Edition
from evidence.models.comments import LONGEST

from .errors import Incomplete, WrongState
from .shared import refuse_unless

FINGERPRINT = re.compile(rf"[0-9a-f]{{{LENGTH}}}")


@transaction.atomic
def comment(
    *,
    edition: Edition,
    field: str,
    text: str,
    by: User,
    seen: str = "",
    reply_to: Comment | None = None,
) -> Comment:
    """Say something about a field of an open edition, or reply. `seen` is the fingerprint of what the person looked at."""
    refuse_unless(edition, *Edition.OPEN)
    if field not in {WHOLE, *NAMES}:
        raise WrongState("An edition has no such field.")
    if reply_to and (reply_to.reply_to_id or _place(reply_to) != _place_of(edition, field)):
        raise WrongState("This comment is about something else.")
    text = text.strip()
    if not text:
        raise Incomplete("Write what you want to say.")
    if len(text) > LONGEST:
        raise Incomplete(
            f"A comment has at most {LONGEST:,} characters; this one has {len(text):,}."
        )
    said = Comment.objects.create(
        summary_id=edition.summary_id,
        edition_number=edition.number,
        field=field,
        seen=known_or(seen, edition, field),
        text=text,
        by=by,
        reply_to=reply_to,
    )
    mail.commented(edition, said)
    return said


@transaction.atomic
def deal_with(*, comment: Comment, by: User) -> None:
    """Note that a comment was dealt with. WrongState if it is a reply, or if somebody did so before."""
    locked = Comment.objects.select_for_update(of=["self"]).get(pk=comment.pk)
    if not locked.is_open:
        raise WrongState("Somebody has dealt with this comment already.")
    Comment.objects.filter(pk=locked.pk).update(dealt_with_by=by, dealt_with_at=Now())


def known_or(seen: str, edition: Edition, field: str) -> str:
    """Return the fingerprint of what somebody looked at, or else of what the edition says now."""
    return seen if FINGERPRINT.fullmatch(seen) else seen_of(edition, field)


def _place(one: Comment) -> tuple[int, int, str]:
    return one.summary_id, one.edition_number, one.field


def _place_of(edition: Edition, field: str) -> tuple[int, int, str]:
    return edition.summary_id, edition.number, field
