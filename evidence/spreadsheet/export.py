"""The export: the newest edition of each summary as a row."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from evidence.models import Edition, Summary

from .columns import COLUMNS, TABLE, cells_of, labels_of

AT_ONCE = 1_000  # editions read from the database


def newest_editions(summaries: "QuerySet[Summary]") -> QuerySet[Edition]:
    """Return the newest edition of each summary: the open one, or else the one that the public reads or read last."""
    newest = Edition.objects.filter(summary__in=summaries.order_by().values("pk"))
    newest = newest.order_by("summary_id", "-number").distinct("summary_id")
    rows: QuerySet[Edition] = TABLE.queryset().filter(pk__in=newest.values("pk"))
    return rows


def exported_rows(
    summaries: "QuerySet[Summary]", columns: Sequence[str] = tuple(COLUMNS)
) -> Iterator[list[str]]:
    """Yield the heading and a row for each summary, with these columns, by name."""
    yield labels_of(columns)
    for edition in newest_editions(summaries).iterator(AT_ONCE):
        cells = cells_of(TABLE.record_of(edition), is_open=edition.is_open)
        yield [cells[name] for name in columns]
