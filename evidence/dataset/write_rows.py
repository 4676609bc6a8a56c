"""Writes rows, and those that belong to them, as their records say."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, models
from django.db.models import ProtectedError
from django.utils.text import get_text_list
from psycopg.errors import UniqueViolation

from evidence.editorial.diff import matched
from portal.many_to_many import replace_links

from .faults import DatasetError, Fault, Location
from .parts import Links, Reference, Row, Rows
from .primary_keys import PrimaryKeys
from .records import Record, Table

Pair = tuple[Record, Any]  # a record and the row that it fills
# The columns and values in what PostgreSQL says where only one row may have them, in whatever language it says that.
KEY = re.compile(r"\((.+?)\)=\((.*)\)")


class RowWriter:
    """Writes rows of every table but that of summaries, whose rows are editions."""

    def __init__(self, keys: PrimaryKeys) -> None:
        self.keys = keys

    def write(
        self, table: Table, new: Sequence[Record], changed: Sequence[Pair], gone: Sequence[Any] = ()
    ) -> list[Any]:
        """Write new and changed rows, and return the new ones. Raise DatasetError if the database refuses one.

        `gone` are rows that will be removed, so that another may take over what only one may have.
        """
        manager = table.model._default_manager
        if table.release:
            giving_way = [row.pk for _, row in changed] + [row.pk for row in gone]
            manager.filter(pk__in=giving_way).update(**table.release)
        made = [(record, table.model()) for record in new]
        try:
            # What leads to a row of its own list comes after those.
            for leads in (False, True):
                some = [pair for pair in made if _leads_to_another(pair[0]) is leads]
                self._fill(table, some)
                manager.bulk_create([row for _, row in some])
                self.keys.forget(table.model)
            self._fill(table, changed)
            for _, row in changed:
                row.save()
        except DatabaseError as error:
            raise DatasetError([Fault(Location(table.file), reason_of(error))]) from error
        self.keys.forget(table.model)
        for part in table.all(Rows):
            self._write_parts(part, [*made, *changed])
        for link in table.all(Links):
            targets = {row.pk: self.keys.targets(record, link) for record, row in (*made, *changed)}
            replace_links(table.model, link.attribute, targets)
        return [row for _, row in made]

    def _fill(self, table: Table, pairs: Sequence[Pair]) -> None:
        for record, row in pairs:
            setattr(row, table.key_attribute, record.key)
            self.keys.fill(row, record, record, table.all(Reference))

    def _write_parts(self, part: Rows, pairs: Sequence[Pair]) -> None:
        """Make the rows that belong to others say what their records say. A row that stays keeps its primary key."""
        model = part.model._default_manager
        present: dict[int, list[Any]] = {row.pk: [] for _, row in pairs}
        for child in model.filter(**{f"{part.parent}__in": list(present)}):
            present[getattr(child, f"{part.parent}_id")].append(child)
        new: list[Any] = []
        staying: list[Any] = []
        gone: list[Any] = []
        for record, row in pairs:
            rows = [self._made_part(part, record, row, one) for one in record.rows[part.attribute]]
            for child, old in matched(rows, present[row.pk], part.identity):
                if old:
                    child.pk = old.pk
                (staying if old else new).append(child)
            stay = {child.pk for child in staying}
            gone += [child for child in present[row.pk] if child.pk not in stay]
        for child in gone:
            _delete_part(part, child)
        if part.release:
            model.filter(pk__in=[child.pk for child in staying]).update(**part.release)
        for child in staying:
            child.save(force_update=True)
        model.bulk_create(new)

    def _made_part(self, part: Rows, record: Record, parent: Any, row: Row) -> Any:
        child = part.model(**{part.parent: parent, "order": row.values["order"]})
        self.keys.fill(child, record, row, part.references)
        return child


def _leads_to_another(record: Record) -> bool:
    own = (one for one in record.table.all(Reference) if one.model is record.table.model)
    return any(record.references[one.attribute] for one in own)


def _delete_part(part: Rows, child: Any) -> None:
    try:
        child.delete()
    except ProtectedError as error:
        parent, users = getattr(child, part.parent), named(error.protected_objects)
        fault = f"{child} is gone from the files, but still used by {users}"
        raise DatasetError([Fault(Location(str(parent)), fault, field=part.key)]) from error


def removed_unless_used(row: models.Model) -> str:
    """Remove a row; or name what refers to it, so that it cannot go."""
    linked: list[Any] = []
    for relation in row._meta.related_objects:
        if relation.many_to_many:
            linked += relation.related_model._default_manager.filter(**{relation.field.name: row})[
                :4
            ]
    if linked:
        return named(linked)
    try:
        row.delete()
    except ProtectedError as error:
        return named(error.protected_objects)
    return ""


def named(rows: Any) -> str:
    """Name some rows in words: the first three of them."""
    labels = sorted(f"{row._meta.verbose_name} “{row}”" for row in rows)
    return get_text_list(labels[:3], "and") + (" and others" if len(labels) > 3 else "")


def reason_of(error: Exception) -> str:
    """Return in one line why the database, or an action, refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    detail = getattr(diagnosis, "message_detail", None) or ""
    if isinstance(error.__cause__, UniqueViolation) and (taken := KEY.search(detail)):
        return f"another one has the same {taken[1].replace('_', ' ')} already: {taken[2]}"
    said = [getattr(diagnosis, "message_primary", None), detail]
    return " ".join(" ".join(filter(None, said)).split()) or str(error).splitlines()[0]
