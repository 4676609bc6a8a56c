"""What waits for a person in admin: the secretariat's first page."""

import datetime
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from evidence.link_checks.inventory import checks_for, has_failing_link, uses_of
from evidence.models import AuditEntry, Edition

State = Edition.State
SHOWN = 10  # rows of each list
SOON = datetime.timedelta(days=30)


class Waiting:
    """The first editions of a list, and whether there are more than are shown."""

    def __init__(self, title: str, editions: Any, query: str) -> None:
        first = list(editions[: SHOWN + 1])
        self.title = title
        self.editions = first[:SHOWN]
        self.more = len(first) > SHOWN
        self.query = query  # of the list in admin that has them all


def dashboard_context(user: Any) -> dict[str, Any]:
    """Return the parts of the first page, limited to the centres of the person."""
    if not user.has_perm("evidence.view_edition"):
        return {}
    back = AuditEntry.objects.filter(
        summary=OuterRef("summary"),
        edition_number=OuterRef("number"),
        action=AuditEntry.Action.SENT_BACK,
    )
    editions = (
        Edition.objects.for_person(user)
        .select_related("summary__centre", "submitted_by", "edited_by", "emergency_by")
        .annotate(sent_back=Subquery(back.values("comment")[:1]))
    )
    return {
        "waiting": [
            Waiting(
                "My drafts",
                editions.filter(state=State.DRAFT)
                .filter(Q(edited_by=user) | Q(made_by=user, edited_by=None))
                .order_by("-created_at"),
                "state__exact=draft",
            ),
            Waiting(
                "Other drafts of your centres",
                editions.filter(state=State.DRAFT)
                .exclude(Q(edited_by=user) | Q(made_by=user, edited_by=None))
                .order_by("-created_at"),
                "state__exact=draft",
            ),
            Waiting(
                "Waiting for review",
                editions.filter(state=State.IN_REVIEW).order_by("submitted_at"),
                "state__exact=in-review",
            ),
            Waiting(
                "Scheduled",
                editions.filter(state=State.SCHEDULED).order_by("publish_at"),
                "state__exact=scheduled",
            ),
            Waiting(
                "Published in an emergency and not yet approved",
                editions.unapproved().order_by("published_at"),
                "needs=approval",
            ),
        ],
        "by_centre": _by_centre(Edition.objects.for_person(user)),
        "links": _links(user) if user.has_perm("evidence.view_linkcheck") else None,
    }


def _links(user: Any) -> dict[str, Any]:
    """Return when links were last checked, and those that fail longest with what uses them."""
    checks = checks_for(user)
    failing = list(checks.failing().order_by("first_failed_at", "url")[:SHOWN])
    uses = uses_of({check.url for check in failing}, user)
    return {
        "checked_at": checks.aggregate(latest=Max("checked_at"))["latest"],
        "failing": [(check, uses[check.url]) for check in failing],
    }


def needs() -> dict[str, tuple[str, Q]]:
    """Return what a published edition may need, by name: the words for it, and which editions do."""
    today = timezone.localdate()
    lacking = {
        "overdue": ("Review overdue", Q(review_due__lt=today)),
        "soon": ("Review due in 30 days", Q(review_due__range=(today, today + SOON))),
        "review-date": ("No review date", Q(review_due=None)),
        "strength": ("No strength", Q(strength="not-rated")),
        "cost": ("No cost", Q(cost=None)),
        "studies": ("No number of studies", Q(studies=None)),
        "links": ("A link that fails", has_failing_link()),
        "approval": (
            "Published in an emergency, not approved",
            Q(emergency_by__isnull=False, approved_by=None),
        ),
    }
    return {
        name: (label, Edition.published_q() & which) for name, (label, which) in lacking.items()
    }


def _by_centre(editions: Any) -> dict[str, Any]:
    """Count by centre what is published and what that needs."""
    columns = {name: pair for name, pair in needs().items() if name != "approval"}
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
                "needs": [
                    (name, words, row[f"needs_{name}"]) for name, (words, _) in columns.items()
                ],
            }
            for row in rows
        ],
    }
