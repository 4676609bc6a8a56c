"""Evidence for any page."""

import functools
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import edition
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.find.addresses import find_url
from evidence.find.cards import render_cards
from evidence.find.rendering import render_compact
from evidence.models import Edition
from evidence.models.content_fields import label_of
from evidence.pages import history
from evidence.pages.approaches import approaches_among
from evidence.pages.coverage import STAGING, coverage_of_centre
from evidence.pages.endings import endings_of
from evidence.pages.overview import counts, overview_context, values_found_with
from evidence.pages.shares import SpendingView, centres_context
from portal.addresses import address_of
from portal.kept import kept

register = template.Library()


@register.simple_tag
def label(name: str) -> str:
    """Return the one name that people see for a field of an edition; of its rows with a dot: "findings.effect"."""
    return label_of(name)


@register.simple_tag
def lack(edition: Edition, field: str) -> str:
    """Return what stands where a value of an edition, one of Rated, would; empty if it is there."""
    return edition.lack_of(field)


@register.inclusion_tag("evidence/partials/evidence_overview.html")
def evidence_overview(parameter: str, value: str) -> dict[str, Any]:
    """Show the evidence that has a value of a facet: its strength by direction, the best of it and the cautions."""
    return overview_context(parameter, value)


@register.inclusion_tag("evidence/partials/endings.html")
def what_became(row: Any) -> dict[str, Any]:
    """Say that a topic, audience or approach is retired, and what was merged into it."""
    return {"row": row, "endings": list(endings_of(row))}


@register.inclusion_tag("evidence/partials/spending_view.html")
def spending_view(data: QueryDict) -> dict[str, Any]:
    """Show the policy areas with their spending and their evidence, as the query string of an address asks for them."""
    return {"view": SpendingView.of(data)}


@register.inclusion_tag("evidence/partials/evidence_by_centre.html")
def evidence_by_centre(policy_area: Any) -> dict[str, Any]:
    """Show how the evidence of each centre in a policy area shares out."""
    return centres_context(policy_area)


@register.filter
def is_for_readers(url: str) -> bool:
    """Say whether readers may be led to a page: not to a copy that a centre keeps to try its website out."""
    return urlsplit(url).netloc not in STAGING


@register.inclusion_tag("evidence/partials/centre_coverage.html")
def centre_coverage(centre: Any) -> dict[str, Any]:
    """Say how much of the product lines of a centre is here."""
    return {"coverage": coverage_of_centre(centre)}


@register.simple_tag
def evidence_count(parameter: str, value: str) -> int:
    """Return the number of published summaries that have a value of a facet."""
    return len(current_catalogue().having(parameter, value))


@register.simple_tag
def latest_evidence(limit: int) -> SafeString:
    """Return the cards of the newest versions."""
    return render_cards(current_catalogue().all().editions("newest", 0, limit))


@register.simple_tag
def rated_rows(keys: Iterable[int]) -> SafeString:
    """Return public editions as rows of a table: each is kept, because many pages show it."""
    rows = (kept(("rated row", key), functools.partial(_rated_row, key)) for key in keys)
    return mark_safe("".join(rows))  # noqa: S308 - the template escapes what is in it


def _rated_row(key: int) -> str:
    return render_compact("evidence/partials/rated_row.html", {"edition": edition(key)})


@register.inclusion_tag("evidence/partials/event_list.html")
def latest_events(limit: int) -> dict[str, Any]:
    """List what was last changed, added or withdrawn."""
    return {"events": history.latest_events(limit)}


@register.inclusion_tag("evidence/partials/topic_list.html")
def topics_of(policy_area: Any) -> dict[str, Any]:
    """List the topics of a policy area with their numbers of summaries."""
    numbers = counts("topic")
    of_area = current_vocabulary().topics_of[policy_area.pk]
    topics = [(topic, numbers.get(topic.slug, 0)) for topic in of_area]
    return {"topics": [pair for pair in topics if pair[1]]}


@register.inclusion_tag("evidence/partials/approach_list.html")
def approaches_of(policy_area: Any) -> dict[str, Any]:
    """List the approaches that published summaries of a policy area assess, with the number of those."""
    return {
        "approaches": approaches_among(current_catalogue().having("policy_area", policy_area.slug))
    }


@register.inclusion_tag("evidence/partials/centre_links.html")
def centres_of(policy_area: Any) -> dict[str, Any]:
    """Link the evidence of each centre in a policy area, the centre with the most first."""
    area = policy_area.slug
    return {
        "links": [
            {
                "url": find_url({"policy_area": area, "centre": option.value}),
                "label": option.label,
                "count": option.count,
            }
            for option in values_found_with("policy_area", area, "centre")
        ]
    }


@register.inclusion_tag("evidence/partials/audience_links.html")
def audience_links(slugs: list[str]) -> dict[str, Any]:
    """Link the audiences of these slugs, as far as they are known."""
    labels = current_catalogue().facets["audience"].labels
    return {
        "links": [
            {"url": address_of("evidence:audience", slug), "label": labels[slug]}
            for slug in slugs
            if slug in labels
        ]
    }
