"""Evidence on the pages of other rooms."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from evidence import cards, catalogue
from evidence.models import Topic
from evidence.overview import counts, overview

register = template.Library()


@register.inclusion_tag("evidence/partials/evidence_overview.html")
def evidence_overview(parameter: str, value: str) -> dict[str, Any]:
    """Show the evidence that has a value of a facet: strength by direction, the best, the cautions."""
    return overview(parameter, value)


@register.simple_tag
def evidence_count(parameter: str, value: str) -> int:
    """Return the number of published summaries that have a value of a facet."""
    return counts(parameter).get(value, 0)


@register.simple_tag
def latest_evidence(limit: int) -> SafeString:
    """Return the cards of the newest versions."""
    held = catalogue.current()
    return cards.cards(held, list(held.editions[:limit]))


@register.inclusion_tag("evidence/partials/topic_list.html")
def topics_of(policy_area: Any) -> dict[str, Any]:
    """List the topics of a policy area with their numbers of summaries."""
    numbers = counts("topic")
    topics = [
        (topic, numbers.get(topic.slug, 0))
        for topic in Topic.objects.filter(policy_areas=policy_area)
    ]
    return {"topics": [pair for pair in topics if pair[1]]}
