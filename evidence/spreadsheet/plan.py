"""The plan of an import: the drafts that its rows would make, or everything that is wrong with them."""

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from evidence.dataset.records import Record
from evidence.editorial.diff import Change
from evidence.models import Edition, Summary
from portal.templatetags.portal_tags import day

ROWS_NAMED = 8  # of those to which a note applies


@dataclass(frozen=True)
class RowFault:
    """One thing that is wrong in a row, by the number and the column that a spreadsheet shows."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.message}"


class RowNote(RowFault):
    """One thing that had to be understood in a row, or that was taken out of a cell."""


@dataclass(frozen=True)
class Question:
    """Something that is done only if the person agrees to it."""

    name: str
    text: str


@dataclass(frozen=True)
class PlannedDraft:
    """What a row would make: the first edition of a summary, or the next one."""

    row: int
    record: Record
    summary: Summary | None  # none if it would be made too
    before: Edition | None  # none if it would be the first edition
    changes: list[Change]
    # What changes, by column, as the data set names it: a label may be that of another row tomorrow.
    cells: dict[str, str]
    # When `before` was imported: it is a draft of this person that nobody has changed since, and is replaced.
    imported_at: datetime.datetime | None = None

    @property
    def replaces(self) -> str:
        """What the person is told if it replaces a draft; otherwise an empty text."""
        at = self.imported_at
        return f"replaces your draft from the import of {day(at)}" if at else ""

    @property
    def title(self) -> str:
        """The title that the draft would have."""
        return str(self.record.values["title"])


@dataclass
class Plan:
    """What a file would do, or what is wrong with it."""

    file_name: str
    sheet_notes: list[str] = field(default_factory=list)  # how the file as a whole was read
    unknown: list[str] = field(default_factory=list)  # the headings that mean no column
    drafts: list[PlannedDraft] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)
    # The rows that empty a cell, by the label of its column.
    emptied: dict[str, list[int]] = field(default_factory=dict)
    near: dict[str, str] = field(default_factory=dict)  # new ids, and the one that each resembles
    unchanged: int = 0  # rows
    made: int = 0  # drafts, once the plan is carried out

    @property
    def left_out(self) -> str:
        """The headings that mean no column, as the end of a sentence; empty if there are none."""
        columns = "; ".join(self.unknown)
        return columns if not columns or columns.endswith("?") else f"{columns}."

    @property
    def questions(self) -> list[Question]:
        """What the person has to agree to before anything is made."""
        asked = []
        if self.left_out:
            asked.append(Question("unknown", f"Leave out what is no column here: {self.left_out}"))
        if self.emptied:
            cells = [f"{label} ({_in_rows(rows)})" for label, rows in self.emptied.items()]
            asked.append(
                Question(
                    "emptied",
                    f"Take out what the portal has where these cells are empty: {'; '.join(cells)}. To keep it, "
                    "delete the column from the file, or the row, or fill in the cells again.",
                )
            )
        if self.near:
            pairs = [f"“{new}” beside “{near}”" for new, near in self.near.items()]
            asked.append(
                Question(
                    "near",
                    f"Make these new summaries, although their ids are much alike: {'; '.join(pairs)}.",
                )
            )
        return asked

    def unanswered(self, agreed: Iterable[str]) -> list[Question]:
        """Return the questions that nobody has agreed to."""
        given = set(agreed)
        return [question for question in self.questions if question.name not in given]

    @property
    def grouped_notes(self) -> list[str]:
        """What had to be understood, the same things in one line with their rows."""
        rows: dict[tuple[str, str], list[int]] = {}
        for note in self.notes:
            rows.setdefault((note.column, note.message), []).append(note.row)
        return [
            f"{column}: {message} ({_in_rows(where)})" for (column, message), where in rows.items()
        ]

    @property
    def new(self) -> list[PlannedDraft]:
        """The drafts that would be first editions."""
        return [draft for draft in self.drafts if not draft.before]

    @property
    def changed(self) -> list[PlannedDraft]:
        """The drafts that would follow another edition."""
        return [draft for draft in self.drafts if draft.before]

    @property
    def of_which_replaced(self) -> str:
        """How many of the drafts replace one, for the message afterwards; empty if none does."""
        number = sum(bool(draft.replaces) for draft in self.drafts)
        return f" ({number:,} in the place of yours from an earlier import)" if number else ""

    @property
    def fingerprint(self) -> str:
        """A hash that no other plan has, nor the same changes to other editions."""
        parts = [
            [
                draft.row,
                draft.record.key,
                draft.before and draft.before.pk,
                draft.replaces,
                [(one.field, one.before, one.after) for one in draft.changes],
                sorted(draft.cells.items()),
            ]
            for draft in self.drafts
        ]
        said = [str(fault) for fault in self.faults], [one.text for one in self.questions]
        text = json.dumps([parts, said, self.unchanged])
        return hashlib.sha256(text.encode()).hexdigest()


class PlanChanged(Exception):
    """The import would no longer do what its person was shown. Nothing was changed."""


def _in_rows(rows: list[int]) -> str:
    """Name rows: "row 4", "rows 4, 7 and 9", "rows 4, 7, 9 and 30 more"."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    shown, rest = rows[:ROWS_NAMED], len(rows) - ROWS_NAMED
    if rest <= 1:
        shown, rest = list(rows), 0
    last = f"{rest} more" if rest else str(shown.pop())
    return f"rows {', '.join(map(str, shown))} and {last}"
