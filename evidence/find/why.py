"""How many of a list lack a value, by the reason why."""

from typing import Any

from pyroaring import BitMap

from .results import Results


def why_without(results: Results, parameter: str, bits: BitMap) -> list[dict[str, Any]]:
    """Return the reasons why some of a list have no value of a facet: label, number and the address of exactly these.

    The facet is one that files what has no value under a reason (FacetSource.missing).
    """
    facet = results.catalogue.facets[parameter]
    lacking = dict.fromkeys(value for values in facet.aliases.values() for value in values)
    return [
        {
            "label": facet.labels[value],
            "count": number,
            "url": results.url(**{parameter: [value]}),
        }
        for value in lacking
        if (number := facet.bits[value].intersection_cardinality(bits))
    ]
