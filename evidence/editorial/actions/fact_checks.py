"""Fact checks: an editor asks somebody without an account, who answers by a link; the answers are comments.

The log has each step without a name: it is kept for good, and names only as long as they are needed.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from evidence.editorial import mail
from evidence.editorial.comments import WHOLE
from evidence.editorial.content import digest_of
from evidence.models import Comment, Edition, FactCheck, FactCheckAnswer
from evidence.models.comments import MOST_DAYS
from portal.clock import database_now

from .comments import known_or
from .errors import Incomplete, WrongState
from .shared import Action, in_words, log, refuse_unless

NAMES_KEPT = datetime.timedelta(days=90)  # after the last day of a link


@dataclass(frozen=True)
class Said:
    """What somebody answered about one field: “yes”, “no” or nothing, words or none, and the fingerprint of what they saw."""

    verdict: str = ""
    text: str = ""
    seen: str = ""

    def __bool__(self) -> bool:
        return bool(self.verdict or self.text)


@transaction.atomic
def ask_for_fact_check(
    *, edition: Edition, asked_of: str, days: int, by: User, question: str = ""
) -> FactCheck:
    """Ask somebody to check a draft, or what is in review. The link that `evidence.fact_checks` makes works for `days` days."""
    refuse_unless(edition, Edition.State.DRAFT, Edition.State.IN_REVIEW)
    if not asked_of.strip():
        raise Incomplete("Say whom you ask.")
    if not 1 <= days <= MOST_DAYS:
        raise Incomplete(f"A link works for 1 to {MOST_DAYS} days.")
    asked = FactCheck.objects.create(
        summary_id=edition.summary_id,
        edition_number=edition.number,
        asked_of=asked_of.strip(),
        question=question.strip(),
        asked_by=by,
        expires_at=database_now() + datetime.timedelta(days=days),
    )
    until = f"{asked}, until {in_words(asked.expires_at)}."
    log(Action.FACT_CHECK_ASKED, edition, by, until, digest_of(edition))
    return asked


@transaction.atomic
def end_fact_check(*, fact_check: FactCheck, edition: Edition, by: User) -> None:
    """Let a link work no longer. WrongState if somebody has ended it before."""
    locked = FactCheck.objects.select_for_update().get(pk=fact_check.pk)
    if locked.ended_at:
        raise WrongState("This fact check was ended already.")
    FactCheck.objects.filter(pk=locked.pk).update(ended_by=by, ended_at=Now())
    log(Action.FACT_CHECK_ENDED, edition, by, f"{locked}.")


@transaction.atomic
def answer_fact_check(
    *, fact_check: FactCheck, edition: Edition, name: str, said: Mapping[str, Said]
) -> FactCheckAnswer:
    """Take what somebody without an account says, by the names of the fields and WHOLE. WrongState if the check is over."""
    locked = FactCheck.objects.select_for_update().get(pk=fact_check.pk)
    refuse_unless(edition, *Edition.OPEN)
    if over := why_over(locked):
        raise WrongState(over)
    if not any(said.values()):
        raise Incomplete("Nothing was answered.")
    answer = FactCheckAnswer.objects.create(fact_check=locked, name=name.strip())
    comments = [
        Comment(
            summary_id=edition.summary_id,
            edition_number=edition.number,
            field=field,
            seen=known_or(one.seen, edition, field),
            text=one.text.strip(),
            verdict="" if field == WHOLE else one.verdict,
            answer=answer,
        )
        for field, one in said.items()
        if one
    ]
    Comment.objects.bulk_create(comments)
    log(
        Action.FACT_CHECK_ANSWERED,
        edition,
        None,
        f"{locked}: {_counted(comments)}.",
        digest_of(edition),
    )
    mail.fact_check_answered(edition, locked.asked_by_id)
    return answer


def why_over(fact_check: FactCheck) -> str:
    """Say why a fact check takes no answer any more, or return an empty text."""
    return fact_check.why_over(database_now(), fact_check.answers.count())


def forget_names() -> int:
    """Remove the names of people asked, and of those who answered, 90 days after the link's last day. Return how many."""
    before = Now() - NAMES_KEPT
    asked = FactCheck.objects.filter(expires_at__lt=before).exclude(asked_of="")
    answers = FactCheckAnswer.objects.filter(fact_check__expires_at__lt=before).exclude(name="")
    return asked.update(asked_of="") + answers.update(name="")


def _counted(comments: list[Comment]) -> str:
    """Return what was answered in numbers: "3 right, 1 not right, 2 in words"."""
    right, wrong = (sum(one.verdict == verdict for one in comments) for verdict in ("yes", "no"))
    return f"{right} right, {wrong} not right, {sum(bool(one.text) for one in comments)} in words"
