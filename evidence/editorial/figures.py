"""The figures of an edition that its centre can confirm, as people read them."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, OuterRef, Subquery, TextField
from django.utils import timezone

from centres.vocabulary import MISSING, MISSING_CHOICES, Reason
from evidence.models import Confirmation, Edition, EditionQuerySet
from evidence.models.content_fields import ContentField, in_page_order, lines_of
from evidence.models.products import NOTHING

FIGURES = [field for field in in_page_order() if field.is_figure]
# Of the reasons why a value is missing, those that are ours and that no centre could confirm.
UNREAD = {label for value, label in MISSING_CHOICES if MISSING[value][1] == Reason.NOT_READ}


@dataclass(frozen=True)
class Figure:
    """One of them: its label and what it says, a line for each entry of a list."""

    label: str
    lines: Sequence[str]


def figures_of(edition: Edition) -> list[Figure]:
    """Return what an edition has of them, in the order of its page. Fetch it with `for_reading()`.

    Those without a value are left out: a centre cannot confirm that the portal has not read something.
    """
    said = [Figure(field.label, _lines_said(edition, field.name)) for field in FIGURES]
    return [figure for figure in said if figure.lines]


def _lines_said(edition: Edition, name: str) -> list[str]:
    if getattr(edition, name) in NOTHING:
        return []
    lines = lines_of(edition, name)
    return [line for line in lines if line not in UNREAD] if name == "missing" else lines


def figures_of_many(editions: Iterable[Edition]) -> dict[int, list[Figure]]:
    """Return the same of each of many editions, by their keys."""
    return {edition.pk: figures_of(edition) for edition in editions}


@dataclass(frozen=True)
class Confirmed:
    """When a centre confirmed the figures of a summary, and in which of them an open edition of it differs."""

    day: datetime.date
    lost: Sequence[ContentField]

    @property
    def kept(self) -> Sequence[ContentField]:
        """The figures that are still as they were confirmed."""
        return [field for field in FIGURES if field not in self.lost]


def with_confirmation(editions: EditionQuerySet) -> EditionQuerySet:
    """Add to editions what `confirmed_of` asks for.

    The database compares as it does when an edition is published (evidence/sql/confirmations.sql).
    """
    held = Confirmation.objects.held().filter(summary=OuterRef("summary"))
    lost = Func(F("pk"), function="evidence_lost_figures", output_field=ArrayField(TextField()))
    return editions.annotate(held_since=Subquery(held.values("at")), lost_figures=lost)


def confirmed_of(edition: Any) -> Confirmed | None:
    """Return what becomes of the centre's confirmation if an open edition is published; None where there is none to lose."""
    if not (edition.is_open and edition.held_since):
        return None
    lost = [field for field in FIGURES if field.name in edition.lost_figures]
    return Confirmed(timezone.localdate(edition.held_since), lost)


def digest_of_figures(edition: Edition) -> str:
    """Return a hash (SHA-256, hexadecimal) of the figures as people read them, the words of the scales included."""
    said = [[field.name, lines_of(edition, field.name)] for field in FIGURES]
    return hashlib.sha256(json.dumps([edition.pk, said]).encode()).hexdigest()
