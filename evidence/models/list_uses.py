"""Which editions use a row of a list."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from .editions import Edition, EditionQuerySet
from .list_links import links, paths
from .list_rows import MERGED, ListRow, present_rows


def editions_with(*rows: ListRow) -> EditionQuerySet:
    """Return the editions that have every one of these rows of a list, or one that was merged into it."""
    editions: EditionQuerySet = Edition.objects.all()
    for row in rows:
        editions = editions.filter(with_row(row))
    return editions


def with_row(row: ListRow) -> Q:
    """Return the condition for editions that have a row of a list, or one that was merged into it."""
    keys = type(row).objects.filter(Q(pk=row.pk) | Q(instead=row, ended=MERGED)).values("pk")
    having = Edition.objects.filter(**{f"{paths()[type(row)]}__in": keys})
    return Q(pk__in=having.order_by().values("pk"))


def newly_retired(edition: Edition) -> Iterator[tuple[str, ListRow]]:
    """Yield the retired rows of an edition that no public edition of its summary had, by the field. See rules.py.

    A draft has what a merged row became, so a public edition had that as well if it had the merged one.
    """
    earlier = Edition.objects.filter(summary=edition.summary_id, published_at__isnull=False)
    for model, path, table, *_ in links():
        if not table:
            continue
        retired = _retired(model, Edition.objects.filter(pk=edition.pk), path)
        if retired:
            retired -= _retired(model, earlier, path)
        for row in present_rows(retired):
            yield path.partition("__")[0], row


def _retired(model: type[ListRow], editions: Any, path: str) -> set[ListRow]:
    """Return the retired rows of a list that any of these editions has, or that one which it has was merged into."""
    rows: Any = model._default_manager
    having = editions.order_by().filter(**{f"{path}__isnull": False}).values_list(path)
    return {row.present for row in rows.retired().filter(pk__in=having).select_related("instead")}
