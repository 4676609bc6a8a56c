"""Which centres a person may work for."""

from typing import Any

from django.contrib.auth.models import User
from django.db import models

from centres.models import Centre


def centres_of(user: Any) -> models.QuerySet[Centre]:
    """Return the centres whose summaries somebody may work on: their own, or all if they have the right."""
    if user.has_perm("evidence.all_centres"):
        return Centre.objects.all()
    return Centre.objects.filter(memberships__user=user)


def editors_of(centre: Centre) -> models.QuerySet[User]:
    """Return the people who may write the summaries of a centre, by name."""
    backend = "django.contrib.auth.backends.ModelBackend"
    may: dict[str, Any] = {"is_active": True, "backend": backend}
    editors = User.objects.with_perm("evidence.change_edition", **may).filter(is_staff=True)
    of_all = User.objects.with_perm("evidence.all_centres", **may)
    own = models.Q(memberships__centre=centre) | models.Q(pk__in=of_all)
    return editors.filter(own).distinct().order_by("username")


def of_centres_of(user: Any, rows: Any, centre: str) -> Any:
    """Return the rows, a queryset, that belong to a centre of the user's; `centre` is the path to it, as in `filter`.

    Where the user may work on all centres, the queryset is returned unchanged, without a join.
    """
    if user.has_perm("evidence.all_centres"):
        return rows
    return rows.filter(**{f"{centre}__in": centres_of(user)})
