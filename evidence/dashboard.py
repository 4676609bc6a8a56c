"""What waits for a person in admin: the secretariat's first page."""

import datetime
from typing import Any

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from .linkuse import checks_for, has_failing_link, uses_of
from .models import Edition

SHOWN = 10  # rows of each list
SOON = datetime.timedelta(days=30)


def dashboard(user: Any) -> dict[str, Any]:
    """Return the parts of the first page, limited to the centres of the person."""
    if not user.has_perm("evidence.view_edition"):
        return {}
    editions = Edition.objects.for_person(user).select_related(
        "summary__centre", "submitted_by", "edited_by", "emergency_by"
    )
    return {
        "waiting": {
            "My drafts": editions.filter(state=Edition.State.DRAFT)
            .filter(Q(edited_by=user) | Q(made_by=user))
            .order_by("-created_at")[:SHOWN],
            "Waiting for review": editions.filter(state=Edition.State.IN_REVIEW).order_by(
                "submitted_at"
            )[:SHOWN],
            "Scheduled": editions.filter(state=Edition.State.SCHEDULED).order_by("publish_at")[
                :SHOWN
            ],
            "Published in an emergency and not yet approved": editions.unapproved().order_by(
                "published_at"
            )[:SHOWN],
        },
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


def _by_centre(editions: Any) -> Any:
    """Count by centre what is overdue, due soon and not stated, and what has a link that fails."""
    today = timezone.localdate()
    return (
        editions.published()
        .values(name=F("summary__centre__name"), centre=F("summary__centre"))
        .annotate(
            published=Count("pk"),
            overdue=Count("pk", Q(review_due__lt=today)),
            soon=Count("pk", Q(review_due__gte=today, review_due__lte=today + SOON)),
            without_date=Count("pk", Q(review_due=None)),
            without_strength=Count("pk", Q(strength="not-rated")),
            without_cost=Count("pk", Q(cost=None)),
            without_studies=Count("pk", Q(studies=None)),
            failing_links=Count("pk", has_failing_link()),
        )
        .order_by("name")
    )
