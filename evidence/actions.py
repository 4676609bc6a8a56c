"""The only code that moves an edition between states. Admin, commands and tests all go through it.

draft -> in review -> (scheduled ->) published -> superseded or withdrawn; a draft sent back is a draft again. The database
refuses every other move (see Edition.Meta.triggers).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from centres.models import Centre

from .models import Edition, Finding, Source, Summary

# What a new edition takes over from the published one.
CLASSIFICATION = ("policy_areas", "topics", "audiences", "settings")
OWN_FIELDS = {
    "id", "summary", "number", "state", "change_note", "created_at", "published_at", "closed_at",
    "review_due",
}  # fmt: skip
CONTENT_FIELDS = tuple(
    field.name for field in Edition._meta.concrete_fields if field.name not in OWN_FIELDS
)


class ActionError(Exception):
    """The action is not possible now; the message tells a person why."""


@dataclass(frozen=True)
class Content:
    """All that an edition says: its fields, its classification (rows or keys), its findings and sources."""

    fields: Mapping[str, Any]
    classification: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()
    sources: Sequence[Mapping[str, Any]] = ()


@transaction.atomic
def create_summary(*, slug: str, centre: Centre, content: Content) -> Edition:
    """Make a summary and its first edition, a draft."""
    summary = Summary(slug=slug, centre=centre)
    summary.full_clean()
    summary.save(force_insert=True)
    edition = Edition(summary=summary, number=1)
    _write(edition, content)
    return edition


@transaction.atomic
def open_edition(*, summary: Summary) -> Edition:
    """Open a draft that says what the published edition says."""
    summary = Summary.objects.select_for_update().get(pk=summary.pk)
    if summary.editions.open().exists():
        raise ActionError("An edition of this summary is open already. Finish or discard it first.")
    last = summary.editions.published().first() or summary.editions.history().first()
    if last is None:
        raise ActionError("This summary has no edition yet to begin from.")
    highest = summary.editions.aggregate(Max("number"))["number__max"]
    edition = Edition(summary=summary, number=highest + 1)
    _write(edition, content_of(last))
    return edition


@transaction.atomic
def write(*, edition: Edition, content: Content) -> None:
    """Replace what an open edition says."""
    _refuse_unless(edition, Edition.State.DRAFT)
    _write(edition, content)


@transaction.atomic
def submit(*, edition: Edition, change_note: str = "") -> None:
    """Hand a draft over for review."""
    _refuse_unless(edition, Edition.State.DRAFT)
    edition.change_note = change_note or edition.change_note
    edition.state = Edition.State.IN_REVIEW
    edition.save(update_fields=["state", "change_note"])


@transaction.atomic
def send_back(*, edition: Edition) -> None:
    """Return an edition in review to its author."""
    _refuse_unless(edition, Edition.State.IN_REVIEW, Edition.State.SCHEDULED)
    edition.state = Edition.State.DRAFT
    edition.save(update_fields=["state"])


@transaction.atomic
def publish(*, edition: Edition) -> None:
    """Put a reviewed edition before the public; the one before it becomes history."""
    _refuse_unless(edition, Edition.State.IN_REVIEW, Edition.State.SCHEDULED)
    now = timezone.now()
    summary = Summary.objects.select_for_update().get(pk=edition.summary_id)
    summary.editions.published().update(state=Edition.State.SUPERSEDED, closed_at=now)
    if summary.withdrawn_at:
        summary.withdrawn_at, summary.withdrawn_reason, summary.replaced_by = None, "", None
        summary.save()
    edition.state, edition.published_at = Edition.State.PUBLISHED, now
    edition.save(update_fields=["state", "published_at"])


@transaction.atomic
def withdraw(*, summary: Summary, reason: str, replaced_by: Summary | None = None) -> None:
    """Take a summary out of every list. Its address keeps saying so, why, and what replaced it."""
    if not reason.strip():
        raise ActionError("Say why it is withdrawn: the public will read it.")
    if replaced_by and not replaced_by.editions.published().exists():
        raise ActionError("The summary that replaces it is not published itself.")
    now = timezone.now()
    closed = summary.editions.published().update(state=Edition.State.WITHDRAWN, closed_at=now)
    if not closed:
        raise ActionError("Only a published summary can be withdrawn.")
    summary.withdrawn_at, summary.withdrawn_reason = now, reason
    summary.replaced_by = replaced_by
    summary.save()


@transaction.atomic
def discard(*, edition: Edition) -> None:
    """Throw an open edition away."""
    if not edition.is_open:
        raise ActionError("A published edition cannot be thrown away.")
    edition.delete()


def content_of(edition: Edition) -> Content:
    """Return all that an edition says."""
    finding_fields = ("order", "outcome_id", "measured", "direction", "effect", "strength_native")
    return Content(
        fields={name: getattr(edition, name) for name in CONTENT_FIELDS},
        classification={name: list(getattr(edition, name).all()) for name in CLASSIFICATION},
        findings=list(edition.findings.values(*finding_fields)),
        sources=list(edition.sources.values("order", "url", "note")),
    )


def _refuse_unless(edition: Edition, *states: str) -> None:
    current = Edition.objects.select_for_update().get(pk=edition.pk).state
    if current not in states:
        wanted = " or ".join(Edition.State(state).label.lower() for state in states)
        label = Edition.State(current).label.lower()
        raise ActionError(f"This edition is {label}; the step is possible only when it is {wanted}.")


def _write(edition: Edition, content: Content) -> None:
    for name, value in content.fields.items():
        setattr(edition, name, value)
    edition.save()
    for name, rows in content.classification.items():
        getattr(edition, name).set(rows)
    for model, rows in ((Finding, content.findings), (Source, content.sources)):
        model.objects.filter(edition=edition).delete()
        model.objects.bulk_create(
            model(**{"order": number, **row, "edition": edition})
            for number, row in enumerate(rows, start=1)
        )
