"""What the pages that people read are made from, in a fixed number of queries."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Prefetch, Q

from centres.models import RatingScale

from .changes import changes
from .models import Approach, Edition, Finding, Summary

RELATED = 6


def summary_context(summary: Summary, edition: Edition) -> dict[str, Any]:
    """Return all that the page of a summary shows of one edition, published or previewed."""
    centre = summary.centre
    # What a centre rates effect and cost with, to link to; the strength's own scale is named by the edition.
    scales = {scale.rates: scale for scale in RatingScale.objects.filter(centre=centre)}
    approaches = list(summary.approaches.all())
    return {
        "summary": summary,
        "edition": edition,
        "centre": centre,
        "ratings": _ratings(edition, scales),
        "harmful": edition.direction == "harmful",
        "harmful_findings": [row for row in edition.findings.all() if row.direction == "harmful"],
        "approaches": approaches,
        "same_approach": _same_approach(summary, approaches),
        "same_topic": _same_topic(summary, edition),
        "editions": summary.editions.history().count(),
    }


def for_reading(summary: Summary) -> Edition | None:
    """Return the published edition with all that its page shows, or None."""
    return (
        Edition.objects.published()
        .filter(summary=summary)
        .select_related("kind", "strength_scale", "cost_scale")
        .prefetch_related(
            *("policy_areas", "topics", "audiences", "settings", "sources"),
            Prefetch("findings", Finding.objects.select_related("outcome")),
        )
        .first()
    )


def _ratings(edition: Edition, scales: dict[str, RatingScale]) -> list[dict[str, Any]]:
    def rating(
        kind: str, level: Any, label: str, native: str, scale: RatingScale | None
    ) -> dict[str, Any]:
        return {
            "kind": kind,
            "level": level,
            "label": label,
            "native": native,
            "scale": scale.name if scale and native else "",
            "scale_url": scale.get_absolute_url() if scale else "",
        }

    return [
        rating(
            "effect", edition.direction, edition.get_direction_display(), edition.impact_native,
            scales.get("impact"),
        ),
        rating(
            "strength", edition.strength, edition.get_strength_display(), edition.strength_native,
            edition.strength_scale or scales.get("strength"),
        ),
        rating(
            "cost", edition.cost, edition.get_cost_display(), edition.cost_native,
            edition.cost_scale or scales.get("cost"),
        ),
    ]  # fmt: skip


def _listed() -> Any:
    return Edition.objects.published().select_related("summary__centre", "kind")


def _same_approach(summary: Summary, approaches: Sequence[Approach]) -> list[Edition]:
    if not approaches:
        return []
    same = _listed().filter(summary__approaches__in=approaches).exclude(summary=summary)
    return list(same.distinct().order_by("summary__centre__order", "title")[:20])


def _same_topic(summary: Summary, edition: Edition) -> list[Edition]:
    """Return the summaries that share most topics, those of the same approach left out."""
    topics = [topic.pk for topic in edition.topics.all()]
    return list(
        _listed()
        .filter(topics__in=topics)
        .exclude(summary=summary)
        .exclude(summary__approaches__in=summary.approaches.all())
        .annotate(shared=Count("topics", filter=Q(topics__in=topics)))
        .order_by("-shared", "title")[:RELATED]
    )


def history(summary: Summary) -> list[dict[str, Any]]:
    """Return what the public has seen of a summary, newest first, each with what changed in it."""
    editions = list(
        summary.editions.history()
        .select_related("kind", "strength_scale", "strength_step", "cost_scale", "cost_step")
        .prefetch_related(
            *("policy_areas", "topics", "audiences", "settings", "sources"),
            Prefetch("findings", Finding.objects.select_related("outcome")),
        )
    )
    before = [*editions[1:], None]
    return [
        {"edition": edition, "changes": changes(earlier, edition) if earlier else []}
        for edition, earlier in zip(editions, before, strict=True)
    ]


def members(approach: Approach) -> list[Edition]:
    """Return the published editions that assess an approach, in the order of its grouping."""
    return list(
        _listed()
        .filter(summary__memberships__approach=approach)
        .prefetch_related(Prefetch("findings", Finding.objects.select_related("outcome")))
        .order_by("summary__memberships__order")
    )
