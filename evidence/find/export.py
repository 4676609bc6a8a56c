"""A list of evidence for machines: as JSON, page by page, and as CSV, all of it at once."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, takewhile
from typing import Any
from urllib.parse import urlencode

from django.db import models

from centres.vocabulary import Rated
from evidence.catalogue.confirmations import Confirmations
from evidence.catalogue.documents import PLACES, Document, Documents
from evidence.catalogue.facets import Catalogue, Matches, Selection
from evidence.catalogue.vocabulary import Vocabulary
from evidence.models import Why, why_missing
from evidence.models.content_fields import FIELDS, ContentField
from evidence.models.products import HELD_IN, NOTHING, is_stated, lack_of
from evidence.search.results import SearchResults
from portal import published
from portal.addresses import address_of

from .results import Results

# The fields that have a column in /evidence.csv, between the id, title and centre and the two addresses.
CSV_FIELDS = [
    field for field in FIELDS if field.column and field.name not in {"title", "source_url"}
]
MAX_FACETS = 10  # lists whose facets a worker remembers, about 100 kB each
MAX_HEADER = 500  # characters of a header of the answer
CSV_COLUMNS = (
    "id",
    "title",
    "centre",
    *(field.column for field in CSV_FIELDS),
    "source",
    "url",
    "confirmed_by_centre_on",
)


def as_json(results: Results, site: str) -> dict[str, Any]:
    """Return the answer of /evidence.json as plain values. docs/data-dictionary.md explains its keys."""
    snapshot = published.current()
    documents, vocabulary = snapshot[Documents], snapshot[Vocabulary]
    confirmed = _confirmed(snapshot)
    words = _how_words_were_read(results, results.matches) if results.matches else {}
    return {
        "count": results.count,
        "page": results.page,
        "pages": results.pages,
        "ignored": [
            {"parameter": name, "value": value}
            for name, values in results.ignored.items()
            for value in values
        ],
        **words,
        "results": [
            _json_row(documents.document(key), vocabulary, site, confirmed)
            for key in results.editions()
        ],
        "facets": _facets(results.selection),
    }


def _facets(selection: Selection) -> dict[str, Any]:
    """Return the values of every facet. Those of the last selections are remembered: all pages of a list have the same."""
    remembered = published.current().get_or_make(
        "facets for machines",
        lambda: functools.lru_cache(MAX_FACETS)(functools.partial(_facets_of, selection.catalogue)),
    )
    facets: dict[str, Any] = remembered(tuple(selection.chosen.items()), selection.matches)
    return facets


def _facets_of(
    catalogue: Catalogue, chosen: tuple[tuple[str, tuple[str, ...]], ...], matches: Matches | None
) -> dict[str, Any]:
    selection = Selection(catalogue, dict(chosen), matches)
    return {
        facet.parameter: [
            {
                "value": one.value,
                "label": one.label,
                "count": one.count,
                "selected": one.selected,
            }
            for one in selection.options(facet)
        ]
        for facet in catalogue.facets.values()
    }


def _how_words_were_read(results: Results, matches: SearchResults) -> dict[str, Any]:
    return {
        "corrected": matches.corrected,
        "loose": matches.is_loosely_related,
        "wishes": [
            {"parameter": wish.parameter, "values": wish.values, "words": wish.words}
            for wish in results.wishes
        ],
        "unknown": matches.query.unknown,
        "unread": matches.query.unread,
    }


def ignored_header(results: Results) -> str:
    """Return what does not exist of what was asked for, written as in an address: "policy_area=nonsense".

    It has at most MAX_HEADER characters, and whole values only.
    """
    pairs = (
        urlencode({name: value}) for name, values in results.ignored.items() for value in values
    )
    joined = accumulate(pairs, lambda before, pair: f"{before}&{pair}")
    return max(takewhile(lambda text: len(text) <= MAX_HEADER, joined), key=len, default="...")


def _confirmed(snapshot: published.Snapshot) -> dict[str, str]:
    """Return the day on which its centre confirmed the figures of a summary, by its slug."""
    return {slug: day.isoformat() for slug, day in snapshot[Confirmations].days.items()}


def _json_row(
    document: Document, vocabulary: Vocabulary, site: str, confirmed: Mapping[str, str]
) -> dict[str, Any]:
    network = vocabulary.network
    return {
        "id": document.slug,
        "url": site.rstrip("/") + address_of("evidence:summary", document.slug),
        "title": document.value("title"),
        "centre": network.centres[document.centre].slug,
        "policy_areas": [
            area.slug for area in vocabulary.in_order("policy_areas", document.policy_areas)
        ],
        "impact": document.value("direction"),
        "strength": document.value("strength"),
        "cost": document.value("cost"),
        "updated": document.value("updated") or None,
        "missing": {
            field: {"reason": why.reason.value, "inferred": why.is_inferred}
            for field, why in _missing(document, vocabulary).items()
        },
        "doubts": document.value("doubts"),
        "confirmed_by_centre_on": confirmed.get(document.slug),
    }


def _missing(document: Document, vocabulary: Vocabulary) -> dict[str, Why]:
    """Return why values are missing, by each value that is."""
    line = vocabulary.line(document.centre, document.value("product"))
    own = document.value("missing")
    return {
        field.value: why_missing(field, line, own)
        for field in Rated
        if not is_stated(field, document.value)
    }


def _missing_in_words(document: Document, vocabulary: Vocabulary) -> str:
    reasons = _missing(document, vocabulary).items()
    return "; ".join(f"{Rated(field).label}: {why.label.lower()}" for field, why in reasons)


def csv_rows(results: Results, site: str) -> Iterator[Sequence[str]]:
    """Return the whole list as rows, their names first, with the source of every figure.

    `site` is the portal's address, before the paths. A row is made from its document, and no object of a model, because a file
    may have all rows.
    """
    # Taken now: by the time that the rows are sent, another snapshot may be the present one.
    snapshot = published.current()
    documents, vocabulary = snapshot[Documents], snapshot[Vocabulary]
    confirmed = _confirmed(snapshot)
    cells = [_cell_of(field, vocabulary) for field in CSV_FIELDS]

    def row(document: Document) -> Sequence[str]:
        return (
            document.slug,
            document.value("title"),
            vocabulary.network.centres[document.centre].name,
            *(cell(document) for cell in cells),
            document.value("source_url"),
            site.rstrip("/") + address_of("evidence:summary", document.slug),
            confirmed.get(document.slug, ""),
        )

    # A file says nowhere what was left out of the request, so a filter of which no value exists leaves no row.
    keys = [] if _has_filter_without_value(results) else results.all_editions()
    return chain([CSV_COLUMNS], (row(documents.document(key)) for key in keys))


def _has_filter_without_value(results: Results) -> bool:
    chosen = results.selection.chosen
    return any(
        name in results.catalogue.facets and not chosen.get(name) for name in results.ignored
    )


def _cell_of(field: ContentField, vocabulary: Vocabulary) -> Callable[[Document], str]:
    """Return the function that gives what a document says in a field: as pages say it, but a date stays as it is stored."""
    model_field = field.model_field
    if field.name == "missing":  # all of it, and not only what the edition says itself
        return lambda document: _missing_in_words(document, vocabulary)
    if field.is_links:
        return lambda document: (
            "; ".join(map(str, vocabulary.in_order(field.name, getattr(document, field.name))))
            or field.if_empty
        )
    place = PLACES[model_field.attname]
    rated = next((one for one, names in HELD_IN.items() if field.name == names[0]), None)
    if field.is_list:
        labels = dict(model_field.base_field.flatchoices)
        return lambda document: (
            "; ".join([str(labels.get(one, one)) for one in document.values[place]])
            or field.if_empty
        )
    shown: dict[Any, str] = {None: field.if_empty, "": field.if_empty}
    if isinstance(model_field, models.ForeignKey):
        shown |= {key: str(row) for key, row in vocabulary.terms(field.name).items()}
    else:
        shown |= {value: str(label) for value, label in model_field.flatchoices}

    def cell(document: Document) -> str:
        value = document.values[place]
        if rated and value in NOTHING:  # as pages say it
            line = vocabulary.line(document.centre, document.value("product"))
            return lack_of(rated, line, document.value("missing"), document.value)
        return shown[value] if value in shown else str(value)

    return cell
