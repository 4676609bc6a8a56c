"""The files that can be imported and exported: CSV and XLSX."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from . import csv_files, workbook_writer, workbooks
from .sheet import NotTheSheet, RawSheet, Refused, Sheet, SheetReading, reading_sheet
from .steps import finished

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
        lambda rows: workbook_writer.write({"Summaries": rows}),
    ),
}


def read_sheet(name: str, data: bytes) -> Sheet:
    """Return the rows of a file; its format is that of its name's ending. Raise Refused."""
    return finished(reading_file(name, data))


def reading_file(name: str, data: bytes) -> SheetReading:
    """Read a file row by row, and return its sheet. Raise Refused.

    Of a workbook, it is the first sheet of those that have most columns of summaries. A hidden one is read where no other has
    any.
    """
    refuse_by_name_or_size(name, len(data))
    ending = _ending(name)
    found: list[tuple[RawSheet, Sheet]] = []
    refusals: list[NotTheSheet] = []
    titles = []
    for raw in FORMATS[ending].sheets(data):
        titles.append(raw.title)
        try:
            sheet = yield from reading_sheet(raw.lines, is_csv=ending == "csv")
            sheet.notes.extend(raw.notes)
            found.append((raw, sheet))
        except NotTheSheet as refused:
            refusals.append(refused)
    if not found:
        # What is wrong with the sheet that is most like one of summaries.
        raise max(refusals, key=lambda refused: refused.named)
    raw, sheet = max(found, key=lambda one: (not one[0].is_hidden, len(one[1].headings)))
    sheet.notes[:0] = _unread(titles, raw.title, {one.title for one, _ in found})
    return sheet


def _unread(titles: Iterable[str], read: str, with_summaries: Container[str]) -> Iterator[str]:
    """Say which sheets were not read."""
    for title in titles:
        if title != read and title in with_summaries:
            yield (
                f"The sheet “{read}” was read. “{title}” has summaries too, and was not: import it in a file of its own."
            )
        elif title != read:
            yield f"The sheet “{title}” was not read."


def refuse_by_name_or_size(name: str, size: int) -> None:
    """Raise Refused for a file that cannot be read by its name or its size in bytes, before it is opened."""
    if _ending(name) not in FORMATS:
        raise Refused(
            "Choose a file whose name ends in .csv or .xlsx. Excel and LibreOffice make an .xlsx of any other table with "
            "“Save as”."
        )
    if size > MAX_BYTES:
        limit = MAX_BYTES // MEGABYTE
        raise Refused(f"The file is larger than {limit} MB. Split it into several files.")
    if not size:
        raise Refused("The file is empty.")


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()
