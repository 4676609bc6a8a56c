"""Links that were checked, and editions that use them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from evidence.models import Edition, LinkCheck
from tests.factories import make_edition

NOW = timezone.now()


def linking_to(url: str, **says: Any) -> Edition:
    return make_edition(source_url=url, sources=[{"url": url}], **says)


def failing(url: str, days: float = 3, **fields: Any) -> LinkCheck:
    """Make the check of a link that has failed for some days."""
    fields = {
        "outcome": "gone",
        "status": 404,
        "reason": "The page does not exist (404).",
        "checked_at": NOW,
        "first_failed_at": NOW - timedelta(days=days),
        "failures": 2,
    } | fields
    return LinkCheck.objects.create(url=url, **fields)
