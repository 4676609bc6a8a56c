"""The figures of an edition that its centre can confirm, as people read them."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, TextField

from evidence.models import Confirmation, Edition, Product
from evidence.models.content_fields import ContentField, in_page_order, lack_of, lines_of

FIGURES = [field for field in in_page_order() if field.is_figure]
# Of these, an empty one says nothing: "no doubt" and "no step" are no figures that somebody could look up.
SILENT = {"strength_scale", "strength_step", "cost_scale", "cost_step", "missing", "doubts", "data_note"}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One of them: its label and what it says, a line for each entry of a list; where that is nothing, why."""

    label: str
    lines: Sequence[str]
    lack: str = ""


def figures_of(edition: Edition) -> list[Figure]:
    """Return the figures of an edition, in the order of its page. Fetch it with `for_reading()`."""
    said = [(field, lines_of(edition, field.name)) for field in FIGURES]
    return [
        Figure(field.label, lines, "" if lines else lack_of(edition, field.name))
        for field, lines in said
        if lines or field.name not in SILENT
    ]


def figures_of_many(editions: Iterable[Edition]) -> dict[int, list[Figure]]:
    """Return the same of each of many editions, by their keys, with two queries for their product lines."""
    products = Product.objects.prefetch_related("rules")
    lines = {(one.centre_id, name): one for one in products for name in one.names}
    found = {}
    for edition in editions:
        edition.line = lines.get((edition.summary.centre_id, edition.product))
        found[edition.pk] = figures_of(edition)
    return found


@dataclass(frozen=True)
class Confirmed:
    """What a centre has confirmed of the summary of an open edition, and in which of these figures the edition differs."""

    confirmation: Confirmation
    lost: Sequence[ContentField]

    @property
    def kept(self) -> Sequence[ContentField]:
        """The figures that are still as they were confirmed."""
        return [field for field in FIGURES if field not in self.lost]


def confirmed_of(editions: Iterable[Edition]) -> dict[int, Confirmed]:
    """Return, by their keys, the open editions whose centre has confirmed the figures of before, in two queries at most.

    The database compares as it does when an edition is published (evidence/sql/confirmations.sql).
    """
    summaries = {one.pk: one.summary_id for one in editions if one.is_open}
    rows = Confirmation.objects.held().filter(summary__in=summaries.values())
    held = {one.summary_id: one for one in rows}
    if not held:
        return {}
    lost = Func(F("pk"), function="evidence_lost_figures", output_field=ArrayField(TextField()))
    drafts = Edition.objects.filter(pk__in=summaries, summary__in=held).values_list("pk", lost)
    return {
        pk: Confirmed(held[summaries[pk]], [one for one in FIGURES if one.name in names])
        for pk, names in drafts
    }


def digest_of_figures(edition: Edition) -> str:
    """Return a hash (SHA-256, hexadecimal) of the figures as people read them, the words of the scales included."""
    said = [[field.name, lines_of(edition, field.name)] for field in FIGURES]
    return hashlib.sha256(json.dumps([edition.pk, said]).encode()).hexdigest()
