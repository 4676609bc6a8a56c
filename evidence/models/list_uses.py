"""Which editions use a row of a list."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from .approaches import Approach
from .editions import Edition, EditionQuerySet
from .list_rows import MERGED, RETIRED, ListRow
from .vocabulary import Audience, Kind, Outcome, Setting, Topic

# How an edition refers to the rows of each list. Of an approach, its summary is a member.
PATHS: dict[type[ListRow], str] = {
    Topic: "topics",
    Audience: "audiences",
    Setting: "settings",
    Kind: "kind",
    Outcome: "findings__outcome",
    Approach: "summary__approaches",
}


def editions_with(*rows: ListRow) -> EditionQuerySet:
    """Return the editions that have every one of these rows of a list, or one that was merged into it."""
    editions: EditionQuerySet = Edition.objects.all()
    for row in rows:
        keys = type(row).objects.filter(Q(pk=row.pk) | Q(instead=row, ended=MERGED)).values("pk")
        having = Edition.objects.filter(**{f"{PATHS[type(row)]}__in": keys})
        editions = editions.filter(pk__in=having.order_by().values("pk"))
    return editions


def newly_retired(edition: Edition) -> Iterator[tuple[str, ListRow]]:
    """Yield the retired rows of an edition that no public edition of its summary had, by the field. See rules.py."""
    earlier = Edition.objects.filter(summary=edition.summary_id, published_at__isnull=False)
    retired = Q(ended=RETIRED) | Q(ended=MERGED, instead__ended=RETIRED)
    for model, path in PATHS.items():
        if model is Approach:
            continue
        has, had = (
            _keys(editions, path) for editions in (Edition.objects.filter(pk=edition.pk), earlier)
        )
        rows = model.objects.filter(retired, pk__in=has).exclude(pk__in=had)
        for row in rows.select_related("instead"):
            yield path.partition("__")[0], row.present


def _keys(editions: Any, path: str) -> Iterable[int]:
    keys: Iterable[int] = editions.order_by().filter(**{f"{path}__isnull": False}).values_list(path)
    return keys
