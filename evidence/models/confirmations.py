"""A centre's word that the figures and ratings of its published summaries are right."""

import datetime

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from portal import guards
from portal.content_version import MovesContentVersion

from .comments import KEPT, OfAnEdition
from .fields import person
from .summaries import Summary

ENDS = "{ended_at,ended_by_id,reason}"


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    """Confirmations by whether they hold."""

    def held(self) -> "ConfirmationQuerySet":
        """Return those that hold: nobody took them back, and no figure has changed."""
        return self.filter(ended_at=None)

    def lost(self) -> "ConfirmationQuerySet":
        """Return those that ended because something changed."""
        return self.filter(ended_at__isnull=False, ended_by=None)


class Confirmation(OfAnEdition):
    """An editor of the centre says that the figures of a published edition are the centre's own.

    It holds for the editions that follow for as long as their figures are the same (evidence/sql/confirmations.sql): the
    database ends it with the first that says something else. One that has ended does not come back.
    """

    summary = models.ForeignKey(Summary, models.PROTECT, related_name="confirmations")
    by = person("confirmed by")
    at = models.DateTimeField("confirmed", db_default=Now(), editable=False)
    ended_by = person("taken back by")
    ended_at = models.DateTimeField("ended", null=True, editable=False)
    reason = models.TextField("why it ended", blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["summary"],
                condition=Q(ended_at=None),
                name="one_confirmation_a_summary",
                violation_error_message="The centre has confirmed the figures of this summary already.",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False),
                name="confirmation_is_by_a_person",
                violation_error_message="A confirmation names who gave it.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, reason="")
                | Q(ended_at__isnull=False) & ~Q(reason=""),
                name="confirmation_ends_for_a_reason",
                violation_error_message="A confirmation that has ended says when and why, and no other one does.",
            ),
        ]
        triggers = [
            guards.Guard(
                name="confirmation_is_the_centres_word",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("its_edition", "evidence_edition")],
                # With the locks, what it says stays as it is until this confirmation can be seen, and so be ended.
                func="""
                    PERFORM FROM evidence_edition
                    WHERE summary_id = NEW.summary_id AND number = NEW.edition_number FOR SHARE;
                    SELECT * INTO its_edition FROM evidence_edition
                    WHERE summary_id = NEW.summary_id AND number = NEW.edition_number AND state = 'published';
                    IF its_edition.id IS NULL
                    THEN RAISE EXCEPTION 'only what is published is confirmed'; END IF;
                    IF its_edition.doubts <> '{}'
                    THEN RAISE EXCEPTION 'figures in doubt are not confirmed'; END IF;
                    IF NOT EXISTS (
                        SELECT FROM centres_membership
                        JOIN evidence_summary USING (centre_id)
                        WHERE evidence_summary.id = NEW.summary_id AND user_id = NEW.by_id
                    ) THEN RAISE EXCEPTION 'only an editor of the centre confirms its figures'; END IF;
                    IF NOT EXISTS (
                        SELECT FROM evidence_auditentry
                        WHERE summary_id = NEW.summary_id AND edition_number = NEW.edition_number
                            AND action = 'confirmed' AND by_id = NEW.by_id AND at >= now()
                    ) THEN RAISE EXCEPTION 'this confirmation is not in the audit log'; END IF;
                    PERFORM FROM centres_ratinglevel
                    WHERE id IN (its_edition.strength_step_id, its_edition.cost_step_id) FOR SHARE;
                    NEW.at = clock_timestamp();
                    RETURN NEW;
                """,
            ),
            guards.Protect(
                name="confirmation_begins_held",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__ended_at__isnull=False),
            ),
            guards.Protect(
                name="confirmation_only_ends",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.ended_at IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*"
                    f" OR to_jsonb(OLD) - '{ENDS}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{ENDS}'::text[]"
                ),
            ),
            guards.Guard(
                name="end_of_confirmation_is_in_the_log",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=True, new__ended_at__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT FROM evidence_auditentry
                        WHERE summary_id = NEW.summary_id AND comment = NEW.reason
                            AND by_id IS NOT DISTINCT FROM NEW.ended_by_id AND at >= now()
                            AND action IN ('confirmation-undone', 'confirmation-lost')
                    ) THEN RAISE EXCEPTION 'this end of a confirmation is not in the audit log'; END IF;
                    NEW.ended_at = clock_timestamp();
                    RETURN NEW;
                """,
            ),
            MovesContentVersion(name="moves_content_version"),
            *KEPT,
        ]

    def __str__(self) -> str:
        return f"{self.summary}, confirmed"

    @property
    def day(self) -> datetime.date:
        """The day on which it was given, in the United Kingdom."""
        return timezone.localdate(self.at)
