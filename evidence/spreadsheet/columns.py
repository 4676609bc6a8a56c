"""The columns of a spreadsheet of summaries, in order."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from rapidfuzz import fuzz, process

from evidence.dataset.parts import Links, Mirror, Part, Reference, Rows
from evidence.dataset.paths import value_at
from evidence.dataset.records import Record
from evidence.dataset.tables import SUMMARIES, part_for
from evidence.models import Edition, ListRow
from evidence.models.content_fields import help_of, label_of, name_in_files
from portal.pasted_text import cleaned
from portal.templatetags.portal_tags import partial_date

from .cells import BETWEEN, DAY, PARTIAL_DATE, YES, Cell, cell_for


def _present(part: Any) -> Any:
    """Return a part that reads what it refers to as readers do: a row that was merged as the one that it was merged into."""
    if isinstance(part, Rows):
        return dataclasses.replace(part, parts=tuple(map(_present, part.parts)))
    if isinstance(part, Links | Reference) and issubclass(part.model, ListRow):
        return dataclasses.replace(part, present=True)
    return part


# What a row is about: what the data set says of a summary, and what goes with a new edition of it.
TABLE = dataclasses.replace(
    SUMMARIES,
    parts=(
        *(_present(part) for part in SUMMARIES.parts if not isinstance(part, Mirror)),
        part_for("change_note"),
        part_for("minor"),
        part_for("review_due"),
    ),
    only=Q(),
)
# They describe one edition, so they do not carry over to the next one, and a change in them alone makes no draft.
OF_ONE_EDITION = {"change_note", "minor"}

# Of what is the summary's own; all else is declared with the fields of an edition.
SUMMARY_LABELS = {
    "id": "id",  # Excel takes a CSV that begins with "ID" for another format
    "centre": "Centre",
}
SUMMARY_HELP = {
    "id": "The summary’s address for good, such as the last part of /evidence/eef-feedback/. A new one makes a new summary.",
    "centre": "The centre that it belongs to. A summary cannot move to another one.",
}


@dataclass(frozen=True)
class Column:
    """One column: the key of the data set that it holds, and the part of a summary that it fills."""

    key: str
    part: Part | None  # none for the id

    @cached_property
    def name(self) -> str:
        """The name of the column in code: the key, without a dot."""
        return self.key.replace(".", "_")

    @cached_property
    def label(self) -> str:
        """The heading of the column: the name that people see for its field everywhere."""
        return SUMMARY_LABELS.get(self.name) or label_of(self.field.name)

    @cached_property
    def field(self) -> Any:
        """The field of Edition that it fills; none for the id and the centre, which are the summary's own."""
        attribute = getattr(self.part, "attribute", "summary__slug")
        return None if attribute.startswith("summary__") else Edition._meta.get_field(attribute)

    @cached_property
    def cell(self) -> Cell:
        """How its values are written."""
        return cell_for(self.part, self.field)

    @cached_property
    def required(self) -> bool:
        """Whether a new summary must have it."""
        is_ticked = isinstance(self.field, models.BooleanField)
        return self.field is None or not (getattr(self.field, "blank", True) or is_ticked)

    @property
    def help(self) -> str:
        """What goes in, in a sentence or two."""
        about = SUMMARY_HELP.get(self.name) or help_of(self.field.name)
        if isinstance(self.part, Rows):
            return f"{about} One a line, as: {BETWEEN.join(one.key for one in self.part.parts)}"
        return f"{about} One a line." if self.cell.is_list and "a line" not in about else about

    def shown(self, text: str) -> str:
        """Return the text of a cell as people read it: a date in words."""
        is_date = text and self.cell in {DAY, PARTIAL_DATE}
        return partial_date(text) if is_date else text

    def allowed(self) -> list[str]:
        """Return the values that it may have, where they are listed."""
        if self.cell is YES:
            return ["yes", "no"]
        return list(self.part.allowed_values(Edition)) if self.part else []


COLUMNS = {
    one.name: one
    for one in [
        Column(TABLE.key, None),
        *(
            Column(part.key, part)
            for part in sorted(TABLE.parts, key=lambda part: part.key != "centre")
        ),
    ]
}


# What the headings of exports once said, so that the files that people kept are still read.
FORMER_LABELS = {"Publication line": "product"}
# A heading is the label of a column. Older files name columns by the keys of the data set, as exports once did.
HEADINGS = {
    heading: name for name, one in COLUMNS.items() for heading in (name, name_in_files(one.label))
} | {name_in_files(label): name for label, name in FORMER_LABELS.items()}


# What people call the id.
OF_THE_ID = {"identifier", "slug", "summary_id", "address"}
MISSPELT = 75  # likeness, from 0 to 100, of a heading to the label that may be meant


def column_named(heading: str) -> str:
    """Return the name of the column that a heading means; empty if it means none. Case and punctuation do not matter."""
    name = name_in_files(cleaned(heading, "line").text)
    return HEADINGS.get(name, "id" if name in OF_THE_ID else "")


def nearest_label(heading: str) -> str:
    """Return the label of the column that a misspelt heading may mean, or an empty text."""
    labels = [one.label for one in COLUMNS.values()]
    found = process.extractOne(
        heading, labels, scorer=fuzz.ratio, processor=name_in_files, score_cutoff=MISSPELT
    )
    return found[0] if found else ""


def labels_of(names: Iterable[str]) -> list[str]:
    """Return the headings of columns."""
    return [COLUMNS[name].label for name in names]


def cells_of(record: Record, *, is_open: bool) -> dict[str, str]:
    """Return the cells of a row, by column. `is_open`: its edition is still being written or reviewed."""
    entry = record.dump()
    return {
        name: ""
        if name in OF_ONE_EDITION and not is_open
        else one.cell.dump(value_at(entry, one.key))
        for name, one in COLUMNS.items()
    }
