"""Review: a draft is submitted, and sent back to its author, or taken back by those who write."""

import datetime
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from centres.vocabulary import Strength
from evidence.editorial import mail
from evidence.editorial.content import digest_of
from evidence.editorial.diff import changes
from evidence.editorial.reviews import day_to_fill_in
from evidence.models import Edition, newly_retired
from evidence.models.content_fields import label_of
from portal.clock import database_now
from portal.templatetags.portal_tags import day

from .errors import Incomplete
from .shared import Action, lock, log, refuse_unless, refuse_unless_seen, today

NEEDED_LISTS = ("policy_areas", "topics", "audiences")
LEVEL_ACTION = "Take the level that the scale gives now"  # the name of what mends it


@transaction.atomic
def submit(
    *,
    edition: Edition,
    change_note: str | None = None,
    minor: bool | None = None,
    review_due: datetime.date | None = None,
    by: User | None = None,
    digest: str | None = None,
    asks_for_review: bool = True,
) -> None:
    """Submit a draft for review. Incomplete if something required is missing, or if it does not say what changed.

    Arguments that are None leave the draft as it is. `digest` is that of the content which the person looked at.
    Those who may approve it are mailed, unless it `asks_for_review` of nobody.
    """
    refuse_unless(edition, Edition.State.DRAFT)
    if digest is not None:
        refuse_unless_seen(edition, digest)
    if change_note is not None:
        edition.change_note = change_note.strip()
    edition.minor = edition.minor if minor is None else minor
    if edition.minor and not edition.summary.editions.history().exists():
        edition.minor = (
            False  # a first edition has no text before it whose spelling could have changed
        )
    edition.review_due = review_due or edition.review_due
    _refuse_incomplete(edition)
    if by and (wrong := have_retired([edition])):
        raise Incomplete(wrong[edition.pk])
    if by is None and not edition.review_due:
        edition.review_due = day_to_fill_in(edition)
    _refuse_without_note(edition)
    if by:
        if lacking := lacks_wording(edition):
            raise Incomplete(lacking)
        _refuse_without_review_day(edition)
    edition.state = Edition.State.IN_REVIEW
    edition.submitted_by, edition.submitted_at = by, database_now()
    edition.save(
        update_fields=[
            "state", "change_note", "minor", "review_due", "submitted_by", "submitted_at"
        ]
    )  # fmt: skip
    log(Action.SUBMITTED, edition, by, digest=digest_of(edition))
    if asks_for_review:
        mail.submitted(edition, by)


@transaction.atomic
def send_back(*, edition: Edition, by: User | None = None, comment: str = "") -> None:
    """Make an edition a draft again, with a comment for its author."""
    lock(
        edition.summary
    )  # before the edition, as an approval does: or each would wait for the other
    refuse_unless(edition, Edition.State.IN_REVIEW, Edition.State.SCHEDULED)
    edition.state = Edition.State.DRAFT
    edition.approved_by = edition.approved_at = edition.publish_at = None
    edition.save(update_fields=["state", "approved_by", "approved_at", "publish_at"])
    log(Action.SENT_BACK, edition, by, comment)
    mail.sent_back(edition, by, comment)


@transaction.atomic
def take_back(*, edition: Edition, by: User) -> None:
    """Make an edition in review a draft again, to go on writing it: nobody has refused it."""
    lock(edition.summary)
    refuse_unless(edition, Edition.State.IN_REVIEW)
    edition.state = Edition.State.DRAFT
    edition.save(update_fields=["state"])
    log(Action.TAKEN_BACK, edition, by)
    mail.taken_back(edition, by)


def _refuse_incomplete(edition: Edition) -> None:
    try:
        edition.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        wrong = [
            f"{label_of(name)}: {' '.join(messages)}"
            for name, messages in error.message_dict.items()
        ]
        raise Incomplete(" ".join(wrong)) from error
    if lacking := lacks_rows(edition):
        raise Incomplete(lacking)


def lacks_rows(edition: Edition) -> str:
    """Say which lists of an edition must not be empty and are, or return an empty text."""
    names = [name for name in NEEDED_LISTS if not getattr(edition, name).exists()]
    return " ".join(f"{label_of(name)}: choose at least one." for name in names)


def have_retired(editions: Iterable[Edition]) -> dict[int, str]:
    """Say which rows of lists were retired before the public read them of a summary, by the key of each draft that has any."""
    return {
        key: " ".join(
            f"{label_of(name)}: “{row}” is retired; "
            + (f"choose “{row.instead}”, which took its place." if row.instead else "take it out.")
            for name, row in rows
        )
        for key, rows in newly_retired(editions).items()
    }


def lacks_wording(edition: Edition) -> str:
    """Say where a draft has a common level of strength or cost without the centre's own words, or return an empty text."""
    wrong = []
    if edition.strength != Strength.NOT_RATED and not edition.strength_native:
        wrong.append(
            f"{label_of('strength')}: copy the centre’s own wording, or choose “{Strength.NOT_RATED.label}”."
        )
    if edition.cost and not edition.cost_native:
        wrong.append(f"{label_of('cost')}: copy the centre’s own wording, or leave the cost empty.")
    return " ".join(wrong)


def _refuse_without_review_day(edition: Edition) -> None:
    if not edition.review_due:
        label = label_of("review_due")
        raise Incomplete(f"{label}: say when somebody should check that it is still true.")
    if wrong := wrong_review_day(edition.review_due):
        raise Incomplete(wrong)


def wrong_review_day(due: datetime.date) -> str:
    """Say what is wrong with a day of review, or return an empty text."""
    return f"{label_of('review_due')}: choose a day in the future." if due <= today() else ""


def wrong_next_review_day(edition: Edition, due: datetime.date) -> str:
    """Say what is wrong with a day of review after a check of a published edition, or return an empty text."""
    present = edition.review_due
    if wrong := wrong_review_day(due):
        return wrong
    if not present or due > present:
        return ""
    label = label_of("review_due")
    return f"{label}: choose a day after {day(present)}, which readers see now."


def wrong_level(edition: Edition) -> str:
    """Say that the scale gives the step of an edition another level than it says, and what to do; or return an empty text."""
    given = edition.level_of_scale
    if not given:
        return ""
    return (
        f"{label_of('strength')}: its scale maps “{edition.strength_step}” to “{given.label}” now, and this edition says "
        f"“{edition.get_strength_display()}”. Tick it in the list of editions and choose “{LEVEL_ACTION}”."
    )


def _refuse_without_note(edition: Edition) -> None:
    editions = edition.summary.editions
    before = editions.history().for_reading().first()
    if before is None or (edition.change_note and not edition.minor):
        return
    now = editions.for_reading().get(pk=edition.pk)
    beyond = [
        one.label.lower()
        for one in changes(before, now)
        if not one.is_spelling and one.field != "review_due"
    ]
    if beyond:
        untick = " It is more than spelling." if edition.minor else ""
        raise Incomplete(
            f"{label_of('change_note')}: say what changed and why, because this did: {', '.join(beyond)}.{untick}"
        )
    if not edition.minor:
        raise Incomplete(
            f"{label_of('change_note')}: say what changed and why, or tick that only spelling has changed."
        )
