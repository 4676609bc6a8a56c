"""Approaches that several summaries assess."""

from django.db import models

from portal.addresses import address_of
from portal.content_version import ContentModel
from portal.models import also_known_as

from .list_rows import ListRow
from .summaries import Summary


class Approach(ListRow):
    """The same thing done in several places and assessed more than once: an editorial judgement."""

    description = models.TextField()
    members = models.ManyToManyField(Summary, through="ApproachMember", related_name="approaches")
    why_ratings_differ = models.TextField(blank=True)
    also_known_as = also_known_as()
    reviewed_on = models.DateField(help_text="When the grouping was last reviewed.")

    class Meta(ListRow.Meta):
        verbose_name_plural = "approaches"

    def get_absolute_url(self) -> str:
        """Return the address of its page, which compares what its members say."""
        return address_of("evidence:approach", self.slug)


class ApproachMember(ContentModel):
    """A summary that assesses an approach."""

    approach = models.ForeignKey(Approach, models.CASCADE, related_name="memberships")
    summary = models.ForeignKey(Summary, models.CASCADE, related_name="memberships")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta(ContentModel.Meta):
        ordering = ["approach", "order"]
        constraints = [
            models.UniqueConstraint(fields=["approach", "summary"], name="summary_once_an_approach")
        ]

    def __str__(self) -> str:
        return f"{self.summary} in {self.approach}"
