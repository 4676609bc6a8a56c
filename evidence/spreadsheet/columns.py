"""The columns of a file of summaries, in order, and how the parts of a summary stand in their cells.

A cell is text. Lists have one entry a line; outcomes and sources one a line with " | " between their parts. What a cell
says becomes the value that a file of the data set would have there, so that one set of rules reads both.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from centres.models import RatingLevel
from evidence.dataset.parts import (
    PRECISIONS,
    Dated,
    FilledElsewhere,
    Links,
    Mirror,
    Reference,
    Rows,
)
from evidence.dataset.paths import Entry, set_value, value_at
from evidence.dataset.records import Record
from evidence.dataset.tables import SUMMARIES, part_for
from evidence.dataset.values import Wrong
from evidence.models import Edition
from evidence.models.content_fields import help_of, label_of, name_in_files

# What a row is about: what the data set says of a summary, and what goes with a new edition of it.
TABLE = dataclasses.replace(
    SUMMARIES,
    parts=(
        *(part for part in SUMMARIES.parts if not isinstance(part, Mirror)),
        part_for("change_note"),
        part_for("minor"),
        part_for("review_due"),
    ),
    only=Q(),
)
# They are about one edition alone, so they say nothing of the next one, and alone they make none.
OF_ONE_EDITION = {"change_note", "minor"}

# What no cell may hold: characters that nobody sees and that neither format carries.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
BETWEEN = " | "
PIECES = re.compile(r"\\.|[^\\|]+|\||\\$")
YES, NO = {"yes", "true", "1"}, {"no", "false", "0"}
# Of what is the summary's own; all else is declared with the fields of an edition.
SUMMARY_LABELS = {
    "id": "id",
    "centre": "Centre",
}  # Excel takes a CSV that begins with "ID" for another format
SUMMARY_HELP = {
    "id": "The summary’s address for good, such as the last part of /evidence/eef-feedback/. A new one makes a new summary.",
    "centre": "The centre that it belongs to. A summary cannot move to another one.",
}


@dataclass(frozen=True)
class Column:
    """One column: the key of the data set that it holds, and the part of an edition that this fills."""

    key: str
    part: Any  # the part of the data set; none for the id

    @cached_property
    def name(self) -> str:
        return self.key.replace(".", "_")

    @cached_property
    def label(self) -> str:
        """The heading of the column: the name that people see for the field everywhere."""
        return SUMMARY_LABELS.get(self.name) or label_of(self._attribute)

    @property
    def _attribute(self) -> str:
        return self.part.attribute if self.part else ""

    @cached_property
    def field(self) -> Any:
        """The field that it fills; none for the id and the centre, which are the summary's own."""
        if self.part is None or self.part.attribute.startswith("summary__"):
            return None
        return Edition._meta.get_field(self.part.attribute)

    @cached_property
    def is_list(self) -> bool:
        return isinstance(self.part, Links | Rows) or isinstance(self.field, ArrayField)

    @cached_property
    def is_name(self) -> bool:
        """Say whether it holds words of a fixed list, which are written in one way."""
        base = getattr(self.field, "base_field", self.field)
        names = isinstance(self.part, Links | Reference) and self.part.model is not RatingLevel
        return names or bool(getattr(base, "choices", None))

    @cached_property
    def required(self) -> bool:
        if isinstance(self.part, Rows | Reference):
            return not getattr(self.part, "optional", True)
        is_ticked = isinstance(self.field, models.BooleanField)
        return self.field is None or not (self.field.blank or is_ticked)

    @property
    def help(self) -> str:
        """What goes in, in a sentence or two."""
        how = "One a line, as: " + BETWEEN.join(self.part_names) if self.part_names else ""
        if self.is_list and not how and "a line" not in self._about:
            how = "One a line."
        return " ".join(filter(None, [self._about, how]))

    @property
    def _about(self) -> str:
        return SUMMARY_HELP.get(self.name) or help_of(self._attribute)

    @property
    def part_names(self) -> list[str]:
        return [one.key for one in self.part.parts] if isinstance(self.part, Rows) else []

    def allowed(self) -> Iterator[str]:
        """Yield the values that are allowed, where they are listed."""
        if isinstance(self.part, Rows):
            for one in self.part.parts:
                if listed := ", ".join(_listed(self.part.model, one)):
                    yield f"{one.key}: {listed}"
        elif isinstance(self.field, models.BooleanField):
            yield from ("yes", "no")
        elif self.part:
            yield from _listed(Edition, self.part)

    def tidy(self, cell: str) -> str:
        """Return a cell without what makes no difference: space around lines, case of names, their order."""
        if isinstance(self.field, models.CharField):
            cell = " ".join(cell.split())
        lines = [" ".join(line.split()) if self.is_list else line for line in cell.split("\n")]
        if self.is_list:
            lines = [line for line in lines if line]
        if self.is_name:
            lines = ["-".join(line.lower().split()) for line in lines]
        if isinstance(self.part, Rows):
            lines = [BETWEEN.join(_written(parts)) for parts in map(_split, lines)]
        elif self.is_list and self.is_name:
            lines.sort()
        text = "\n".join(lines).strip()
        if isinstance(self.field, models.BooleanField):
            return "yes" if text.lower() in YES else "" if text.lower() in NO else text
        return text

    def read(self, cell: str) -> Any:
        """Return what a tidy cell says, as a file of the data set would. Raise Wrong if it says nothing."""
        if isinstance(self.field, models.BooleanField):
            return self._read_yes(cell)
        if self.is_list:
            lines = cell.split("\n") if cell else []
            if not self.part_names:
                return lines
            return [self._read_parts(number, line) for number, line in enumerate(lines, start=1)]
        if not cell:
            return None
        if isinstance(self.field, models.IntegerField):
            if not re.fullmatch(r"-?\d{1,12}", cell, re.ASCII):
                raise Wrong(f"should be a whole number, not {cell!r}")
            return int(cell)
        if isinstance(self.field, models.DateField):
            self._refuse_unless_date(cell, r"\d{4}-\d\d-\d\d", "a day as 2024-08-20")
        if isinstance(self.part, Dated):
            wanted = "a date as 2024, 2024-08 or 2024-08-20"
            self._refuse_unless_date(cell, r"\d{4}(-\d\d(-\d\d)?)?", wanted)
        return cell

    def _refuse_unless_date(self, cell: str, form: str, wanted: str) -> None:
        if not re.fullmatch(form, cell, re.ASCII):
            raise Wrong(
                f"should be {wanted}, not {cell!r}. Spreadsheets rewrite dates in CSV; XLSX keeps them"
            )

    def _read_yes(self, cell: str) -> bool:
        if cell not in {"yes", ""}:
            raise Wrong(f"should be yes or no, not {cell!r}")
        return cell == "yes"

    def _read_parts(self, number: int, line: str) -> Entry:
        parts, names = _split(line), self.part_names
        if len(parts) > len(names):
            shown = BETWEEN.join(names)
            raise Wrong(
                f"line {number} has {len(parts)} parts; there are {len(names)}: {shown}. "
                "Write \\| for a bar that is part of the text"
            )
        entry: Entry = dict.fromkeys(names)
        for name, text in zip(names, parts, strict=False):
            named = name in {"outcome", "direction"}
            entry[name] = ("-".join(text.lower().split()) if named else text) or None
        return entry

    def write(self, value: Any) -> str:
        """Return the cell for a value of the data set."""
        if isinstance(value, list):
            return "\n".join(
                BETWEEN.join(_written([_one_line(part) for part in one.values()]))
                if isinstance(one, dict)
                else _one_line(one)
                for one in value
            )
        if isinstance(value, bool):
            return "yes" if value else ""
        return "" if value is None else _seen(str(value)).strip()

    def put(self, entry: Entry, value: Any) -> None:
        """Set what the column says in an entry."""
        set_value(entry, self.key, value)
        if isinstance(self.part, Dated):
            entry[self.part.precision] = PRECISIONS.get(len(value or ""))


COLUMNS = {
    one.name: one
    for one in [
        Column(TABLE.key, None),
        *(
            Column(part.key, part)
            for part in sorted(TABLE.parts, key=lambda part: getattr(part, "key", "") != "centre")
            if not isinstance(part, FilledElsewhere | Mirror)
        ),
    ]
}


# A heading is the label of a column. Files that people have name columns by the keys of the data set, as exports once did.
HEADINGS = {
    heading: name for name, one in COLUMNS.items() for heading in (name, name_in_files(one.label))
}


def column_named(heading: str) -> str:
    """Return the name of the column that a heading means; empty if it means none. Case and punctuation do not matter."""
    return HEADINGS.get(name_in_files(heading), "")


def cells_of(record: Record, *, is_open: bool) -> dict[str, str]:
    """Return the cells of a row, by column. `is_open`: it is of an edition that is still worked on."""
    entry = record.dump()
    return {
        name: "" if name in OF_ONE_EDITION and not is_open else one.write(value_at(entry, one.key))
        for name, one in COLUMNS.items()
    }


def _listed(model: type[models.Model], part: Any) -> Iterator[str]:
    """Yield what a part of a row of `model` may hold, if there is a list of it."""
    if not isinstance(part, Reference | Links):
        field: Any = model._meta.get_field(part.attribute)
        for value, _ in getattr(field, "base_field", field).choices or ():
            yield str(value)
    elif part.model is RatingLevel:
        levels = RatingLevel.objects.order_by("scale__order", "order")
        scales: dict[str, list[str]] = {}
        for scale, label in levels.values_list("scale__slug", "label"):
            scales.setdefault(scale, []).append(label)
        yield from (f"{scale}: {', '.join(labels)}" for scale, labels in scales.items())
    else:
        yield from part.model._default_manager.values_list("slug", flat=True)


def _seen(text: str) -> str:
    return UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _one_line(value: Any) -> str:
    return " ".join(_seen("" if value is None else str(value)).split())


def _written(parts: list[str]) -> list[str]:
    """Return the parts of a line as they are written, without empty ones at its end."""
    while len(parts) > 1 and not parts[-1]:
        parts = parts[:-1]
    return [re.sub(r"([\\|])", r"\\\1", part) for part in parts]


def _split(line: str) -> list[str]:
    """Return the parts of a line. A bar or backslash with a backslash before it is text."""
    parts = [""]
    for piece in PIECES.findall(line):
        if piece == "|":
            parts.append("")
        else:
            parts[-1] += piece[1:] if piece.startswith("\\") and piece[1:] else piece
    return [part.strip() for part in parts]
