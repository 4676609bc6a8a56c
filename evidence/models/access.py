"""Which centres a person may work for."""

from typing import Any

from django.contrib.auth.models import User
from django.db import models

from centres.models import Centre, Membership


def centres_of(user: Any) -> models.QuerySet[Centre]:
    """Return the centres whose summaries somebody may work on: their own, or all if they have the right."""
    if user.has_perm("evidence.all_centres"):
        return Centre.objects.all()
    return Centre.objects.filter(memberships__user=user)


def works_for(user: Any, centre: Centre | int) -> bool:
    """Say whether somebody belongs to a centre: to work on those of every centre is another thing."""
    return Membership.objects.filter(user=user, centre=centre).exists()


def people_with(right: str, *, superusers: bool = True) -> models.QuerySet[User]:
    """Return the active people with a right, such as "evidence.approve_edition"."""
    backend = "django.contrib.auth.backends.ModelBackend"
    people = User.objects.with_perm(
        right, is_active=True, include_superusers=superusers, backend=backend
    )
    return people.filter(is_staff=True)


def people_of(
    centre: Centre | int, right: str, *, superusers: bool = True
) -> models.QuerySet[User]:
    """Return those of them who may work on the summaries of a centre, by name."""
    of_all = people_with("evidence.all_centres", superusers=superusers)
    own = models.Q(memberships__centre=centre) | models.Q(pk__in=of_all)
    return people_with(right, superusers=superusers).filter(own).distinct().order_by("username")


def editors_of(centre: Centre) -> models.QuerySet[User]:
    """Return the people who may write the summaries of a centre, by name."""
    return people_of(centre, "evidence.change_edition")


def secretariat() -> models.QuerySet[User]:
    """Return the people who write for all centres by their roles."""
    writers = people_with("evidence.change_edition", superusers=False)
    return writers.filter(pk__in=people_with("evidence.all_centres", superusers=False))


def of_centres_of(user: Any, rows: Any, centre: str) -> Any:
    """Return the rows, a queryset, that belong to a centre of the user's; `centre` is the path to it, as in `filter`.

    Where the user may work on all centres, the queryset is returned unchanged, without a join.
    """
    if user.has_perm("evidence.all_centres"):
        return rows
    return rows.filter(**{f"{centre}__in": centres_of(user)})
