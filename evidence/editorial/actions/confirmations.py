"""The centre's own word on its figures: an editor of the centre gives it or takes it back, alone, and changes no text.

The database makes sure that it is an editor of the centre, and ends a confirmation when a figure changes.
"""

from django.contrib.auth.models import User
from django.db import transaction

from evidence.editorial import mail
from evidence.editorial.content import digest_of
from evidence.editorial.figures import digest_of_figures
from evidence.models import Confirmation, Edition, works_for
from portal.clock import database_now
from portal.templatetags.portal_tags import day

from .errors import Incomplete, NotOfTheCentre, Stale, WrongState
from .shared import STALE, Action, lock, log, refuse_unless

OWN_CENTRE = "Only an editor of the centre itself can do this: it is the centre’s own word."
CONFIRMED = "The centre has confirmed these figures already, on {}."

UNCONFIRMED = "The centre has not confirmed these figures."


@transaction.atomic
def confirm_figures(*, edition: Edition, by: User, seen: str) -> None:
    """Say for the centre that the figures of a published edition are its own. `seen` is the digest of those that were read."""
    lock(edition.summary)
    refuse_unless(edition, Edition.State.PUBLISHED)
    _refuse_others(edition, by)
    if held := edition.summary.confirmations.held().first():
        raise WrongState(CONFIRMED.format(day(held.day)))
    if edition.doubts:
        raise WrongState(in_doubt(edition))
    log(Action.CONFIRMED, edition, by, digest=digest_of(edition))
    Confirmation.objects.create(summary_id=edition.summary_id, edition_number=edition.number, by=by)
    # Read again now that the database lets nobody change the words of its scales.
    if seen != digest_of_figures(Edition.objects.for_reading().get(pk=edition.pk)):
        raise Stale(STALE)
    mail.confirmation(
        edition, by, "Confirmed by the centre", "confirmed its figures for the centre."
    )


@transaction.atomic
def take_back_confirmation(*, edition: Edition, by: User, reason: str) -> None:
    """End the confirmation of a published edition, with a reason for colleagues."""
    lock(edition.summary)
    refuse_unless(edition, Edition.State.PUBLISHED)
    _refuse_others(edition, by)
    if not reason.strip():
        raise Incomplete("Say why it is taken back.")
    # First of all the log: the database refuses an end that is not there.
    log(Action.CONFIRMATION_UNDONE, edition, by, reason.strip())
    held = edition.summary.confirmations.held()
    if not held.update(ended_at=database_now(), ended_by=by, reason=reason.strip()):
        raise WrongState(UNCONFIRMED)
    took_back = "took the centre’s confirmation of its figures back, for the reason below."
    mail.confirmation(edition, by, "Confirmation taken back", took_back, reason.strip())


def in_doubt(edition: Edition) -> str:
    """Say why the figures of an edition with doubts cannot be confirmed."""
    return (
        f"These figures are in doubt: {edition.doubts_in_words}. Correct what is wrong in a new edition and take the doubts "
        "out; then confirm."
    )


def _refuse_others(edition: Edition, by: User) -> None:
    if not works_for(by, edition.summary.centre_id):
        raise NotOfTheCentre(OWN_CENTRE)
