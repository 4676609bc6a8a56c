"""What the network's pages are made from, in a fixed number of queries."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

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
    RatingScale,
)


def notes(prefix: str) -> list[NetworkNote]:
    """Return the notes whose slug is the prefix, or begins with it and a hyphen, in order."""
    found = NetworkNote.objects.filter(slug__startswith=prefix)
    return [note for note in found if note.slug == prefix or note.slug.startswith(f"{prefix}-")]


def members_by_status() -> list[dict[str, Any]]:
    centres = list(
        Centre.objects.select_related("policy_area").prefetch_related("successors", "other_names")
    )
    titles = {
        Centre.Status.WHAT_WORKS_CENTRE: "What Works Centres",
        Centre.Status.AFFILIATE: "Affiliates",
        Centre.Status.FORMER: "Former members",
    }
    return [
        {"title": title, "status": status, "centres": [c for c in centres if c.status == status]}
        for status, title in titles.items()
    ]


def spending() -> dict[str, Any]:
    """Return the policy areas, the largest spending first, with the length of each bar in percent."""
    areas = list(PolicyArea.objects.prefetch_related("figures", "centres"))
    amounts = {
        area: area.spending.gbp_bn for area in areas if area.spending and area.spending.gbp_bn
    }
    known = sorted(amounts, key=lambda area: -amounts[area])
    largest = max(amounts.values(), default=Decimal(1))
    rows: list[dict[str, Any]] = [
        {"area": area, "percent": f"{100 * amounts[area] / largest:.2f}"} for area in known
    ]
    rows += [{"area": area, "percent": ""} for area in areas if area not in amounts]
    return {
        "rows": rows,
        "total": NetworkTotal.objects.filter(latest=True).first(),
        "sum_note": NetworkNote.objects.filter(slug="spending-sum").first(),
        "summed": [
            row["area"] for row in rows if row["area"].spending and row["area"].spending.in_sum
        ],
        "sought": NetworkNote.objects.filter(slug__startswith="spending-sought"),
    }


def ratings() -> dict[str, Any]:
    scales = RatingScale.objects.select_related("centre").prefetch_related(
        "levels", "dimensions", "used_by"
    )
    by_centre: dict[Centre, list[RatingScale]] = {}
    reference = []
    for scale in scales:
        if scale.centre:
            by_centre.setdefault(scale.centre, []).append(scale)
        else:
            reference.append(scale)
    common = list(CommonLevel.objects.order_by("-rank"))
    centres = sorted(by_centre, key=lambda centre: centre.order)
    return {
        "common": common,
        "common_note": NetworkNote.objects.filter(slug="common-scale").first(),
        "warnings": notes("scale-warning"),
        "centres": [{"centre": centre, "scales": by_centre[centre]} for centre in centres],
        "reference": reference,
        "unrated": Centre.objects.exclude(unrated_note=""),
        "matrix": _matrix(common, [s for centre in centres for s in by_centre[centre]]),
    }


def _matrix(common: Sequence[CommonLevel], scales: Sequence[RatingScale]) -> list[dict[str, Any]]:
    """Return for each scale of strength, by common level, the centre's own words."""
    rows = []
    for scale in scales:
        if scale.rates != RatingScale.Rates.STRENGTH or not scale.levels.all():
            continue
        cells = [
            {
                "level": level,
                "words": [one.label for one in scale.levels.all() if one.common == level.level],
            }
            for level in common
        ]
        rows.append({"scale": scale, "cells": cells})
    return rows


def network(kinds: Sequence[str]) -> dict[str, Any]:
    """Return the page of the network, its timeline narrowed to kinds of events; unknown kinds are ignored."""
    events = list(NetworkEvent.objects.prefetch_related("centres"))
    labels = dict(NetworkEvent.Kind.choices)
    chosen = [kind for kind in dict.fromkeys(kinds) if kind in labels]
    shown = [event for event in events if not chosen or event.kind in chosen]
    counts = {kind: sum(event.kind == kind for event in events) for kind in labels}
    return {
        "latest": NetworkTotal.objects.filter(latest=True).first(),
        "functions": NetworkFunction.objects.all(),
        "values": MembershipValue.objects.all(),
        "audiences": NetworkAudience.objects.prefetch_related("named_in"),
        "totals": NetworkTotal.objects.all(),
        "years": _by_year(shown),
        "shown": len(shown),
        "kinds": [
            {"value": kind, "label": labels[kind], "count": number, "selected": kind in chosen}
            for kind, number in counts.items()
            if number
        ],
        "chosen": chosen,
        "ignored": any(kind not in labels for kind in kinds),
        "updates": [event for event in reversed(events) if event.page_update],
        "publications": Publication.objects.all(),
        "notes": {note.slug.replace("-", "_"): note for note in NetworkNote.objects.all()},
        "gaps": notes("gap"),
    }


def _by_year(events: Sequence[NetworkEvent]) -> list[dict[str, Any]]:
    """Group events by year. One without a date stays beside its neighbours, for its order says when."""
    years: list[str] = []
    for event in events:
        years.append(event.date[:4] if event.date else (years[-1] if years else ""))
    pairs = zip(years, events, strict=True)
    return [
        {"year": year, "events": [event for _, event in group]}
        for year, group in groupby(pairs, key=lambda pair: pair[0])
    ]
