"""Who is told by mail of changes of lists. The actions of list_changes call these in their own transaction."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.urls import reverse

from evidence.models import ListChange, people_with
from portal.mail.kinds import Kind, When, having, register
from portal.mail.outbox import name_of, tell

from .list_history import LISTS

DECIDES = "evidence.decide_listchange"
PROPOSES = [
    f"{table.model._meta.app_label}.change_{table.model._meta.model_name}"
    for table in LISTS.values()
]


def _proposed(person: User, keys: set[int]) -> set[int]:
    return set(ListChange.objects.proposed().filter(pk__in=keys).values_list("pk", flat=True))


PROPOSED = Kind(
    "list-change", "Changes of lists that wait for approval", "changes of lists to approve",
    "you may approve changes of lists", having(DECIDES), When.AT_ONCE, _proposed,
)  # fmt: skip
DECIDED = Kind(
    "list-decided", "Changes of lists that you proposed are decided", "changes of lists decided",
    "you proposed a change of a list", having(*PROPOSES), When.DAILY, lambda person, keys: keys,
)  # fmt: skip
register(PROPOSED, DECIDED)


def proposed(change: ListChange) -> None:
    """Ask those who may decide on a change to do so."""
    deciders = people_with(DECIDES, superusers=False)
    people = [one for one in deciders if one.pk != change.by_id]
    text = (
        f"{name_of(change.by)} proposed this change. Look at it; then approve it, or send it back."
    )
    _tell(people, PROPOSED, change, "Change of a list to approve", text, change.reason)


def decided(change: ListChange) -> None:
    """Tell who proposed a change what somebody else decided."""
    if change.by is None or change.by_id == change.decided_by_id:
        return
    made = change.state == ListChange.State.MADE
    what = "approved your change, and it is public" if made else "sent your change back"
    headline = "Change of a list approved" if made else "Change of a list sent back"
    text = f"{name_of(change.decided_by)} {what}."
    _tell([change.by], DECIDED, change, headline, text, change.comment)


def _tell(
    people: Iterable[User], kind: Kind, change: ListChange, headline: str, text: str, comment: str
) -> None:
    tell(
        people, kind, about=change.pk, headline=headline, title=str(change), text=text,
        comment=comment, path=reverse("admin:evidence_listchange_change", args=[change.pk]),
    )  # fmt: skip
