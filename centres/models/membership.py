"""Who works for which centre."""

from django.conf import settings
from django.db import models

from .centres import Centre


class Membership(models.Model):
    """A person belongs to a centre and may work on its summaries, as far as their role goes.

    Rights hang on centres, never on who made a row: whoever joins takes over what others began.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="person", related_name="memberships"
    )
    centre = models.ForeignKey(Centre, models.CASCADE, related_name="memberships")

    class Meta:
        verbose_name_plural = "people of centres"
        constraints = [
            models.UniqueConstraint(fields=["user", "centre"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} of {self.centre}"
