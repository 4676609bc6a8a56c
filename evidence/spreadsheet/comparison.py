"""A row of a sheet beside the newest edition of its summary: what it changes, and what is wrong with it."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

from django.utils.text import get_text_list

from evidence.dataset.checks import (
    dates_out_of_order,
    duplicates,
    ratings_off_their_scale,
    unknown_names,
)
from evidence.dataset.faults import Fault
from evidence.dataset.records import NOWHERE, Record, Table
from evidence.dataset.tables import CENTRES, SUMMARIES
from evidence.dataset.values import InvalidValue
from evidence.editorial.actions import has_it_open
from evidence.editorial.diff import Change
from evidence.editorial.twins import Twin
from evidence.models import Summary
from evidence.models.content_fields import lack_in
from portal.models import SLUG

from .columns import COLUMNS, OF_ONE_EDITION, TABLE, cells_of
from .current import CurrentContent
from .plan import PlannedDraft, RowFault, RowNote
from .sheet import SheetRow, UnusableCell

NOT_YOURS = "is not one of your centres"
NEEDED = "must not be empty"
NO_ID_FORM = "“{}” is no id: write lower case words joined by hyphens, such as eef-feedback"
MAX_ID = Summary._meta.get_field("slug").max_length or 0
ROWS_NAMED = 3  # of those with the same id, in each message
EMPTY = dict.fromkeys(COLUMNS, "")
# A key where a message of the data set's checks has one: "should be very-low, …", "'yef-evidence' is a scale of …".
KEY_IN_MESSAGE = re.compile(r"(?<=should be )[\w-]+(?=,)|(?<!\w)'[^']+'(?!\w)")
ORDER = {name: number for number, name in enumerate(COLUMNS)}
# A step is one of its scale, so neither is read without the other.
READ_TOGETHER = [{f"{rating}_scale", f"{rating}_step"} for rating in ("strength", "cost")]


class RowComparison:
    """One row beside the newest edition of its summary.

    `faults` is what is wrong, in the order of the columns; `draft` is what the row would make, and None if it changes nothing
    or is faulty; `notes` is what had to be understood in it; `emptied` are the columns that it empties; and `near` is the id
    of another summary for which a new one may be mistaken.
    """

    def __init__(self, row: SheetRow, current: CurrentContent) -> None:
        self.row, self.current = row, current
        self.slug = current.ids[row.number]
        self.summary = current.summaries.get(self.slug)
        self.edition = current.newest.get(self.slug)
        self.draft: PlannedDraft | None = None
        self.notes: list[RowNote] = []
        self.near = ""
        self.changed: dict[str, str] = {}
        self._faults = list(self._wrong_id())  # columns and messages
        if not self._faults and not self.summary:
            self._faults += self._misspelt_id()
        if self._faults:
            return  # what summary it is about decides on all else
        self._faults += self._wrong_centre()
        if not self._is_foreign():  # otherwise nothing is said about what is there
            self._compare()

    @property
    def emptied(self) -> list[str]:
        """The columns that it empties, where the portal has something."""
        names = self.changed.keys() - OF_ONE_EDITION if self.edition else set()
        return [name for name in ORDER if name in names and not self.changed[name]]

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
        slug, typed = self.slug, self.row.cells["id"]
        rows = self.current.rows_of[slug]
        if isinstance(typed, UnusableCell):
            yield "id", str(typed)
        elif not slug:
            yield "id", NEEDED
        elif self.summary and self.summary.centre.slug not in self.current.centres:
            yield "id", NOT_YOURS
        elif len(rows) > 1:
            yield (
                "id",
                f"“{typed}” is the summary of {self._other_rows(rows)} too. One row is one summary",
            )
        elif len(slug) > MAX_ID:
            yield "id", f"is longer than {MAX_ID} characters"
        elif not self.summary and not re.fullmatch(SLUG, slug):
            yield "id", self._no_such_id() or NO_ID_FORM.format(typed)

    def _other_rows(self, numbers: Sequence[int]) -> str:
        """Name a few of the other rows: an id may be filled down a whole column, and every row of it says so."""
        named = [number for number in numbers[: ROWS_NAMED + 1] if number != self.row.number]
        others = [f"row {number}" for number in named[:ROWS_NAMED]]
        if more := len(numbers) - 1 - len(others):
            others.append(f"{more:,} more")
        return get_text_list(others, "and")

    def _misspelt_id(self) -> Iterator[tuple[str, str]]:
        """Find an id that no summary has, in a row that does not say all that a new one needs."""
        lacking = [
            column.label
            for name, column in COLUMNS.items()
            if column.required and name not in self.current.headings
        ]
        empty = any(
            not self.row.cells.get(name) for name, column in COLUMNS.items() if column.required
        )
        self.near = self.current.nearest_id(self.slug)
        if lacking or (self.near and empty):
            lacks = f"The file lacks what a new one needs: {', '.join(lacking)}"
            yield (
                "id",
                self._no_such_id() or f"there is no summary “{self.row.cells['id']}”. {lacks}",
            )

    def _no_such_id(self) -> str:
        typed = self.row.cells["id"]
        meant = " or ".join(f"“{one}”" for one in self.current.likely_ids(typed))
        return f"there is no summary “{typed}”. Did you mean {meant}?" if meant else ""

    def _wrong_centre(self) -> Iterator[tuple[str, str]]:
        """Find a centre that is not the summary's own, or none of the person's."""
        typed = self.row.cells.get("centre", "")
        try:
            named = self.current.reader.read("centre", typed).text
        except InvalidValue as unknown:
            yield "centre", str(unknown) if self.current.sees_all_centres else NOT_YOURS
            return
        if self.summary and named not in {"", self.summary.centre.slug}:
            own = self.summary.centre.slug
            yield (
                "centre",
                f"should be “{own}”, not “{typed}”: a summary cannot move to another centre",
            )
        elif not self.summary and named and named not in self.current.centres:
            yield "centre", NOT_YOURS

    def _compare(self) -> None:
        self.base = TABLE.record_of(self.edition) if self.edition else None
        self.before = (
            cells_of(self.base, is_open=self.edition.is_open)
            if self.edition and self.base
            else EMPTY
        )
        for name in ORDER:  # a scale before its step
            typed = self.row.cells.get(name)
            if typed is None or name == "id" or (name, typed) in self._faults:
                continue
            if typed != self.before[name] or isinstance(typed, UnusableCell):
                self._read(name, typed)
        if self._makes_a_draft():
            self._plan_draft()

    def _read(self, name: str, typed: str) -> None:
        """Read a cell, and keep what it changes."""
        if any(column == name for column, _ in self._faults):
            return
        tidy = COLUMNS[name].cell.tidy
        try:
            text, notes = self.current.reader.read(name, typed, self._scale_of(name))
        except InvalidValue as wrong:
            if tidy(typed) != tidy(self.before[name]):
                self._faults.append((name, str(wrong)))
            return
        if text != tidy(self.before[name]):
            self.changed[name] = text
            heading = self._heading(name)
            self.notes += [RowNote(self.row.number, heading, note) for note in notes]

    def _scale_of(self, name: str) -> str:
        """Return the scale of the row for its step; empty for another column."""
        if not name.endswith("_step"):
            return ""
        scale = f"{name.removesuffix('_step')}_scale"
        return self.changed.get(scale, self.before[scale])

    def _makes_a_draft(self) -> bool:
        if self.edition is None:
            return True
        if self.edition.is_open:
            if self.changed and self._replaces():
                return True
            if self.changed:
                said = has_it_open(self.edition, self.current.person)
                self._faults.append(("id", said.removesuffix(".")))
            return False
        if not self.changed.keys() - OF_ONE_EDITION:
            return False
        if self.summary and self.summary.withdrawn_at:
            message = "is withdrawn. Open a new edition by hand if it is to come back"
            self._faults.append(("id", message))
            return False
        return True

    def _replaces(self) -> bool:
        """Say whether it replaces an open draft: one that earlier imports of the same person have written, and nobody else."""
        return bool(self.edition and self.edition.pk in self.current.imported)

    def _plan_draft(self) -> None:
        """Make a record of what has changed. If it has no fault, that is what the draft will say."""
        names = self._columns_to_read()
        entry = self._entry(names)
        faulty = {name for name, _ in self._faults}  # nothing more is said about these
        record, faults = _table_of(frozenset(names)).parse(entry, NOWHERE, position=0)
        if self.base:
            record = _over(self.base, record, keeps_note=self._replaces())
        for fault in (*faults, *self._contradictions(record)):
            name, message = self._in_words_of_columns(fault)
            if name not in faulty:
                self._faults.append((name, message))
        if not self._faults:
            at = self.current.imported.get(self.edition.pk) if self.edition else None
            self.draft = PlannedDraft(
                self.row.number,
                record,
                self.summary,
                self.edition,
                self._changes(),
                dict(self.changed),
                at,
            )
            if not self.edition:
                self.notes += self._same_as_another(record)

    def _same_as_another(self, record: Record) -> Iterator[RowNote]:
        """Note what a new summary may be the same as: it is made all the same."""
        centre = str(record.references["summary__centre"])
        said, twins = record.values, self.current.twins
        alike = twins.same_title(centre, said["title"])
        on_page = twins.same_page(centre, said["product"], said["source_url"])
        for twin in alike:
            yield self._note_of(twin, "title", f"“{said['title']}” is the title of")
        for twin in on_page:
            if twin not in alike:
                yield self._note_of(twin, "source_url", "is the page of")

    def _note_of(self, twin: Twin, column: str, what: str) -> RowNote:
        same = "If they are the same, give this row that id"
        message = f"{what} “{twin.slug}” too, which is {twin.state_in_sentence}. {same}"
        return RowNote(self.row.number, self._heading(column), message)

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
        yield from self._unknown_line(record)
        yield from self.current.retired.newly_named(record, self.edition)
        around = {SUMMARIES: [record], CENTRES: [], **self.current.scales}
        yield from ratings_off_their_scale(around)
        yield from dates_out_of_order(around)
        yield from duplicates({TABLE: [record]})

    def _unknown_line(self, record: Record) -> Iterator[Fault]:
        """Find the name of a product line that the row gives and that the centre does not have, if it has any."""
        lines = self.current.lines.get(str(record.references.get("summary__centre")))
        name = record.values.get("product")
        is_given = "product" in self.changed or not self.edition
        if lines and name and is_given and name not in {line.key for line in lines.values}:
            yield record.fault(str(lines.unknown(name)), "product")

    def _changes(self) -> list[Change]:
        return [
            Change(
                name,
                column.label,
                self.current.reader.shown(name, self.before[name]) or lack_in(name),
                self.current.reader.shown(name, self.changed[name]) or lack_in(name),
            )
            for name, column in COLUMNS.items()
            if name in self.changed and (self.changed[name] or self.edition)
        ]

    def _in_words_of_columns(self, fault: Fault) -> tuple[str, str]:
        """Return the column of a fault, and a message for somebody who sees cells and labels rather than keys."""
        key, _, line = fault.field.partition(" ")
        name = key.removesuffix("_precision").replace(".", "_")
        message = fault.message.removesuffix(", not null").replace(" or null", "")
        for column in COLUMNS.values():
            if "." in column.key:
                message = message.replace(column.key, f"“{column.label}”")
        message = KEY_IN_MESSAGE.sub(lambda found: self._label_in(name, found[0]), message)
        return name, f"line {line}: {message}" if line else message

    def _label_in(self, name: str, key: str) -> str:
        """Return the label of a key that a message names, or what the message says."""
        label = self.current.reader.shown(name, key.strip("'")) if name in COLUMNS else key
        return f"“{label}”" if key.startswith("'") or label != key else key


@lru_cache(maxsize=500)
def _table_of(names: frozenset[str]) -> Table:
    """Return the table of just these columns."""
    parts = [column.part for name, column in COLUMNS.items() if name in names and column.part]
    return dataclasses.replace(TABLE, parts=tuple(parts))


def _over(base: Record, changed: Record, *, keeps_note: bool) -> Record:
    """Return what an edition says, with what has changed in its place. A new edition has no change note from the one before."""
    for name in ("values", "references", "links", "rows"):
        getattr(base, name).update(getattr(changed, name))
    for name, empty in () if keeps_note else (("change_note", ""), ("minor", False)):
        base.values[name] = changed.values.get(name, empty)
    return base
