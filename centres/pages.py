"""Builds the template context of each page of the network, from what is in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from .members import difference
from .models import (
    Centre,
    CommonLevel,
    NetworkEvent,
    NetworkNote,
    NetworkStatement,
    PolicyArea,
    RatingScale,
    SpendingFigure,
)
from .published import Network, current_network

# In percent of the chart's width: a known area must be visible, however little is spent on it.
MIN_BAR = Decimal("0.5")


def centre_list_context() -> dict[str, Any]:
    """Return the members of today by status, then those of the past."""
    centres = current_network().centres.values()
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
    return {
        "centre": centre,
        "before": centre.predecessors.all(),
        "after": centre.successors.all(),
    }


def policy_area_context(area: PolicyArea) -> dict[str, Any]:
    """Return one policy area with the network's member for it, and other members of today and the past."""
    members = area.centres.all()
    lead = next((centre for centre in members if centre.leads_policy_area), None)
    return {"area": area, "lead": lead, "others": [c for c in members if c != lead]}


def policy_area_list_context() -> dict[str, Any]:
    """Return the policy areas, the largest spending first, with what the figures are."""
    network = current_network()
    rows = _spending_rows(network.policy_areas.values())
    return {
        "rows": rows,
        "summed": [row.area for row in rows if row.figure and row.figure.in_sum],
        "too_small": [row for row in rows if row.percent == MIN_BAR],
        "total": network.latest_total,
        "note": network.notes.get("spending"),
        "sum_note": network.notes.get("spending-sum"),
        "sought": _notes(network, "spending-sought-"),
    }


def ratings_context() -> dict[str, Any]:
    """Return every scale by centre, the common scale, and each centre's own words for each common level."""
    network = current_network()
    scales = network.scales.values()
    members = sorted({s.centre for s in scales if s.centre}, key=lambda centre: centre.order)
    own = {centre: [scale for scale in scales if scale.centre == centre] for centre in members}
    return {
        "common": network.common_levels,
        "common_note": network.notes.get("common-scale"),
        "warnings": _notes(network, "scale-warning"),
        "groups": [{"centre": centre, "scales": own[centre]} for centre in members],
        "reference": [scale for scale in scales if not scale.centre],
        "further": network.rating_references,
        "unrated": [centre for centre in network.centres.values() if centre.unrated_note],
        "matrix": _matrix(
            network.common_levels, [scale for centre in members for scale in own[centre]]
        ),
    }


def network_context(kinds: Sequence[str]) -> dict[str, Any]:
    """Return all that is known of the network, with the events of these kinds or, if there are none, of all kinds.

    Unknown kinds are ignored.
    """
    network = current_network()
    by = {by: [p for p in network.publications if p.by == by] for by in ("network", "others")}
    return {
        **_timeline(network.events, kinds),
        "members": network.members,
        "latest": network.latest_total,
        "differing": difference(network.members, network.latest_total),
        "statements": {
            section: [one for one in network.statements if one.section == section]
            for section in NetworkStatement.Section.values
        },
        "functions": network.functions,
        "values": network.values,
        "audiences": network.audiences,
        "totals": network.totals,
        "publications": [
            {"title": "By the network", "rows": by["network"]},
            {"title": "About the network", "rows": by["others"]},
        ],
        "notes": {slug.replace("-", "_"): note for slug, note in network.notes.items()},
        "gaps": _notes(network, "gap-"),
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


def _notes(network: Network, prefix: str) -> list[NetworkNote]:
    """Return the notes whose slug begins so, in order."""
    return [note for slug, note in network.notes.items() if slug.startswith(prefix)]


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


def _timeline(events: Sequence[NetworkEvent], kinds: Sequence[str]) -> dict[str, Any]:
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
