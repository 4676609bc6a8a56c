"""Builds the template context of the find page."""

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyroaring import BitMap

from centres.published import current_network
from centres.vocabulary import Direction
from evidence.catalogue.facets import Selection
from evidence.catalogue.orders import SORTS
from evidence.catalogue.studies import resting_on
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.models import Kind
from evidence.search.names import Entry
from evidence.search.suggestions import nearest_centres, nearest_topics
from evidence.search.wishes import Wish
from portal.templatetags.portal_tags import in_sentence

from .answer import render_answer
from .approaches import approaches_of
from .cards import render_cards
from .chosen import chosen_context
from .layouts import DEFAULT_VIEW, VIEWS
from .panel import render_panel
from .picture import picture_context
from .rendering import render_filled
from .results import Results
from .table import LACKING, table_context
from .why import why_without

MAX_ALTERNATIVES = 4
# What a filter leaves out although it may be right: the filter, others of the same kind, its value for it, and its name.
UNSTATED = (
    ("cost", (), "not-stated", "common level of cost"),
    ("strength", ("strength_at_least",), "not-rated", "common level of strength"),
)


def find_context(results: Results) -> dict[str, Any]:
    """Return all that the find page shows."""
    has_answer = results.is_narrowed or results.view != DEFAULT_VIEW
    return {
        "results": results,
        "heading": heading(results),
        "view": VIEWS[results.view],
        **VIEW_CONTEXTS[results.view](results),
        **chosen_context(results),
        "panel": render_panel(results.selection),
        "active_filters": active_filters(results),
        # Seldom asked for: the template keeps what it makes of them.
        "sorts": functools.partial(sorts, results),
        "views": render_filled("evidence/partials/views.html", {"views": views(results)}),
        "unknown_text": unknown_text(results) if VIEWS[results.view].is_ordered else "",
        "answer": render_answer(results) if has_answer else "",
        "approaches": approaches_of(results),
        "unstated": list(unstated(results)),
        "single_studies": single_studies(results),
        "selected": sum(map(len, results.selection.chosen.values())),
        **pagination_context(results),
        "ignored_text": ignored_text(results),
        **words_context(results),
        "alternatives": [] if results.count else list(alternatives(results)),
        "canonical": results.comparing(()).url_of_page(results.page),
        "indexable": is_indexable(results),
        "json_url": results.url("evidence:find-json"),
        "csv_url": results.url("evidence:find-csv"),
        "docx_url": results.url("evidence:find-docx"),
        "map_url": results.url("evidence:map", sort=""),
    }


def list_context(results: Results) -> dict[str, Any]:
    """Return the cards of a page."""
    return {"cards": render_cards(results.editions(), results.matches, results.compare)}


# What the template of each view needs besides.
VIEW_CONTEXTS: Mapping[str, Callable[[Results], dict[str, Any]]] = {
    "list": list_context,
    "table": table_context,
    "picture": picture_context,
}


def is_indexable(results: Results) -> bool:
    """Return whether search engines should know the page: only that of everything, as it is without any parameter."""
    is_usual = results.view == DEFAULT_VIEW and results.sort == results.default_sort
    first = results.page == 1 and is_usual
    return first and not results.is_narrowed and not results.compare


def words_context(results: Results) -> dict[str, Any]:
    """Return how the words were read, and where to go on if they found little."""
    matches = results.matches
    if matches is None:
        return {}
    little = matches.is_loosely_related or not results.count
    topics = (
        nearest_topics(matches.query, matches.best_first(matches.bits, 0, 10)) if little else []
    )
    nearest = {
        "nearest_topics": [_link(topic) for topic in topics],
        "nearest_centres": [_link(one) for one in nearest_centres(topics)] if topics else [],
    }
    corrected, meant, query = matches.corrected, matches.suggestion, matches.query
    note = {
        "words": results.words,
        "corrected": corrected,
        "corrected_url": corrected and results.url(q=corrected),
        "exact_url": corrected and results.url(exact=results.words),
        "meant": meant,
        "meant_url": meant and results.url(q=meant),
        "unknown": [f"“{word}”" for word in query.unknown],
        "unread": [f"“{sign}”" for sign in query.unread],
        "declined": [
            {
                "words": wish.words,
                "label": wish_label(results, wish),
                "url": results.url_accepting(wish),
            }
            for wish in results.declined
        ],
        "named_centres": [
            {"name": centre.name, "url": centre.get_absolute_url()}
            for key, centre in current_network().centres.items()
            if key in query.centres
        ]
        if query.names_only_centres
        else [],
        "is_loose": little and results.count > 0,
        **nearest,
    }
    return {"query_note": render_filled("evidence/partials/query_note.html", note), **nearest}


def _link(entry: Entry) -> dict[str, str]:
    return {"label": entry.label, "url": entry.url}


def pagination_context(results: Results) -> dict[str, Any]:
    """Return the links to other pages, as partials/pagination.html takes them."""
    page = results.page
    return {
        "pages": pages(results),
        "previous_url": results.url_of_page(page - 1) if page > 1 else "",
        "next_url": results.url_of_page(page + 1) if page < results.pages else "",
    }


def pages(results: Results) -> list[dict[str, Any]]:
    """Return the pages to link: the first, the last and those around the current one; {} for a gap."""
    if results.pages == 1:
        return []
    near = {1, results.pages, *range(results.page - 1, results.page + 2)}
    numbers = sorted(number for number in near if 1 <= number <= results.pages)
    linked: list[dict[str, Any]] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number - before > 1:
            linked.append({})
        url = results.url_of_page(number)
        # As text, because a template takes longer to write a number than to write the rest of a link.
        linked.append({"number": str(number), "url": url, "current": number == results.page})
    return linked


def heading(results: Results) -> str:
    """Say how much was found, and for which words."""
    number = f"{results.count:,}" if results.count else "No"
    noun = "evidence summary" if results.count == 1 else "evidence summaries"
    words = (results.matches and results.matches.corrected) or results.words
    return f"{number} {noun}" + (f" for “{words}”" if words else "")


def sorts(results: Results) -> list[dict[str, Any]]:
    """Return the orders to choose from; relevance only after a search."""
    return [
        # The default has no value: words sent from a list that had none are then sorted by relevance.
        {
            "value": "" if value == results.default_sort else value,
            "label": sort.label,
            "selected": value == results.sort,
        }
        for value, sort in SORTS.items()
        if value != "relevance" or results.matches
    ]


def unknown_text(results: Results) -> str:
    """Say how many of the list come last because they have nothing to sort by; nothing of a plain list of the newest."""
    if results.sort == results.default_sort and results.view == DEFAULT_VIEW:
        return ""
    unknown = results.catalogue.unknown(results.sort).intersection_cardinality(
        results.selection.bits
    )
    lack = SORTS[results.sort].unknown
    reasons = _reasons(results)
    if unknown <= 1:
        return f"One of these has {lack}, and comes last." if unknown else ""
    if unknown == results.count:
        return f"None of these has a {lack.removeprefix('no ')}{reasons}."
    return f"{unknown:,} of these have {lack}, and come last{reasons}."


def _reasons(results: Results) -> str:
    """Say why those that come last have nothing to sort by, where the order is that of a facet that knows it."""
    sort = results.sort.removeprefix("-")
    if sort not in LACKING:
        return ""
    unknown = results.catalogue.unknown(sort) & results.selection.bits
    reasons = why_without(results.catalogue.facets[LACKING[sort][0]], unknown, results.url)
    # “Insufficient evidence” is a direction, so no reason says why there is none. But it is no verdict, and comes last too.
    if insufficient := len(unknown) - sum(one["count"] for one in reasons):
        reasons.append({"count": insufficient, "label": str(Direction.INSUFFICIENT.label)})
    return ": " + ", ".join(f"{one['count']:,} {in_sentence(one['label'])}" for one in reasons)


def views(results: Results) -> list[dict[str, Any]]:
    """Return the ways to show this list, with the address of each but the present one."""
    return [
        {"label": view.label, "url": "" if name == results.view else results.url_of_view(name)}
        for name, view in VIEWS.items()
    ]


def ignored_text(results: Results) -> str:
    """Name the values that do not exist, for a visitor whose link is old or mistyped."""
    ignored = [
        f"{name.replace('_', ' ')} “{value[:40]}”"
        for name, values in results.ignored.items()
        for value in values[:3]
    ]
    return f"Left out, because it does not exist: {', '.join(ignored)}." if ignored else ""


def active_filters(results: Results) -> str:
    """Return the words, filters and wishes of a list, each with the address that drops it; nothing if there are none."""
    if not results.is_narrowed:
        return ""
    context = {
        "chips": list(chips(results, results.url)),
        "wishes": wish_chips(results),
        "clear_url": results.url_of_everything(),
    }
    return render_filled("evidence/partials/active_filters.html", context)


def wish_chips(results: Results) -> list[dict[str, Any]]:
    """Return each wish with how many of the list fit it, and the addresses that drop it and that leave only these."""
    fitting = [_fitting(results, wish) for wish in results.wishes]
    best = results.selection.editions(results.sort, 0, 1) if fitting else []
    return [
        {
            "label": wish_label(results, wish),
            "words": wish.words,
            "is_order": not wish.is_searched,  # and not only a little favoured
            "count": str(len(bits) or ""),
            "is_one": len(bits) == 1,
            "only": results.has_only_wishes,  # so the list has nothing but what fits
            "close": wish.is_searched or any(key in some for key in best for some in fitting),
            "remove_url": results.url_declining(wish),
            "only_url": results.url(**{wish.parameter: wish.values}),
        }
        for wish, bits in zip(results.wishes, fitting, strict=True)
    ]


def _fitting(results: Results, wish: Wish) -> BitMap:
    bits = results.catalogue.facets[wish.parameter].bits
    return results.selection.bits & BitMap.union(*(bits[value] for value in wish.values))


def wish_label(results: Results, wish: Wish) -> str:
    """Say what a wish asks for, as the filters say it: "Cost: Very low or Low"."""
    facet = results.catalogue.facets[wish.parameter]
    return f"{facet.label}: {' or '.join(facet.labels[value] for value in wish.values)}"


def chips(results: Results, url: Callable[..., str]) -> Iterator[dict[str, str]]:
    """Yield the words and each filter in use with the address that removes it, which `url` makes from what changes."""
    if results.words:
        yield {"label": f"“{results.words}”", "url": url(q="", sort="")}
    yield from filter_chips(results, url)


def filter_chips(results: Results, url: Callable[..., str]) -> Iterator[dict[str, str]]:
    """Yield each filter in use with the address that removes it."""
    for parameter, values in results.selection.chosen.items():
        facet = results.catalogue.facets[parameter]
        for value in values:
            others = [one for one in values if one != value]
            label = f"{facet.label}: {facet.labels[value]}"
            yield {"label": label, "url": url(**{parameter: others})}


def unstated(results: Results) -> Iterator[dict[str, Any]]:
    """Yield, for filters by cost and strength, how much else fits of which that is not stated, and its address."""
    for parameter, others, value, lack in UNSTATED:
        used = [one for one in (parameter, *others) if one in results.selection.chosen]
        lacking = results.catalogue.facets[parameter].of([value])
        if not used or {*lacking} & {*results.selection.chosen.get(parameter, ())}:
            continue
        only = results.selection.without(*used).choose(parameter, (value,))
        if only.count:
            url = results.url(**dict.fromkeys(used, ()) | {parameter: (value,)})
            yield {"count": only.count, "lack": lack, "url": url}


def single_studies(results: Results) -> dict[str, Any]:
    """Return how many of a list rest on one study, with the address of the others; nothing of a list of one sort alone."""
    if "kind" in results.selection.chosen:
        return {}
    resting_on_one = resting_on()[Kind.RestsOn.STUDY]
    studies = results.selection.bits.intersection_cardinality(resting_on_one)
    if not 0 < studies < results.count:
        return {}
    kinds, facet = current_vocabulary().kinds.values(), results.catalogue.facets["kind"]
    others = [
        kind.slug for kind in kinds if kind.rests_on != Kind.RestsOn.STUDY and facet.has(kind.slug)
    ]
    return {"count": studies, "url": results.url(kind=others)}


def alternatives(results: Results) -> Iterator[dict[str, Any]]:
    """Yield other choices that would find something, those that find most first.

    They leave out one of the choices; if that is not enough, they are each of the choices alone.
    """
    chosen, words = results.selection, f"“{results.words}”"
    named = {name: _named(results, name) for name in chosen.chosen}
    tries = [
        (chosen.without(name).count, f"without “{label}”", results.url(**{name: ()}))
        for name, label in named.items()
    ]
    if results.words and named:
        without_words = chosen.matching(None)
        tries += [
            (without_words.count, f"without the words {words}", results.url(q="", sort="")),
            (chosen.only().count, f"{words} without any filter", results.url_without_filters()),
        ]
    elif not any(count for count, _, _ in tries):
        tries = [
            (
                chosen.only(name).count,
                f"at “{label}” alone",
                results.url(**_clear_all_except(name, chosen)),
            )
            for name, label in named.items()
        ]
    for count, label, url in sorted(tries, key=lambda one: -one[0])[:MAX_ALTERNATIVES]:
        if count:
            yield {"count": count, "label": label, "url": url}


def _named(results: Results, parameter: str) -> str:
    facet = results.catalogue.facets[parameter]
    labels = [facet.labels[value] for value in results.selection.chosen[parameter]]
    return f"{facet.label}: {' or '.join(labels)}"


def _clear_all_except(parameter: str, selection: Selection) -> dict[str, Any]:
    return {name: () for name in selection.chosen if name != parameter}
