"""The dashboard: what needs a person's attention, on the first page of admin."""

from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from centres.vocabulary import Doubt, Rated, Reason
from evidence.editorial.reviews import DUE_SOON
from evidence.link_checks.inventory import checks_for, has_failing_link, uses_of
from evidence.models import AuditEntry, Edition, ListChange
from evidence.models.products import missing_q

from .comments import with_comment_counts

State = Edition.State
SHOWN = 10  # editions or links in each list


class WaitingList:
    """The first editions of a list on the dashboard, and the query string of the list in admin that has them all."""

    def __init__(self, title: str, editions: QuerySet[Edition], query: str) -> None:
        first = list(editions[: SHOWN + 1])
        self.title = title
        self.editions = first[:SHOWN]
        self.has_more = len(first) > SHOWN
        self.query = query


def dashboard_context(user: Any) -> dict[str, Any]:
    """Return the context of the dashboard, limited to the centres of the person. Empty for people who may see no edition."""
    if not user.has_perm("evidence.view_edition"):
        return {}
    return {
        "waiting": _waiting_lists(user),
        "list_changes": _list_changes(user),
        "by_centre": _by_centre(Edition.objects.for_person(user)),
        "links": _links(user) if user.has_perm("evidence.view_linkcheck") else None,
    }


def _waiting_lists(user: Any) -> list[WaitingList]:
    sent_back = AuditEntry.objects.filter(
        summary=OuterRef("summary"),
        edition_number=OuterRef("number"),
        action=AuditEntry.Action.SENT_BACK,
    )
    editions = (
        Edition.objects.for_person(user)
        .select_related(
            "summary__centre", "submitted_by", "edited_by", "emergency_by", "assigned_to"
        )
        .annotate(sent_back=Subquery(sent_back.values("comment")[:1]))
    )
    editions = with_comment_counts(editions)
    drafts = editions.filter(state=State.DRAFT).order_by("-created_at")
    own = Q(assigned_to=user) | Q(assigned_to=None) & (
        Q(edited_by=user) | Q(made_by=user, edited_by=None)
    )
    in_review = editions.filter(state=State.IN_REVIEW).order_by("submitted_at")
    scheduled = editions.filter(state=State.SCHEDULED).order_by("publish_at")
    leaving = editions.published().filter(summary__planned_withdrawal__isnull=False)
    leaving = leaving.order_by("summary__planned_withdrawal__at")
    unapproved = editions.unapproved().order_by("published_at")
    return [
        WaitingList("My drafts", drafts.filter(own), "state__exact=draft"),
        WaitingList("Other drafts of your centres", drafts.exclude(own), "state__exact=draft"),
        WaitingList("Waiting for review", in_review, "state__exact=in-review"),
        WaitingList("Scheduled", scheduled, "state__exact=scheduled"),
        WaitingList("To be withdrawn", leaving, "needs=withdrawal"),
        WaitingList("Published in an emergency and not yet approved", unapproved, "needs=approval"),
    ]


def _list_changes(user: Any) -> dict[str, Any] | None:
    """Return the changes of lists that wait for a second person, and those of this person that were sent back."""
    if not user.has_perm("evidence.view_listchange"):
        return None
    whole = ListChange.objects.filter(part_of=None)
    proposed = whole.proposed().select_related("by")
    sent_back = whole.filter(state=ListChange.State.SENT_BACK, by=user)
    return {"proposed": proposed[:SHOWN], "sent_back": sent_back.order_by("pk")[:SHOWN]}


def _links(user: Any) -> dict[str, Any]:
    """Return when links were last checked, and the links that have failed longest with what uses them."""
    checks = checks_for(user)
    failing = list(checks.failing().order_by("first_failed_at", "url")[:SHOWN])
    uses = uses_of({check.url for check in failing}, user)
    return {
        "checked_at": checks.aggregate(latest=Max("checked_at"))["latest"],
        "failing": [(check, uses[check.url]) for check in failing],
    }


def needs() -> dict[str, tuple[str, Q]]:
    """Return what published editions may need: a label, and the condition for the editions that need it, by name."""
    today = timezone.localdate()
    conditions = {
        "overdue": ("Review overdue", Q(review_due__lt=today)),
        "soon": ("Review due in 30 days", Q(review_due__range=(today, today + DUE_SOON))),
        "review-date": ("No review date", Q(review_due=None)),
        "strength": ("Strength not yet read", missing_q(Rated.STRENGTH, Reason.NOT_READ)),
        "strength-none": ("Strength not given", missing_q(Rated.STRENGTH, Reason.NONE)),
        "cost": ("Cost not yet read", missing_q(Rated.COST, Reason.NOT_READ)),
        "cost-none": ("Cost not given", missing_q(Rated.COST, Reason.NONE)),
        "studies": ("Number of studies not yet read", missing_q(Rated.STUDIES, Reason.NOT_READ)),
        "reading": (
            "Sources differ, or an older page",
            Q(doubts__overlap=[Doubt.SOURCES_DIFFER, Doubt.OLDER_PAGE]),
        ),
        "links": ("A link that fails", has_failing_link()),
        "withdrawal": ("Withdrawal planned", Q(summary__planned_withdrawal__isnull=False)),
        "approval": (
            "Published in an emergency, not approved",
            Q(emergency_by__isnull=False, approved_by=None),
        ),
    }
    published = Edition.published_q()
    return {name: (label, published & which) for name, (label, which) in conditions.items()}


def _by_centre(editions: Any) -> dict[str, Any]:
    """Return, for each centre, how many editions are published and how many have each need."""
    editions_url = reverse("admin:evidence_edition_changelist")
    columns = {
        name: pair for name, pair in needs().items() if name not in {"approval", "withdrawal"}
    }
    rows = (
        editions.published()
        .values(centre=F("summary__centre"), name=F("summary__centre__name"))
        .annotate(
            published=Count("pk"),
            **{f"needs_{name}": Count("pk", which) for name, (_, which) in columns.items()},
        )
        .order_by("name")
    )
    return {
        "labels": [label for label, _ in columns.values()],
        "rows": [
            {
                **row,
                "editions_url": f"{editions_url}?summary__centre__id__exact={row['centre']}",
                "needs": [
                    (name, label, row[f"needs_{name}"]) for name, (label, _) in columns.items()
                ],
            }
            for row in rows
        ],
    }
