"""What the home page is made from."""

from typing import Any

from centres.models import NetworkFunction, NetworkTotal, PolicyArea

from . import cards, catalogue
from .catalogue import Catalogue
from .models import Approach, Audience
from .overview import counts

LATEST = 4


def home_context() -> dict[str, Any]:
    held = catalogue.current()
    numbers = counts("policy_area")
    areas = PolicyArea.objects.prefetch_related("figures")
    return {
        "total": NetworkTotal.objects.filter(latest=True).first(),
        "areas": [{"area": area, "count": numbers.get(area.slug, 0)} for area in areas],
        "audiences": Audience.objects.all(),
        "stats": _stats(held),
        "functions": NetworkFunction.objects.all(),
        "latest": cards.cards(held, list(held.editions[:LATEST])),
    }


def _stats(held: Catalogue) -> list[dict[str, Any]]:
    """Return the portal in numbers, those that do not flatter among them."""

    def having(parameter: str, *values: str) -> int:
        return held.all().choose(parameter, values).count if len(held.editions) else 0

    centres = sum(1 for bits in held.facets["centre"].bits.values() if bits)
    return [
        {"label": "evidence summaries", "value": len(held.editions)},
        {"label": "centres and affiliates behind them", "value": centres},
        {"label": "approaches that are assessed more than once", "value": Approach.objects.count()},
        {
            "label": "with high or very high strength of evidence",
            "value": having("strength", "high", "very-high"),
        },
        {
            "label": "that found harm or no effect",
            "value": having("impact", "harmful", "no-effect"),
        },
        {"label": "whose strength is not rated", "value": having("strength", "not-rated")},
    ]
