"""Builds the template context of each page of the network, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Q

from .models import (
    Centre,
    CommonLevel,
    MembershipValue,
    NetworkAudience,
    NetworkEvent,
    NetworkFunction,
    NetworkNote,
    NetworkTotal,
    PolicyArea,
    Publication,
    RatingReference,
    RatingScale,
    SpendingFigure,
)

# In percent of the chart's width: a known area must be visible, however little is spent on it.
MIN_BAR = Decimal("0.5")


def centre_list_context() -> dict[str, Any]:
    """Return the members of today by status, then those of the past."""
    centres = list(Centre.objects.select_related("policy_area").prefetch_related("successors"))
    titles = {
        Centre.Status.WHAT_WORKS_CENTRE: "What Works Centres",
        Centre.Status.AFFILIATE: "Affiliates",
        Centre.Status.FORMER: "Former members",
    }
    groups = [
        {"title": title, "status": status, "centres": [c for c in centres if c.status == status]}
        for status, title in titles.items()
    ]
    return {"groups": [group for group in groups if group["centres"]]}


def centre_context(centre: Centre) -> dict[str, Any]:
    """Return one member with those that came before and after it."""
    steps = (
        Centre.successors.through.objects.filter(Q(from_centre=centre) | Q(to_centre=centre))
        .select_related("from_centre", "to_centre")
        .order_by("from_centre__order", "to_centre__order")
    )
    return {
        "centre": centre,
        "before": [step.from_centre for step in steps if step.to_centre_id == centre.pk],
        "after": [step.to_centre for step in steps if step.from_centre_id == centre.pk],
    }


def policy_area_context(area: PolicyArea) -> dict[str, Any]:
    """Return one policy area with the network's member for it, and other members of today and the past."""
    members = area.centres.all()
    lead = next((centre for centre in members if centre.leads_policy_area), None)
    return {"area": area, "lead": lead, "others": [c for c in members if c != lead]}


def policy_area_list_context() -> dict[str, Any]:
    """Return the policy areas, the largest spending first, with what the figures are."""
    rows = _spending_rows(PolicyArea.objects.prefetch_related("figures"))
    notes = _notes("spending")
    return {
        "rows": rows,
        "summed": [row.area for row in rows if row.figure and row.figure.in_sum],
        "too_small": [row for row in rows if row.percent == MIN_BAR],
        "total": NetworkTotal.objects.filter(latest=True).first(),
        "note": notes.get("spending"),
        "sum_note": notes.get("spending-sum"),
        "sought": [note for slug, note in notes.items() if slug.startswith("spending-sought-")],
    }


def ratings_context() -> dict[str, Any]:
    """Return every scale by centre, the common scale, and each centre's own words for each common level."""
    scales = list(
        RatingScale.objects.select_related("centre").prefetch_related(
            "levels", "dimensions", "used_by"
        )
    )
    members = sorted({s.centre for s in scales if s.centre}, key=lambda centre: centre.order)
    own = {centre: [scale for scale in scales if scale.centre == centre] for centre in members}
    common = list(CommonLevel.objects.order_by("-rank"))
    notes = _notes("common-scale", "scale-warning")
    return {
        "common": common,
        "common_note": notes.get("common-scale"),
        "warnings": [note for slug, note in notes.items() if slug != "common-scale"],
        "groups": [{"centre": centre, "scales": own[centre]} for centre in members],
        "reference": [scale for scale in scales if not scale.centre],
        "further": RatingReference.objects.all(),
        "unrated": Centre.objects.exclude(unrated_note=""),
        "matrix": _matrix(common, [scale for centre in members for scale in own[centre]]),
    }


def network_context(kinds: Sequence[str]) -> dict[str, Any]:
    """Return all that is known of the network, with the events of these kinds or, if there are none, of all kinds.

    Unknown kinds are ignored.
    """
    notes = {note.slug: note for note in NetworkNote.objects.all()}
    totals = list(NetworkTotal.objects.all())
    publications = list(Publication.objects.all())
    return {
        **_timeline(kinds),
        "latest": next((total for total in totals if total.latest), None),
        "functions": NetworkFunction.objects.all(),
        "values": MembershipValue.objects.all(),
        "audiences": NetworkAudience.objects.prefetch_related("named_in"),
        "totals": totals,
        "publications": [
            {"title": "By the network", "rows": [p for p in publications if p.by == "network"]},
            {"title": "About the network", "rows": [p for p in publications if p.by == "others"]},
        ],
        "notes": {slug.replace("-", "_"): note for slug, note in notes.items()},
        "gaps": [note for slug, note in notes.items() if slug.startswith("gap-")],
    }


@dataclass(frozen=True)
class SpendingRow:
    """One policy area in the chart of spending."""

    area: PolicyArea
    figure: SpendingFigure | None
    percent: Decimal | None  # of the chart's width; None where no amount is known


def _spending_rows(areas: Iterable[PolicyArea]) -> list[SpendingRow]:
    """Return the rows of the chart, the largest amount first and the unknown last."""
    amounts = {area: (area.spending and area.spending.gbp_bn) or Decimal(0) for area in areas}
    largest = max(amounts.values(), default=Decimal(0))
    return [
        SpendingRow(area, area.spending, _percent(amount, largest))
        for area, amount in sorted(amounts.items(), key=lambda pair: -pair[1])
    ]


def _percent(amount: Decimal, largest: Decimal) -> Decimal | None:
    return max(round(100 * amount / largest, 2), MIN_BAR) if amount else None


def _notes(*prefixes: str) -> dict[str, NetworkNote]:
    """Return the notes whose slug is one of these or begins with one, by slug and in order."""
    return {
        note.slug: note
        for note in NetworkNote.objects.all()
        if any(f"{note.slug}-".startswith(f"{prefix}-") for prefix in prefixes)
    }


def _matrix(common: Sequence[CommonLevel], scales: Iterable[RatingScale]) -> list[dict[str, Any]]:
    """Return for each scale of strength the centre's own words for each common level."""
    return [
        {
            "scale": scale,
            "cells": [
                {"level": level, "words": [s.label for s in steps if s.common == level.level]}
                for level in common
            ],
        }
        for scale in scales
        if scale.rates == RatingScale.Rates.STRENGTH and (steps := scale.levels.all())
    ]


def _timeline(kinds: Sequence[str]) -> dict[str, Any]:
    events = list(NetworkEvent.objects.prefetch_related("centres"))
    labels = dict(NetworkEvent.Kind.choices)
    chosen = [kind for kind in dict.fromkeys(kinds) if kind in labels]
    years = list(zip(_years(events), events, strict=True))
    shown = [(year, event) for year, event in years if not chosen or event.kind in chosen]
    numbers = [(kind, sum(event.kind == kind for event in events)) for kind in labels]
    return {
        "years": [
            {"year": year, "events": [event for _, event in group]}
            for year, group in groupby(shown, key=lambda pair: pair[0])
        ],
        "shown": len(shown),
        "kinds": [
            {"value": kind, "label": labels[kind], "count": count, "selected": kind in chosen}
            for kind, count in numbers
            if count or kind in chosen
        ],
        "chosen": chosen,
        "ignored": any(kind not in labels for kind in kinds),
        "updates": [event for event in reversed(events) if event.page_update],
    }


def _years(events: Iterable[NetworkEvent]) -> list[str]:
    """Return the year of each event; for one without a date, that of the event before it."""
    years = [""]
    for event in events:
        years.append(event.date[:4] or years[-1])
    return years[1:]
