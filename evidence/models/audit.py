"""The log of what was done to editions."""

import pgtrigger
from django.db import models

from portal import guards

from .fields import person
from .summaries import Summary


class AuditEntry(models.Model):
    """One thing that was done to an edition. The database refuses to change or remove it."""

    class Action(models.TextChoices):
        MADE = "made", "Opened"
        EDITED = "edited", "Edited"
        ASSIGNED = "assigned", "Assigned"
        SUBMITTED = "submitted", "Submitted for review"
        SENT_BACK = "sent-back", "Sent back"
        APPROVED = "approved", "Approved"
        SCHEDULED = "scheduled", "Approved and scheduled"
        CHECKED = "checked", "Checked: still true"
        EMERGENCY = "emergency", "Published in an emergency"
        APPROVED_AFTERWARDS = "approved-afterwards", "Approved after an emergency"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DISCARDED = "discarded", "Discarded"

    at = models.DateTimeField("when", auto_now_add=True)
    by = person("who")
    action = models.CharField("what was done", max_length=20, choices=Action)
    summary = models.ForeignKey(Summary, models.PROTECT, related_name="audit")
    edition_number = models.PositiveIntegerField("edition")
    comment = models.TextField(blank=True)
    digest = models.CharField(
        "fingerprint of the content",
        max_length=64,
        blank=True,
        help_text="SHA-256, when submitted.",
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "audit log"
        triggers = [
            guards.Guard(
                name="audit_entry_is_of_its_moment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="NEW.at = clock_timestamp(); RETURN NEW;",
            ),
            guards.Protect(
                name="audit_entry_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            guards.NeverEmptied(name="audit_log_is_never_emptied"),
        ]

    def __str__(self) -> str:
        return f"{self.summary} {self.edition_number}: {self.get_action_display()}"
