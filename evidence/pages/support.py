"""What the strongest evidence on a subject supports, chosen by the outcomes that are the subject's own."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from pyroaring import BitMap

from centres.vocabulary import MODERATE_OR_STRONGER, Direction
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import editions
from evidence.catalogue.studies import resting_on
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.find.addresses import find_url
from evidence.find.cards import render_cards
from evidence.find.why import why_without
from evidence.models import Kind

MAX_CARDS = 5
MAX_NAMED = 3
# An outcome belongs to a policy area if at least one in so many of the summaries that measure it does.
ONE_IN = 3


def support_context(parameter: str, value: str) -> dict[str, Any]:
    """Return what the evidence that has a value of a facet supports, for evidence/partials/support.html.

    A summary of a policy area or of a topic counts if it is beneficial overall and on an outcome of the area, or of one of
    the areas of the topic. One of anything else, such as a centre, counts if it is beneficial overall.
    """
    catalogue = current_catalogue()
    having = catalogue.having(parameter, value)
    beneficial = having & catalogue.having("impact", "beneficial")
    strong = BitMap.union(*(catalogue.having("strength", level) for level in MODERATE_OR_STRONGER))
    areas = _areas(parameter, value)
    own = own_outcomes(areas)
    on_own = _beneficial_on(own) if areas else catalogue.everything
    best = beneficial & strong & on_own
    unrated = catalogue.having("strength", "not-rated")
    beneficial_list = {parameter: value, "impact": "beneficial"}
    own_list = (
        beneficial_list | {"outcome": own, "outcome_effect": "beneficial"}
        if areas
        else beneficial_list
    )
    return {
        "parameter": parameter,
        "outcomes": [
            {
                "label": catalogue.facets["outcome"].labels[outcome],
                "url": find_url({parameter: value, "outcome": outcome}),
            }
            for outcome in own
            if having.intersect(catalogue.having("outcome", outcome))
        ],
        "best": render_cards(_strongest(best, MAX_CARDS)),
        "best_count": len(best),
        "best_studies": len(best & resting_on()[Kind.RestsOn.STUDY]),
        "best_url": find_url(own_list | {"strength": MODERATE_OR_STRONGER, "sort": "strength"}),
        "unrated": _named(beneficial & unrated & on_own),
        "unrated_url": find_url(own_list | {"strength": "not-rated"}),
        "why_unrated": why_without(
            catalogue.facets["strength"],
            beneficial & unrated & on_own,
            lambda **only: find_url(own_list | only),
        ),
        "elsewhere": _named((beneficial & strong) - on_own),
    }


def own_outcomes(areas: Iterable[str]) -> list[str]:
    """Return the outcomes that belong to one of these policy areas, by their slugs, in the order of their list.

    An outcome belongs to an area if at least one in ONE_IN of the summaries that measure it does.
    """
    catalogue = current_catalogue()
    in_area = [catalogue.having("policy_area", area) for area in areas]
    return [
        outcome
        for outcome, measuring in catalogue.facets["outcome"].bits.items()
        if any(
            0 < len(measuring) <= ONE_IN * measuring.intersection_cardinality(bits)
            for bits in in_area
        )
    ]


def _areas(parameter: str, value: str) -> list[str]:
    """Return the policy areas whose outcomes a subject is judged by; none for one that is no matter of outcomes."""
    if parameter == "topic":
        topics = current_vocabulary().topics.values()
        topic = next(topic for topic in topics if topic.slug == value)
        return [area.slug for area in topic.policy_areas.all()]
    return [value] if parameter == "policy_area" else []


def _beneficial_on(outcomes: Iterable[str]) -> BitMap:
    """Return the editions that find a benefit on one of these outcomes."""
    beneficial = current_catalogue().facets["outcome"].beside([Direction.BENEFICIAL])
    return BitMap.union(BitMap(), *(beneficial[one] for one in outcomes if one in beneficial))


def _strongest(bits: BitMap, number: int) -> list[int]:
    """Return the strongest of some editions, single studies last, and of the same strength the newest first."""
    catalogue = current_catalogue()
    studies = resting_on()[Kind.RestsOn.STUDY]
    groups = (
        some & catalogue.having("strength", level)
        for some in (bits - studies, bits & studies)
        for level in MODERATE_OR_STRONGER
    )
    return list(islice(chain.from_iterable(_newest(group, number) for group in groups), number))


def _newest(bits: BitMap, number: int) -> list[int]:
    return current_catalogue().newest.some(bits, 0, number)


def _named(bits: BitMap) -> dict[str, Any]:
    """Return how many editions there are, with a few to name: the newest, and last those whose effect is our reading."""
    ours = bits & current_catalogue().having("doubt", "our-reading")
    keys = [*_newest(bits - ours, MAX_NAMED), *_newest(ours, MAX_NAMED)]
    return {"count": len(bits), "named": editions(keys[:MAX_NAMED])}
