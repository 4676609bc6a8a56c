"""Drafts: making, writing, assigning and discarding them."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from evidence.editorial import mail
from evidence.editorial.content import Content, NewSummary, content_of, write_content
from evidence.models import AuditEntry, Edition, Summary

from .errors import AddressTaken, AlreadyOpen, WrongState
from .shared import (
    Action,
    entry_of,
    highest_numbers,
    lock,
    lock_all,
    log,
    next_number,
    refuse_unless,
    refuse_unless_seen,
)

TAKEN = "Another summary has got this address in the meantime. Choose another one."


@transaction.atomic
def make_drafts(
    *,
    first: Sequence[NewSummary] = (),
    following: Sequence[tuple[Summary, Content]] = (),
    by: User | None = None,
    comment: str = "",
) -> list[Edition]:
    """Make many drafts in a few statements, and return them.

    `first` makes new summaries, `following` new editions of summaries that have no open one; AlreadyOpen if one has.
    """
    made = Summary.objects.bulk_create(
        Summary(slug=new.slug, centre_id=new.centre_id) for new in first
    )
    known = [summary for summary, _ in following]
    lock_all(known)
    numbers = highest_numbers(known)
    if Edition.objects.open().filter(summary__in=known).exists():
        raise AlreadyOpen("An edition of one of these summaries was opened just now.")
    contents = [new.content for new in first] + [content for _, content in following]
    editions = [
        Edition(summary=one, number=numbers.get(one.pk, 0) + 1, made_by=by, edited_by=by)
        for one in [*made, *known]
    ]
    write_content(list(zip(editions, contents, strict=True)))
    AuditEntry.objects.bulk_create(
        entry_of(Action.MADE, edition, by, comment) for edition in editions
    )
    return editions


@transaction.atomic
def open_edition(
    *, summary: Summary, by: User | None = None, text_of: Edition | None = None
) -> Edition:
    """Open and return a draft with the content of a public edition: `text_of`, or the latest. WrongState if it is none."""
    number = next_number(lock(summary), by)
    public = summary.editions.history()
    copied = (public.filter(pk=text_of.pk) if text_of else public).first()
    if copied is None:
        raise WrongState("This summary has no such edition to begin from.")
    edition = Edition(summary=summary, number=number, made_by=by)
    write_content([(edition, content_of(copied))])
    restored = f"With the text of edition {copied.number}." if text_of else ""
    log(Action.MADE, edition, by, restored)
    return edition


@transaction.atomic
def begin(*, edition: Edition, by: User) -> None:
    """Save the first draft of a summary from a form, which has set its fields; and the summary with it.

    An address whose only drafts were discarded is used again. AddressTaken if another summary got it in the meantime.
    """
    summary = edition.summary
    if summary.pk and summary.editions.exists():
        raise AddressTaken(TAKEN)
    _save_address(summary)
    edition.summary = summary  # which has a key now
    edition.number = next_number(lock(summary), by)
    edition.made_by = edition.edited_by = by
    edition.save(force_insert=True)
    log(Action.MADE, edition, by)


@transaction.atomic
def write(
    *, edition: Edition, content: Content, by: User | None = None, digest: str | None = None
) -> None:
    """Replace the content of a draft. Fields and classifications that `content` leaves out stay as they are.

    `digest` is that of the content which the person looked at.
    """
    refuse_unless(edition, Edition.State.DRAFT)
    if digest is not None:
        refuse_unless_seen(edition, digest)
    if by:  # a person who edited it before stays named when the system writes
        edition.edited_by = by
    write_content([(edition, content)])
    log(Action.EDITED, edition, by)


@transaction.atomic
def rewrite_drafts(
    *, contents: Sequence[tuple[Edition, Content]], by: User, comment: str = ""
) -> None:
    """Replace the content of many drafts in a few statements, as `write` does. WrongState if one is no draft any more."""
    keys = [edition.pk for edition, _ in contents]
    drafts = Edition.objects.filter(pk__in=keys, state=Edition.State.DRAFT).order_by("pk")
    if len(drafts.select_for_update().values_list("pk")) != len(keys):
        raise WrongState("One of these drafts was submitted or discarded just now.")
    for edition, _ in contents:
        edition.edited_by = by
    write_content(contents)
    AuditEntry.objects.bulk_create(
        entry_of(Action.EDITED, edition, by, comment) for edition, _ in contents
    )


@transaction.atomic(savepoint=False)
def record_edit(*, edition: Edition, by: User, slug: str = "") -> None:
    """Save a draft whose fields a form has set, and note who did. With `slug` its summary gets that address.

    WrongState if it should get another address and an edition of it was ever submitted.
    """
    refuse_unless(edition, Edition.State.DRAFT)
    moved = _move(edition.summary, slug) if slug else ""
    edition.edited_by = by
    edition.save()
    log(Action.EDITED, edition, by, moved)


def _move(summary: Summary, slug: str) -> str:
    """Give a summary another address, and return a sentence that says so."""
    if summary.editions.exclude(state=Edition.State.DRAFT).exists():
        raise WrongState("The address is fixed, because an edition has been submitted.")
    before, summary.slug = summary.slug, slug
    _save_address(summary)
    return f"The address was “{before}” and is now “{slug}”."


@transaction.atomic
def assign(*, edition: Edition, to: User, by: User) -> None:
    """Give a draft to somebody to go on with. Who wrote it stays as it is."""
    refuse_unless(edition, Edition.State.DRAFT)
    edition.assigned_to = to
    edition.save(update_fields=["assigned_to"])
    log(Action.ASSIGNED, edition, by, f"To {to}.")
    mail.assigned(edition, to, by)


@transaction.atomic
def discard(*, edition: Edition, by: User | None = None) -> None:
    """Delete a draft. If its summary has no other edition, it is in no list any more and its address can be used again."""
    refuse_unless(edition, Edition.State.DRAFT)
    log(Action.DISCARDED, edition, by)
    edition.delete()


def _save_address(summary: Summary) -> None:
    try:
        with transaction.atomic():
            summary.save()
    except IntegrityError as error:
        raise AddressTaken(TAKEN) from error
