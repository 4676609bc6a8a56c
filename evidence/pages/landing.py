"""Builds the template context of the pages of topics and audiences."""

from typing import Any

from centres.models import PolicyArea
from evidence.models import Approach, Audience, Topic

from .overview import values_found_with

MAX_NEIGHBOURS = 8
MAX_TOPICS = 12


def topic_list_context() -> dict[str, Any]:
    """Return the topics by policy area."""
    return {"areas": PolicyArea.objects.prefetch_related("topics")}


def topic_context(topic: Topic) -> dict[str, Any]:
    """Return a topic and where to go on from it."""
    return {
        "topic": topic,
        "approaches": Approach.objects.of_topic(topic),
        "centres": values_found_with("topic", topic.slug, "centre"),
        "neighbours": values_found_with("topic", topic.slug, "topic")[:MAX_NEIGHBOURS],
    }


def audience_list_context() -> dict[str, Any]:
    """Return the audiences."""
    return {"audiences": Audience.objects.all()}


def audience_context(audience: Audience) -> dict[str, Any]:
    """Return an audience with its policy areas and commonest topics."""
    return {
        "audience": audience,
        "areas": values_found_with("audience", audience.slug, "policy_area"),
        "topics": values_found_with("audience", audience.slug, "topic")[:MAX_TOPICS],
    }
