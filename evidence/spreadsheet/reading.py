"""What a cell means: how people and spreadsheets write a value, read as the portal writes it.

What is understood without doubt is read, and said: "“01/05/2026” read as 1 May 2026". What is in doubt is an InvalidValue that
quotes the cell as it is typed and says what to do.
"""

import re
from functools import cached_property
from typing import NamedTuple

from django.db import models
from django.utils import timezone

from centres.models import RatingLevel
from evidence.dataset.parts import Links, Part, Reference, Rows, Value
from evidence.dataset.values import InvalidValue
from portal.pasted_text import Layout, cleaned, note_of
from portal.templatetags.portal_tags import partial_date

from .cells import DAY, LINES, NUMBER, PARTIAL_DATE, TEXT, YES, join_parts, row_lines, split_parts
from .codes import Codes, choice_codes, row_codes, step_codes
from .columns import COLUMNS, Column
from .dates import is_rewritten_date, read_date
from .looks import ShownCell
from .sheet import UnusableCell

TICKS = {"x", "✓", "✔", "☑", "☒", "✅"}  # "☒" is how Word shows a box that is ticked
YES_WORDS = {"yes", "y", "true", "1", "ticked", *TICKS}
NO_WORDS = {"no", "n", "false", "0", "", "-", "☐", "not ticked"}
LOOK_OF_A_SIGN = "\ufe0f"  # stands unseen behind a tick that was chosen from pictures
NEITHER = "“{}” is neither yes nor no: write yes, or a tick such as x or ✓; for no write no, or leave the cell empty"
NOT_STATED = {"not stated", "not recorded", "n/a"}  # how lists show what is not there
DASHES = set("-–—‒―−")  # alone in a cell they say so too
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
TOO_NARROW = re.compile("#{3,}")  # of a column too narrow for its numbers
SHORT = 60  # characters of a cell that may be a number, a date, or no more than a space
THOUSANDS = re.compile(r"(\d{1,3}(?:[, ]\d{3})+|\d{1,12})(?:\.0+)?", re.ASCII)
BARE_ADDRESS = re.compile(r"www\.[\w.-]+\.\w+(?:[/?#]\S*)?", re.IGNORECASE)
POWER_OF_TEN = re.compile(r"-?\d(?:\.\d+)?E[+-]\d\d+", re.ASCII)
MADE_A_NUMBER = (
    "“{}” is what a spreadsheet makes of a long number. Format the cell as Text and type it again"
)
MADE_A_DATE = (
    "holds a date or time that the spreadsheet has made of what was typed ({}). Format the cell as Text and type it again, "
    "such as 3–5"
)


class Reading(NamedTuple):
    """The text of a cell as the portal writes it, and what had to be understood or taken out to read it."""

    text: str
    notes: tuple[str, ...] = ()


class Reader:
    """Reads the cells of one import. The lists of the portal are fetched when they are first needed, once each."""

    def __init__(self) -> None:
        self._codes: dict[str, Codes] = {}

    @cached_property
    def _steps(self) -> dict[str, Codes]:
        return step_codes()

    def read(self, name: str, typed: str, scale: str = "") -> Reading:
        """Return the reading of a cell of a column. `scale` is that of the row, for a step. Raise InvalidValue."""
        column = COLUMNS[name]
        if isinstance(typed, UnusableCell):
            raise InvalidValue(str(typed))
        plain = cleaned(typed, "line").text if len(typed) < SHORT else typed
        if column.cell in {DAY, PARTIAL_DATE, NUMBER} and typed.startswith("'"):
            typed = plain = plain.lstrip("'")  # how a spreadsheet is told that a number is text
        if not plain or (column.cell is YES and plain == "-"):
            return Reading("")
        if plain in ERRORS or TOO_NARROW.fullmatch(plain):
            raise InvalidValue(f"is an error of the spreadsheet ({plain})")
        may_be_meant = name == "title" or column.cell is YES
        if set(plain) <= DASHES or (plain.lower() in NOT_STATED and not may_be_meant):
            raise InvalidValue(
                f"“{plain}” is what lists show where nothing is stated: leave the cell empty"
            )
        if column.cell in {DAY, PARTIAL_DATE}:
            as_typed = typed if isinstance(typed, ShownCell) else plain
            return _read_date(as_typed, is_day=column.cell is DAY)
        if column.cell is NUMBER and not _choices_of(column):
            return _read_number(typed, plain)
        if column.cell is YES:
            return _read_yes(plain)
        if isinstance(column.part, Rows):
            return self._read_rows(column.part, _as_shown(typed))
        if codes := self.codes_of(name, column.part, scale):
            if isinstance(typed, ShownCell) and typed.is_date:
                raise InvalidValue(MADE_A_DATE.format(typed.shown))
            return _read_codes(codes, typed, is_list=column.cell.is_list)
        return _read_text(column, typed)

    def shown(self, name: str, text: str) -> str:
        """Return the text of a cell as people read it: values of lists by their labels, a date in words."""
        column = COLUMNS[name]
        if not isinstance(column.part, Rows) and (codes := self.codes_of(name, column.part)):
            return "\n".join(map(codes.label_of, text.split("\n"))) if text else ""
        return column.shown(text)

    def codes_of(self, name: str, part: Part | None, scale: str = "") -> Codes | None:
        """Return the codes of a part, if it holds values of a list. `scale`: of which scale, for a step."""
        if isinstance(part, Reference) and part.model is RatingLevel:
            return self._steps.get(scale)
        if name in self._codes:
            return self._codes[name]
        if isinstance(part, Reference | Links):
            self._codes[name] = row_codes(part)
        elif name in COLUMNS and _choices_of(COLUMNS[name]):
            noun = f"value of “{COLUMNS[name].label}”"
            self._codes[name] = choice_codes(noun, COLUMNS[name].field)
        return self._codes.get(name)

    def _read_rows(self, rows: Rows, typed: str) -> Reading:
        lines = []
        for number, line in enumerate(row_lines(typed), start=1):
            parts = split_parts(line)
            for place, part in enumerate(rows.parts[: len(parts)]):
                try:
                    parts[place] = self._read_part(rows, part, parts[place])
                except InvalidValue as wrong:
                    raise InvalidValue(f"line {number}: {wrong}") from wrong
            lines.append(join_parts(parts))
        return Reading("\n".join(lines))

    def _read_part(self, rows: Rows, part: Value | Reference, text: str) -> str:
        codes: Codes | None = None
        model_field = rows.model._meta.get_field(part.attribute)
        name = f"{rows.key}.{part.key}"
        if isinstance(part, Reference):
            codes = self.codes_of(name, part)
        elif getattr(model_field, "choices", None):
            if name not in self._codes:
                self._codes[name] = choice_codes(part.key, model_field)
            codes = self._codes[name]
        if isinstance(model_field, models.URLField) and BARE_ADDRESS.fullmatch(text):
            return f"https://{text}"
        if not codes or not text:
            return text
        if key := codes.find(text):
            return key
        raise codes.unknown(text)


def _choices_of(column: Column) -> object:
    return getattr(getattr(column.field, "base_field", column.field), "choices", None)


def _as_shown(typed: str) -> str:
    """Return what a cell for words shows. Raise InvalidValue for what a spreadsheet has rewritten."""
    if isinstance(typed, ShownCell) and typed.is_date:
        raise InvalidValue(MADE_A_DATE.format(f"it shows {typed.shown}"))
    if not isinstance(typed, ShownCell):
        if is_rewritten_date(typed.strip()):
            raise InvalidValue(MADE_A_DATE.format(f"“{typed.strip()}”"))
        if POWER_OF_TEN.fullmatch(typed.strip()):
            raise InvalidValue(MADE_A_NUMBER.format(typed.strip()))
        return typed
    if typed.shown is None:
        raise InvalidValue(
            f"holds the number {typed} in a format that the portal cannot read. Format the cell as Text and type it again"
        )
    return typed.shown


def _cleaned(typed: str, layout: Layout) -> tuple[str, tuple[str, ...]]:
    text, taken_out = cleaned(typed, layout)
    return text, (f"cleaned of {note_of(taken_out)} that pasting left",) if taken_out else ()


def _read_text(column: Column, typed: str) -> Reading:
    shown = _as_shown(typed)
    layout: Layout = "list" if column.cell is LINES else "prose" if column.cell is TEXT else "line"
    text, notes = _cleaned(shown, layout)
    if shown != typed:
        notes = (*notes, _understood(typed, shown))
    if isinstance(column.field, models.URLField) and BARE_ADDRESS.fullmatch(text):
        return Reading(f"https://{text}", (*notes, _understood(text, f"https://{text}")))
    return Reading(text, notes)


def _read_date(typed: str, *, is_day: bool) -> Reading:
    date = read_date(typed, needs_day=is_day)
    notes = []
    if date != typed.strip():
        notes.append(_understood(getattr(typed, "shown", typed), partial_date(date)))
    if is_day and date < timezone.localdate().isoformat():
        notes.append(f"{partial_date(date)} is in the past")
    return Reading(date, tuple(notes))


def _read_number(typed: str, plain: str) -> Reading:
    if isinstance(typed, ShownCell) and typed.is_date:
        raise InvalidValue(MADE_A_DATE.format(f"it shows {typed.shown}"))
    if not (match := THOUSANDS.fullmatch(plain)):
        raise InvalidValue(f"“{plain}” is not a whole number: write digits alone, such as 24")
    number = re.sub(r"\D", "", match[1])
    number = str(int(number))
    return Reading(number, () if number == plain else (_understood(plain, number),))


def _read_yes(plain: str) -> Reading:
    word = plain.lower().replace(LOOK_OF_A_SIGN, "")
    if word not in YES_WORDS | NO_WORDS:
        raise InvalidValue(NEITHER.format(plain))
    is_yes = word in YES_WORDS
    return Reading("yes" if is_yes else "", (_understood(plain, "yes"),) if word in TICKS else ())


def _read_codes(codes: Codes, typed: str, *, is_list: bool) -> Reading:
    text, _ = cleaned(typed, "list" if is_list else "line")
    if not is_list:
        if not (key := codes.find(text)):
            raise codes.unknown(text)
        is_plain = codes.is_own_name(text)
        return Reading(key, () if is_plain else (_understood(text, codes.label_of(key)),))
    keys: list[str] = []
    notes: list[str] = []
    for line in text.split("\n"):
        found = codes.find_all(line)
        keys += found
        if len(found) > 1 or not codes.is_own_name(line):
            labels = "; ".join(map(codes.label_of, found))
            notes.append(_understood(line, labels))
    return Reading("\n".join(sorted(set(keys))), tuple(notes))


def _understood(typed: str, meant: str) -> str:
    return f"“{typed}” read as {meant}"
