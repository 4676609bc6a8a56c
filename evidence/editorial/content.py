"""The content of an edition, to copy, write and compare."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evidence.models import Edition, Finding, Source
from evidence.models.content_fields import FIELDS
from portal.many_to_many import replace_links

CONTENT_FIELDS = tuple(
    field.model_field.attname for field in FIELDS if not field.is_links and not field.is_rows
)
CLASSIFICATION = tuple(field.name for field in FIELDS if field.is_links)
# What somebody who writes a draft may change of its row.
WRITTEN = (
    *(field.name for field in FIELDS if not field.is_links and not field.is_rows),
    *("change_note", "minor", "review_due", "edited_by"),
)
FINDING_FIELDS, SOURCE_FIELDS = (
    tuple(field.attname for field in part._meta.fields if field.name not in {"id", "edition"})
    for part in (Finding, Source)
)


@dataclass(frozen=True)
class Content:
    """Everything that an edition says.

    `fields` has values by name (or attname). `classification` has rows or primary keys by the name of the list, such as
    "topics". `findings` and `sources` have the fields of each row, in order.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    classification: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()
    sources: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class NewSummary:
    """A summary that is to be made, with the content of its first edition."""

    slug: str
    centre_id: int
    content: Content


def content_of(edition: Edition) -> Content:
    """Return everything that an edition says."""
    return Content(
        fields={name: getattr(edition, name) for name in CONTENT_FIELDS},
        classification={name: list(getattr(edition, name).all()) for name in CLASSIFICATION},
        findings=[_row(row, FINDING_FIELDS) for row in edition.findings.all()],
        sources=[_row(row, SOURCE_FIELDS) for row in edition.sources.all()],
    )


def _row(row: Finding | Source, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def digest_of(edition: Edition) -> str:
    """Return a hash (SHA-256, hexadecimal) of everything that an edition says, with its change note and review date."""
    content = content_of(edition)
    parts = [
        content.fields,
        {name: sorted(row.pk for row in rows) for name, rows in content.classification.items()},
        content.findings,
        content.sources,
        [edition.change_note, edition.minor, edition.review_due],
    ]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def write_content(contents: Sequence[tuple[Edition, Content]]) -> None:
    """Save the content of each edition, with one statement for each table, however many editions there are."""
    for edition, content in contents:
        for name, value in content.fields.items():
            setattr(edition, name, value)
    editions = [edition for edition, _ in contents]
    new = [edition for edition in editions if edition.pk is None]
    known = [edition for edition in editions if edition.pk is not None]
    _save_again(known)
    Edition.objects.bulk_create(new)
    for name in CLASSIFICATION:
        stated = {
            edition.pk: [getattr(row, "pk", row) for row in content.classification[name]]
            for edition, content in contents
            if name in content.classification
        }
        replace_links(Edition, name, stated, new=[edition.pk for edition in new])
    parts: list[tuple[Any, str]] = [(Finding, "findings"), (Source, "sources")]
    for model, part in parts:
        if known:
            model.objects.filter(edition__in=known).delete()
        model.objects.bulk_create(
            model(**{"order": number, **row, "edition": edition})
            for edition, content in contents
            for number, row in enumerate(getattr(content, part), start=1)
        )


def _save_again(editions: Sequence[Edition]) -> None:
    """Save drafts that there are already in one statement: a conflict with the row that is there is solved by changing that."""
    if len(editions) == 1:
        editions[0].save()
    elif editions:
        Edition.objects.bulk_create(
            editions, update_conflicts=True, unique_fields=["pk"], update_fields=WRITTEN
        )
