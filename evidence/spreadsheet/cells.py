"""How each kind of value is written in a cell.

A cell is text. A list has one entry a line. Outcomes and sources have one a line, with " | " between their parts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from centres.models import RatingLevel
from evidence.dataset.parts import Dated, Links, Part, Reference, Rows
from evidence.dataset.paths import Entry
from evidence.dataset.values import InvalidValue

# What no cell may hold: characters that nobody sees, and that CSV and XLSX cannot carry.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
BETWEEN = " | "
PIECES = re.compile(r"\\.|[^\\|]+|\||\\$")
YES_WORDS, NO_WORDS = {"yes", "true", "1"}, {"no", "false", "0"}


def _visible(text: str) -> str:
    return UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _text(value: Any) -> str:
    return "" if value is None else _visible(str(value)).strip()


@dataclass(frozen=True)
class Cell:
    """How one kind of value is written.

    `tidy` returns a text without what makes no difference: space around it, the case of names, their order. `parse`
    returns what a file of the data set would have for a tidy text, so that one set of rules reads both, and raises InvalidValue
    if the text means nothing. `dump` returns the text for a value of the data set.
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
    if _is_listed(part, field):
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


def _name(text: str) -> str:
    return "-".join(text.lower().split())


def _number(text: str) -> int | None:
    if text and not re.fullmatch(r"-?\d{1,12}", text, re.ASCII):
        raise InvalidValue(f"should be a whole number, not {text!r}")
    return int(text) if text else None


def _date(text: str, *, form: str, wanted: str) -> str | None:
    if text and not re.fullmatch(form, text, re.ASCII):
        raise InvalidValue(
            f"should be {wanted}, not {text!r}. Spreadsheets rewrite dates in CSV; XLSX keeps them"
        )
    return text or None


def _tidy_yes(text: str) -> str:
    text = text.strip()
    return "yes" if text.lower() in YES_WORDS else "" if text.lower() in NO_WORDS else text


def _yes(text: str) -> bool:
    if text not in {"yes", ""}:
        raise InvalidValue(f"should be yes or no, not {text!r}")
    return text == "yes"


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _tidy_lines(text: str) -> str:
    return "\n".join(_one_line(line) for line in text.split("\n") if line.strip())


def _tidy_names(text: str) -> str:
    return "\n".join(sorted(_name(line) for line in text.split("\n") if line.strip()))


def _dump_lines(values: list[Any]) -> str:
    return "\n".join(map(_dump_line, values))


TEXT = Cell()
LINE = Cell(tidy=_one_line)
NAME = Cell(tidy=_name)
NUMBER = Cell(parse=_number)
DAY = Cell(parse=partial(_date, form=r"\d{4}-\d\d-\d\d", wanted="a day as 2024-08-20"))
PARTIAL_DATE = Cell(
    tidy=_one_line,
    parse=partial(
        _date, form=r"\d{4}(-\d\d(-\d\d)?)?", wanted="a date as 2024, 2024-08 or 2024-08-20"
    ),
)
YES = Cell(tidy=_tidy_yes, parse=_yes, dump=lambda value: "yes" if value else "")
LINES = Cell(tidy=_tidy_lines, parse=_lines, dump=_dump_lines, is_list=True)
NAMES = Cell(tidy=_tidy_names, parse=_lines, dump=_dump_lines, is_list=True)


# Rows: a line has parts in a fixed order, and leaves out empty ones at its end.


def _rows_cell(rows: Rows) -> Cell:
    names = [one.key for one in rows.parts]
    listed = {
        one.key for one in rows.parts if _is_listed(one, rows.model._meta.get_field(one.attribute))
    }

    def tidy(text: str) -> str:
        return "\n".join(_join(_split(line)) for line in _lines(_tidy_lines(text)))

    def parse(text: str) -> list[Entry]:
        return [_row(number, line, names, listed) for number, line in enumerate(_lines(text), 1)]

    def dump(entries: list[Entry]) -> str:
        return "\n".join(_join([_dump_line(one) for one in entry.values()]) for entry in entries)

    return Cell(tidy, parse, dump, is_list=True)


def _row(number: int, line: str, names: list[str], listed: set[str]) -> Entry:
    parts = _split(line)
    if len(parts) > len(names):
        raise InvalidValue(
            f"line {number} has {len(parts)} parts; there are {len(names)}: {BETWEEN.join(names)}. "
            "Write \\| for a bar that is part of the text"
        )
    entry: Entry = dict.fromkeys(names)
    for name, text in zip(names, parts, strict=False):
        entry[name] = (_name(text) if name in listed else text) or None
    return entry


def _join(parts: list[str]) -> str:
    while len(parts) > 1 and not parts[-1]:
        parts = parts[:-1]
    return BETWEEN.join(re.sub(r"([\\|])", r"\\\1", part) for part in parts)


def _split(line: str) -> list[str]:
    """Return the parts of a line. A bar or backslash with a backslash before it is text."""
    parts = [""]
    for piece in PIECES.findall(line):
        if piece == "|":
            parts.append("")
        else:
            parts[-1] += piece[1:] if piece.startswith("\\") and piece[1:] else piece
    return [part.strip() for part in parts]
