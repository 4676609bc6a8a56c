"""Fields that several models share."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


def sentences(label: str, help_text: str) -> ArrayField:
    """Return the field for a list of sentences or points, one a line in a form."""
    return ArrayField(
        models.TextField(), verbose_name=label, blank=True, default=list, help_text=help_text
    )


def person(label: str) -> models.ForeignKey:
    """Return the field for the person who did something; null where it was the system."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=label,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
