"""What the rows of a list that summaries are sorted by have in common: a slug, and that they can be retired or merged.

Nothing that refers to a row is rewritten when it is merged: editions stay as they were approved, and whoever reads them follows
the row to the one that it was merged into (docs/decisions/0030-merged-rows-lead-on.md).
"""

from collections.abc import Iterable
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from portal import guards
from portal.models import PageModel, slug_constraint

RETIRED, MERGED = "retired", "merged"


class ListRowQuerySet(models.QuerySet[Any]):
    """Rows by whether they can be chosen."""

    def in_use(self, or_keys: Iterable[int] = ()) -> Self:
        """Return what can be chosen, and the rows with these keys, which somebody has chosen already."""
        return self.filter(Q(ended="") | Q(pk__in=list(or_keys)))

    def retired(self) -> Self:
        """Return what is retired, and what was merged into a row that is."""
        return self.filter(Q(ended=RETIRED) | Q(ended=MERGED, instead__ended=RETIRED))


class ListRow(PageModel):
    """A row of a list. One that is in use no more has ended: it was retired, or merged into the row in `instead`."""

    class Ended(models.TextChoices):
        RETIRED = RETIRED, "Retired"
        MERGED = MERGED, "Merged into another"

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(
        help_text="Its place in lists, from 1. Leave it empty for the end of the list."
    )
    label = models.CharField(max_length=100)
    ended = models.CharField(
        "what became of it", max_length=7, choices=Ended, blank=True, editable=False
    )
    # What it was merged into; of a retired row, what took its place, if anything did.
    instead = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ListRowQuerySet.as_manager()

    class Meta(PageModel.Meta):
        abstract = True
        ordering = ["order", "label"]
        constraints = [
            slug_constraint("%(class)s_slug_is_words"),
            models.CheckConstraint(
                condition=Q(ended="", instead=None)
                | Q(ended=RETIRED)
                | Q(ended=MERGED, instead__isnull=False),
                name="%(class)s_ends_by_the_rules",
                violation_error_message="A merged row names the row that it was merged into, and a row in use names none.",
            ),
            models.CheckConstraint(
                condition=Q(instead=None) | ~Q(instead=F("pk")),
                name="%(class)s_is_not_its_own_successor",
                violation_error_message="A row cannot stand for itself: choose another one.",
            ),
        ]
        triggers = [
            *PageModel.Meta.triggers,
            guards.Guard(
                name="merged_rows_lead_to_no_merged_row",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.ended <> ''"),
                declare=[("wrong", "boolean")],
                # The lock lets nobody merge the other row meanwhile.
                func="""
                    EXECUTE format('SELECT ended = ''merged'' FROM %I WHERE id = $1 FOR SHARE', TG_TABLE_NAME)
                    INTO wrong USING NEW.instead_id;
                    IF wrong THEN RAISE EXCEPTION 'the row that it leads to is merged itself'; END IF;
                    IF NEW.ended = 'merged' THEN
                        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE instead_id = $1)', TG_TABLE_NAME)
                        INTO wrong USING NEW.id;
                        IF wrong THEN RAISE EXCEPTION 'other rows lead to this one'; END IF;
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def present(self) -> Any:
        """The row that stands for it today: itself, or what it was merged into. Fetch rows with `instead`."""
        return (self.instead or self) if self.ended == MERGED else self


def present_rows(rows: Iterable[Any]) -> list[Any]:
    """Return rows of one list with those that merged ones were merged into in their place, each once and in order."""
    given = list(rows)
    present = list(dict.fromkeys(getattr(row, "present", row) for row in given))
    return present if present == given else sorted(present, key=lambda row: (row.order, row.label))
