"""Keeps the history of the lists that editors keep: what each row said, from the first time that it was loaded.

What a row says is the entry that the files of data/ would have for it, so that a row and its history have one form.
"""

from dataclasses import replace
from typing import Any

from django.db import models
from django.db.models import Q

from centres.models import Centre
from evidence.models import ListChange

from .parts import Links, Mirror, Part, Reference
from .paths import Entry
from .records import Table
from .tables import (
    APPROACHES,
    AUDIENCES,
    CENTRES,
    COMMON_LEVELS,
    EVENTS,
    FUNCTIONS,
    IN_USE,
    KINDS,
    NETWORK_AUDIENCES,
    NETWORK_SOURCES,
    NOTES,
    ORGANISATIONS,
    OUTCOMES,
    POLICY_AREAS,
    PRODUCTS,
    PUBLICATIONS,
    RATING_REFERENCES,
    RATING_SCALES,
    SETTINGS,
    STATEMENTS,
    SYNONYMS,
    TOPICS,
    TOTALS,
    VALUES,
    value,
)
from .values import BOOLEAN, MAYBE_TEXT, URLS


def _own(table: Table, *more: Part) -> Table:
    """Return a table whose entries say what a row itself says, and nothing that follows from others."""
    own = (part for part in table.parts if not isinstance(part, Mirror))
    return replace(table, parts=(*own, *more), defaults={})


def _scales() -> Table:
    """Return the scales of the centres, and beside them those of nobody, which are only compared with."""
    _, *parts = RATING_SCALES.parts
    of_centre = Reference("centre", "centre", Centre, optional=True)
    used_by = Links("used_by", "used_by", Centre)
    missing = {**RATING_SCALES.values_if_missing, "used_by": []}
    return replace(
        RATING_SCALES, parts=(of_centre, *parts, used_by), only=Q(), values_if_missing=missing
    )


List = ListChange.List
LISTS: dict[List, Table] = {
    List.APPROACH: APPROACHES,
    List.TOPIC: TOPICS,
    List.AUDIENCE: AUDIENCES,
    List.SETTING: SETTINGS,
    List.KIND: KINDS,
    List.OUTCOME: OUTCOMES,
    List.SYNONYMS: SYNONYMS,
    List.COMMON_LEVEL: COMMON_LEVELS,
    List.RATING_SCALE: _scales(),
    List.NETWORK_TOTAL: TOTALS,
    List.MEMBERSHIP_VALUE: VALUES,
    # What the files say of a centre in other lists belongs to its row.
    List.CENTRE: _own(
        CENTRES,
        value("leads_policy_area", BOOLEAN),
        value("unrated_note", MAYBE_TEXT),
        value("unrated_sources", URLS),
    ),
    List.NETWORK_EVENT: EVENTS,
    List.NETWORK_STATEMENT: STATEMENTS,
    List.POLICY_AREA: _own(POLICY_AREAS),
    List.PRODUCT_LINE: PRODUCTS,
    List.ORGANISATION: ORGANISATIONS,
    List.RATING_REFERENCE: RATING_REFERENCES,
    List.PUBLICATION: PUBLICATIONS,
    List.NETWORK_FUNCTION: FUNCTIONS,
    List.NETWORK_SOURCE: NETWORK_SOURCES,
    List.NETWORK_AUDIENCE: NETWORK_AUDIENCES,
    List.NETWORK_NOTE: NOTES,
}
# Keys that came when there was a history already. An entry without them is as one in which they are empty.
LATER = {*IN_USE, "used_by"}
LOADED = "Loaded with the portal’s data."


def list_of(model: type[models.Model]) -> List:
    """Return the list that the rows of a model are in. KeyError for a model without history."""
    return {table.model: name for name, table in LISTS.items()}[model]


def keep_history_of_all(reason: str) -> None:
    """Record every row of every list that no longer says what was last recorded of it."""
    kept = _last_kept()
    ListChange.objects.bulk_create(
        change for name in LISTS for change in _unkept(name, kept, reason)
    )


def entry_of(name: List, row: int | None) -> Entry | None:
    """Return what a row says now; None if there is no such row."""
    return _entries(name, pk=row).get(row) if row else None


def _unkept(
    name: List,
    kept: dict[tuple[str, int], Entry | None],
    reason: str,
) -> list[ListChange]:
    present = _entries(name)
    before = {key: entry for (in_list, key), entry in kept.items() if in_list == name}
    return [
        ListChange(
            list_name=name,
            row_id=key,
            before=before.get(key),
            after=present.get(key),
            reason=reason,
        )
        for key in sorted(before.keys() | present.keys())
        if before.get(key) != present.get(key)
    ]


def _last_kept() -> dict[tuple[str, int], Entry | None]:
    made: Any = ListChange.objects.made()
    last = made.order_by("list_name", "row_id", "-made_at", "-pk").distinct("list_name", "row_id")
    rows = last.values_list("list_name", "row_id", "after")
    return {(name, key): after for name, key, after in rows}


def _entries(name: List, **of_rows: Any) -> dict[int, Entry]:
    table = LISTS[name]
    queryset = table.queryset().filter(**of_rows)
    return {row.pk: in_history(table.record_of(row).dump()) for row in queryset}


def in_history(entry: Entry) -> Entry:
    """Return an entry without later keys that are empty: what was kept before there were such keys is the same."""
    return {key: value for key, value in entry.items() if value or key not in LATER}
