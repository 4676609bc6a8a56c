"""A list of evidence for machines: as JSON, page by page, and as CSV, all of it at once."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.urls import reverse

from evidence.models import Edition
from evidence.models.content_fields import FIELDS, ContentField, lines_of
from portal.models import PartialDateField

from .results import Results

# The fields that have a column in /evidence.csv, between the id, title and centre and the two addresses.
CSV_FIELDS = [
    field for field in FIELDS if field.column and field.name not in {"title", "source_url"}
]
CSV_COLUMNS = ("id", "title", "centre", *(field.column for field in CSV_FIELDS), "source", "url")


def as_json(results: Results, site: str) -> dict[str, Any]:
    """Return the answer of /evidence.json as plain values. docs/data-dictionary.md explains its keys."""
    wanted = results.editions()
    editions = {
        edition.pk: edition
        for edition in Edition.objects.published()
        .filter(pk__in=wanted)
        .select_related("summary__centre")
        .prefetch_related("policy_areas")
    }
    words = (
        {"corrected": results.matches.corrected, "loose": results.matches.is_loosely_related}
        if results.matches
        else {}
    )
    return {
        "count": results.count,
        "page": results.page,
        "pages": results.pages,
        **words,
        "results": [_json_row(editions[pk], site) for pk in wanted if pk in editions],
        "facets": {
            facet.parameter: [asdict(option) for option in results.selection.options(facet)]
            for facet in results.catalogue.facets.values()
        },
    }


def _json_row(edition: Edition, site: str) -> dict[str, Any]:
    return {
        "id": edition.summary.slug,
        "url": site.rstrip("/") + edition.get_absolute_url(),
        "title": edition.title,
        "centre": edition.summary.centre.slug,
        "policy_areas": [area.slug for area in edition.policy_areas.all()],
        "impact": edition.direction,
        "strength": edition.strength,
        "cost": edition.cost,
        "updated": edition.updated or None,
    }


def csv_rows(results: Results, site: str) -> Iterator[Sequence[Any]]:
    """Yield the whole list as rows, their names first, with the source of every figure."""
    yield CSV_COLUMNS
    wanted = results.all_editions()
    links = [field.name for field in CSV_FIELDS if field.is_links]
    references = [field.name for field in CSV_FIELDS if field.model_field.many_to_one]
    for start in range(0, len(wanted), 500):
        stretch = wanted[start : start + 500]
        editions = {
            edition.pk: edition
            for edition in Edition.objects.published()
            .filter(pk__in=stretch)
            .select_related("summary__centre", *references)
            .prefetch_related(*links)
        }
        yield from (csv_row(editions[pk], site) for pk in stretch if pk in editions)


def csv_row(edition: Edition, site: str) -> tuple[str, ...]:
    """Return the cells of one edition; `site` is the portal's address, before the paths."""
    return (
        edition.summary.slug,
        edition.title,
        edition.summary.centre.name,
        *(_csv_cell(edition, field) for field in CSV_FIELDS),
        edition.source_url,
        site.rstrip("/") + reverse("evidence:summary", args=[edition.summary.slug]),
    )


def _csv_cell(edition: Edition, field: ContentField) -> str:
    # A date stays as it is stored, which programs can read and sort.
    is_date = isinstance(field.model_field, PartialDateField)
    lines = [getattr(edition, field.name)] if is_date else lines_of(edition, field.name)
    return "; ".join(lines) or field.if_empty
