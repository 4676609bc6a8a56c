"""The files that can be imported and exported: CSV and XLSX."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from . import csv_files, workbooks
from .sheet import NotTheSheet, RawSheet, Refused, Sheet, sheet_of

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE


@dataclass(frozen=True)
class FileFormat:
    """A format of files: how its sheets are read, by title, which may raise Refused, and how rows are written in it."""

    title: str
    content_type: str
    sheets: Callable[[bytes], Iterable[RawSheet]]
    write: Callable[[Iterable[Sequence[str]]], bytes]

    def download(self, name: str, content: bytes) -> HttpResponse:
        """Return a file of this format for a browser to save under a name."""
        return HttpResponse(
            content,
            content_type=self.content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


FORMATS = {
    "csv": FileFormat("CSV", "text/csv; charset=utf-8", csv_files.sheets, csv_files.write),
    "xlsx": FileFormat(
        "XLSX (Excel, LibreOffice)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        workbooks.sheets,
        lambda rows: workbooks.write({"Summaries": rows}),
    ),
}


def read_sheet(name: str, data: bytes) -> Sheet:
    """Return the rows of a file; its format is that of its name's ending. Raise Refused.

    Of a workbook, it is the first sheet that has summaries in it.
    """
    refuse_by_name_or_size(name, len(data))
    ending = _ending(name)
    refusals: list[NotTheSheet] = []
    titles = []
    found: Sheet | None = None
    for raw in FORMATS[ending].sheets(data):
        if found is None:
            try:
                found = sheet_of(raw.lines, is_csv=ending == "csv")
                found.notes.extend(raw.notes)
                continue
            except NotTheSheet as refused:
                refusals.append(refused)
        titles.append(f"“{raw.title}”")
    if found is None:
        # What is wrong with the sheet that is most like one of summaries.
        raise max(refusals, key=lambda refused: refused.named)
    if titles:
        sheets = "These sheets were" if len(titles) > 1 else "This sheet was"
        found.notes.insert(0, f"{sheets} not read: {', '.join(titles)}.")
    return found


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
