"""The result of the last check of each link."""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from portal.lookups import trigrams
from portal.models import LISTED


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """Checked links by result."""

    def failing(self) -> "LinkCheckQuerySet":
        """Return those that have failed for long enough to be called broken (see LinkCheck.FAILS_AFTER)."""
        # The first condition follows from the second, but only by it the database finds them in an index.
        broken = self.filter(first_failed_at__isnull=False)
        return broken.filter(checked_at__gte=F("first_failed_at") + LinkCheck.FAILS_AFTER)


class LinkCheck(models.Model):
    """The result of the last check of a link, for editors only. `manage.py check_links` writes it."""

    class Outcome(models.TextChoices):
        """What a check found."""

        ANSWERS = "answers", "Answers"
        MOVED = "moved", "Answers at a new address"
        GONE = "gone", "Is gone"
        FAILS = "fails", "Does not answer"
        REFUSES = "refuses", "Refuses to be checked"
        NOT_ASKED = "not-asked", "Was not checked"

    BROKEN = [Outcome.GONE, Outcome.FAILS]
    # A fault may pass by itself. A link counts as failing when two checks this far apart, and all between, found it broken.
    # With a daily check that is the second day, even if one check starts a little earlier than the other.
    FAILS_AFTER = datetime.timedelta(hours=20)

    url = models.URLField("address", max_length=500, unique=True)
    checked_at = models.DateTimeField("last checked")
    outcome = models.CharField(max_length=9, choices=Outcome)
    status = models.PositiveSmallIntegerField(
        "HTTP status", null=True, blank=True, help_text="Empty where there was no answer."
    )
    reason = models.TextField("in words")
    final_url = models.TextField(
        "new address", blank=True, help_text="Where it has moved to for good."
    )
    first_failed_at = models.DateTimeField(
        "has failed since", null=True, blank=True, help_text="Empty once it answers again."
    )
    failures = models.PositiveIntegerField("failures in a row", default=0)
    centres = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], blank=True, editable=False,
        help_text="The keys of the centres that linked to it at the last check or load.",
    )  # fmt: skip

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        ordering = ["url"]
        verbose_name = "link"
        indexes = [
            models.Index(fields=["first_failed_at", "url"], name="link_by_failure", include=["id"]),
            # With all that says which links fail, to find the editions that use them.
            models.Index(
                fields=["url"], name="link_failing", condition=Q(first_failed_at__isnull=False),
                include=["first_failed_at", "checked_at"],
            ),
            GinIndex(fields=["centres"], name="link_by_centre", fastupdate=False),
            GinIndex(trigrams("url"), name="link_by_address"),
            GinIndex(trigrams("reason"), name="link_by_reason", condition=~Q(outcome="answers")),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["answers", "moved", "gone", "fails", "refuses", "not-asked"]
                ),
                name="link_outcome_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(outcome="moved") & ~Q(final_url="")
                | ~Q(outcome="moved") & Q(final_url=""),
                name="moved_link_says_where_to",
                violation_error_message="A link that has moved has a new address, and no other one does.",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["gone", "fails"],
                    failures__gt=0,
                    first_failed_at__isnull=False,
                    first_failed_at__lte=F("checked_at"),
                )
                | ~Q(outcome__in=["gone", "fails"]) & Q(failures=0, first_failed_at=None),
                name="broken_link_says_since_when",
                violation_error_message="A link that fails says since when and how often, and no other one does.",
            ),
        ]

    def __str__(self) -> str:
        return self.url
