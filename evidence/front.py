"""What the home page is made from."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from centres.models import NetworkFunction, NetworkTotal, PolicyArea
from centres.vocabulary import Cost, Direction, Strength

from . import catalogue
from .catalogue import Catalogue
from .filters import address
from .models import Approach, Audience, Edition


def home_context() -> dict[str, Any]:
    """Return all that the home page shows."""
    held = catalogue.current()
    counts = {value: bits.bit_count() for value, bits in held.facets["policy_area"].bits.items()}
    return {
        "total": NetworkTotal.objects.filter(latest=True).first(),
        "areas": [
            {
                "area": area,
                "count": counts.get(area.slug, 0),
                "url": address("evidence:find", {"policy_area": area.slug}),
            }
            for area in PolicyArea.objects.prefetch_related("figures")
        ],
        "audiences": Audience.objects.all(),
        "stats": _stats(held),
        "directions": Direction.choices,
        "strengths": Strength.choices,
        "costs": Cost.choices,
        "functions": NetworkFunction.objects.all(),
    }


def _stats(held: Catalogue) -> list[dict[str, Any]]:
    """Return the portal in numbers, those that do not flatter among them."""

    def used(parameter: str) -> int:
        return sum(1 for bits in held.facets[parameter].bits.values() if bits)

    def having(label: str, **state: list[str]) -> dict[str, Any]:
        selection = held.all()
        for parameter, values in state.items():
            selection = selection.choose(parameter, values)
        return {"label": label, "value": selection.count, "url": address("evidence:find", state)}

    several = Approach.objects.annotate(
        centres=Count(
            "members__centre",
            filter=Q(members__editions__state=Edition.State.PUBLISHED),
            distinct=True,
        )
    ).filter(centres__gte=2)
    centres, approaches = reverse("centres:centre-list"), reverse("evidence:approach-list")
    return [
        having("evidence summaries"),
        {"label": "centres and affiliates behind them", "value": used("centre"), "url": centres},
        {
            "label": "approaches assessed by several centres",
            "value": several.count(),
            "url": approaches,
        },
        {"label": "outcomes measured", "value": used("outcome"), "url": ""},
        having("have high or very high strength of evidence", strength=["very-high", "high"]),
        having("found harm", impact=["harmful"]),
        having("found no effect", impact=["no-effect"]),
        having("have no strength rating", strength=["not-rated"]),
    ]
