"""How each kind of value is written in a cell.

A cell is text. A list has one entry a line. Outcomes and sources have one a line, with " | " between their parts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from centres.models import RatingLevel
from evidence.dataset.parts import Dated, Links, Part, Reference, Rows
from evidence.dataset.paths import Entry
from evidence.dataset.values import InvalidValue
from portal.pasted_text import Layout, cleaned

# What no cell may hold: characters that nobody sees, and that CSV and XLSX cannot carry.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BETWEEN = " | "
PIECES = re.compile(r"\\.|[^\\|]+|\||\\$")


def _visible(text: str) -> str:
    return UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _text(value: Any) -> str:
    return "" if value is None else _visible(str(value)).strip()


@dataclass(frozen=True, eq=False)
class Cell:
    """How one kind of value is written.

    `tidy` returns a text without what makes no difference: what pasting left in it, the order of names. `parse` returns what a
    file of the data set would have for a tidy text, so that one set of rules reads both, and raises InvalidValue if the text
    has no such form. `dump` returns the text for a value of the data set. What people type is read in `reading`.
    """

    tidy: Callable[[str], str] = str.strip
    parse: Callable[[str], Any] = lambda text: text or None
    dump: Callable[[Any], str] = _text
    is_list: bool = False


def cell_for(part: Part | None, field: Any) -> Cell:
    """Return how a part of a summary is written; `field` is the field of Edition that it fills, if there is one."""
    if isinstance(part, Rows):
        return _rows_cell(part)
    if isinstance(part, Dated):
        return PARTIAL_DATE
    if isinstance(part, Links) or isinstance(field, ArrayField):
        return NAMES if _is_listed(part, field) else LINES
    for kind, cell in (
        (models.BooleanField, YES),
        (models.IntegerField, NUMBER),
        (models.DateField, DAY),
    ):
        if isinstance(field, kind):
            return cell
    if _is_listed(part, field) or isinstance(part, Reference):
        return NAME
    return LINE if isinstance(field, models.CharField) else TEXT


def _is_listed(part: Any, field: Any) -> bool:
    """Say whether a part holds names of a list. The names of steps are the centres' own words."""
    if isinstance(part, Links | Reference):
        return part.model is not RatingLevel
    return bool(getattr(getattr(field, "base_field", field), "choices", None))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _dump_line(value: Any) -> str:
    return _one_line(_text(value))


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _tidy(layout: Layout) -> Callable[[str], str]:
    return lambda text: cleaned(text, layout).text


def _tidy_names(text: str) -> str:
    return "\n".join(sorted(line.strip() for line in text.split("\n") if line.strip()))


def _dump_lines(values: list[Any]) -> str:
    return "\n".join(map(_dump_line, values))


TEXT = Cell(tidy=_tidy("prose"))
LINE = Cell(tidy=_tidy("line"))
NAME = Cell()
NUMBER = Cell(parse=lambda text: int(text) if text else None)
DAY = Cell()
PARTIAL_DATE = Cell()
YES = Cell(parse=lambda text: text == "yes", dump=lambda value: "yes" if value else "")
LINES = Cell(tidy=_tidy("list"), parse=_lines, dump=_dump_lines, is_list=True)
NAMES = Cell(tidy=_tidy_names, parse=_lines, dump=_dump_lines, is_list=True)


# Rows: a line has parts in a fixed order, and leaves out empty ones at its end.


def _rows_cell(rows: Rows) -> Cell:
    names = [one.key for one in rows.parts]

    def tidy(text: str) -> str:
        return "\n".join(join_parts(split_parts(line)) for line in row_lines(text))

    def parse(text: str) -> list[Entry]:
        return [_row(number, line, names) for number, line in enumerate(_lines(text), 1)]

    def dump(entries: list[Entry]) -> str:
        return "\n".join(
            join_parts([_dump_line(one) for one in entry.values()]) for entry in entries
        )

    return Cell(tidy, parse, dump, is_list=True)


def row_lines(text: str) -> list[str]:
    """Return the lines of a cell of rows, without what pasting left in them."""
    lines = (cleaned(line, "line").text for line in text.split("\n"))
    return [line for line in lines if line]


def _row(number: int, line: str, names: list[str]) -> Entry:
    parts = split_parts(line)
    if len(parts) > len(names):
        raise InvalidValue(
            f"line {number} has {len(parts)} parts; there are {len(names)}: {BETWEEN.join(names)}. "
            "Write \\| for a bar that is part of the text"
        )
    entry: Entry = dict.fromkeys(names)
    for name, text in zip(names, parts, strict=False):
        entry[name] = text or None
    return entry


def join_parts(parts: list[str]) -> str:
    """Return the parts as a line, without empty ones at its end."""
    while len(parts) > 1 and not parts[-1]:
        parts = parts[:-1]
    return BETWEEN.join(re.sub(r"([\\|])", r"\\\1", part) for part in parts)


def split_parts(line: str) -> list[str]:
    """Return the parts of a line. A bar or backslash with a backslash before it is text."""
    parts = [""]
    for piece in PIECES.findall(line):
        if piece == "|":
            parts.append("")
        else:
            parts[-1] += piece[1:] if piece.startswith("\\") and piece[1:] else piece
    return [part.strip() for part in parts]
