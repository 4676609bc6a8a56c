"""Fields that several models share."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from centres.vocabulary import Nation


def web_addresses(help_text: str = "One address a line.") -> ArrayField:
    """Return the field for a list of web addresses."""
    return ArrayField(
        models.URLField(max_length=500), blank=True, default=list, help_text=help_text
    )


def nations() -> ArrayField:
    """Return the field for the nations of the UK that something covers."""
    return ArrayField(models.CharField(max_length=16, choices=Nation), blank=True, default=list)
