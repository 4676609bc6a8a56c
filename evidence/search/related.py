"""Summaries near another: what is sorted alike, ranked as a search for its title and topics would rank it.

How much better that is than to count shared topics is told in docs/search.md.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from heapq import nlargest
from math import log
from operator import or_

from evidence.catalogue.current import current_catalogue
from evidence.catalogue.facets import Catalogue, Facet
from evidence.models import Approach, ApproachMember, Edition

from .query import read
from .ranking import current_lexicon, rank_among

# How much it says that two share one of these, beside a shared topic, for a value that is as rare.
SHARED = {"topic": 1.0, "outcome": 0.3, "policy_area": 0.3}
LOOKED_AT = 60  # of those that are sorted alike, so that the cost doesn't grow with the evidence


def related(edition: Edition, approaches: Sequence[Approach], most: int) -> list[int]:
    """Return the keys of published editions near this one, best first, but not those of the same approaches.

    One query, once the words of a content version are read.
    """
    nearness = _sorted_alike(edition, approaches)
    near = nlargest(LOOKED_AT, nearness, key=nearness.__getitem__)
    topics = " ".join(topic["label"] for topic in edition.all_topics)  # type: ignore[attr-defined]  # by for_reading
    query = read(f"{edition.title} {topics}", current_lexicon(), {}, exact=True)
    ranks = rank_among(query, near) if near else {}
    return nlargest(most, near, key=lambda key: nearness[key] + ranks.get(key, 0))


def _sorted_alike(edition: Edition, approaches: Sequence[Approach]) -> dict[int, float]:
    """Return how much the editions that share a topic, or else an outcome, share with this one; the rarer, the more."""
    held = current_catalogue()
    everything = len(held.editions)
    values: dict[str, Collection[str]] = {
        "topic": [topic["slug"] for topic in edition.all_topics],  # type: ignore[attr-defined]  # by for_reading
        "outcome": {finding.outcome.slug for finding in edition.findings.all()},
        "policy_area": [area["slug"] for area in edition.all_policy_areas],  # type: ignore[attr-defined]
    }
    shared = [
        (SHARED[name] * log(1 + everything / bits.bit_count()), bits)
        for name, slugs in values.items()
        for slug in slugs
        if (bits := held.facets[name].bits.get(slug, 0))
    ]
    out = 1 << held.positions[edition.pk] if edition.pk in held.positions else 0
    for approach in approaches:
        out |= _members(held).get(approach.pk, 0)
    about = _any(held.facets["topic"], values["topic"]) & ~out
    about = about or _any(held.facets["outcome"], values["outcome"]) & ~out
    nearness: dict[int, float] = {}
    for worth, bits in shared:
        for key in held.editions_in(bits & about):
            nearness[key] = nearness.get(key, 0) + worth
    return nearness


def _any(facet: Facet, slugs: Iterable[str]) -> int:
    return reduce(or_, (facet.bits.get(slug, 0) for slug in slugs), 0)


def _members(held: Catalogue) -> dict[int, int]:
    """Return the bitmap of each approach's editions, read once a content version."""

    def members() -> dict[int, int]:
        found: dict[int, list[int]] = {}
        published = ApproachMember.objects.filter(Edition.published_q("summary__editions"))
        for approach, key in published.values_list("approach", "summary__editions"):
            found.setdefault(approach, []).append(key)
        return {approach: held.bitmap(keys) for approach, keys in found.items()}

    return held.get_or_make("approach members", members)
