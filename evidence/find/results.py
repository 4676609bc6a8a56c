"""What the find page shows of a list, around its cards and filters."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from centres.models import Centre
from evidence.catalogue.facets import SORTS, Selection
from evidence.search import suggestions as suggest

from .request import EvidenceFilter


def page_context(found: EvidenceFilter) -> dict[str, Any]:
    """Return what the find page shows around its cards and filters."""
    return {
        "found": found,
        "heading": heading(found),
        "chips": list(chips(found)),
        "sorts": [
            # The default has no value, so that words sent from a list without any are sorted by relevance.
            {
                "value": "" if value == found.default_sort else value,
                "label": label,
                "selected": value == found.sort,
            }
            for value, label in SORTS.items()
            if value != "relevance" or found.matches
        ],
        "selected": sum(map(len, found.selection.chosen.values())),
        "pages": pages(found),
        "previous_url": found.url_of_page(found.page - 1) if found.page > 1 else "",
        "next_url": found.url_of_page(found.page + 1) if found.page < found.pages else "",
        "ignored_text": ignored_text(found),
        **words_context(found),
        "ways_on": [] if found.count else list(ways_on(found)),
        "canonical": found.url_of_page(found.page),
        "indexable": not found.is_narrowed and found.page == 1,
        "json_url": found.url("evidence:find-json"),
        "csv_url": found.url("evidence:find-csv"),
    }


def words_context(found: EvidenceFilter) -> dict[str, Any]:
    """Return how the words were read, and where to go on if they found little."""
    matches = found.matches
    if matches is None:
        return {}
    little = matches.is_loosely_related or not found.count
    topics = suggest.nearest_topics(matches.query, list(matches.ranks)) if little else []
    return {
        "corrected_url": found.url(q=matches.corrected),
        "meant_url": found.url(q=matches.suggestion),
        "exact_url": found.url(exact=found.words),
        "named_centres": Centre.objects.filter(pk__in=matches.query.centres)
        if matches.query.names_only_centres
        else (),
        "nearest_topics": topics,
        "nearest_centres": suggest.nearest_centres(topics),
    }


def heading(found: EvidenceFilter) -> str:
    number = f"{found.count:,}" if found.count else "No"
    noun = "evidence summary" if found.count == 1 else "evidence summaries"
    words = (found.matches and found.matches.corrected) or found.words
    return f"{number} {noun}" + (f" for “{words}”" if words else "")


def ignored_text(found: EvidenceFilter) -> str:
    """Name the values that no filter has, for a visitor whose link is old or mistyped."""
    ignored = [
        f"{name.replace('_', ' ')} “{value[:40]}”"
        for name, values in found.unknown.items()
        for value in values[:3]
    ]
    return f"Left out, because no filter has it: {', '.join(ignored)}." if ignored else ""


def chips(found: EvidenceFilter) -> Iterator[dict[str, str]]:
    """Yield each active filter with the address that removes it."""
    if found.words:
        yield {"label": f"“{found.words}”", "url": found.url(q="", sort="")}
    for parameter, values in found.selection.chosen.items():
        facet = found.catalogue.facets[parameter]
        for value in values:
            label = f"{facet.label}: {facet.labels[value]}"
            yield {"label": label, "url": found.url_without(parameter, value)}


def pages(found: EvidenceFilter) -> list[dict[str, Any]]:
    """Return the pages to link: the first, the last and those around the current one; {} for a gap."""
    if found.pages == 1:
        return []
    near = {1, found.pages, *range(found.page - 1, found.page + 2)}
    numbers = sorted(number for number in near if 1 <= number <= found.pages)
    linked: list[dict[str, Any]] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number - before > 1:
            linked.append({})
        linked.append(
            {"number": number, "url": found.url_of_page(number), "current": number == found.page}
        )
    return linked


def ways_on(found: EvidenceFilter) -> Iterator[dict[str, Any]]:
    """Yield what other choices would find, the most first, four at most: all but one of them, or else one alone."""
    asked, words = found.selection, f"“{found.words}”"
    named = {name: _named(found, name) for name in asked.chosen}
    tries = [
        (asked.without(name).count, f"without “{label}”", found.url(**{name: ()}))
        for name, label in named.items()
    ]
    if found.words and named:
        unsearched = replace(asked, ranked=None, matched=None)
        tries += [
            (unsearched.count, f"without the words {words}", found.url(q="", sort="")),
            (asked.only().count, f"{words} without any filter", found.url_without_filters()),
        ]
    elif not any(count for count, _, _ in tries):
        tries = [
            (asked.only(name).count, f"at “{label}” alone", found.url(**_others(asked, name)))
            for name, label in named.items()
        ]
    for count, label, url in sorted(tries, key=lambda one: -one[0])[:4]:
        if count:
            yield {"count": count, "label": label, "url": url}


def _named(found: EvidenceFilter, parameter: str) -> str:
    facet = found.catalogue.facets[parameter]
    labels = [facet.labels[value] for value in found.selection.chosen[parameter]]
    return f"{facet.label}: {' or '.join(labels)}"


def _others(asked: Selection, parameter: str) -> dict[str, Any]:
    return {name: () for name in asked.chosen if name != parameter}
