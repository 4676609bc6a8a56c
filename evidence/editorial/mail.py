"""Who is told by mail of what happens to editions. The actions call these in their own transaction.

A mail may be sent much later, so it says what somebody did. What may be otherwise by then belongs into the `current` and the
`stands` of its kind.

Nobody is told of what they did themselves, except of a publication in an emergency. Superusers are asked nothing unless a role
of theirs says so: their accounts are for when something is lost.
"""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.contrib.postgres.functions import TransactionNow
from django.db.models import Q, QuerySet
from django.urls import reverse

from evidence.models import (
    Comment,
    ConfirmationQuerySet,
    Edition,
    people_of,
    people_with,
    secretariat,
)
from portal.mail.kinds import Kind
from portal.mail.outbox import Notice, name_of, tell

from .comments import anchor_of, field_label
from .mail_kinds import (
    ANSWERED,
    APPROVES,
    ASSIGNED,
    COMMENTED,
    CONFIRMATION,
    DECIDED,
    EMERGENCY,
    REVIEW,
    SENT_BACK,
    TAKEN_BACK,
    WITHDRAWN,
    WRITES,
)


def submitted(edition: Edition, by: User | None) -> None:
    """Ask those who may approve an edition to review it. What the system submits, it publishes itself."""
    if by is None:
        return
    approvers = people_of(edition.summary.centre_id, APPROVES, superusers=False)
    wrote = [key for key in (by.pk, edition.edited_by_id) if key]
    text = f"{name_of(by)} submitted it for review. Read what changes; then approve it, or send it back."
    _tell(approvers.exclude(pk__in=wrote), REVIEW, edition, "To review", text)


def sent_back(edition: Edition, by: User | None, comment: str) -> None:
    """Tell the people of an edition that it is a draft again, with the comment."""
    people = _others(by, *_writers(edition), edition.assigned_to_id)
    text = f"{name_of(by)} sent it back. It is a draft again, until somebody submits it anew."
    _tell(people, SENT_BACK, edition, "Sent back", text, comment)


def taken_back(edition: Edition, by: User) -> None:
    """Tell the people of an edition, and whoever was asked to review it, that they need not: it is a draft again."""
    asked = Notice.objects.filter(kind=REVIEW.name, about=edition.pk, state=Notice.State.SENT)
    reviewers = asked.values_list("person", flat=True)
    people = _others(by, *_writers(edition), edition.assigned_to_id, *reviewers)
    text = (
        f"{name_of(by)} took it back to edit it. It is a draft again, and nothing is asked of you."
    )
    _tell(people, TAKEN_BACK, edition, "Taken back", text)


def assigned(edition: Edition, to: User, by: User) -> None:
    """Tell somebody that a draft is theirs to go on with."""
    text = f"{name_of(by)} assigned this draft to you. Go on with it, and submit it for review."
    _tell(_others(by, to.pk), ASSIGNED, edition, "Assigned to you", text)


def commented(edition: Edition, comment: Comment) -> None:
    """Tell the people of an edition, and who wrote in the same conversation before, that there is a comment or a reply."""
    first = comment.reply_to_id or comment.pk
    before = Comment.objects.filter(Q(pk=first) | Q(reply_to=first)).values_list("by", flat=True)
    people = _others(comment.by, *_writers(edition), edition.assigned_to_id, *before)
    what = "replied to a comment" if comment.reply_to_id else "commented"
    on = f" on “{field_label(comment.field)}”" if comment.field else ""
    page = reverse("admin:evidence_edition_review", args=[edition.pk])
    tell(
        people, COMMENTED, about=comment.pk, headline="Reply" if comment.reply_to_id else "Comment",
        title=_title(edition), text=f"{name_of(comment.by)} {what}{on}.", comment=comment.text,
        path=f"{page}#{anchor_of(comment.field)}",
    )  # fmt: skip


def fact_check_answered(edition: Edition, asked_by: int | None) -> None:
    """Tell who asked for a fact check (a key) that there is an answer. What it says is in admin alone."""
    text = "Somebody answered the fact check that you asked for. The answers are comments beside the fields."
    _tell(_others(None, asked_by), ANSWERED, edition, "Fact check answered", text)


def scheduled(edition: Edition, by: User, at: str) -> None:
    """Tell the people of an edition that it is approved, and when it goes live."""
    text = f"{name_of(by)} approved it, to go live on {at}. Nothing is asked of you."
    _tell(_others(by, *_writers(edition)), DECIDED, edition, "Approved and scheduled", text)


def published(edition: Edition, by: User | None) -> None:
    """Tell the people of an edition that it is public now."""
    how = f"{name_of(by)} approved and published it." if by else "It was published, as scheduled."
    people = _others(by, *_writers(edition))
    _tell(people, DECIDED, edition, "Published", f"{how} Nothing is asked of you.")


def published_in_emergency(edition: Edition) -> None:
    """Tell all who may approve an edition, the secretariat and its people, whoever published it: it may not have been them."""
    approvers = people_of(edition.summary.centre_id, APPROVES, superusers=False)
    writers = _others(None, *_writers(edition), edition.emergency_by_id)
    text = f"{name_of(edition.emergency_by)} published it without approval, for the reason below."
    _tell(
        {*approvers, *secretariat(), *writers}, EMERGENCY, edition, "Published in an emergency",
        text, edition.emergency_reason,
    )  # fmt: skip


def approved_afterwards(edition: Edition, by: User) -> None:
    """Tell the people of an edition, and who published it, that somebody has approved it after an emergency."""
    people = _others(by, *_writers(edition), edition.emergency_by_id)
    text = f"{name_of(by)} approved what was published in an emergency. Nothing is asked of you."
    _tell(people, DECIDED, edition, "Approved afterwards", text)


def withdrawal(edition: Edition, by: User | None, headline: str, text: str, why: str = "") -> None:
    """Tell the people of an edition and the editors of its centre that it is, is to be or is not to be withdrawn."""
    people = {*_others(by, *_writers(edition)), *_of_the_centre(edition, by)}
    _tell(people, WITHDRAWN, edition, headline, f"{name_of(by)} {text}", why)


def confirmation(edition: Edition, by: User, headline: str, text: str, why: str = "") -> None:
    """Tell the centre's other editors and the secretariat what somebody said in its name, so that nobody says it unseen."""
    people = {*_of_the_centre(edition, by), *(one for one in secretariat() if one != by)}
    _tell(people, CONFIRMATION, edition, headline, f"{name_of(by)} {text}", why)


def lost_confirmations(among: ConfirmationQuerySet, by: User | None) -> None:
    """Tell the editors of the centres which of these confirmations this transaction has ended, because something changed."""
    lost = among.lost().filter(ended_at__gte=TransactionNow()).select_related("summary")
    text = "The centre’s confirmation of its figures is lost, for the reason below. Look at them again."
    for one in lost:
        if edition := one.summary.editions.published().first():
            people = _of_the_centre(edition, by)
            _tell(people, CONFIRMATION, edition, "Confirmation lost", text, one.reason)


def _of_the_centre(edition: Edition, by: User | None) -> QuerySet[User]:
    """Return the people who write for the centre itself, without the one who acts."""
    editors = people_with(WRITES, superusers=False)
    editors = editors.filter(memberships__centre=edition.summary.centre_id)
    return editors.exclude(pk=by.pk) if by else editors


def _writers(edition: Edition) -> set[int | None]:
    """Return the keys of who made, edited and submitted an edition."""
    return {edition.made_by_id, edition.edited_by_id, edition.submitted_by_id}


def _others(by: User | None, *keys: int | None) -> QuerySet[User]:
    """Return the people with these keys, without the one who acts."""
    return User.objects.filter(pk__in={key for key in keys if key and (not by or key != by.pk)})


def _title(edition: Edition) -> str:
    """Name an edition with its centre: several centres may write about the same."""
    return f"{edition.title} ({edition.summary.centre.short_name})"


def _tell(
    people: Iterable[User], kind: Kind, edition: Edition, headline: str, text: str,
    comment: str = "",
) -> None:  # fmt: skip
    tell(
        people, kind, about=edition.pk, headline=headline, title=_title(edition), text=text,
        comment=comment, path=reverse("admin:evidence_edition_review", args=[edition.pk]),
    )  # fmt: skip
