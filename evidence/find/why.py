"""How many of a list lack a value, by the reason why."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from pyroaring import BitMap

from evidence.catalogue.facets import Facet
from portal.kept import kept

from .rendering import render_compact
from .results import Results


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


def render_why(results: Results, parameter: str, bits: BitMap, **also: str) -> SafeString:
    """Return these reasons for a part of a list as a sentence ends with them. It is kept for all pages of the list.

    The links keep the list but for what `also` changes in it.
    """

    def render() -> str:
        facet = results.catalogue.facets[parameter]
        reasons = why_without(facet, bits, partial(results.url, **also))
        return render_compact("evidence/partials/why_without.html", {"reasons": reasons})

    return mark_safe(kept(("why", parameter, *also.items(), results.key), render))  # noqa: S308 - a template rendered it
