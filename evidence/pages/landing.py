"""Builds the template context of the pages of topics and audiences."""

from typing import Any

from centres.published import current_network
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.find.addresses import find_url
from evidence.models import Audience, Topic

from .approaches import approaches_among
from .overview import values_found_with

MAX_NEIGHBOURS = 8
MAX_TOPICS = 12
# Ways to begin for an audience: a label, and the filters that it chooses.
QUICK_STARTS: dict[str, dict[str, list[str]]] = {
    "Beneficial at low cost": {"impact": ["beneficial"], "cost": ["1", "2"]},
    "Beneficial, with moderate or stronger evidence": {
        "impact": ["beneficial"],
        "strength": ["moderate", "high", "very-high"],
    },
    "What to stop, or not to start": {"impact": ["harmful", "no-effect"]},
    "With a version from the last two years": {"updated": ["2"]},
}


def topic_list_context() -> dict[str, Any]:
    """Return the topics by policy area."""
    return {"areas": current_network().policy_areas.values()}


def topic_context(topic: Topic) -> dict[str, Any]:
    """Return a topic and where to go on from it."""
    approaches = approaches_among(current_catalogue().having("topic", topic.slug))
    approaches.sort(key=lambda pair: (-pair[1], pair[0].label))
    return {
        "topic": topic,
        "approaches": [approach for approach, _ in approaches],
        "centres": values_found_with("topic", topic.slug, "centre"),
        "neighbours": values_found_with("topic", topic.slug, "topic")[:MAX_NEIGHBOURS],
    }


def audience_list_context() -> dict[str, Any]:
    """Return the audiences."""
    return {"audiences": offered_audiences()}


def offered_audiences() -> list[Audience]:
    """Return the audiences, without those that are retired and have no published summary."""
    offered = current_catalogue().facets["audience"].labels
    return [one for one in current_vocabulary().audiences.values() if one.slug in offered]


def audience_context(audience: Audience) -> dict[str, Any]:
    """Return an audience with its policy areas and commonest topics."""
    return {
        "audience": audience,
        "areas": values_found_with("audience", audience.slug, "policy_area"),
        "topics": values_found_with("audience", audience.slug, "topic")[:MAX_TOPICS],
        "quick_starts": _quick_starts(audience),
    }


def _quick_starts(audience: Audience) -> list[dict[str, Any]]:
    """Return those ways to begin that lead to something, with their links and the numbers of summaries there."""
    links: list[dict[str, Any]] = []
    if not current_catalogue().facets["audience"].has(audience.slug):
        return links  # it is retired, and nothing published is for it
    for label, filters in QUICK_STARTS.items():
        state = {"audience": [audience.slug], **filters}
        selection = current_catalogue().all()
        for parameter, values in state.items():
            selection = selection.choose(parameter, values)
        if selection.count:
            links.append({"label": label, "url": find_url(state), "count": selection.count})
    return links
