"""Who has the form of a draft open."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from .editions import Edition

# As long as a session may stay without use.
FORGOTTEN_AFTER = datetime.timedelta(hours=2)


class OpenFormQuerySet(models.QuerySet["OpenForm"]):
    """Open forms by whose they are."""

    def of_others(self, edition: Edition, user: Any) -> "OpenFormQuerySet":
        """Return who else has had the form of a draft open of late, the longest first."""
        recent = self.filter(edition=edition, since__gt=Now() - FORGOTTEN_AFTER)
        return recent.exclude(person=user).select_related("person").order_by("since")


class OpenForm(models.Model):
    """Somebody has opened the form of a draft, and has not saved it since."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField(db_default=Now())

    objects = OpenFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "person"], name="one_open_form_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} has it open"

    @staticmethod
    def note(edition: Edition, user: Any) -> None:
        """Note that somebody has just opened the form."""
        OpenForm.objects.bulk_create(
            [OpenForm(edition=edition, person=user, since=Now())],
            update_conflicts=True,
            unique_fields=["edition", "person"],
            update_fields=["since"],
        )
