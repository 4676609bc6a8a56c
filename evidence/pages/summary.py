"""What the pages that people read are made from, in a fixed number of queries."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Prefetch, Q, Subquery

from centres.models import PolicyArea, RatingScale
from centres.vocabulary import Direction, Strength
from evidence.editorial.diff import changes
from evidence.models import Approach, ApproachMember, AuditEntry, Edition, Summary
from evidence.models.content_fields import Section, Wording, in_page_order, label_of, lines_of
from evidence.search.related import related

RELATED = 6  # summaries
COMPARED = 8  # summaries of the same approach; its own page has them all

# The fields that the templates of the page show in places of their own. It lists any other one beside its like.
PLACED = {
    "title", "code", "product", "kind", "policy_areas", "topics", "audiences", "bottom_line",
    "key_findings", "implementation", "caveats", "findings", "direction", "impact_native",
    "strength", "strength_native", "strength_scale", "strength_step", "cost", "cost_native",
    "cost_scale", "cost_step", "source_url", "sources", "updated", "data_note",
}  # fmt: skip

# What a direction means, where the word alone could be misread.
MEANING = {
    Direction.MIXED: "Results differ between outcomes, groups or studies.",
    Direction.NO_EFFECT: "It was measured, and it made no difference.",
    Direction.INSUFFICIENT: "The centre’s own verdict: the evidence is too thin to say.",
    Direction.NOT_ASSESSED: (
        "The source recommends or describes without measuring an effect, or its result could not "
        "be read."
    ),
}


def summary_context(edition: Edition) -> dict[str, Any]:
    """Return what the page of a summary shows of one edition, published or previewed.

    Read the edition with `for_reading()`. Five queries more.
    """
    summary = edition.summary
    approaches = list(summary.approaches.all())
    near = related(edition, approaches, RELATED + 1)  # one may be another edition of this summary
    others = _others(edition, approaches, near)
    return {
        "summary": summary,
        "edition": edition,
        "centre": summary.centre,
        "ratings": _ratings(edition),
        "meaning": MEANING.get(Direction(edition.direction), ""),
        "is_harmful": edition.direction == Direction.HARMFUL,
        "harms": [row for row in edition.findings.all() if row.direction == Direction.HARMFUL],
        "other_fields": _other_fields(edition),
        "comparisons": _comparisons(edition, approaches, others),
        "related": _related(near, others),
    }


def history(summary: Summary) -> list[dict[str, Any]]:
    """Return what the public has seen of a summary, newest first, each with what changed in it."""
    editions = list(summary.editions.history().for_comparing())
    # A summary that came back has forgotten why it was withdrawn; the log has not.
    withdrawn = summary.audit.filter(action=AuditEntry.Action.WITHDRAWN)
    why = dict(withdrawn.values_list("edition_number", "comment"))
    return [
        {
            "edition": edition,
            "changes": changes(earlier, edition) if earlier else [],
            "withdrawn_reason": why.get(edition.number, ""),
        }
        for edition, earlier in zip_longest(editions, editions[1:])
    ]


@dataclass(frozen=True)
class Event:
    """Something that happened to a summary in public."""

    when: datetime.datetime
    summary: Summary
    title: str
    what: str
    note: str


def latest_events(limit: int) -> list[Event]:
    """Return what was last changed, added or withdrawn, newest first. What the shipped data set began with is no news."""
    editions = (
        Edition.objects.history()
        .filter(Q(number__gt=1) | Q(made_by__isnull=False))
        .for_lists()
        .order_by("-published_at", "-pk")[:limit]
    )
    gone = Edition.objects.filter(summary=OuterRef("summary"), number=OuterRef("edition_number"))
    withdrawn = (
        AuditEntry.objects.filter(action=AuditEntry.Action.WITHDRAWN)
        .select_related("summary__centre")
        .annotate(title=Subquery(gone.values("title")))[:limit]
    )
    events = [
        Event(
            one.published_at,  # type: ignore[arg-type]  # every edition of the history has it
            one.summary,
            one.title,
            f"Edition {one.number}" if one.number > 1 else "New",
            one.change_note or ("Only spelling has changed." if one.minor else ""),
        )
        for one in editions
    ] + [Event(one.at, one.summary, one.title, "Withdrawn", one.comment) for one in withdrawn]
    return sorted(events, key=lambda event: event.when, reverse=True)[:limit]


@dataclass(frozen=True)
class Glance:
    """Several summaries in a few words. Nothing in it is averaged."""

    editions: Sequence[Edition]

    @property
    def centres(self) -> list[str]:
        return list(dict.fromkeys(one.summary.centre.short_name for one in self.editions))

    @property
    def directions(self) -> list[tuple[Direction, int]]:
        """The directions that occur, and how often."""
        counted = Counter(one.direction for one in self.editions)
        return [(one, counted[one]) for one in Direction if counted[one]]

    @property
    def strengths(self) -> list[tuple[Strength, int]]:
        """The levels of strength that occur, strongest first, and how often."""
        counted = Counter(one.strength for one in self.editions)
        return [(one, counted[one]) for one in Strength if counted[one]]

    @property
    def verdict(self) -> str:
        """Say in a sentence what the headline directions are. They may be of different outcomes: no agreement is claimed."""
        number = len(self.editions)
        if number < 2:
            return ""
        clear = [
            (direction, count)
            for direction, count in self.directions
            if direction not in (Direction.NOT_ASSESSED, Direction.INSUFFICIENT)
        ]
        if not clear:
            return "None of them gives a clear direction of effect."
        if len(clear) > 1:
            return "Their headline directions of effect differ."
        direction, count = clear[0]
        gives = "gives" if count == 1 else "give"
        return (
            f"{count} of {number} {gives} a clear direction of effect: {direction.label.lower()}."
        )


def members(approach: Approach) -> Glance:
    """Return the published editions that assess an approach, in the order of its grouping."""
    editions = Edition.objects.published().filter(summary__memberships__approach=approach)
    return Glance(list(editions.for_reading().order_by("summary__memberships__order")))


def approaches(policy_area: str = "") -> list[tuple[Approach, Glance]]:
    """Return the approaches with their published members, what most centres assess first.

    Given a policy area, those that have a member in it.
    """
    areas = PolicyArea.objects.filter(editions=OuterRef("pk")).values("slug")
    published = Edition.objects.published().annotate(area_slugs=ArraySubquery(areas))
    rows = Approach.objects.prefetch_related(
        Prefetch("memberships", ApproachMember.objects.select_related("summary__centre")),
        Prefetch("memberships__summary__editions", published, to_attr="published_editions"),
    )
    found = []
    for approach in rows:
        editions = [
            edition
            for membership in approach.memberships.all()
            for edition in membership.summary.published_editions  # type: ignore[attr-defined]  # prefetched above
        ]
        if any(not policy_area or policy_area in edition.area_slugs for edition in editions):
            found.append((approach, Glance(editions)))
    return sorted(found, key=lambda pair: (-len(pair[1].centres), pair[0].label.casefold()))


# The page of a summary


def _ratings(edition: Edition) -> list[dict[str, Any]]:
    """Return effect, strength and cost as partials/rating.html takes them."""
    tied = Q(pk__in=[edition.strength_scale_id, edition.cost_scale_id])
    scales = RatingScale.objects.filter(Q(centre=edition.summary.centre_id) | tied)
    by_pk = {scale.pk: scale for scale in scales.prefetch_related("levels")}
    # Where no scale is tied to the rating, the first that the centre has for it explains most.
    usual = {scale.rates: scale for scale in reversed(by_pk.values())}

    def rating(
        kind: str, level: object, label: str, native: str, rates: str, scale_pk: int | None = None,
        step_pk: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        tied_scale = by_pk.get(scale_pk or 0)
        scale = tied_scale or usual.get(rates)
        return {
            "kind": kind,
            "heading": label_of("direction" if kind == "effect" else kind),
            "level": level,
            "label": label,
            "native": native,
            "scale": tied_scale.name if tied_scale and native else "",
            "scale_url": scale.get_absolute_url() if scale else "",
            **(_step(tied_scale, step_pk) if tied_scale else {}),
        }

    return [
        rating(
            "effect", edition.direction, edition.get_direction_display(), edition.impact_native,
            RatingScale.Rates.IMPACT,
        ),
        rating(
            "strength", edition.strength, edition.get_strength_display(), edition.strength_native,
            RatingScale.Rates.STRENGTH, edition.strength_scale_id, edition.strength_step_id,
        ),
        rating(
            "cost", edition.cost, edition.get_cost_display() or "", edition.cost_native,
            RatingScale.Rates.COST, edition.cost_scale_id, edition.cost_step_id,
        ),
    ]  # fmt: skip


def _other_fields(edition: Edition) -> dict[str, list[dict[str, Any]]]:
    """Return every field without a place of its own on the page, by where the page lists it."""
    listed: dict[str, list[dict[str, Any]]] = {"texts": [], "tried": [], "source": []}
    for field in in_page_order():
        if field.name in PLACED:
            continue
        if field.wording is Wording.SENTENCES:
            where = "texts"
        else:
            where = "source" if field.section in {Section.WHAT, Section.SOURCE} else "tried"
        # What `for_reading()` has fetched takes no query of its own.
        terms = getattr(edition, f"all_{field.name}", None)
        lines = lines_of(edition, field.name) if terms is None else [one["label"] for one in terms]
        listed[where].append({"name": field.name, "label": field.label, "lines": lines})
    return listed


def _step(scale: RatingScale, pk: int | None) -> dict[str, str]:
    """Say what a step means, and from where to where its scale runs, if all its steps are known."""
    levels = list(scale.levels.all())
    step = next((level for level in levels if level.pk == pk), None)
    if step is None:
        return {}
    ladder = scale.complete and scale.form == RatingScale.Form.LADDER
    return {
        "means": step.meaning,
        "lowest": levels[0].label if ladder else "",
        "highest": levels[-1].label if ladder else "",
    }


def _others(
    edition: Edition, approaches: Sequence[Approach], related: Sequence[int]
) -> list[Edition]:
    """Return what others say of the same approaches, a row for each, and what is related, in one query."""
    wanted = Q(summary__memberships__approach__in=approaches) | Q(pk__in=related)
    return list(
        Edition.objects.published()
        .filter(wanted)
        .exclude(summary=edition.summary_id)
        .for_lists()
        .annotate(approach=F("summary__memberships__approach"))
        .order_by("summary__centre__order", "summary__memberships__order")
    )


def _comparisons(
    edition: Edition, approaches: Sequence[Approach], others: Sequence[Edition]
) -> list[dict[str, Any]]:
    """Return what others say of the same approaches, other centres first."""
    centre = edition.summary.centre_id
    others = sorted(others, key=lambda row: row.summary.centre_id == centre)
    compared = []
    for approach in approaches:
        same = [row for row in others if row.approach == approach.pk]  # type: ignore[attr-defined]  # annotated above
        if same:
            compared.append(
                {"approach": approach, "others": same[:COMPARED], "count": len(same) + 1}
            )
    return compared


def _related(related: Sequence[int], others: Sequence[Edition]) -> list[Edition]:
    """Return what is related, best first."""
    by_pk = {row.pk: row for row in others}
    return [by_pk[pk] for pk in related if pk in by_pk][:RELATED]
