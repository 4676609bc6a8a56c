"""Which centres' summaries a person may work on."""

from typing import Any

from django.db import models

from centres.models import Centre


def centres_of(user: Any) -> models.QuerySet[Centre]:
    """Return the centres whose summaries somebody may work on: their own, or all by a right."""
    if user.has_perm("evidence.all_centres"):
        return Centre.objects.all()
    return Centre.objects.filter(memberships__user=user)


def of_centres_of(user: Any, rows: Any, centre: str) -> Any:
    """Return those rows whose field `centre` names one of them; a list of all is not asked which it has."""
    if user.has_perm("evidence.all_centres"):
        return rows
    return rows.filter(**{f"{centre}__in": centres_of(user)})
