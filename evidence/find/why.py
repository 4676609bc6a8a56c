"""How many of a list lack a value, by the reason why."""

from collections.abc import Callable
from typing import Any

from pyroaring import BitMap

from evidence.catalogue.facets import Facet


def why_without(facet: Facet, bits: BitMap, url: Callable[..., str]) -> list[dict[str, Any]]:
    """Return the reasons why some of a list have no value of a facet: label, number and the address of exactly these.

    The facet is one that files what has no value under a reason (FacetSource.missing). `url` makes an address of the list from
    what changes in it.
    """
    return [
        {"label": facet.labels[value], "count": number, "url": url(**{facet.parameter: [value]})}
        for value in facet.lacking
        if (number := facet.bits[value].intersection_cardinality(bits))
    ]
