"""Fields that several models share."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from centres.vocabulary import Nation


def web_addresses(help_text: str = "One address a line.") -> ArrayField:
    return ArrayField(
        models.URLField(max_length=500), blank=True, default=list, help_text=help_text
    )


def nations() -> ArrayField:
    return ArrayField(models.CharField(max_length=16, choices=Nation), blank=True, default=list)
