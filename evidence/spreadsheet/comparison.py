"""A row of a sheet beside the newest edition of its summary: what it changes, and what is wrong with it."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from evidence.dataset.checks import (
    dates_out_of_order,
    duplicates,
    ratings_off_their_scale,
    unknown_names,
)
from evidence.dataset.faults import Fault
from evidence.dataset.primary_keys import PrimaryKeys
from evidence.dataset.records import NOWHERE, Record, Table
from evidence.dataset.tables import CENTRES, RATING_SCALES, REFERENCE_SCALES, SUMMARIES
from evidence.dataset.values import InvalidValue
from evidence.editorial.diff import Change
from evidence.models import Edition, Summary, centres_of
from evidence.models.content_fields import NOT_STATED
from portal.database import lift_statement_limit

from .columns import COLUMNS, OF_ONE_EDITION, TABLE, cells_of
from .export import newest_editions
from .plan import PlannedDraft, RowFault
from .sheet import Sheet, SheetRow, UnusableCell

NOT_YOURS = "is not one of your centres"
NEEDED = "must not be empty"
EMPTY = dict.fromkeys(COLUMNS, "")
ORDER = {name: number for number, name in enumerate(COLUMNS)}
# A step is one of its scale, so neither is read without the other.
READ_TOGETHER = [{f"{rating}_scale", f"{rating}_step"} for rating in ("strength", "cost")]


class CurrentContent:
    """What the rows of a sheet are compared with, fetched once for all of them.

    `lock` holds the summaries until the end of the transaction, so that nobody else opens an edition of one.
    """

    def __init__(self, sheet: Sheet, user: Any, *, lock: bool = False) -> None:
        lift_statement_limit()  # a large file may take longer than a page may
        self.headings = sheet.headings
        self.times = Counter(row.cells["id"] for row in sheet.rows)
        named = Summary.objects.filter(slug__in=set(self.times)).select_related("centre")
        if lock:
            named = named.select_for_update(of=("self",)).order_by("pk")
        self.summaries = {one.slug: one for one in named}
        self.centres = set(centres_of(user).values_list("slug", flat=True))
        self.sees_all_centres = user.has_perm("evidence.all_centres")
        own = [one.pk for one in self.summaries.values() if one.centre.slug in self.centres]
        newest = newest_editions(Summary.objects.filter(pk__in=own))
        self.newest = {
            one.summary.slug: one
            for one in newest.select_related("summary__centre", "made_by", "edited_by")
        }
        self.keys = PrimaryKeys()
        self.scales = {
            table: [table.record_of(scale) for scale in table.queryset()]
            for table in (RATING_SCALES, REFERENCE_SCALES)
        }


class RowComparison:
    """One row beside the newest edition of its summary.

    `faults` is what is wrong, in the order of the columns; `draft` is what the row would make, and None if it changes
    nothing or has faults.
    """

    def __init__(self, row: SheetRow, current: CurrentContent) -> None:
        self.row, self.current = row, current
        self.slug = row.cells["id"]
        self.summary = current.summaries.get(self.slug)
        self.edition = current.newest.get(self.slug)
        self.draft: PlannedDraft | None = None
        self._faults = list(self._wrong_id())  # columns and messages
        if not self._is_foreign():
            self._faults += self._wrong_centre()
        if not self._is_foreign():  # otherwise nothing is said about what is there
            self._compare()

    @cached_property
    def faults(self) -> list[RowFault]:
        """What is wrong with the row."""
        ordered = sorted(self._faults, key=lambda fault: ORDER[fault[0]])
        return [
            RowFault(self.row.number, self._heading(name), message) for name, message in ordered
        ]

    def _heading(self, name: str) -> str:
        """Return the heading of a column as the file has it; people know it better than our label."""
        return self.current.headings.get(name) or COLUMNS[name].label

    def _is_foreign(self) -> bool:
        return any(message == NOT_YOURS for _, message in self._faults)

    def _wrong_id(self) -> Iterator[tuple[str, str]]:
        slug, times = self.slug, self.current.times[self.slug]
        if isinstance(slug, UnusableCell):
            yield "id", str(slug)
        elif not slug:
            yield "id", NEEDED
        elif self.summary and self.summary.centre.slug not in self.current.centres:
            yield "id", NOT_YOURS
        elif times > 1:
            yield "id", f"{slug!r} is given {times} times. One row is one summary"
        else:
            try:
                Summary._meta.get_field("slug").run_validators(slug)
            except ValidationError as error:
                yield "id", " ".join(error.messages)

    def _wrong_centre(self) -> Iterator[tuple[str, str]]:
        """Find a centre that is not the summary's own, or none of the person's."""
        named = COLUMNS["centre"].cell.tidy(self.row.cells.get("centre", ""))
        if self.summary and named not in {"", self.summary.centre.slug}:
            own = self.summary.centre.slug
            yield "centre", f"should be {own!r}: a summary cannot move to another centre"
        elif not self.summary and named and named not in self.current.centres:
            unknown = f"there is no centre {named!r}"
            yield "centre", unknown if self.current.sees_all_centres else NOT_YOURS

    def _compare(self) -> None:
        self.base = TABLE.record_of(self.edition) if self.edition else None
        self.before = (
            cells_of(self.base, is_open=self.edition.is_open)
            if self.edition and self.base
            else EMPTY
        )
        self.changed: dict[str, str] = {}
        for name, text in self.row.cells.items():
            if isinstance(text, UnusableCell):
                self._faults += [] if name == "id" else [(name, str(text))]
            elif name != "id" and text != self.before[name]:
                tidy = COLUMNS[name].cell.tidy
                if tidy(text) != tidy(self.before[name]):
                    self.changed[name] = tidy(text)
        if self._makes_a_draft():
            self._plan_draft()

    def _makes_a_draft(self) -> bool:
        if self.edition is None:
            return True
        if self.edition.is_open:
            if self.changed:
                self._faults.append(("id", _open_already(self.edition)))
            return False
        if not self.changed.keys() - OF_ONE_EDITION:
            return False
        if self.summary and self.summary.withdrawn_at:
            message = "is withdrawn. Open a new edition by hand if it is to come back"
            self._faults.append(("id", message))
            return False
        return True

    def _plan_draft(self) -> None:
        """Make a record of what has changed. If it has no fault, that is what the draft will say."""
        names = self._columns_to_read()
        entry = self._entry(names)
        faulty = {name for name, _ in self._faults}  # nothing more is said about these
        record, faults = _table_of(frozenset(names)).parse(entry, NOWHERE, position=0)
        if self.base:
            record = _over(self.base, record)
        for fault in (*faults, *self._contradictions(record)):
            name, message = _in_words_of_columns(fault)
            if name not in faulty:
                self._faults.append((name, message))
        if not self._faults:
            self.draft = PlannedDraft(
                self.row.number, record, self.summary, self.edition, self._changes()
            )

    def _columns_to_read(self) -> set[str]:
        """Return the columns that have changed, or all of a first edition."""
        if not self.edition:
            return COLUMNS.keys() - {"id"}
        together = [pair for pair in READ_TOGETHER if pair & self.changed.keys()]
        return self.changed.keys() | {name for pair in together for name in pair}

    def _entry(self, names: set[str]) -> dict[str, Any]:
        """Return the entry of the data set that these columns of the row say."""
        entry: dict[str, Any] = {}
        faulty = {name for name, _ in self._faults}
        for name, column in COLUMNS.items():
            if name not in names or column.part is None:
                continue
            text = self.changed.get(name)
            text = column.cell.tidy(self.before[name]) if text is None else text
            if column.required and not text and name not in faulty:
                self._faults.append((name, NEEDED))
            try:
                value = column.cell.parse(text)
            except InvalidValue as wrong:
                self._faults.append((name, str(wrong)))
                value = column.cell.parse("")
            column.part.put(entry, value)
        entry["id"] = self.slug
        if self.summary and "centre" in names:
            entry["centre"] = self.summary.centre.slug
        return entry

    def _contradictions(self, record: Record) -> Iterator[Fault]:
        yield from unknown_names(record, self.current.keys)
        around = {SUMMARIES: [record], CENTRES: [], **self.current.scales}
        yield from ratings_off_their_scale(around)
        yield from dates_out_of_order(around)
        yield from duplicates({TABLE: [record]})

    def _changes(self) -> list[Change]:
        return [
            Change(
                name,
                column.label,
                self.before[name] or NOT_STATED,
                self.changed[name] or NOT_STATED,
            )
            for name, column in COLUMNS.items()
            if name in self.changed and (self.changed[name] or self.edition)
        ]


@lru_cache(maxsize=500)
def _table_of(names: frozenset[str]) -> Table:
    """Return the table of just these columns."""
    parts = [column.part for name, column in COLUMNS.items() if name in names and column.part]
    return dataclasses.replace(TABLE, parts=tuple(parts))


def _over(base: Record, changed: Record) -> Record:
    """Return what an edition says, with what has changed in its place."""
    for name in ("values", "references", "links", "rows"):
        getattr(base, name).update(getattr(changed, name))
    for name, empty in (("change_note", ""), ("minor", False)):
        base.values[name] = changed.values.get(name, empty)
    return base


def _open_already(edition: Edition) -> str:
    who = edition.edited_by or edition.made_by or "The system"
    state = edition.get_state_display().lower()
    return f"{who} has another text of it open ({state}). Finish or discard that first"


def _in_words_of_columns(fault: Fault) -> tuple[str, str]:
    """Return the column of a fault, and a message for somebody who sees cells rather than keys."""
    key, _, line = fault.field.partition(" ")
    key = key.removesuffix("_precision")
    message = fault.message.removesuffix(", not null").replace(" or null", "")
    for column in COLUMNS.values():
        if "." in column.key:
            message = message.replace(column.key, f"“{column.label}”")
    return key.replace(".", "_"), f"line {line}: {message}" if line else message
