"""A list of evidence for machines: as JSON, page by page, and as CSV, all of it at once."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.urls import reverse

from evidence.models import Edition

from .request import EvidenceFilter

CSV_COLUMNS = (
    "id", "title", "centre", "kind", "policy_areas", "topics", "bottom_line", "effect",
    "effect_in_the_centres_words", "strength", "strength_in_the_centres_words", "cost",
    "cost_in_the_centres_words", "number_of_studies", "countries", "date_of_the_version_read",
    "doubt_about_a_figure", "source", "url",
)  # fmt: skip


def as_json(found: EvidenceFilter, site: str) -> dict[str, Any]:
    """Return the answer that DESIGN.md promises for /evidence.json."""
    wanted = found.editions
    editions = {
        edition.pk: edition
        for edition in Edition.objects.published()
        .filter(pk__in=wanted)
        .select_related("summary__centre")
        .prefetch_related("policy_areas")
    }
    read = (
        {"corrected": found.matches.corrected, "loose": found.matches.loose}
        if found.matches
        else {}
    )
    return {
        "count": found.count,
        "page": found.page,
        "pages": found.pages,
        **read,
        "results": [_json_row(editions[pk], site) for pk in wanted if pk in editions],
        "facets": {
            facet.parameter: [asdict(option) for option in found.selection.options(facet)]
            for facet in found.catalogue.facets.values()
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


def csv_rows(found: EvidenceFilter, site: str) -> Iterator[Sequence[Any]]:
    """Yield the whole list as rows, their names first, with the source of every figure."""
    yield CSV_COLUMNS
    wanted = found.selection.editions(found.sort, 0, found.count)
    for start in range(0, len(wanted), 500):
        stretch = wanted[start : start + 500]
        editions = {
            edition.pk: edition
            for edition in Edition.objects.published()
            .filter(pk__in=stretch)
            .select_related("summary__centre", "kind")
            .prefetch_related("policy_areas", "topics")
        }
        yield from (_csv_row(editions[pk], site) for pk in stretch if pk in editions)


def _csv_row(edition: Edition, site: str) -> tuple[Any, ...]:
    def words(value: object) -> object:
        return "not stated" if value in (None, "") else value

    return (
        edition.summary.slug,
        edition.title,
        edition.summary.centre.name,
        edition.kind.label,
        "; ".join(area.label for area in edition.policy_areas.all()),
        "; ".join(topic.label for topic in edition.topics.all()),
        edition.bottom_line,
        edition.get_direction_display(),
        words(edition.impact_native),
        edition.get_strength_display(),
        words(edition.strength_native),
        words(edition.get_cost_display()),
        words(edition.cost_native),
        words(edition.studies),
        words(edition.countries),
        words(edition.updated),
        edition.data_note,
        edition.source_url,
        site.rstrip("/") + reverse("evidence:summary", args=[edition.summary.slug]),
    )
