"""A file is read as the person meant it, or refused with a sentence that says what to do. No file is trusted."""

import csv
import io
import struct
import time
import tracemalloc
import zipfile
from typing import Any
from xml.sax.saxutils import quoteattr

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evidence.models.content_fields import FIELDS
from evidence.spreadsheet import workbook_safety, workbooks
from evidence.spreadsheet.cells import UNSEEN
from evidence.spreadsheet.columns import COLUMNS
from evidence.spreadsheet.files import FORMATS, MEGABYTE, read_sheet, refuse_by_name_or_size
from evidence.spreadsheet.sheet import Refused, UnusableCell
from evidence.spreadsheet.workbooks import CellCount, FilledCells
from portal.pasted_text import cleaned
from tests.evidence.spreadsheet.sheets import csv_file, xlsx_file

ROW = {"id": "yef-a", "title": "Über “crime” – £5"}


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_sheet(name, content)
    assert refused.value.messages
    return str(refused.value)


def cells(name: str, content: bytes) -> list[tuple[Any, ...]]:
    return [tuple(row.cells.values()) for row in read_sheet(name, content).rows]


def numbers(name: str, content: bytes) -> list[int]:
    return [row.number for row in read_sheet(name, content).rows]


def workbook_with(name: str, content: bytes) -> bytes:
    """Return a workbook in which one entry is another one."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_file([ROW]))) as sound,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as forged,
    ):
        for entry in sound.infolist():
            if entry.filename != name:
                forged.writestr(entry.filename, sound.read(entry))
        forged.writestr(name, content)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
STYLES = "xl/styles.xml"


def workbook_with_formats(formats: str) -> bytes:
    """Return a workbook with these formats before its own."""
    with zipfile.ZipFile(io.BytesIO(xlsx_file([ROW]))) as archive:
        head, between, rest = archive.read(STYLES).decode().partition("<fonts")
    return workbook_with(STYLES, f"{head}{formats}{between}{rest}".encode())


@pytest.mark.parametrize(
    "content",
    [
        csv_file([ROW]),
        csv_file([ROW], encoding="utf-8-sig"),
        csv_file([ROW], delimiter=";"),
        csv_file([ROW], delimiter="\t"),
        csv_file([ROW]).replace(b"\r\n", b"\n"),
        csv_file([ROW], encoding="utf-16"),
        csv_file([ROW], delimiter="\t", encoding="utf-16"),
        csv_file([ROW], encoding="cp1252"),
        *(
            line + csv_file([ROW], delimiter=";")
            for line in (b"sep=;\r\n", b'"sep=;"\n', b"SEP = ;;\r", b"\r\nsep=,\r\n")
        ),
        csv_file([ROW], encoding="utf-16-le"),
        b"Corrections, in March\r\n,\r\n" + csv_file([ROW], delimiter=";"),
        b"\n".join([csv_file([ROW]).strip(), b"", b",", b""]),
        csv_file([ROW]).replace(b"id,title", b" ID ,Title,,"),
    ],
)
def test_csv_is_read_as_spreadsheets_write_it(content: bytes) -> None:
    assert cells("rows.csv", content) == [("yef-a", "Über “crime” – £5")]


def test_a_row_has_the_number_that_a_spreadsheet_shows() -> None:
    content = csv_file([ROW, {"id": "", "title": ""}, ROW | {"title": "two\nlines"}, ROW])
    assert numbers("rows.csv", content) == [2, 4, 5]
    assert numbers("rows.XLSX", xlsx_file([ROW, {"id": None, "title": ""}, ROW])) == [2, 4]


def test_a_workbook_says_what_its_cells_show() -> None:
    import datetime

    row = {
        "id": "yef-a",
        "studies": 24,
        "cost_level": 2.0,
        "updated": datetime.date(2024, 8, 20),
        "review_due": datetime.datetime(2030, 1, 31),
        "minor": True,
        "title": "Two_x000D_\nlines",
        "code": None,
    }
    assert cells("rows.xlsx", xlsx_file([row])) == [
        ("yef-a", "24", "2", "2024-08-20", "2030-01-31", "TRUE", "Two\nlines", "")
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rows.csv", csv_file([ROW], encoding="mac_roman"), "not text in UTF-8 (line 2 cannot"),
        ("rows.csv", csv_file([ROW], encoding="mac_roman"), "CSV UTF-8 (Comma delimited)"),
        ("rows.csv", b"", "The file is empty"),
        ("rows.csv", b"\n\n", "The first rows are empty"),
        ("rows.csv", b"id,title\n", "a heading and no rows"),
        ("rows.xlsx", xlsx_file([dict.fromkeys(ROW)]), "a heading and no rows"),
        ("rows.csv", b"title\nA", "There is no column “id”"),
        ("rows.csv", b"ref,titel,title\na,b,c", "There is no column “titel”. Did you mean “Title”?"),
        ("rows.csv", b"hello\na,b,c", "None of the first 20 rows names the columns"),
        ("rows.csv", b"id,title,Title\na,b,c", "“Title” is there more than once: “title” and “Title”."),
        (
            "rows.csv",
            b"id,findings,Key findings\na,b,c",
            "“Key findings” is there more than once: “findings” and “Key findings”.",
        ),
        ("rows.csv", b"id,title\na,b,c", "Row 2 has more cells than there are columns"),
        ("rows.csv", b'id,title\na,"b\nc,d', "quotation mark that is not closed"),
        ("rows.csv", b"id,title\na," + b"x" * 140_000, "cannot be read from line"),
        ("rows.csv", b"id\n" + b"a\n" * 5_001, "more than 5,000 rows"),
        ("rows.csv", b"id\n" + b"\n" * 1_048_576, "more than 5,000 rows"),
        ("rows.csv", b"id\na" + b"," * 16_384, "Row 2 has more columns than a spreadsheet can have"),
        ("rows.csv", xlsx_file([ROW]), "This is a workbook"),
        ("rows.csv", b"\xd0\xcf\x11\xe0" + bytes(600), "This is a workbook"),
        ("rows.xlsx", csv_file([ROW]), "not a sound workbook"),
        ("rows.xlsx", xlsx_file([ROW])[:-40], "not a sound workbook"),
        ("rows.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "an old Excel file (.xls), or one with a password"),
        ("rows.xls", b"anything", "name ends in .csv or .xlsx"),
        ("rows", b"anything", "name ends in .csv or .xlsx"),
        ("rows.xlsx", workbook_with("xl/workbook.xml", b"<workbook/>"), "not a sound workbook"),
        ("rows.xlsx", workbook_with(SHEET, b"<worksheet><"), "not a sound workbook"),
        ("rows.xlsx", xlsx_file([ROW] * 5_001), "more than 5,000 rows"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(
    name: str, content: bytes, said: str
) -> None:
    assert said in refusal(name, content)


def test_a_file_of_50_mb_is_refused_by_its_size() -> None:
    with pytest.raises(Refused, match="larger than 10 MB"):
        refuse_by_name_or_size("rows.csv", 50 * MEGABYTE)


# Workbooks that were made to harm


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = workbook_with(SHEET, bytes(200 * MEGABYTE))
    assert len(bomb) < MEGABYTE
    tracemalloc.start()
    assert "unpacks to more than is safe" in refusal("rows.xlsx", bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MEGABYTE


def test_a_workbook_that_packs_too_well_or_has_too_many_entries_is_refused() -> None:
    packed = workbook_with(SHEET, bytes(20 * MEGABYTE))
    assert "unpacks to more than is safe" in refusal("rows.xlsx", packed)
    stream = io.BytesIO(xlsx_file([ROW]))
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(workbook_safety.MAX_ENTRIES):
            archive.writestr(f"more/{number}", b"")
    assert "unpacks to more than is safe" in refusal("rows.xlsx", stream.getvalue())


def test_an_entry_that_lies_about_its_size_is_not_unpacked_beyond_it() -> None:
    bomb = bytearray(workbook_with(SHEET, bytes(200 * MEGABYTE)))
    true_size = struct.pack("<I", 200 * MEGABYTE)
    while (found := bomb.find(true_size)) >= 0:
        bomb[found : found + 4] = struct.pack("<I", 1000)
    tracemalloc.start()
    assert "not a sound workbook" in refusal("rows.xlsx", bytes(bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MEGABYTE


def test_a_packing_that_cannot_be_unpacked_in_pieces_is_refused() -> None:
    stream = io.BytesIO(xlsx_file([ROW]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("more", b"x" * 100)
    assert "unpacks to more than is safe" in refusal("rows.xlsx", stream.getvalue())


BOMB = """<!DOCTYPE a [<!ENTITY b "{}"><!ENTITY c "&b;&b;&b;&b;&b;">]><worksheet>&c;</worksheet>"""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB.format("x" * 100).encode(), "XML entities"),
        (b" " * (workbook_safety.CHUNK - 5) + BOMB.format("x").encode(), "XML entities"),
        (BOMB.format("x").encode("utf-16"), "unusual encoding"),
        (BOMB.format("x").encode("utf-16-le"), "unusual encoding"),
        ((" \n" + BOMB.format("x")).encode("utf-16-be"), "unusual encoding"),
        (b'<?xml version="1.0" encoding="cp500"?>' + BOMB.format("x").encode("cp500"), "unusual"),
    ],
)
def test_xml_that_defines_entities_is_refused(content: bytes, said: str) -> None:
    assert said in refusal("rows.xlsx", workbook_with(SHEET, content))


@pytest.mark.parametrize("number_format", ['"' + "a" * 255, '"' * 60_000, "[" * 20_000])
def test_a_number_format_longer_than_excel_takes_is_refused(number_format: str) -> None:
    styles = workbook_with_formats(
        f'<numFmts><numFmt numFmtId="164" formatCode={quoteattr(number_format)}/></numFmts>'
    )
    assert "a number format longer than 255 characters" in refusal("rows.xlsx", styles)


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize(
    ("name", "element", "said"),
    [
        ("xl/sharedStrings.xml", "si", "more texts than is safe"),
        (STYLES, "xf", "more formats than is safe"),
        (SHEET, "c", "more than 500 filled cells"),
    ],
)
def test_more_elements_than_anybody_imports_are_refused(
    name: str, element: str, said: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_safety, "MAX_ELEMENTS", 2_000 if element == "si" else 20_000)
    monkeypatch.setattr(workbook_safety, "MAX_STYLES", 500)
    monkeypatch.setattr(workbooks, "MAX_CELLS", 500)
    many = f"<{prefix}{element}/>" * 3_000
    content = workbook_with(name, f"<part xmlns:x='x'>{many}</part>".encode())
    assert said in refusal("rows.xlsx", content)


def test_a_cell_longer_than_a_spreadsheet_takes_is_reported() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_file([ROW]))) as archive:
        sheet = archive.read(SHEET).replace(b"yef-a", b"yef-a" * 10_000)
    ((first, *_),) = cells("rows.xlsx", workbook_with(SHEET, sheet))
    assert isinstance(first, UnusableCell)
    assert "longer than 32,767 characters" in first


@pytest.mark.parametrize("reference", ["A1:XFD1048576", "A1:A1"])
def test_the_size_that_a_sheet_claims_is_not_believed(reference: str) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_file([ROW]))) as archive:
        sheet = archive.read(SHEET).replace(b'ref="A1:B2"', f'ref="{reference}"'.encode())
    assert reference.encode() in sheet
    assert len(cells("rows.xlsx", workbook_with(SHEET, sheet))) == 1


def test_formats_in_a_million_empty_rows_cost_next_to_nothing() -> None:
    formats = ('<row r="{}"><c r="A{}" s="0"/></row>', '<row r="{}" ht="15"><c s="0"></c></row>')
    with zipfile.ZipFile(io.BytesIO(xlsx_file([ROW]))) as archive:
        sheet = archive.read(SHEET).decode()
    rows = "".join(formats[number % 2].format(number, number) for number in range(3, 1_048_576))
    last = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>yef-b</t></is></c></row>'
    content = workbook_with(
        SHEET, sheet.replace("</sheetData>", f"{rows}{last}</sheetData>").encode()
    )
    started = time.process_time()
    assert numbers("rows.xlsx", content) == [2, 1_048_576]
    assert time.process_time() - started < 20  # it was 122; a busy machine takes 5


def test_a_row_after_a_million_empty_ones_is_read() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["id", "Title"])
    sheet.cell(1_048_576, 1, "eef-feedback")
    stream = io.BytesIO()
    book.save(stream)
    assert cells("rows.xlsx", stream.getvalue()) == [("eef-feedback", "")]


def test_formulas_and_errors_of_a_workbook_are_reported_in_their_cell() -> None:
    (row,) = cells("rows.xlsx", xlsx_file([{"id": "yef-a", "title": "=1+1", "code": "#REF!"}]))
    assert [type(cell) for cell in row] == [str, UnusableCell, UnusableCell]
    assert "is a formula" in row[1]
    assert "error of the spreadsheet (#REF!)" in row[2]


def test_half_of_a_character_is_no_text() -> None:
    head, row = "Title_xD83D_", {"id": "yef-a_xD800_"}
    content = xlsx_file([row | {head: "x"}])
    assert [type(cell) for (cell,) in cells("rows.xlsx", content)] == [UnusableCell]
    assert "\ud83d" not in str(read_sheet("rows.xlsx", content).unknown)


def test_a_heading_without_end_keeps_nobody_waiting() -> None:
    started = time.process_time()
    refusal("rows.csv", b"," * 5_000_000)
    assert time.process_time() - started < 5


# There and back


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
HARD = st.text(st.sampled_from("'=+-@\t\r\n|\\ \"a1,;_x0F"), max_size=12)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@given(st.lists(TEXT | HARD, min_size=1, max_size=5))
@example(["_x0041_", "=1+1", "'=1", "#REF!", "+5 months", "-3%", "@a"])
def test_every_text_that_an_export_writes_is_read_as_it_was(kind: str, texts: list[str]) -> None:
    written = [COLUMNS["summary"].cell.dump(text) for text in texts]
    content = FORMATS[kind].write([["id", "summary"], *(["yef-a", text] for text in written)])

    assert [row[1] for row in cells(f"rows.{kind}", content)] == written


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_of_an_export_is_a_formula(kind: str) -> None:
    texts = ("=1+1", "@SUM(1)", "-2+3", "+1")
    content = FORMATS[kind].write([["id", "title"], *(["a", text] for text in texts)])
    if kind == "csv":
        shown = [row[1] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:]
    else:
        column = list(openpyxl.load_workbook(io.BytesIO(content)).active["B"])[1:]
        assert {(cell.data_type, cell.number_format) for cell in column} == {("s", "@")}
        shown = [cell.value for cell in column]
    assert shown == ["'=1+1", "'@SUM(1)", "'-2+3", "'+1"]


def test_a_text_too_long_for_a_workbook_is_reported() -> None:
    with pytest.raises(ValueError, match="choose CSV"):
        FORMATS["xlsx"].write([["id", "title"], ["a", "x" * 40_000]])


PART = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
BARS = st.text(st.sampled_from("|\\ a"), min_size=1, max_size=8)


@given(
    st.lists(st.tuples(st.sampled_from(["https://a.example", "https://b.example"]), PART | BARS))
)
def test_bars_and_backslashes_in_sources_come_back(pairs: list[tuple[str, str | None]]) -> None:
    sources_cell = COLUMNS["sources"].cell
    sources = [{"url": url, "note": note} for url, note in pairs]

    cell = sources_cell.tidy(sources_cell.dump(sources))

    def plain(note: str | None) -> str | None:
        return cleaned(UNSEEN.sub(" ", (note or "").replace("\r", "\n")), "line").text or None

    assert sources_cell.parse(cell) == [{"url": url, "note": plain(note)} for url, note in pairs]
    assert sources_cell.tidy(cell) == cell


@given(st.text(st.sampled_from("£€’“”–…éüñ½×"), min_size=1))
def test_text_that_was_read_in_a_wrong_character_set_is_refused(letters: str) -> None:
    garbled = letters.encode().decode("cp1252", "surrogateescape")
    if garbled.isprintable():  # the other bytes are control characters, which are refused anyway
        (row,) = read_sheet(
            "rows.csv", csv_file([{"id": "yef-a", "title": f"Aid: {garbled}"}])
        ).rows
        assert isinstance(row.cells["title"], UnusableCell)
        assert f"“{letters}” was meant" in row.cells["title"]
    assert cells("rows.csv", csv_file([{"id": "a", "title": letters}])) == [("a", letters)]


@pytest.mark.parametrize(
    "empty",
    ['<row r="2"><c r="A2" s="1"/></row>', '<row s="1" r="2"><c s="1" r="A2"><v></v></c></row>', '<row r="2" ht="9"/>',
     '<x:row r="2"><x:c r="A2" t="inlineStr"><x:is><x:t> </x:t></x:is></x:c></x:row>', '<row r="2"><c s="0"></c></row>'],
)  # fmt: skip
def test_what_is_empty_in_a_sheet_is_left_out_however_it_is_written(empty: str) -> None:
    filled = empty.partition("<")[0] + '<row r="9"><c r="A9"><v>5</v></c></row>'
    source = FilledCells(
        io.BytesIO(f"<sheetData>{empty * 3}{filled}</sheetData>".encode()), CellCount()
    )
    assert source.read() + source.read() == f"<sheetData>{filled}</sheetData>".encode()


def test_a_hidden_sheet_is_read_only_where_no_other_has_summaries() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file([ROW | {"studies": 5}])))
    book.active.sheet_state = "hidden"
    for more, read in ([["Notes"]], 5), ([["id", "title"], ["yef-a", "Seen"]], None):
        shown = book.create_sheet()
        for row in more:
            shown.append(row)
        book.save(stream := io.BytesIO())
        (only,) = read_sheet("rows.xlsx", stream.getvalue()).rows
        assert only.cells.get("studies") == (str(read) if read else None)


def test_the_public_list_is_known_by_some_of_its_columns_too() -> None:
    columns = [field.column for field in FIELDS if field.column]
    for some in (columns, ["id", *columns[::3], "strength"], ["id", "title", "source", "url"]):
        assert "This is the public list" in refusal(
            "rows.csv", csv_file([dict.fromkeys(some, "a")])
        )
