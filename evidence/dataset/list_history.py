"""Keeps the history of the lists that editors keep: what each row said, from the first time that it was loaded.

What a row says is the entry that the files of data/ would have for it, so that a row and its history have one form.
"""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import models

from evidence.models import ListChange

from .paths import Entry
from .records import Table
from .tables import APPROACHES

LISTS: dict[ListChange.List, Table] = {ListChange.List.APPROACH: APPROACHES}
LOADED = "Loaded with the portal’s data."
NO_ROLE = "Technical administrator"  # of a person who may do everything without having a role


def list_of(model: type[models.Model]) -> ListChange.List:
    """Return the list that the rows of a model are in. KeyError for a model without history."""
    return {table.model: name for name, table in LISTS.items()}[model]


def keep_history_of_all(reason: str) -> None:
    """Record every row of every list that no longer says what was last recorded of it."""
    for name in LISTS:
        keep_history(name, reason=reason)


def keep_history(
    name: ListChange.List,
    rows: Collection[int] | None = None,
    *,
    by: User | None = None,
    reason: str = "",
) -> None:
    """Record those of some rows, or of all, that no longer say what was last recorded of them: new ones and deleted ones too.

    `by` is the person who changed them, who must give a reason; without one it was the system.
    """
    kept = _last_kept(name, rows)
    present = _entries(LISTS[name], rows)
    role = role_of(by, name) if by else ""
    ListChange.objects.bulk_create(
        ListChange(
            list_name=name,
            row_id=key,
            before=kept.get(key),
            after=present.get(key),
            reason=reason,
            by=by,
            role=role,
        )
        for key in sorted(kept.keys() | present.keys())
        if kept.get(key) != present.get(key)
    )


def role_of(person: User, name: ListChange.List) -> str:
    """Return the role by which a person may change a list."""
    model = LISTS[name].model._meta
    right = {
        "permissions__content_type__app_label": model.app_label,
        "permissions__codename": f"change_{model.model_name}",
    }
    role = Group.objects.filter(user=person, **right).order_by("name").first()
    return role.name if role else NO_ROLE


def _last_kept(name: ListChange.List, rows: Collection[int] | None) -> dict[int, Entry | None]:
    last = ListChange.objects.filter(list_name=name).order_by("row_id", "-pk").distinct("row_id")
    return dict(_among(last, "row_id", rows).values_list("row_id", "after"))


def _entries(table: Table, rows: Collection[int] | None) -> dict[int, Entry]:
    return {row.pk: table.record_of(row).dump() for row in _among(table.queryset(), "pk", rows)}


def _among(queryset: Any, field: str, keys: Collection[int] | None) -> Any:
    return queryset if keys is None else queryset.filter(**{f"{field}__in": keys})
