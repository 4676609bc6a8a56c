"""How editions refer to the rows of the lists that they are sorted by, read from the fields of the models themselves."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps

from .list_rows import ListRow


class Link(NamedTuple):
    """One way in which editions refer to the rows of a list."""

    model: type[ListRow]
    path: str  # from an edition to the rows, such as "findings__outcome"
    # Where the database has it: the table, its column with the row, and its column with the edition. Of an approach the table
    # has summaries, and there is no such column: the grouping may change while the edition stays.
    table: str = ""
    row: str = ""
    edition: str = ""


@cache
def links() -> tuple[Link, ...]:
    """Return the links of an edition, of the rows that belong to it, and of its summary."""
    return tuple(_links(apps.get_model("evidence", "Edition")._meta))


@cache
def paths() -> dict[type[ListRow], str]:
    """Return how an edition refers to the rows of each list."""
    return {link.model: link.path for link in links()}


def _links(edition: Any) -> Iterator[Link]:
    for field in edition.many_to_many:
        if _is_list(field):
            table = field.remote_field.through._meta.db_table
            columns = field.m2m_reverse_name(), field.m2m_column_name()
            yield Link(field.related_model, field.name, table, *columns)
    for relation in edition.related_objects:
        of_part, part = relation.field, relation.related_model._meta
        for field in filter(_is_list, part.concrete_fields):
            path = f"{of_part.related_query_name()}__{field.name}"
            yield Link(field.related_model, path, part.db_table, field.column, of_part.column)
    for field in filter(_is_list, edition.concrete_fields):
        columns = field.column, edition.pk.column
        yield Link(field.related_model, field.name, edition.db_table, *columns)
    summary = edition.get_field("summary")
    for relation in summary.related_model._meta.related_objects:
        if relation.many_to_many and issubclass(relation.related_model, ListRow):
            path = f"{summary.name}__{relation.field.related_query_name()}"
            yield Link(relation.related_model, path)


def _is_list(field: Any) -> bool:
    return bool(field.is_relation) and issubclass(field.related_model, ListRow)
