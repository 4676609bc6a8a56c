"""What the pages are made from that open a topic or an audience."""

from typing import Any

from centres.models import PolicyArea
from evidence.models import Approach, Audience, Topic

from .overview import companions

MOST_NEIGHBOURS = 8
MOST_TOPICS = 12


def topic_list_context() -> dict[str, Any]:
    """Return the topics by policy area."""
    return {"areas": PolicyArea.objects.prefetch_related("topics")}


def topic_context(topic: Topic) -> dict[str, Any]:
    """Return a topic and where to go on from it."""
    return {
        "topic": topic,
        "approaches": Approach.objects.of_topic(topic),
        "centres": companions("topic", topic.slug, "centre"),
        "neighbours": companions("topic", topic.slug, "topic")[:MOST_NEIGHBOURS],
    }


def audience_list_context() -> dict[str, Any]:
    """Return the audiences."""
    return {"audiences": Audience.objects.all()}


def audience_context(audience: Audience) -> dict[str, Any]:
    """Return an audience with its policy areas and commonest topics."""
    return {
        "audience": audience,
        "areas": companions("audience", audience.slug, "policy_area"),
        "topics": companions("audience", audience.slug, "topic")[:MOST_TOPICS],
    }
