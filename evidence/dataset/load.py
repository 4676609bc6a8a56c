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

from django.db import DatabaseError, connection, transaction
from django.utils.text import get_text_list

from evidence.editorial import actions
from evidence.editorial.content import NewSummary
from evidence.editorial.diff import changes
from evidence.models import DatasetEntry, Edition, Summary
from portal.database import lift_statement_limit

from .checks import Records
from .faults import DatasetError, Fault, Location
from .list_history import LOADED, keep_history_of_all
from .parts import Key, Reference
from .primary_keys import PrimaryKeys
from .records import Record, Table
from .retired import RetiredNames
from .tables import SUMMARIES, TABLES
from .write_rows import Pair, RowWriter, reason_of, removed_unless_used

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
        raise DatasetError([Fault(Location("the database"), reason_of(error))]) from error


class _Load:
    def __init__(self, records: Records, on_progress: Callable[[int, int], None]) -> None:
        self.records = records
        self.on_progress = on_progress
        self.report = Report()
        self.keys = PrimaryKeys()
        # What the files themselves say is retired, they may name: it was retired after what they say was published.
        ended = (one.key for some in records.values() for one in some if one.values.get("ended"))
        self.retired = RetiredNames(ended)
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
            if unusable := self._unusable(record, row):
                self._leave(record, unusable)
            elif row is None:
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

    def _unusable(self, record: Record, row: Any) -> str:
        """Say what keeps an entry from being loaded: names of what editors deleted or retired. Nothing if none does."""
        faults = [*self.keys.gone(record), *self.retired.newly_named(record, row)]
        return "; ".join(f"{one.field}: {one.message}" for one in faults)

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
        RowWriter(self.keys).write(table, new, changed, self._gone(table) if table.release else ())
        self._count("new", *new)
        self._count("changed", *(record for record, _ in changed))

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
                raise DatasetError([Fault(Location(SUMMARIES.file), reason_of(error))]) from error
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
                raise DatasetError([record.fault(reason_of(error))]) from error
            self._count("changed", record)

    def _publish(self, record: Record, published: Edition) -> None:
        draft = actions.open_edition(summary=published.summary)
        actions.write(edition=draft, content=self.keys.content(record))
        draft = Edition.objects.get(pk=draft.pk)
        labels = [change.label for change in changes(published, draft)]
        differing = [label[:1].lower() + label[1:] for label in labels]
        actions.submit(
            edition=draft,
            change_note=f"Updated from the data set: {get_text_list(differing, 'and')}.",
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
            elif users := removed_unless_used(row):
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
