"""The files that can be imported and exported: CSV and XLSX."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from . import csv_files, workbooks
from .sheet import NumberedCells, Refused, Sheet, sheet_of

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE


@dataclass(frozen=True)
class FileFormat:
    """A format of files: how it is read, which may raise Refused, and how rows are written in it."""

    title: str
    content_type: str
    lines: Callable[[bytes], NumberedCells]
    write: Callable[[Iterable[Sequence[str]]], bytes]

    def download(self, name: str, content: bytes) -> HttpResponse:
        """Return a file of this format for a browser to save under a name."""
        return HttpResponse(
            content,
            content_type=self.content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


FORMATS = {
    "csv": FileFormat("CSV", "text/csv; charset=utf-8", csv_files.lines, csv_files.write),
    "xlsx": FileFormat(
        "XLSX (Excel, LibreOffice)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        workbooks.lines,
        lambda rows: workbooks.write({"Summaries": rows}),
    ),
}


def read_sheet(name: str, data: bytes) -> Sheet:
    """Return the rows of a file; its format is that of its name's ending. Raise Refused."""
    refuse_by_name_or_size(name, len(data))
    return sheet_of(FORMATS[_ending(name)].lines(data))


def refuse_by_name_or_size(name: str, size: int) -> None:
    """Raise Refused for a file that cannot be read by its name or its size in bytes, before it is opened."""
    if _ending(name) not in FORMATS:
        raise Refused("Choose a file whose name ends in .csv or .xlsx.")
    if size > MAX_BYTES:
        limit = MAX_BYTES // MEGABYTE
        raise Refused(f"The file is larger than {limit} MB. Split it into several files.")
    if not size:
        raise Refused("The file is empty.")


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()
