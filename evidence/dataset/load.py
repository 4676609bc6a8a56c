"""Loads the data set: all of it or nothing, only what has changed, and never over the work of editors.

What was last loaded from each entry is remembered (DatasetEntry). An entry that is the same as then is left alone,
whatever its row says by now: loading the shipped files again, as every start does, undoes nobody's work. An entry that
has changed is loaded if its row still says what was last loaded. Otherwise the row stays as editors left it, and the
report says so. The reasons are in docs/decisions/0005-editions-and-files.md.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError

from evidence.editorial import actions
from evidence.editorial.content import NewSummary
from evidence.editorial.diff import changes
from evidence.models import DatasetEntry, Edition, Summary
from portal.database import lift_statement_limit
from portal.many_to_many import replace_links

from .checks import Records
from .faults import DatasetError, Fault, Location
from .list_history import LOADED, keep_history_of_all
from .parts import Key, Links, Reference, Row, Rows
from .primary_keys import PrimaryKeys
from .records import Record, Table
from .tables import SUMMARIES, TABLES

Pair = tuple[Record, Any]  # a record and the row that it fills

FIRST_EDITION = "First edition."
SUMMARIES_AT_ONCE = 50
LOCK = 7_219_043_556  # one load at a time; any number that nothing else uses


@dataclass
class Report:
    """What a load did (new, changed, removed, unchanged, left), and what people should look at."""

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)


def load(
    records: Records, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> Report:
    """Write what is new or changed. Raise DatasetError, with nothing written, if the database refuses it.

    `on_progress` is called with how many of the new and changed entries are done, and how many there are.
    """
    try:
        with transaction.atomic():
            lift_statement_limit()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            report = _Load(records, on_progress).run()
            connection.check_constraints()  # those that are deferred, while they can still be reported
            return report
    except DatabaseError as error:
        raise DatasetError([Fault(Location("the database"), _reason(error))]) from error


class _Load:
    def __init__(self, records: Records, on_progress: Callable[[int, int], None]) -> None:
        self.records = records
        self.on_progress = on_progress
        self.report = Report()
        self.keys = PrimaryKeys()
        self.done = self.total = 0
        self.last = {(one.table, one.key): one.digest for one in DatasetEntry.objects.all()}

    def run(self) -> Report:
        changed = {
            table: [one for one in self.records[table] if self._last(one) != one.digest]
            for table in TABLES
        }
        self.total = sum(map(len, changed.values()))
        self.report.counts["unchanged"] = sum(map(len, self.records.values())) - self.total
        for table in TABLES:
            if changed[table]:
                self._table(table, changed[table])
        for table in reversed(TABLES):
            self._vanished(table)
        keep_history_of_all(LOADED)
        return self.report

    def _last(self, record: Record) -> str | None:
        return self.last.get((record.table.name, str(record.key)))

    def _table(self, table: Table, records: list[Record]) -> None:
        """Decide what to do with each changed entry of a table, and do it."""
        rows = _rows_by_key(table, [record.key for record in records])
        new: list[Record] = []
        changed: list[Pair] = []
        for record in records:
            row = rows.get(record.key)
            digest = row and table.record_of(row).digest
            if row is None:
                new.append(record)
            elif digest == record.digest:
                self._count("unchanged", record)
            elif digest == self._last(record):
                changed.append((record, row))
            else:
                self._leave(record, "the portal's own version has changed too")
        if table is SUMMARIES:
            self._first_editions(new)
            self._next_editions(changed)
        else:
            self._write_rows(table, new, changed)
        self.keys.forget(table.model)

    def _count(self, what: str, *records: Record) -> None:
        """Count what was done with entries, and remember them as loaded."""
        DatasetEntry.objects.bulk_create(
            (
                DatasetEntry(table=one.table.name, key=str(one.key), digest=one.digest)
                for one in records
            ),
            update_conflicts=True,
            unique_fields=["table", "key"],
            update_fields=["digest"],
        )
        self.report.counts[what] += len(records)
        self._advance(len(records))

    def _leave(self, record: Record, why: str) -> None:
        self.report.counts["left"] += 1
        self.report.remarks.append(f"{record.location}: {record.key}: not loaded, because {why}.")
        self._advance(1)

    def _advance(self, number: int) -> None:
        self.done += number
        self.on_progress(self.done, self.total)

    # Everything but editions

    def _write_rows(self, table: Table, new: list[Record], changed: list[Pair]) -> None:
        manager = table.model._default_manager
        if table.release:
            giving_way = [row.pk for _, row in changed] + [row.pk for row in self._gone(table)]
            manager.filter(pk__in=giving_way).update(**table.release)
        made = [(record, table.model(**{table.key_attribute: record.key})) for record in new]
        for record, row in (*made, *changed):
            self.keys.fill(row, record, record, table.all(Reference))
        try:
            manager.bulk_create([row for _, row in made])
            for _, row in changed:
                row.save()
        except DatabaseError as error:
            raise DatasetError([Fault(Location(table.file), _reason(error))]) from error
        self.keys.forget(table.model)
        for part in table.all(Rows):
            self._write_parts(part, [*made, *changed])
        for link in table.all(Links):
            targets = {row.pk: self.keys.targets(record, link) for record, row in (*made, *changed)}
            replace_links(table.model, link.attribute, targets)
        self._count("new", *new)
        self._count("changed", *(record for record, _ in changed))

    def _write_parts(self, part: Rows, pairs: list[Pair]) -> None:
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
            for child, old in _matched(rows, present[row.pk], part.identity):
                if old:
                    child.pk = old.pk
                (staying if old else new).append(child)
            stay = {child.pk for child in staying}
            gone += [child for child in present[row.pk] if child.pk not in stay]
        for child in gone:
            self._delete_part(part, child)
        if part.release:
            model.filter(pk__in=[child.pk for child in staying]).update(**part.release)
        for child in staying:
            child.save(force_update=True)
        model.bulk_create(new)

    def _made_part(self, part: Rows, record: Record, parent: Any, row: Row) -> Any:
        child = part.model(**{part.parent: parent, "order": row.values["order"]})
        self.keys.fill(child, record, row, part.references)
        return child

    def _delete_part(self, part: Rows, child: Any) -> None:
        try:
            child.delete()
        except ProtectedError as error:
            parent, users = getattr(child, part.parent), _named(error.protected_objects)
            fault = f"{child} is gone from the files, but still used by {users}"
            raise DatasetError([Fault(Location(str(parent)), fault, field=part.key)]) from error

    # Summaries

    def _first_editions(self, records: list[Record]) -> None:
        taken = {
            summary.slug: summary
            for summary in Summary.objects.filter(slug__in=[one.key for one in records])
        }
        for record in records:
            if summary := taken.get(str(record.key)):
                is_gone = "it is withdrawn" if summary.withdrawn_at else "it is not public yet"
                self._leave(record, f"{is_gone} in the portal")
        new = [record for record in records if record.key not in taken]
        for start in range(0, len(new), SUMMARIES_AT_ONCE):
            some = new[start : start + SUMMARIES_AT_ONCE]
            try:
                actions.publish_first_editions(
                    summaries=[self._new_summary(one) for one in some], change_note=FIRST_EDITION
                )
            except DatabaseError as error:
                raise DatasetError([Fault(Location(SUMMARIES.file), _reason(error))]) from error
            self._count("new", *some)
        self.keys.forget(Summary)

    def _new_summary(self, record: Record) -> NewSummary:
        return NewSummary(
            slug=str(record.key), centre_id=self._centre(record), content=self.keys.content(record)
        )

    def _centre(self, record: Record) -> int:
        (part,) = (one for one in SUMMARIES.all(Reference) if one.key == "centre")
        key = self.keys.target(record, record, part)
        assert key is not None  # noqa: S101 - the key is not optional
        return key

    def _next_editions(self, pairs: list[Pair]) -> None:
        busy = set(
            Edition.objects.open()
            .filter(summary__in=[edition.summary_id for _, edition in pairs])
            .values_list("summary_id", flat=True)
        )
        for record, published in pairs:
            if published.summary_id in busy:
                self._leave(record, "an editor has an edition of it open")
                continue
            if published.summary.centre_id != self._centre(record):
                wrong = (
                    "a summary cannot move to another centre: give the other one an id of its own"
                )
                raise DatasetError([record.fault(wrong, "centre")])
            try:
                self._publish(record, published)
            except (actions.ActionError, DatabaseError) as error:
                raise DatasetError([record.fault(_reason(error))]) from error
            self._count("changed", record)

    def _publish(self, record: Record, published: Edition) -> None:
        draft = actions.open_edition(summary=published.summary)
        actions.write(edition=draft, content=self.keys.content(record))
        draft = Edition.objects.get(pk=draft.pk)
        labels = [change.label for change in changes(published, draft)]
        differing = [label[:1].lower() + label[1:] for label in labels]
        actions.submit(
            edition=draft, change_note=f"Updated from the data set: {_listed(differing)}."
        )
        actions.publish(edition=draft)

    # What has left the files

    def _vanished(self, table: Table) -> None:
        for row in self._gone(table):
            record = table.record_of(row)
            if table is SUMMARIES:
                self._remark(record, "it stays public until it is withdrawn in admin")
            elif record.digest != self._last(record):
                self._remark(record, "it stays, as the portal's own version has changed")
                self._forget(record)
            elif users := _removed_unless_used(row):
                self._remark(record, f"it stays, as it is used by {users}")
            else:
                self._forget(record)
                self.report.counts["removed"] += 1

    def _gone(self, table: Table) -> list[Any]:
        """Return the rows whose entries were loaded once and have left the files."""
        present = {
            str(record.key)
            for other in TABLES
            if other.model is table.model
            for record in self.records[other]
        }
        gone = [key for name, key in self.last if name == table.name and key not in present]
        return list(_rows_by_key(table, gone).values()) if gone else []

    def _remark(self, record: Record, what: str) -> None:
        self.report.remarks.append(
            f"{record.table.file}: {record.key}: no longer in the files; {what}."
        )

    def _forget(self, record: Record) -> None:
        DatasetEntry.objects.filter(table=record.table.name, key=str(record.key)).delete()


def _rows_by_key(table: Table, keys: Sequence[Key]) -> dict[Key, Any]:
    rows = table.queryset().filter(**{f"{table.key_attribute}__in": keys})
    return {table.record_of(row).key: row for row in rows}


def _matched(rows: list[Any], present: list[Any], identity: str) -> list[tuple[Any, Any]]:
    """Pair each row with the present one that it replaces: the one of the same identity, or else in the same place."""
    by_identity = {getattr(old, identity): old for old in present}
    same = [by_identity.get(getattr(row, identity)) for row in rows]
    left = {old.order: old for old in present if old not in same}
    return [(row, old or left.get(row.order)) for row, old in zip(rows, same, strict=True)]


def _removed_unless_used(row: models.Model) -> str:
    """Remove a row; or name what refers to it, so that it cannot go."""
    linked: list[Any] = []
    for relation in row._meta.related_objects:
        if relation.many_to_many:
            linked += relation.related_model._default_manager.filter(**{relation.field.name: row})[
                :4
            ]
    if linked:
        return _named(linked)
    try:
        row.delete()
    except ProtectedError as error:
        return _named(error.protected_objects)
    return ""


def _named(rows: Any) -> str:
    labels = sorted(f"{row._meta.verbose_name} “{row}”" for row in rows)
    return _listed(labels[:3]) + (" and others" if len(labels) > 3 else "")


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _reason(error: Exception) -> str:
    """Return in one line why the database, or an action, refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    said = [getattr(diagnosis, name, None) for name in ("message_primary", "message_detail")]
    return " ".join(" ".join(filter(None, said)).split()) or str(error).splitlines()[0]
