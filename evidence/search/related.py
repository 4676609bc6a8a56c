"""Finds summaries related to another: with the same topics and outcomes, and found by a search for its title and topics.

How well this works, beside simpler ways, is in docs/search.md.
"""

from collections.abc import Collection, Iterable, Sequence
from heapq import nlargest
from math import log

from pyroaring import BitMap

from evidence.catalogue.build import current_catalogue
from evidence.catalogue.facets import Facet
from evidence.catalogue.reading import members_of
from evidence.models import Approach, Edition
from portal import published

from .lexicon import lexicon_of
from .query import parse
from .ranking import Ranking, sums
from .wishes import PARAMETERS

# How much a shared value counts, beside a shared topic that is as rare.
WEIGHTS = {"topic": 1.0, "outcome": 0.3, "policy_area": 0.3}
# So many of the nearest by topics and outcomes are ranked by words, so that the cost does not grow with the evidence.
RANKED = 60
COMPARED = 500  # of those that share a topic, so many are compared one by one


def related(edition: Edition, approaches: Sequence[Approach], most: int) -> list[int]:
    """Return the keys of up to `most` related published editions, best first, without those of the same approaches."""
    snapshot = published.current()
    nearness = _nearness(edition, approaches)
    near = nlargest(RANKED, nearness, key=nearness.__getitem__)
    topics = " ".join(topic.label for topic in edition.topics.all())
    query = parse(
        f"{edition.title} {topics}", lexicon_of(snapshot), exact=True, declined=PARAMETERS
    )
    ranking = Ranking(query, snapshot, within=BitMap(near))
    ranks = {one.edition: one.rank for one in ranking.best()}
    return nlargest(most, near, key=lambda key: nearness[key] + ranks.get(key, 0))


def _nearness(edition: Edition, approaches: Sequence[Approach]) -> dict[int, float]:
    """Return how near each edition is that shares a topic with this one; or an outcome, if none shares a topic.

    Each shared topic, outcome and policy area adds to it, a rare one more than a common one.
    """
    catalogue = current_catalogue()
    everything = len(catalogue.everything)
    values: dict[str, Collection[str]] = {
        "topic": [topic.slug for topic in edition.topics.all()],
        "outcome": {finding.outcome.slug for finding in edition.findings.all()},
        "policy_area": [area.slug for area in edition.policy_areas.all()],
    }
    shared = [
        (WEIGHTS[name] * log(1 + everything / len(bits)), bits)
        for name, slugs in values.items()
        for slug in slugs
        if (bits := catalogue.facets[name].bits.get(slug))
    ]
    left_out = BitMap([edition.pk])
    for approach in approaches:
        left_out |= BitMap(members_of(approach))
    candidates = _with_any(catalogue.facets["topic"], values["topic"]) - left_out
    candidates = candidates or _with_any(catalogue.facets["outcome"], values["outcome"]) - left_out
    if len(candidates) > COMPARED:
        candidates = _sharing_most(shared, candidates)
    nearness: dict[int, float] = {}
    for weight, bits in shared:
        for key in bits & candidates:
            nearness[key] = nearness.get(key, 0) + weight
    return nearness


def _sharing_most(shared: Iterable[tuple[float, BitMap]], candidates: BitMap) -> BitMap:
    """Return COMPARED of the candidates: those that share most, and of those alike the newest."""
    found = BitMap()
    newest = current_catalogue().newest
    for _, bits in sums([(weight, bits & candidates) for weight, bits in shared], 0):
        found |= BitMap(newest.some(bits, 0, COMPARED - len(found)))
        if len(found) == COMPARED:
            break
    return found


def _with_any(facet: Facet, slugs: Iterable[str]) -> BitMap:
    """Return the bitmap of the editions that have any of these values."""
    return BitMap().union(*(facet.bits[slug] for slug in slugs if slug in facet.bits))
