"""A change of membership, as one task: a centre joins, becomes a full member or an affiliate, or leaves.

It changes the centre and adds an event to the network's timeline; one person proposes both, and another makes both. How many
members there are is counted from the centres (see centres.members), so no total has to be changed with it.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Max, Min
from django.utils import timezone

from centres.members import Members, difference
from centres.models import Centre, NetworkEvent, NetworkTotal
from evidence.editorial.actions import ActionError, WrongState
from evidence.models import ListChange
from portal.templatetags.portal_tags import partial_date

from .checks import Records
from .list_changes import propose, wait_for_others
from .list_history import List, entry_of
from .membership_effects import A_MEMBER, Effect, effects_of
from .tables import CENTRES, TOTALS
from .write_rows import reason_of

Status, Kind = Centre.Status, NetworkEvent.Kind
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
    date: str  # a partial date, not in the future nor before the network began
    reason: str  # a sentence or two for the public
    source: str  # the address of a page that says so
    successors: Sequence[Centre] = ()  # where it leaves
    leads_policy_area: bool = False  # where it joins

    def __post_init__(self) -> None:
        if self.date > timezone.localdate().isoformat()[: len(self.date)]:
            raise WrongState(FUTURE)
        dated = NetworkEvent.objects.exclude(date="")
        first = dated.aggregate(first=Min("date"))["first"] or ""
        if self.date < first[: len(self.date)]:
            began = f"The first event of the network’s timeline is of {partial_date(first)}"
            raise WrongState(f"{began}, and nothing can have happened to its members before.")
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
    wait_for_others()
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


def preview(*, change: MemberChange, by: User) -> list[Effect]:
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
    # What comes back, or stays, is followed by nothing.
    centre.successors.set(change.successors)
    event = NetworkEvent.objects.create(
        slug=_free_slug(f"{centre.slug}-{change.kind}-{change.date}"),
        order=_place(change.date),
        date=change.date,
        kind=change.kind,
        title=change.title,
        sentence=change.reason,
        source=change.source,
    )
    event.centres.set([centre])
    return entry_of(List.NETWORK_EVENT, event.pk), entry_of(List.CENTRE, centre.pk)


def _free_slug(slug: str) -> str:
    """Return a slug for an event, numbered if another of the same centre, kind and date has it."""
    taken = set(NetworkEvent.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in count(2))
    return next(one for one in chain([slug], numbered) if one not in taken)


def _changed(change: MemberChange) -> Centre:
    """Return the centre with the fields that follow from the change, not saved."""
    centre, kind = copy(change.centre), change.kind
    if kind == Kind.DEPARTURE:
        centre.left, centre.left_reason = change.date, change.reason
        centre.leads_policy_area = False
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


def difference_now() -> str:
    """Return how the latest stated total differs from the centres in the database; empty if it does not."""
    return difference(Members.now(), NetworkTotal.objects.filter(latest=True).first())


def difference_of_files(records: Records) -> str:
    """Return how the latest stated total of the files differs from their centres; empty if it does not."""
    members = Members.of(record.values["status"] for record in records[CENTRES])
    latest = (record for record in records[TOTALS] if record.values["latest"])
    total = next((NetworkTotal(**record.values) for record in latest), None)
    return difference(members, total)
