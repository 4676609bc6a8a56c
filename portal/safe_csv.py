"""CSV that spreadsheets open as text, never as formulas."""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.http import StreamingHttpResponse

FIRST_LINES, LINES_AT_ONCE = 20, 200  # of a file are sent at first, and then each time


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield rows as lines of a CSV file. No cell is a formula."""
    writer = csv.writer(_Echo())
    yield "\ufeff"  # without this mark Excel does not read the file as UTF-8
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def chunks(lines: Iterable[str]) -> Iterator[str]:
    """Join lines to longer texts, the first one shorter: to send each line alone takes longer than to make it."""
    lines = iter(lines)
    number = FIRST_LINES
    while some := "".join(islice(lines, number)):
        yield some
        number = LINES_AT_ONCE


def csv_file(name: str, rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """Return rows as a CSV file to download, sent while they are made."""
    return StreamingHttpResponse(
        chunks(csv_lines(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# Text that a spreadsheet may read as a formula, and the same text after `harmless`.
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
QUOTED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
# A change in words, such as "+5 months" or "+4 months (Toolkit strand)". No spreadsheet can work it out: a number and then
# a name, with only a space between them, is no formula. The word after the number has at least four letters and is no month,
# so it is no money, time or date either. All that follows is words, some of them perhaps in brackets at the end.
MONTHS = "january|february|march|april|june|july|august|september|sept|october|november|december"
WORDS = r"[A-Za-z]+(?: [A-Za-z]+)*"
CHANGE = re.compile(
    rf"[+-]\d{{1,4}}(?:\.\d+)? (?!(?i:{MONTHS})\b)(?=[A-Za-z]{{4}}){WORDS}(?: \({WORDS}\))?",
    re.ASCII,
)


def harmless(cell: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet could run or rewrite, such as "=1+1", "-3%" or "+7"; not "+5 months"."""
    if not isinstance(cell, str) or not FORMULA.match(cell) or CHANGE.fullmatch(cell):
        return cell
    return f"'{cell}"


def plain(cell: str) -> str:
    """Undo `harmless`."""
    return cell[1:] if QUOTED.match(cell) else cell
