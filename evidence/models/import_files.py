"""Spreadsheets that somebody has uploaded and not confirmed yet."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class ImportFileQuerySet(models.QuerySet["ImportFile"]):
    """Uploads by age."""

    def waiting(self) -> "ImportFileQuerySet":
        """Return those that can still be confirmed or looked at."""
        return self.exclude(pk__in=self.expired())

    def expired(self) -> "ImportFileQuerySet":
        """Return those that nobody has confirmed within an hour."""
        return self.filter(at__lt=timezone.now() - datetime.timedelta(hours=1))


class ImportFile(models.Model):
    """An uploaded spreadsheet, until the person who uploaded it confirms the import (see evidence.spreadsheet.import_pages)."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    name = models.CharField(max_length=255)
    content = models.BinaryField()
    fingerprint = models.CharField(
        max_length=64,
        blank=True,
        help_text="Of the plan that the person was shown. Empty if it cannot be carried out.",
    )
    shown = models.JSONField(
        default=dict,
        help_text="What the pages say that the file would do: see evidence.spreadsheet.shown.",
    )

    objects = ImportFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
