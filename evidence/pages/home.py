"""Builds the template context of the home page."""

from typing import Any

from django.urls import reverse

from centres.published import current_network
from centres.vocabulary import Cost, Direction, Strength
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.facets import Catalogue
from evidence.find.addresses import find_url

from .approaches import approach_overviews
from .landing import offered_audiences
from .overview import counts

APPROACHES = 8  # shown on the home page
# Words to search for, as examples under the search box: a test says that each leads to something worth reading.
EXAMPLES = ["mentoring", "small group tuition", "preventing reoffending", "housing first"]


def home_context() -> dict[str, Any]:
    """Return all that the home page shows."""
    network, catalogue = current_network(), current_catalogue()
    approaches = _compared(catalogue)
    number = counts("policy_area")
    return {
        "members": network.members,
        "total": network.latest_total,
        "areas": [
            {
                "area": area,
                "count": number.get(area.slug, 0),
                "url": find_url({"policy_area": area.slug}),
            }
            for area in network.policy_areas.values()
        ],
        "audiences": offered_audiences(),
        "examples": EXAMPLES,
        "stats": _stats(catalogue, several=len(approaches)),
        "approaches": approaches[:APPROACHES],
        "directions": [one for one in Direction.choices if one[0] != Direction.NOT_ASSESSED],
        "strengths": [one for one in Strength.choices if one[0] != Strength.NOT_RATED],
        "costs": Cost.choices,
        "functions": network.functions,
    }


def _compared(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return the approaches that several centres assess with the numbers of those, those of the most centres first."""
    compared = [
        {"approach": approach, "centres": len(overview.centres)}
        for approach, overview in approach_overviews(catalogue.everything)
        if len(overview.centres) > 1
    ]
    return sorted(compared, key=lambda row: (-row["centres"], row["approach"].order))


def _stats(catalogue: Catalogue, *, several: int) -> list[dict[str, Any]]:
    """Return the portal in numbers, the unflattering ones among them."""

    def used(parameter: str) -> int:
        return sum(1 for bits in catalogue.facets[parameter].bits.values() if bits)

    def having(label: str, **state: list[str]) -> dict[str, Any]:
        selection = catalogue.all()
        for parameter, values in state.items():
            selection = selection.choose(parameter, values)
        return {"label": label, "value": selection.count, "url": find_url(state)}

    centres, approaches = reverse("centres:centre-list"), reverse("evidence:approach-list")
    return [
        having("evidence summaries"),
        {"label": "centres behind them", "value": used("centre"), "url": centres},
        {
            "label": "approaches assessed by several centres",
            "value": several,
            "url": approaches,
        },
        {"label": "outcomes measured", "value": used("outcome"), "url": ""},
        having("have high or very high strength of evidence", strength=["very-high", "high"]),
        having("found harm", impact=["harmful"]),
        having("found no effect", impact=["no-effect"]),
        having("are not rated for strength by their centre", strength=["none"]),
        having("may have a strength rating that nobody has read yet", strength=["not-read"]),
    ]
