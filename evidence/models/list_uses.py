"""Which editions use a row of a list."""

from collections.abc import Iterable, Mapping
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


def newly_retired(editions: Iterable[Edition]) -> dict[int, list[tuple[str, ListRow]]]:
    """Return the retired rows of editions that no public edition of their summary had, by key, with the field. See rules.py.

    A draft has what a merged row became, so a public edition had that as well if it had the merged one. As many statements for
    many editions as for one.
    """
    summaries = {edition.pk: edition.summary_id for edition in editions}
    own = Edition.objects.filter(pk__in=summaries)
    earlier = Edition.objects.filter(
        summary__in=set(summaries.values()), published_at__isnull=False
    )
    found: dict[int, list[tuple[str, ListRow]]] = {}
    for model, path, table, *_ in links():
        rows: Any = model._default_manager
        retired = {row.pk: row.present for row in rows.retired().select_related("instead")}
        if not (table and retired):
            continue
        had = _having(earlier, path, retired, "summary")
        for key, mine in _having(own, path, retired, "pk").items():
            for row in present_rows(mine - had.get(summaries[key], set())):
                found.setdefault(key, []).append((path.partition("__")[0], row))
    return found


def _having(
    editions: Any, path: str, rows: Mapping[int, ListRow], key: str
) -> dict[int, set[ListRow]]:
    """Return which of these rows of a list editions have, by a key of theirs."""
    having = editions.order_by().filter(**{f"{path}__in": list(rows)})
    found: dict[int, set[ListRow]] = {}
    for number, row in having.values_list(key, path):
        found.setdefault(number, set()).add(rows[row])
    return found
