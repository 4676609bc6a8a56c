"""The words that editors group for search."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.content_version import ContentModel


class SynonymGroup(ContentModel):
    """Words that mean the same to people who search; one way, the first also find the second."""

    order = models.PositiveSmallIntegerField()
    one_way = models.BooleanField(default=False)
    terms = ArrayField(
        models.CharField(max_length=100),
        help_text="Words that mean the same. One way: the words that people type. One a line.",
    )
    finds = ArrayField(
        models.CharField(max_length=100),
        blank=True,
        default=list,
        help_text="One way only: the words that these also find. One a line.",
    )

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(one_way=True, finds__len__gt=0, terms__len__gt=0)
                | Q(one_way=False, finds__len=0, terms__len__gt=1),
                name="synonym_group_has_two_sides",
                violation_error_message=(
                    "Give two or more words that mean the same; or, one way, words on both sides."
                ),
            )
        ]

    def __str__(self) -> str:
        words = ", ".join(self.terms)
        return f"{words} → {', '.join(self.finds)}" if self.one_way else words
