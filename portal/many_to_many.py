"""Writing the many-to-many links of many rows at once."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models


def replace_links(
    model: type[models.Model],
    name: str,
    targets: Mapping[int, Iterable[int]],
    new: Collection[int] = (),
) -> None:
    """Set the many-to-many field `name` of many rows in two statements.

    `targets` has the primary keys to link to, by the primary key of the row. `new` has those of rows that have no links yet.
    """
    field: Any = model._meta.get_field(name)
    through = field.remote_field.through
    source, target = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    if known := targets.keys() - set(new):
        through._default_manager.filter(**{f"{source}__in": known}).delete()
    through._default_manager.bulk_create(
        through(**{source: key, target: linked}) for key, keys in targets.items() for linked in keys
    )
