"""The permanent identity of a piece of evidence."""

from django.db import models
from django.db.models import F, Q

from centres.models import Centre
from portal.addresses import address_of
from portal.models import slug_constraint

from . import rules


class Summary(models.Model):
    """The permanent identity of one piece of evidence. Its slug is its address and never changes."""

    slug = models.SlugField(
        max_length=100,
        unique=True,
        help_text="Its address for good, such as the last part of /evidence/eef-feedback/.",
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="summaries")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_reason = models.TextField(blank=True, editable=False)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", editable=False
    )

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "summaries"
        permissions = [
            ("import_summary", "Can import summaries from a spreadsheet, as drafts"),
            ("export_summary", "Can export summaries, drafts included, to a spreadsheet"),
        ]
        constraints = [
            slug_constraint("summary_slug_is_words"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="withdrawn_summary_has_a_reason",
                violation_error_message="A withdrawn summary says why, and no other one does.",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None)
                | Q(withdrawn_at__isnull=False) & ~Q(replaced_by=F("pk")),
                name="only_withdrawn_summaries_are_replaced",
                violation_error_message="Only a withdrawn summary names another to read instead, and never itself.",
            ),
        ]
        triggers = rules.SUMMARY_TRIGGERS

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        """Return its permanent address."""
        return address_of("evidence:summary", self.slug)
