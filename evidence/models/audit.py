"""The log of what was done to editions, and the chain that shows whether somebody has changed it."""

import datetime
import hashlib
import json

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from portal import guards
from portal.lookups import trigrams

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
        TAKEN_BACK = "taken-back", "Taken back"
        APPROVED = "approved", "Approved"
        SCHEDULED = "scheduled", "Approved and scheduled"
        CHECKED = "checked", "Checked: still true"
        CONFIRMED = "confirmed", "Confirmed by the centre"
        CONFIRMATION_UNDONE = "confirmation-undone", "Confirmation taken back"
        CONFIRMATION_LOST = "confirmation-lost", "Confirmation lost"
        EMERGENCY = "emergency", "Published in an emergency"
        APPROVED_AFTERWARDS = "approved-afterwards", "Approved after an emergency"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        WITHDRAWAL_PLANNED = "withdrawal-planned", "Withdrawal planned"
        WITHDRAWAL_CANCELLED = "withdrawal-cancelled", "Withdrawal cancelled"
        DISCARDED = "discarded", "Discarded"
        FACT_CHECK_ASKED = "fact-check-asked", "Fact check asked for"
        FACT_CHECK_ANSWERED = "fact-check-answered", "Fact check answered"
        FACT_CHECK_ENDED = "fact-check-ended", "Fact check ended"
        PAGE_CHANGE_SETTLED = "page-change-settled", "Change of its source page does not matter"

    # What makes an edition in review a draft again.
    BACK = (Action.SENT_BACK, Action.TAKEN_BACK)

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
        indexes = [
            # For the search of admin's list, which finds the rest by the summary.
            GinIndex(trigrams("comment"), name="audit_by_comment"),
        ]
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

    @property
    def who(self) -> str:
        """Who did it, in words."""
        if self.action == self.Action.FACT_CHECK_ANSWERED:
            return "somebody without an account"
        return str(self.by or "the system")

    def hash_after(self, previous: str) -> str:
        """Return the hash of this entry's link, after a link with the hash `previous`, as evidence/sql/audit_chain.sql does.

        It is made here too, so that a check need not believe the database that it checks.
        """
        at = self.at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
        content = [
            self.pk, at, self.by_id, self.action, self.summary_id, self.edition_number, self.comment, self.digest,
        ]  # fmt: skip
        return hashlib.sha256(
            (previous + json.dumps(content, ensure_ascii=False)).encode()
        ).hexdigest()


class AuditLink(models.Model):
    """The link of an entry in the chain, in the order of the transactions. The database makes it, and nobody else can."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="link")
    hash = models.CharField(max_length=64, help_text="SHA-256 of the link before and of the entry.")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        triggers = [
            guards.OwnerOnly(
                name="audit_link_is_made_by_the_database",
                operation=pgtrigger.Insert,
                refusal="only the database links the audit log",
            ),
            guards.Protect(
                name="audit_link_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            guards.NeverEmptied(name="audit_links_are_never_emptied"),
        ]

    def __str__(self) -> str:
        return self.hash
