"""CSV that a spreadsheet opens as text."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield rows as lines of a file in UTF-8, no cell of which is a formula."""
    writer = csv.writer(_Echo())
    yield "\ufeff"  # Excel takes a file without it for another encoding
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def csv_file(name: str, rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """Return rows as a file to download, sent as they come."""
    return StreamingHttpResponse(
        csv_lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# What a spreadsheet takes for a formula, and what `harmless` made of that.
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
QUOTED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def harmless(cell: Any) -> Any:
    """Keep a spreadsheet from taking text for a formula. Numbers such as "+5 months" are text here too."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """Return the text that `harmless` made a cell of."""
    return cell[1:] if QUOTED.match(cell) else cell
