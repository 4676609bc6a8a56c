"""The only code that moves an edition between states. Admin, commands and tests all go through it.

draft -> in review -> (scheduled ->) published -> superseded or withdrawn; a draft sent back is a
draft again. The database refuses every other move (see Edition.Meta.triggers).

Every action is one transaction and takes keywords only. One that is not possible raises an
ActionError, whose message tells a person why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from centres.models import Centre

from .links import replace_links
from .models import Edition, Finding, Source, Summary

# What an edition says, and so what a new one takes over from the published one.
OWN_FIELDS = {
    "id", "summary", "number", "state", "change_note", "created_at", "published_at", "closed_at",
    "review_due",
}  # fmt: skip
CONTENT_FIELDS = tuple(
    field.attname for field in Edition._meta.concrete_fields if field.name not in OWN_FIELDS
)
CLASSIFICATION = ("policy_areas", "topics", "audiences", "settings")
FINDING_FIELDS = ("order", "outcome_id", "measured", "direction", "effect", "strength_native")
SOURCE_FIELDS = ("order", "url", "note")


class ActionError(Exception):
    """The action is not possible now; the message tells a person why."""


class WrongState(ActionError):
    """The edition or summary is not in a state that allows the action."""


class AlreadyOpen(ActionError):
    """A summary can have only one edition in the works."""


class Incomplete(ActionError):
    """Something that must be said is missing, or contradicts something else."""


@dataclass(frozen=True)
class Content:
    """All that an edition says.

    `fields` by name (or attname); `classification` lists rows or keys for policy_areas, topics,
    audiences and settings; findings and sources are the fields of their rows, in order.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    classification: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()
    sources: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class NewSummary:
    """A summary to be, and what its first edition says."""

    slug: str
    centre_id: int
    content: Content


@transaction.atomic
def create_summary(*, slug: str, centre: Centre, content: Content) -> Edition:
    """Make a summary and its first edition, a draft."""
    summary = Summary(slug=slug, centre=centre)
    try:
        summary.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    summary.save(force_insert=True)
    edition = Edition(summary=summary, number=1)
    _write([(edition, content)])
    return edition


@transaction.atomic
def open_edition(*, summary: Summary) -> Edition:
    """Open a draft that says what the latest public edition says."""
    summary = _locked(summary)
    if summary.editions.open().exists():
        raise AlreadyOpen("An edition of this summary is open already. Finish or discard it first.")
    latest = summary.editions.history().first()
    if latest is None:
        raise WrongState("This summary has no edition to begin from.")
    highest = summary.editions.aggregate(highest=Max("number"))["highest"]
    edition = Edition(summary=summary, number=highest + 1)
    _write([(edition, content_of(latest))])
    return edition


@transaction.atomic
def write(*, edition: Edition, content: Content) -> None:
    """Replace what a draft says. Fields and lists of classification that `content` omits stay."""
    _refuse_unless(edition, Edition.State.DRAFT)
    _write([(edition, content)])


@transaction.atomic
def submit(*, edition: Edition, change_note: str = "") -> None:
    """Hand a draft over for review, once it is complete."""
    _refuse_unless(edition, Edition.State.DRAFT)
    edition.change_note = change_note or edition.change_note
    _refuse_incomplete(edition)
    edition.state = Edition.State.IN_REVIEW
    edition.save(update_fields=["state", "change_note"])


@transaction.atomic
def send_back(*, edition: Edition) -> None:
    """Return an edition to its author."""
    _refuse_unless(edition, Edition.State.IN_REVIEW, Edition.State.SCHEDULED)
    edition.state = Edition.State.DRAFT
    edition.save(update_fields=["state"])


@transaction.atomic
def publish(*, edition: Edition) -> None:
    """Put a reviewed edition before the public; the one before it becomes history."""
    summary = _locked(edition.summary)
    _refuse_unless(edition, Edition.State.IN_REVIEW, Edition.State.SCHEDULED)
    now = timezone.now()
    summary.editions.published().update(state=Edition.State.SUPERSEDED, closed_at=now)
    if summary.withdrawn_at:
        summary.withdrawn_at, summary.withdrawn_reason, summary.replaced_by = None, "", None
        summary.save()
    edition.state, edition.published_at = Edition.State.PUBLISHED, now
    edition.save(update_fields=["state", "published_at"])


@transaction.atomic
def publish_first_editions(
    *, summaries: Iterable[NewSummary], change_note: str
) -> dict[str, Summary]:
    """Make many summaries, each with a published first edition, in a few statements.

    For a data set that was reviewed as a whole. Return the new summaries by slug.
    """
    planned = list(summaries)
    made = Summary.objects.bulk_create(
        Summary(slug=new.slug, centre_id=new.centre_id) for new in planned
    )
    editions = [Edition(summary=one, number=1, change_note=change_note) for one in made]
    _write([(edition, new.content) for edition, new in zip(editions, planned, strict=True)])
    drafts = Edition.objects.filter(summary__in=made)
    drafts.update(state=Edition.State.IN_REVIEW)
    drafts.update(state=Edition.State.PUBLISHED, published_at=timezone.now())
    return {summary.slug: summary for summary in made}


@transaction.atomic
def withdraw(*, summary: Summary, reason: str, replaced_by: Summary | None = None) -> None:
    """Take a summary out of every list. Its address keeps saying so, why, and what replaced it."""
    if not reason.strip():
        raise Incomplete("Say why it is withdrawn: the public will read it.")
    if replaced_by == summary:
        raise Incomplete("A summary cannot replace itself.")
    if replaced_by and not replaced_by.editions.published().exists():
        raise WrongState("The summary that replaces it is not published itself.")
    now = timezone.now()
    locked = _locked(summary)
    closed = locked.editions.published().update(state=Edition.State.WITHDRAWN, closed_at=now)
    if not closed:
        raise WrongState("Only a published summary can be withdrawn.")
    for row in (locked, summary):  # the caller's instance should say the same as the row
        row.withdrawn_at, row.withdrawn_reason, row.replaced_by = now, reason.strip(), replaced_by
    locked.save()


@transaction.atomic
def discard(*, edition: Edition) -> None:
    """Throw an open edition away. A summary that was never public keeps its name, and no more."""
    _refuse_unless(edition, *Edition.OPEN)
    edition.delete()


def content_of(edition: Edition) -> Content:
    """Return all that an edition says."""
    return Content(
        fields={name: getattr(edition, name) for name in CONTENT_FIELDS},
        classification={name: list(getattr(edition, name).all()) for name in CLASSIFICATION},
        findings=list(edition.findings.values(*FINDING_FIELDS)),
        sources=list(edition.sources.values(*SOURCE_FIELDS)),
    )


def label_of(name: str) -> str:
    """Return what people call a field or part of an edition."""
    meta: Any = Edition._meta.get_field(name)
    label = meta.name.replace("_", " ") if meta.is_relation else str(meta.verbose_name)
    return label[:1].upper() + label[1:]


def _locked(summary: Summary) -> Summary:
    """Keep others from changing the editions of a summary until the transaction ends."""
    return Summary.objects.select_for_update().get(pk=summary.pk)


def _refuse_unless(edition: Edition, *states: str) -> None:
    current = Edition.objects.select_for_update().get(pk=edition.pk).state
    if current not in states:
        wanted = " or ".join(Edition.State(state).label.lower() for state in states)
        label = Edition.State(current).label.lower()
        raise WrongState(f"This edition is {label}; this is possible only when it is {wanted}.")


def _refuse_incomplete(edition: Edition) -> None:
    try:
        edition.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        wrong = [
            f"{label_of(name)}: {' '.join(messages)}"
            for name, messages in error.message_dict.items()
        ]
        raise Incomplete(" ".join(wrong)) from error
    for name in ("policy_areas", "topics", "audiences"):
        if not getattr(edition, name).exists():
            raise Incomplete(f"{label_of(name)}: choose at least one.")


def _write(contents: Sequence[tuple[Edition, Content]]) -> None:
    """Write what each edition says: one statement a table, however many editions."""
    new: list[Edition] = []
    for edition, content in contents:
        for name, value in content.fields.items():
            setattr(edition, name, value)
        if edition.pk is None:
            new.append(edition)
        else:
            edition.save()
    Edition.objects.bulk_create(new)
    for name in CLASSIFICATION:
        stated = {
            edition.pk: [getattr(row, "pk", row) for row in content.classification[name]]
            for edition, content in contents
            if name in content.classification
        }
        replace_links(Edition, name, stated)
    parts: list[tuple[Any, str]] = [(Finding, "findings"), (Source, "sources")]
    for model, part in parts:
        model.objects.filter(edition__in=[edition for edition, _ in contents]).delete()
        model.objects.bulk_create(
            model(**{"order": number, **row, "edition": edition})
            for edition, content in contents
            for number, row in enumerate(getattr(content, part), start=1)
        )
