"""Reminders of reviews that are due and of source pages that have changed, and the centres whose editors they do not reach."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from centres.models import Centre
from evidence.models import Edition, PageReading, people_with, secretariat
from portal.mail.outbox import Notice, tell

from .mail_kinds import PAGES_CHANGED, REVIEWS_DUE, UNREACHED, WRITES, is_secretariat
from .reviews import DUE_SOON

LISTED = 50  # editions in one mail
ASKED = "Is each of them still true? If so, open it and use “Checked, still true”; if not, open a new edition."
NOBODY = (
    "These are due for review, and no editor of the centre has an email address. Look at them, or ask an administrator for "
    "an editor with an address."
)
READ_AGAIN = (
    "A program found that the source pages of these summaries have changed since they were read. Read them again: then use "
    "“Checked, still true”, open a new edition, or say why the change does not matter."
)
NOT_AGAIN = datetime.timedelta(days=6)  # a second run in a week tells nobody anything twice


@dataclass(frozen=True)
class Reminded:
    """How many editions of a centre are due, whether its editors can be reached, and how many of them are told now."""

    centre: Centre
    due: int
    reached: bool
    told: int


@transaction.atomic
def remind_reviews() -> list[Reminded]:
    """Tell the editors of each centre what is due; of a centre where nobody has an address, tell the secretariat."""
    until = timezone.localdate() + DUE_SOON
    due = Edition.objects.published().filter(review_due__lte=until).order_by("review_due", "title")
    return [
        _remind(centre, list(due.filter(summary__centre=centre)))
        for centre in Centre.objects.filter(summaries__editions__in=due).distinct()
    ]


@transaction.atomic
def tell_of_changed_pages(since: datetime.datetime) -> None:
    """Tell the editors of each centre, or else the secretariat, of source pages that were found to have changed since then."""
    new = PageReading.objects.to_look_at().filter(changed_at__gte=since)
    editions = Edition.objects.filter(page_readings__in=new).select_related("summary__centre")
    by_centre: dict[Centre, list[Edition]] = defaultdict(list)
    for edition in editions.distinct().order_by("title"):
        by_centre[edition.summary.centre].append(edition)
    for centre, changed in by_centre.items():
        editors = _reachable().filter(memberships__centre=centre)
        tell(
            editors if editors.exists() else secretariat(), PAGES_CHANGED, about=centre.pk,
            title=f"{len(changed)} of {centre}", headline="Source pages that have changed",
            text=READ_AGAIN, comment=_lines([edition.title for edition in changed]),
            path=f"{_list_of(centre)}&needs=page",
        )  # fmt: skip


def unreached_centres() -> QuerySet[Centre]:
    """Return the centres with published summaries of which no editor has an address."""
    reached = _reachable().values("memberships__centre").exclude(memberships=None)
    published = Edition.objects.published().filter(summary__centre=OuterRef("pk")).order_by()
    # The first that is found is enough; for EXISTS, the database would go through all.
    with_some = Centre.objects.annotate(some=Subquery(published.values("pk")[:1]))
    return with_some.filter(some__isnull=False).exclude(pk__in=reached)


def unreached_context(user: Any) -> dict[str, Any]:
    """Return those centres, for the first page of the secretariat and of those who look after accounts."""
    if not (is_secretariat(user) or user.has_perm("auth.change_user")):
        return {}
    return {"unreached_centres": list(unreached_centres())}


def _remind(centre: Centre, editions: Sequence[Edition]) -> Reminded:
    editors = _reachable().filter(memberships__centre=centre)
    reached = editors.exists()
    kind, people = (REVIEWS_DUE, editors) if reached else (UNREACHED, secretariat())
    lately = Notice.objects.filter(kind=kind.name, about=centre.pk, at__gt=Now() - NOT_AGAIN)
    told = list(people.exclude(email="").exclude(pk__in=lately.values("person")))
    tell(
        told, kind, about=centre.pk, title=f"{len(editions)} of {centre}",
        headline="Reviews due" if reached else "Nobody to remind of reviews",
        text=ASKED if reached else NOBODY, comment=_listed(editions),
        path=_list_of(centre),
    )  # fmt: skip
    return Reminded(centre, len(editions), reached, len(told))


def _listed(editions: Sequence[Edition]) -> str:
    today = timezone.localdate()
    lines = []
    for edition in editions:
        due: Any = edition.review_due  # without a day it is not among them
        late = ", overdue" if due < today else ""
        lines.append(f"{edition.title}, due {due:%-d %B %Y}{late}")
    return _lines(lines)


def _lines(lines: Sequence[str]) -> str:
    more = len(lines) - LISTED
    return "\n".join([*lines[:LISTED], f"and {more} more"] if more > 0 else lines)


def _list_of(centre: Centre) -> str:
    return f"{reverse('admin:evidence_edition_changelist')}?summary__centre__id__exact={centre.pk}"


def _reachable() -> QuerySet[User]:
    return people_with(WRITES, superusers=False).exclude(email="")
