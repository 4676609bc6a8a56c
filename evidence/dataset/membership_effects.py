"""What the public pages would say once a proposed change of membership is made, for whoever proposes it or decides on it."""

from collections.abc import Iterator
from typing import NamedTuple

from centres.members import Members
from centres.models import Centre, PolicyArea
from evidence.models import Edition, ListChange, Summary
from portal.templatetags.portal_tags import partial_date

from .list_history import List
from .paths import Entry

Status = Centre.Status
A_MEMBER = {
    Status.WHAT_WORKS_CENTRE: "a What Works Centre",
    Status.AFFILIATE: "an affiliate",
    Status.FORMER: "a former member",
}


class Effect(NamedTuple):
    """What one public page says now and would say then."""

    page: str
    now: str
    then: str


def effects_of(change: ListChange) -> Iterator[Effect]:
    """Yield what public pages say now, and would say then. Nothing where a change leaves the membership as it is."""
    before, after = change.before or {}, change.after or {}
    if change.list_name != List.CENTRE or not after or before.get("status") == after["status"]:
        return
    members = Members.now()
    then = members.with_change(before.get("status"), after["status"])
    yield Effect("Home page and “The What Works Network”", str(members), str(then))
    yield Effect("“Centres”", _groups(members), _groups(then))
    is_now = Status(before["status"]).label if before else "There is no such page"
    yield Effect(f"Page of {after['name']}", is_now, _status_of(after))
    if after["status"] == Status.FORMER:
        yield from _of_departure(before, after)
    for part in change.parts.filter(list_name=List.NETWORK_EVENT):
        event = part.after or {}
        said = f"{partial_date(event['date'])}: {event['title']}. {event['sentence']}"
        yield Effect("Timeline", "", said)


def _of_departure(before: Entry, after: Entry) -> Iterator[Effect]:
    if before["leads_policy_area"]:
        area = PolicyArea.objects.get(slug=before["policy_area"])
        lead = f"{after['name']} is the network’s member for it"
        yield Effect(f"Page of the policy area “{area}”", lead, "No member is stated")
    its = Summary.objects.filter(Edition.published_q("editions"), centre__slug=before["slug"])
    if number := its.count():
        was = f"They say that it is {A_MEMBER[Status(before['status'])]}"
        left = f"{A_MEMBER[Status.FORMER]} (left: {partial_date(after['left']['date'])})"
        said = f"They keep their addresses, and say that it is {left}"
        yield Effect(f"Its published summaries: {number}", was, said)


def _groups(members: Members) -> str:
    return (
        f"What Works Centres ({members.centres}), Affiliates ({members.affiliates}), "
        f"Former members ({members.former})"
    )


def _status_of(entry: Entry) -> str:
    if entry["status"] != Status.FORMER:
        return str(Status(entry["status"]).label)
    left = entry["left"]
    said = f"Former member. Left: {partial_date(left['date'])}. {left['reason']}"
    followed = Centre.objects.filter(slug__in=entry["successors"]).values_list("name", flat=True)
    return f"{said} Followed by {', '.join(followed)}." if followed else said
