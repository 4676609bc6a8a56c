"""A change of membership, as one task: a centre joins, becomes a full member or an affiliate, or leaves.

It changes the centre and adds an event to the network's timeline; one person proposes both, and another makes both. How many
members there are is counted from the centres (see centres.members), so no total has to be changed with it.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Max
from django.utils import timezone

from centres.members import Members, difference
from centres.models import Centre, NetworkEvent, NetworkTotal, PolicyArea
from evidence.editorial.actions import ActionError, WrongState
from evidence.models import ListChange, Summary
from portal.templatetags.portal_tags import partial_date

from .checks import Records
from .list_changes import propose
from .list_history import List, entry_of
from .tables import CENTRES, TOTALS
from .write_rows import reason_of

Status, Kind = Centre.Status, NetworkEvent.Kind
A_MEMBER = {
    Status.WHAT_WORKS_CENTRE: "a What Works Centre",
    Status.AFFILIATE: "an affiliate",
    Status.FORMER: "a former member",
}
FUTURE = (
    "This date is in the future. The public reads the change as soon as it is approved, so propose it on "
    "that day or later."
)
STEP = 10  # between the places of events, so that others fit between them


@dataclass(frozen=True, kw_only=True)
class MemberChange:
    """What happens to the membership of a centre. Raises WrongState for what makes no sense."""

    centre: Centre  # as it is now; one without a key is new
    status: Centre.Status  # what it is from then on
    date: str  # a partial date, not in the future
    reason: str  # a sentence or two for the public
    source: str  # the address of a page that says so
    successors: Sequence[Centre] = ()  # where it leaves
    leads_policy_area: bool = False  # where it joins

    def __post_init__(self) -> None:
        if self.date > timezone.localdate().isoformat()[: len(self.date)]:
            raise WrongState(FUTURE)
        if self.centre.status == self.status:
            raise WrongState(f"{self.centre} is {A_MEMBER[self.status]} already.")
        if not self.centre.pk and self.status == Status.FORMER:
            raise WrongState("A new centre can only join.")
        if self.successors and self.status != Status.FORMER:
            raise WrongState("Only a centre that leaves is followed by another.")
        if self.centre in self.successors:
            raise WrongState("A centre cannot follow itself.")
        if self.leads_policy_area and self.kind != Kind.JOINING:
            raise WrongState(
                "Only a centre that joins can become the member for its policy area here."
            )

    @property
    def kind(self) -> NetworkEvent.Kind:
        """What sort of event it is."""
        if self.status == Status.FORMER:
            return Kind.DEPARTURE
        if self.centre.status == Status.AFFILIATE:
            return Kind.PROMOTION
        return Kind.CHANGE if self.centre.status == Status.WHAT_WORKS_CENTRE else Kind.JOINING

    @property
    def title(self) -> str:
        """What the timeline calls it."""
        verbs = {
            Kind.DEPARTURE: "leaves the network",
            Kind.PROMOTION: "becomes a full What Works Centre",
            Kind.CHANGE: "becomes an affiliate",
            Kind.JOINING: f"joins the network as {A_MEMBER[self.status]}",
        }
        return f"{self.centre.name[:150]} {verbs[self.kind]}"


@transaction.atomic
def propose_membership(*, change: MemberChange, by: User) -> ListChange:
    """Propose the change of the centre, with the event as a part of it.

    AlreadyOpen if another change of the centre waits; ActionError for dates out of order.
    """
    try:
        with transaction.atomic():
            event, centre = _try(change)
            transaction.set_rollback(True)
    except ValidationError as error:
        raise ActionError(" ".join(error.messages)) from error
    except DatabaseError as error:
        raise ActionError(reason_of(error)) from error
    said: dict[str, Any] = {"reason": change.reason, "by": by}
    whole = propose(name=List.CENTRE, row=change.centre.pk, after=centre, **said)
    propose(name=List.NETWORK_EVENT, row=None, after=event, part_of=whole, **said)
    return whole


def preview(*, change: MemberChange, by: User) -> "list[Effect]":
    """Return what the public pages would say, and propose nothing. Raises what `propose_membership` raises."""
    with transaction.atomic():
        effects = list(effects_of(propose_membership(change=change, by=by)))
        transaction.set_rollback(True)
    return effects


def _try(change: MemberChange) -> tuple[Any, Any]:
    """Make the change, and return what the event and the centre then say."""
    centre = _changed(change)
    centre.validate_constraints()
    centre.save()
    if change.status == Status.FORMER:
        centre.successors.set(change.successors)
    event = NetworkEvent.objects.create(
        slug=f"{centre.slug}-{change.kind}-{change.date}",
        order=_place(change.date),
        date=change.date,
        kind=change.kind,
        title=change.title,
        sentence=change.reason,
        source=change.source,
    )
    event.centres.set([centre])
    return entry_of(List.NETWORK_EVENT, event.pk), entry_of(List.CENTRE, centre.pk)


def _changed(change: MemberChange) -> Centre:
    """Return the centre with the fields that follow from the change, not saved."""
    centre, kind = copy(change.centre), change.kind
    if kind == Kind.DEPARTURE:
        centre.left, centre.left_reason, centre.leads_policy_area = (
            change.date,
            change.reason,
            False,
        )
    elif kind == Kind.JOINING:
        centre.joined, centre.joined_note = change.date, change.reason
        centre.left = centre.left_reason = ""
        centre.leads_policy_area = change.leads_policy_area and _may_lead(centre)
    if kind == Kind.PROMOTION:
        centre.became_full_member, centre.became_full_member_note = change.date, change.reason
    elif kind != Kind.DEPARTURE:
        centre.became_full_member = centre.became_full_member_note = ""
    centre.status = change.status
    if change.source not in centre.sources:
        centre.sources = [*centre.sources, change.source]
    if not centre.pk:
        centre.order = (Centre.objects.aggregate(last=Max("order"))["last"] or 0) + 1
    return centre


def _may_lead(centre: Centre) -> bool:
    """Say that it may become the member for its policy area. WrongState if it has none, or another centre is that."""
    lead = Centre.objects.filter(policy_area=centre.policy_area, leads_policy_area=True).first()
    if centre.policy_area is None or lead:
        is_so = f"{lead} is the network’s member for it" if lead else "it is in none"
        raise WrongState(f"It cannot become the member for its policy area, because {is_so}.")
    return True


def _place(date: str) -> int:
    """Return the place of an event of this date in the timeline: before the first later one, or else the last."""
    later = NetworkEvent.objects.filter(date__gt=f"{date}-99").order_by("order").first()
    if later:
        return max(later.order - 1, 0)
    return (NetworkEvent.objects.aggregate(last=Max("order"))["last"] or 0) + STEP


class Effect(NamedTuple):
    """What one public page says now and would say then."""

    page: str
    now: str
    then: str


def effects_of(change: ListChange) -> Iterator[Effect]:
    """Yield what the public pages say now, and would say once a proposed change of a centre is made.

    Nothing for a change that leaves its membership as it is.
    """
    before, after = change.before or {}, change.after or {}
    status = after.get("status")
    if change.list_name != List.CENTRE or not status or before.get("status") == status:
        return
    members = Members.now()
    then = members.with_change(before.get("status"), status)
    yield Effect("Home page and “The What Works Network”", str(members), str(then))
    yield Effect("“Centres”", _groups(members), _groups(then))
    is_now = Status(before["status"]).label if before else "There is no such page"
    yield Effect(f"Page of {after['name']}", is_now, _status_of(after))
    if before.get("leads_policy_area") and not after["leads_policy_area"]:
        area = PolicyArea.objects.get(slug=after["policy_area"])
        lead = f"{after['name']} is the network’s member for it"
        yield Effect(f"Page of the policy area “{area}”", lead, "No member is stated")
    number = Summary.objects.filter(centre__slug=after["slug"], editions__state="published").count()
    if status == Status.FORMER and number:
        said = f"They keep their addresses, and say that it is a former member (left: {partial_date(after['left']['date'])})"
        yield Effect(f"Its published summaries: {number}", f"They say: {is_now}", said)
    for part in change.parts.filter(list_name=List.NETWORK_EVENT):
        event = part.after or {}
        yield Effect(
            "Timeline", "", f"{partial_date(event['date'])}: {event['title']}. {event['sentence']}"
        )


def _groups(members: Members) -> str:
    return (
        f"What Works Centres ({members.centres}), Affiliates ({members.affiliates}), "
        f"Former members ({members.former})"
    )


def _status_of(entry: Any) -> str:
    if entry["status"] != Status.FORMER:
        return str(Status(entry["status"]).label)
    left = entry["left"]
    said = f"Former member. Left: {partial_date(left['date'])}. {left['reason']}"
    followed = Centre.objects.filter(slug__in=entry["successors"]).values_list("name", flat=True)
    return f"{said} Followed by {', '.join(followed)}." if followed else said


def difference_now() -> str:
    """Return how the latest stated total differs from the centres in the database; empty if it does not."""
    return difference(Members.now(), NetworkTotal.objects.filter(latest=True).first())


def difference_of_files(records: Records) -> str:
    """Return how the latest stated total of the files differs from their centres; empty if it does not."""
    members = Members.of(record.values["status"] for record in records[CENTRES])
    latest = (record for record in records[TOTALS] if record.values["latest"])
    total = next((NetworkTotal(**record.values) for record in latest), None)
    return difference(members, total)
