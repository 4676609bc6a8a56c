"""CSV whose cells a spreadsheet opens as text, never as formulas."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield rows as the lines of a CSV file in UTF-8, no cell of which is a formula."""
    writer = csv.writer(_Echo())
    yield "\ufeff"  # without it, Excel guesses another encoding
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def csv_file(name: str, rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """Return rows as a CSV file to download. It is sent while the rows are made."""
    return StreamingHttpResponse(
        csv_lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# The beginning of text that a spreadsheet takes for a formula, and of what `harmless` made of it.
FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
QUOTED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def harmless(cell: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would take for a formula. "+5 months" is such a text too."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """Take away the apostrophe that `harmless` put before a text."""
    return cell[1:] if QUOTED.match(cell) else cell
