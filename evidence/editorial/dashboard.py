"""The dashboard: what needs a person's attention, on the first page of admin."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from centres.models import Centre
from centres.vocabulary import Doubt, Rated, Reason
from evidence.editorial.reviews import DUE_SOON
from evidence.link_checks.inventory import (
    LinkUse,
    checks_for,
    has_failing_link,
    unread_for,
    uses_of,
)
from evidence.models import (
    AuditEntry,
    Confirmation,
    Edition,
    ListChange,
    PageReading,
    Product,
    ProductRule,
    of_centres_of,
)
from evidence.models.products import MissingQ, why_missing

from .actions import LEVEL_ACTION
from .comments import with_comment_counts

State = Edition.State
SHOWN = 10  # editions or links in each list


class WaitingList:
    """The first editions of a list on the dashboard, and the query string of the list in admin that has them all."""

    def __init__(self, title: str, editions: QuerySet[Edition], query: str) -> None:
        self.title = title
        self.query = query
        self.keys = list(editions.values_list("pk", flat=True)[: SHOWN + 1])
        self.has_more = len(self.keys) > SHOWN
        self.editions: list[Edition] = []

    def show(self, rows: dict[int, Edition]) -> None:
        """Take its editions from `rows`, by their keys."""
        self.editions = [rows[key] for key in self.keys[:SHOWN] if key in rows]


def dashboard_context(user: Any) -> dict[str, Any]:
    """Return the context of the dashboard, limited to the centres of the person. Empty for people who may see no edition."""
    if not user.has_perm("evidence.view_edition"):
        return {}
    waiting, list_changes = _waiting_lists(user), _list_changes(user)
    return {
        "waiting": waiting,
        "list_changes": list_changes,
        "nothing_in": _nothing_in(waiting, list_changes),
        "changed_pages": _changed_pages(user),
        "by_centre": _by_centre(Edition.objects.for_person(user)),
        "links": _links(user) if user.has_perm("evidence.view_linkcheck") else None,
    }


def _waiting_lists(user: Any) -> list[WaitingList]:
    editions = Edition.objects.for_person(user)
    drafts = editions.filter(state=State.DRAFT).order_by("-created_at")
    own = Q(assigned_to=user) | Q(assigned_to=None) & (
        Q(edited_by=user) | Q(made_by=user, edited_by=None)
    )
    in_review = editions.filter(state=State.IN_REVIEW).order_by("submitted_at")
    scheduled = editions.filter(state=State.SCHEDULED).order_by("publish_at")
    leaving = editions.published().filter(summary__planned_withdrawal__isnull=False)
    leaving = leaving.order_by("summary__planned_withdrawal__at")
    lost = editions.filter(needing("confirmation-lost")).order_by("published_at")
    of_theirs = "" if user.has_perm("evidence.all_centres") else " of your centres"
    unapproved = editions.unapproved().order_by("published_at")
    lists = [
        WaitingList("My drafts", drafts.filter(own), "state__exact=draft"),
        WaitingList(f"Other drafts{of_theirs}", drafts.exclude(own), "state__exact=draft"),
        WaitingList("Waiting for review", in_review, "state__exact=in-review"),
        WaitingList("Scheduled", scheduled, "state__exact=scheduled"),
        WaitingList("To be withdrawn", leaving, "needs=withdrawal"),
        WaitingList("No longer confirmed by the centre", lost, "needs=confirmation-lost"),
        WaitingList("Published in an emergency and not yet approved", unapproved, "needs=approval"),
    ]
    rows = _rows({key for one in lists for key in one.keys})
    for one in lists:
        one.show(rows)
    return lists


def _rows(keys: set[int]) -> dict[int, Edition]:
    """Return the editions with these keys and all that the dashboard says of them."""
    back = AuditEntry.objects.filter(
        summary=OuterRef("summary"),
        edition_number=OuterRef("number"),
        action__in=AuditEntry.BACK,
    )
    editions = (
        Edition.objects.filter(pk__in=keys)
        .select_related(
            "summary__centre", "submitted_by", "edited_by", "emergency_by", "assigned_to"
        )
        .prefetch_related("summary__planned_withdrawal")
        .annotate(
            back=Subquery(back.values("action")[:1]), why_back=Subquery(back.values("comment")[:1])
        )
    )
    return {edition.pk: edition for edition in with_comment_counts(editions)}


def _list_changes(user: Any) -> dict[str, Any] | None:
    """Return the changes of lists that wait for a second person, and those of this person that were sent back."""
    if not user.has_perm("evidence.view_listchange"):
        return None
    whole = ListChange.objects.filter(part_of=None)
    proposed = whole.proposed().select_related("by")
    sent_back = whole.filter(state=ListChange.State.SENT_BACK, by=user)
    return {"proposed": proposed[:SHOWN], "sent_back": sent_back.order_by("pk")[:SHOWN]}


def _nothing_in(waiting: list[WaitingList], list_changes: dict[str, Any] | None) -> list[str]:
    """Return the titles of the lists that have nothing, for one sentence: what waits comes first."""
    empty = [one.title for one in waiting if not one.editions]
    if list_changes and not any(list_changes.values()):
        empty.append("Changes of lists that wait for approval")
    return empty


def _changed_pages(user: Any) -> dict[str, Any]:
    """Return the source pages that are no longer what they were when an edition was read, each with the open one, if any."""
    changed = of_centres_of(user, PageReading.objects.to_look_at(), "edition__summary__centre")
    rows = changed.select_related("edition").defer("fingerprint", "now_fingerprint")
    shown = list(rows[: SHOWN + 1])
    summaries = {reading.edition.summary_id for reading in shown}
    waiting = Edition.objects.open().filter(summary__in=summaries)
    waiting_of = {one.summary_id: one for one in waiting.only("summary", "number", "state")}
    return {
        "shown": [(one, waiting_of.get(one.edition.summary_id)) for one in shown[:SHOWN]],
        "has_more": len(shown) > SHOWN,
    }


def _links(user: Any) -> dict[str, Any]:
    """Return the links that have failed longest with what uses them; if there are none, when links were last checked.

    And how many pages that summaries rest on could not be read.
    """
    checks = checks_for(user)
    failing = list(checks.failing().order_by("first_failed_at", "url")[:SHOWN])
    uses = uses_of({check.url for check in failing}, user)
    used_by = {use.edition for found in uses.values() for use in found if use.edition}
    summaries = Edition.objects.filter(pk__in=used_by).values("summary")
    present = Edition.objects.filter(
        Edition.published_q() | Edition.open_q(), summary__in=summaries
    )
    editions = list(present.only("summary", "number", "state"))
    return {
        "checked_at": None if failing else checks.aggregate(latest=Max("checked_at"))["latest"],
        "failing": [(check, _once_each(uses[check.url], editions)) for check in failing],
        "unread": checks.filter(url__in=unread_for(user).order_by().values("url")).count(),
    }


def _once_each(
    uses: Iterable[LinkUse], editions: Iterable[Edition]
) -> list[tuple[LinkUse, Edition | None]]:
    """Return the uses of a link with each summary once, by what readers see where that has the link, and with its open edition.

    `editions` are all that are published or open of these summaries.
    """
    of_key = {edition.pk: edition for edition in editions}
    open_of = {edition.summary_id: edition for edition in editions if edition.is_open}
    used = [of_key.get(use.edition or 0) for use in uses]
    public = {edition.summary_id for edition in used if edition and edition.is_published}
    return [
        (use, open_of.get(edition.summary_id) if edition else None)
        for use, edition in zip(uses, used, strict=True)
        if not (edition and edition.is_open and edition.summary_id in public)
    ]


# Why a value is missing, as a need: its label, the value, and the reason.
LACKING = {
    "strength": ("Strength not yet read", Rated.STRENGTH, Reason.NOT_READ),
    "strength-none": ("Strength not given", Rated.STRENGTH, Reason.NONE),
    "cost": ("Cost not yet read", Rated.COST, Reason.NOT_READ),
    "cost-none": ("Cost not given", Rated.COST, Reason.NONE),
    "studies": ("Number of studies not yet read", Rated.STUDIES, Reason.NOT_READ),
}
LABELS = {
    "overdue": "Review overdue",
    "soon": "Review due in 30 days",
    "review-date": "No review date",
    **{name: label for name, (label, _, _) in LACKING.items()},
    "reading": "Sources differ, or an older page",
    "links": "A link that fails",
    "page": "Source page has changed since it was read",
    "page-figure": "A figure is no longer on its page",
    "level": "Its scale gives another level now",
    "withdrawal": "Withdrawal planned",
    "approval": "Published in an emergency, not approved",
    "unconfirmed": "Figures not confirmed by the centre",
    "confirmable": "Of these, figures without a doubt",
    "confirmation-lost": "Confirmation by the centre lost",
}
READ_AGAIN = {Doubt.SOURCES_DIFFER, Doubt.OLDER_PAGE}
FIELDS_LACKING = {field for _, field, _ in LACKING.values()}
# What is no column of the table of numbers by centre.
APART = {
    "level", "withdrawal", "approval", "page-figure", "unconfirmed", "confirmable", "confirmation-lost",
}  # fmt: skip
BY_CENTRE = [name for name in LABELS if name not in APART]
# What is counted: another level is rare, so the first page has a list of its own where there is one.
COUNTED = [*BY_CENTRE, "level"]
# Needs that other tables tell of, which are counted by themselves.
ELSEWHERE = {"links", "page"}


def needing(name: str) -> Q:
    """Return the condition for published editions with a need of LABELS. KeyError for another."""
    if name in LACKING:
        _, field, reason = LACKING[name]
        return Edition.published_q() & MissingQ(field).for_reason(reason, _lines([field]))
    return Edition.published_q() & PLAIN_NEEDS[name]()


def _lines(fields: Iterable[str]) -> QuerySet[Product]:
    """Return the product lines with their rules for these values."""
    rules = ProductRule.objects.filter(field__in=fields)
    rules = rules.only("product", "field", "given", "if_missing", "basis")
    return Product.objects.only("centre", "names").prefetch_related(Prefetch("rules", rules))


def _confirmed(confirmations: QuerySet[Confirmation]) -> Q:
    """Return the condition for editions of whose summary one of these is."""
    return Q(Exists(confirmations.filter(summary=OuterRef("summary"))))


def _last_lost() -> QuerySet[Confirmation]:
    """Return the latest confirmation of each summary, where that was lost and not taken back."""
    later = Confirmation.objects.filter(summary=OuterRef("summary"), pk__gt=OuterRef("pk"))
    return Confirmation.objects.lost().exclude(Exists(later))


def _has_page(readings: QuerySet[PageReading]) -> Q:
    return Q(pk__in=readings.order_by().values("edition"))


def _due_soon() -> Q:
    today = timezone.localdate()
    return Q(review_due__range=(today, today + DUE_SOON))


def _lost() -> Q:
    return ~_confirmed(Confirmation.objects.held()) & _confirmed(_last_lost())


# What is needed beside values: made only when it is asked for, because some conditions take long to put together.
PLAIN_NEEDS: dict[str, Callable[[], Q]] = {
    "overdue": lambda: Q(review_due__lt=timezone.localdate()),
    "soon": _due_soon,
    "review-date": lambda: Q(review_due=None),
    "reading": lambda: Q(doubts__overlap=list(READ_AGAIN)),
    "links": has_failing_link,
    "page": lambda: _has_page(PageReading.objects.changed()),
    "page-figure": lambda: _has_page(PageReading.objects.filter(change=PageReading.Change.FIGURE)),
    "level": Edition.other_level_q,
    "withdrawal": lambda: Q(summary__planned_withdrawal__isnull=False),
    "approval": lambda: Q(emergency_by__isnull=False, approved_by=None),
    "unconfirmed": lambda: ~_confirmed(Confirmation.objects.held()),
    "confirmable": lambda: ~_confirmed(Confirmation.objects.held()) & Q(doubts=[]),
    "confirmation-lost": _lost,
}


def _by_centre(editions: Any) -> dict[str, Any]:
    """Return, for each centre, how many editions are published and how many have each need."""
    url = reverse("admin:evidence_edition_changelist")
    numbers = _numbers(editions.published())
    names = dict(Centre.objects.filter(pk__in=numbers).order_by("name").values_list("pk", "name"))
    return {
        "labels": [LABELS[name] for name in BY_CENTRE],
        "level_action": LEVEL_ACTION,
        "other_level": sum(number["level"] for number in numbers.values()),
        "rows": [
            {
                "centre": centre,
                "name": name,
                "published": numbers[centre]["published"],
                "editions_url": f"{url}?summary__centre__id__exact={centre}",
                "other_level": numbers[centre]["level"],
                "needs": [(need, LABELS[need], numbers[centre][need]) for need in BY_CENTRE],
            }
            for centre, name in names.items()
        ],
    }


def _numbers(published: Any) -> dict[int, Counter[str]]:
    """Return how many editions there are by centre: published, and with each need.

    The database counts what is alike in all that decides; what it means is decided once for all these editions.
    """
    apart = {"reading", *ELSEWHERE}
    plain = {
        name: PLAIN_NEEDS[name]() for name in COUNTED if name in PLAIN_NEEDS and name not in apart
    }
    counts = {name: Count("pk", condition) for name, condition in plain.items()}
    empty = {f"no_{field}": Count("pk", MissingQ(field).empty) for field in FIELDS_LACKING}
    alike = published.order_by().values("product", "missing", "doubts", centre=F("summary__centre"))
    lines = {(line.centre_id, name): line for line in _lines(FIELDS_LACKING) for name in line.names}
    numbers: dict[int, Counter[str]] = defaultdict(Counter)
    for row in alike.annotate(published=Count("pk"), **counts, **empty):
        of_centre = numbers[row["centre"]]
        line = lines.get((row["centre"], row["product"]))
        of_centre.update({name: row[name] for name in ["published", *plain]})
        of_centre["reading"] += 0 if READ_AGAIN.isdisjoint(row["doubts"]) else row["published"]
        for name, (_, field, reason) in LACKING.items():
            is_reason = why_missing(field, line, row["missing"]).reason == reason
            of_centre[name] += row[f"no_{field}"] if is_reason else 0
    for name in ELSEWHERE:
        having = published.filter(needing(name)).order_by().values_list(F("summary__centre"))
        for centre, number in having.annotate(Count("pk")):
            numbers[centre][name] = number
    return numbers
