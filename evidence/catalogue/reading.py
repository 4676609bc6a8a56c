"""Editions as pages and files show them, made from the snapshot: objects of the model, none of which asks the database."""

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

from evidence.models import Approach, Edition, Finding, Source, Summary
from portal import published

from .confirmations import Confirmations
from .documents import COLUMNS, FINDING_COLUMNS, LINKS, SOURCE_COLUMNS, Document, Documents
from .vocabulary import Vocabulary


def published_edition(slug: str) -> Edition | None:
    """Return the published edition of a summary with all that `for_reading` gives, or None."""
    key = published.current()[Documents].published.get(slug)
    return edition(key) if key is not None else None


def public_editions(slug: str) -> list[Edition]:
    """Return every edition of a summary that the public has seen, newest first; none for an unknown slug."""
    return editions(published.current()[Documents].history(slug))


def edition(key: int) -> Edition:
    """Return a public edition by its key, with all that `for_reading` gives. KeyError for any other key."""
    return editions([key])[0]


def editions(keys: Iterable[int]) -> list[Edition]:
    """Return public editions by their keys, in this order, with all that `for_reading` gives."""
    snapshot = published.current()
    documents = snapshot[Documents]
    return [as_edition(documents.document(key), snapshot) for key in keys]


def members_of(approach: Approach) -> list[int]:
    """Return the keys of the published editions of an approach, in the order of its grouping."""
    snapshot = published.current()
    return snapshot[Documents].keys_of(snapshot[Vocabulary].members.get(approach.pk, ()))


def as_edition(document: Document, snapshot: published.Snapshot) -> Edition:
    """Return the object of the model that a document stands for, with the objects that belong to it."""
    vocabulary = snapshot[Vocabulary]
    network = vocabulary.network
    made = _row(Edition, COLUMNS, document.values)
    findings = [_row(Finding, FINDING_COLUMNS, row, edition=made) for row in document.findings]
    for finding in findings:
        _relate(finding, outcome=vocabulary.outcomes[finding.outcome_id])
    sources = [_row(Source, SOURCE_COLUMNS, row, edition=made) for row in document.sources]
    _prefetch(made, findings=findings, sources=sources)
    for name in LINKS:
        _prefetch(made, **{name: vocabulary.in_order(name, getattr(document, name))})
    _relate(
        made,
        summary=_summary(made.summary_id, document, snapshot),
        kind=vocabulary.kinds[made.kind_id],
        strength_scale=network.scales.get(made.strength_scale_id or 0),
        strength_step=network.levels.get(made.strength_step_id or 0),
        cost_scale=network.scales.get(made.cost_scale_id or 0),
        cost_step=network.levels.get(made.cost_step_id or 0),
    )
    made.line = vocabulary.line(document.centre, made.product)
    days = snapshot[Confirmations].days
    made.confirmed_on = days.get(document.slug) if document.is_published else None
    return made


def _summary(key: int, document: Document, snapshot: published.Snapshot) -> Summary:
    summary = Summary(pk=key, slug=document.slug, centre_id=document.centre)
    if withdrawal := snapshot[Documents].withdrawn.get(document.slug):
        summary.withdrawn_at, summary.withdrawn_reason = withdrawal.at, withdrawal.reason
    _relate(summary, centre=snapshot[Vocabulary].network.centres[document.centre])
    return summary


def _row(model: Any, columns: Sequence[str], values: Sequence[Any], **related: models.Model) -> Any:
    """Return an object of a model with these values, as Django makes one of a row that it has read, but faster."""
    row = model.__new__(model)
    row.__dict__.update(zip(columns, values, strict=True), _state=ModelState())
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    _relate(row, **related)
    return row


def _relate(row: models.Model, **related: models.Model | None) -> None:
    """Put related rows where Django keeps those that it has read."""
    row._state.fields_cache.update(related)


def _prefetch(row: Any, **related: list[Any]) -> None:
    """Put lists of related rows where Django keeps those that it has prefetched."""
    cache = row.__dict__.setdefault("_prefetched_objects_cache", {})
    for name, rows in related.items():
        model = row._meta.get_field(name).related_model
        queryset: Any = models.QuerySet(model, query=_query_of(model))
        queryset._result_cache = rows
        queryset._prefetch_done = True
        cache[name] = queryset


@functools.cache
def _query_of(model: type[models.Model]) -> Any:
    """Return one query of all rows of a model, which is never sent: to make one for each list takes longer than the rest."""
    return model._default_manager.all().query
