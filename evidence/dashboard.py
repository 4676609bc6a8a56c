"""What waits for a person in admin: the secretariat's first page."""

import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

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
    }


def _by_centre(editions: Any) -> Any:
    """Count by centre what is overdue, due soon, and not stated."""
    today = timezone.localdate()
    return (
        editions.published()
        .values(name=F("summary__centre__name"))
        .annotate(
            published=Count("pk"),
            overdue=Count("pk", Q(review_due__lt=today)),
            soon=Count("pk", Q(review_due__gte=today, review_due__lte=today + SOON)),
            without_date=Count("pk", Q(review_due=None)),
            without_strength=Count("pk", Q(strength="not-rated")),
            without_cost=Count("pk", Q(cost=None)),
            without_studies=Count("pk", Q(studies=None)),
        )
        .order_by("name")
    )
