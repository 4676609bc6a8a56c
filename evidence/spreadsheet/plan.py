"""The plan of an import: the drafts that its rows would make, or everything that is wrong with them."""

import hashlib
import json
from dataclasses import dataclass, field

from evidence.dataset.records import Record
from evidence.editorial.diff import Change
from evidence.models import Edition, Summary


@dataclass(frozen=True)
class RowFault:
    """One thing that is wrong in a row, by the number and the column that a spreadsheet shows."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.message}"


@dataclass(frozen=True)
class PlannedDraft:
    """What a row would make: the first edition of a summary, or the next one."""

    row: int
    record: Record
    summary: Summary | None  # none if it would be made too
    before: Edition | None  # none if it would be the first edition
    changes: list[Change]

    @property
    def title(self) -> str:
        """The title that the draft would have."""
        return str(self.record.values["title"])


@dataclass
class Plan:
    """What a file would do, or what is wrong with it."""

    file_name: str
    drafts: list[PlannedDraft] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    unchanged: int = 0  # rows
    made: int = 0  # drafts, once the plan is carried out

    @property
    def new(self) -> list[PlannedDraft]:
        """The drafts that would be first editions."""
        return [draft for draft in self.drafts if not draft.before]

    @property
    def changed(self) -> list[PlannedDraft]:
        """The drafts that would follow another edition."""
        return [draft for draft in self.drafts if draft.before]

    @property
    def fingerprint(self) -> str:
        """A hash that no other plan has, nor the same changes to other editions."""
        parts = [
            [
                draft.row,
                draft.record.key,
                draft.before and draft.before.pk,
                [(one.field, one.before, one.after) for one in draft.changes],
            ]
            for draft in self.drafts
        ]
        text = json.dumps([parts, [str(fault) for fault in self.faults], self.unchanged])
        return hashlib.sha256(text.encode()).hexdigest()


class PlanChanged(Exception):
    """The import would no longer do what its person was shown. Nothing was changed."""
