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


# Text that a spreadsheet reads as a formula, and the same text after `harmless`.
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
QUOTED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def harmless(cell: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would read as a formula, such as "+5 months"."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """Undo `harmless`."""
    return cell[1:] if QUOTED.match(cell) else cell
