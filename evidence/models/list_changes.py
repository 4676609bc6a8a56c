"""The history of the lists that editors keep: what a row said before and after each change, why, and who changed it."""

import pgtrigger
from django.db import models
from django.db.models import Q

from portal import guards
from portal.content_version import ContentModel

from .fields import person


class ListChange(ContentModel):
    """One change of one row of a list. The database refuses to change or remove it.

    What the row said is what its entry in the files of data/ would say. The public reads the reason and the role, and
    never who it was.
    """

    class List(models.TextChoices):
        APPROACH = "approach", "Approaches"

    at = models.DateTimeField("when", auto_now_add=True)
    list_name = models.CharField("list", max_length=20, choices=List)
    row_id = models.BigIntegerField("key of the row")
    before = models.JSONField(
        null=True, help_text="What it said before; empty if nothing is known of that."
    )
    after = models.JSONField(null=True, help_text="What it says since; empty if it was deleted.")
    reason = models.TextField(blank=True)
    by = person("who")
    role = models.CharField(max_length=150, blank=True, help_text="Of the person, at that time.")

    class Meta(ContentModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(by=None) | ~Q(reason="") & ~Q(role=""),
                name="list_change_of_a_person_has_a_reason",
            ),
        ]
        triggers = [
            *ContentModel.Meta.triggers,
            guards.Guard(
                name="list_change_is_of_its_moment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="NEW.at = clock_timestamp(); RETURN NEW;",
            ),
            guards.Protect(
                name="list_change_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            guards.NeverEmptied(name="list_changes_are_never_emptied"),
        ]

    def __str__(self) -> str:
        said = self.after or self.before or {}
        return f"{said.get('label', self.row_id)}: {self.reason}"
