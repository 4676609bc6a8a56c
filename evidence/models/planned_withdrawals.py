"""Withdrawals that are still to come."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portal import guards

from .summaries import Summary


class PlannedWithdrawal(models.Model):
    """Says when a published summary is to be withdrawn, and why. It goes when that is done, or when somebody cancels it."""

    summary = models.OneToOneField(Summary, models.CASCADE, related_name="planned_withdrawal")
    at = models.DateTimeField("withdrawn at")
    reason = models.TextField()
    replaced_by = models.ForeignKey(
        Summary, models.CASCADE, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="planned_withdrawal_has_a_reason",
                violation_error_message="Say why it is to be withdrawn.",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("summary")),
                name="planned_withdrawal_is_not_for_itself",
                violation_error_message="Choose another summary to read instead.",
            ),
        ]
        triggers = [
            guards.Guard(
                name="only_what_is_published_is_withdrawn",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT FROM evidence_edition
                        WHERE summary_id = NEW.summary_id AND state = 'published'
                    ) THEN RAISE EXCEPTION 'only a published summary can be withdrawn'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.summary}, to be withdrawn"
