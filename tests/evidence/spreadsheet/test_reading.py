"""What a person can understand is read, in every column and for every value; what is in doubt is quoted and explained."""

import datetime
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS

from evidence.dataset.parts import Links, Rows
from evidence.dataset.values import InvalidValue
from evidence.models import Summary
from evidence.spreadsheet.codes import Codes
from evidence.spreadsheet.columns import COLUMNS
from evidence.spreadsheet.files import read_sheet
from evidence.spreadsheet.looks import date_cell, shown_number
from evidence.spreadsheet.plan import Plan
from evidence.spreadsheet.preview import preview_import
from evidence.spreadsheet.reading import Reader
from tests.evidence.spreadsheet.sheets import csv_file, exported, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


def plan_of(rows: list[dict[str, Any]]) -> Plan:
    sheet = read_sheet("rows.csv", csv_file(rows))
    return preview_import(sheet, user=User(is_superuser=True), file_name="rows.csv")


def lists_of(reader: Reader) -> Iterator[tuple[str, Codes]]:
    """Yield every list of values, with its column."""
    for name, column in COLUMNS.items():
        if not isinstance(column.part, Rows) and (codes := reader.codes_of(name, column.part)):
            yield name, codes


def ways_to_write(name: str) -> set[str]:
    """Return what makes no difference in a name."""
    curly = name.replace("'", "’").replace(" and ", " & ")
    return {
        *(
            name,
            curly,
            name.upper(),
            name.lower(),
            f" {name}\u00a0",
            name.replace(" ", "\u00a0"),
            name.replace(" ", ""),
        ),
        *(name.replace("-", " "), name.replace(" ", "-"), name.replace("-", "\u2011"), f"{name}."),
    }


def test_every_value_of_every_list_is_read_by_its_key_and_its_label_however_it_is_written() -> None:
    reader = Reader()
    lists = dict(lists_of(reader))
    assert {
        "centre",
        "kind",
        "topics",
        "audiences",
        "settings",
        "cost_level",
        "doubts",
    } <= lists.keys()
    for name, codes in lists.items():
        for key, label, others in codes.values:
            together = {f"{label} ({key})", f"“{label}” ({key})", f"{key}: {label}"}
            for typed in ways_to_write(key) | ways_to_write(label) | {*others} | together:
                assert reader.read(name, typed).text == key, (name, typed)


@pytest.mark.parametrize(
    "tick", ["x", "X", " x ", "✓", "✔", "✔\ufe0f", "☑", "☒", "Yes", "TRUE", "1"]
)
def test_the_usual_ticks_say_yes(tick: str) -> None:
    assert Reader().read("minor", tick).text == "yes"


@pytest.mark.parametrize("word", ["✗", "xx", "ja", "maybe", "2"])
def test_what_is_neither_yes_nor_no_is_refused_with_what_may_be_written(word: str) -> None:
    with pytest.raises(
        InvalidValue,
        match=f"“{word}” is neither .* write yes, or a tick such as x or ✓; for no write no",
    ):
        Reader().read("minor", word)


def test_every_step_of_every_scale_is_read_however_it_is_written() -> None:
    reader = Reader()
    for scale, codes in reader._steps.items():
        for value in codes.values:
            for typed in ways_to_write(value.label) - {f"{value.label}."}:
                assert reader.read("cost_step", typed, scale).text == value.label


@pytest.mark.parametrize(
    "between",
    ["; ", ";", ", ", " | ", "\n", " • ", " · ", "，", " – ", " + ", " AND ", ", and ", ";; ", "\n\n", "\n1. "],
)  # fmt: skip
def test_a_list_may_be_separated_as_people_do(between: str) -> None:
    reader = Reader()
    for name, codes in lists_of(reader):
        if isinstance(COLUMNS[name].part, Links) or name in {"age_groups", "doubts"}:
            some = codes.values[:6]
            typed = between.join(value.label for value in some)
            assert reader.read(name, typed).text.split("\n") == sorted(value.key for value in some)


def test_a_misspelt_value_names_the_nearest_and_quotes_what_was_typed() -> None:
    reader = Reader()
    for name, codes in lists_of(reader):
        for value in codes.values:
            typed = f"{value.label[:2]}{value.label[3:]}" if len(value.label) > 6 else ""
            if typed and not codes.find(typed):
                with pytest.raises(InvalidValue) as wrong:
                    reader.read(name, typed)
                assert f"“{typed}”" in str(wrong.value)
                assert value.label in str(wrong.value)


def test_a_list_that_is_exported_and_filled_in_with_labels_changes_nothing() -> None:
    reader = Reader()
    lists = dict(lists_of(reader))
    rows = rows_of("csv", exported("csv", Summary.objects.all()))
    for row in rows:
        for name, codes in lists.items():
            row[name] = "; ".join(map(codes.label_of, filter(None, row[name].split("\n"))))

    plan = plan_of(rows)

    assert (plan.faults, plan.drafts, plan.unchanged) == ([], [], len(rows))


def test_a_misspelt_id_is_asked_about_in_one_sentence() -> None:
    ids = list(Summary.objects.values_list("slug", flat=True))
    misspelt = [f"{slug[:-3]}{slug[-2]}{slug[-3]}{slug[-1]}x" for slug in ids]

    plan = plan_of([{"id": slug, "studies": "3"} for slug in misspelt])

    assert len(plan.faults) == len(ids)
    assert f"“{misspelt[0]}”" in plan.faults[0].message
    named = sum(
        f"Did you mean “{slug}”?" in str(fault)
        for slug, fault in zip(ids, plan.faults, strict=True)
    )
    assert named > 0.97 * len(ids)  # a few are as near to another one


def test_an_id_without_its_centre_names_the_whole_one() -> None:
    ids = list(Summary.objects.values_list("slug", flat=True))
    plan = plan_of(
        [{"id": slug.partition("-")[2].replace("-", " "), "studies": "3"} for slug in ids]
    )
    for slug, fault in zip(ids, plan.faults, strict=True):
        assert (
            f"“{slug}”" in fault.message
            or fault.message.count("“") > 2
            or "too. One row" in fault.message
        )


@pytest.mark.parametrize(
    "form",
    [
        *("{}", " {} ", "{}\u00a0", "/evidence/{}/", "https://portal.example/evidence/{}/?a=b#c"),
        *("portal.example/evidence/{}", "evidence/{}"),
    ],
)
def test_an_id_may_be_written_as_an_address(form: str) -> None:
    plan = plan_of([{"id": form.format("eef-feedback").upper(), "studies": "9999"}])
    assert [draft.record.key for draft in plan.drafts] == ["eef-feedback"]


# Dates and numbers

DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2060, 12, 31))
DAY_FORMS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y"),
    *("%d / %m / %Y", "%d–%m–%Y", "‘%d/%m/%Y’"),
    *("%A %d %B %Y", "%a, %d %b %Y", "%B %d, %Y", "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00Z", "%d/%m/%Y 12:30"),
    "%dth of %B, %Y",
)  # fmt: skip
MONTH_FORMS = ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y", "%b-%Y", "%B, %Y", "%b. %Y", "%Y–%m")
DATE_COLUMNS = [name for name in COLUMNS if name in {"updated", "review_due"}]


@pytest.mark.parametrize("name", DATE_COLUMNS)
@given(DAYS)
def test_a_day_is_read_in_every_way_that_people_write_it(name: str, date: datetime.date) -> None:
    reader = Reader()
    for form in DAY_FORMS:
        for typed in (date.strftime(form), date.strftime(form).replace(" 0", " ").lower()):
            text, notes = reader.read(name, typed)
            assert text == date.isoformat(), typed
            assert form == "%Y-%m-%d" or f"“{typed}” read as {date.day} {date:%B %Y}" in notes


@given(DAYS)
def test_a_month_or_a_year_is_enough_for_the_version_read_and_not_for_a_review(
    date: datetime.date,
) -> None:
    reader = Reader()
    for form in MONTH_FORMS:
        assert reader.read("updated", date.strftime(form)).text == f"{date:%Y-%m}"
        with pytest.raises(InvalidValue, match="a day is needed"):
            reader.read("review_due", date.strftime(form))
    assert reader.read("updated", str(date.year)).text == str(date.year)
    assert reader.read("updated", f"{date.year}.0").text == str(date.year)
    assert reader.read("updated", "Aug-24").text == "2024-08"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("03/31/2028", "“03/31/2028” has no month 31: is it 31 March 2028?"),
        ("31/02/2028", "“31/02/2028” is a day that does not exist"),
        ("5-Mar", "“5-Mar” gives no year"),
        ("5/3", "“5/3” gives no year"),
        ("soon", "“soon” is no date: write it as 20 August 2024, "),
        ("next May", "or 2024-08-20, or leave the cell empty"),
        ("0000", "“0000” has no year 0000: write it as 2024"),
        ("1/2/0012", "“1/2/0012” has no year 0012"),
        ("00/13/2024", "“00/13/2024” is a day that does not exist"),
        ("2024/25", "“2024/25” has no month 25"),
        ("—", "“—” is what lists show where nothing is stated"),
        ("########", "is an error of the spreadsheet"),
        ("#REF!", "is an error of the spreadsheet (#REF!)"),
        ("not stated", "“not stated” is what lists show where nothing is stated"),
    ],
)
def test_a_date_in_doubt_is_quoted_and_explained(typed: str, said: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        Reader().read("review_due", typed)
    assert said in str(wrong.value)


@given(st.integers(0, 99_999_999))
def test_a_number_is_read_with_and_without_thousands(number: int) -> None:
    reader = Reader()
    for typed in (f"{number}", f"{number:,}", f" {number}.0", f"{number:,}".replace(",", "\u00a0")):
        assert reader.read("studies", typed).text == str(number)


def workbook(values: dict[str, Any], formats: dict[str, str], **where: Any) -> bytes:
    """Return a workbook in which cells have number formats; `above` rows stand above the headings, other sheets before."""
    book = openpyxl.Workbook()
    for title in where.get("before", []):
        book.active.title = title
        book.active.append(["hello"])
        book.active = book.index(book.create_sheet("Summaries"))
    sheet: Any = book.active
    for row in where.get("above", []):
        sheet.append(row)
    sheet.append(list(values))
    sheet.append(list(values.values()))
    for number, name in enumerate(values, start=1):
        sheet.cell(sheet.max_row, number).number_format = formats.get(name, "General")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(name: str, value: Any, number_format: str = "General") -> str:
    content = workbook({"id": "eef-feedback", name: value}, {name: number_format})
    (row,) = read_sheet("rows.xlsx", content).rows
    return Reader().read(name, row.cells[name]).text


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.27, "0%", "27%"), (0.275, "0.0%", "27.5%"), (1250, '"£"#,##0', "£1,250"), (1250, "[$£-809]#,##0.00", "£1,250.00"),
        (1250.5, "#,##0", "1,251"), (-3, "0", "-3"), (6, "General", "6"), (0.1, "General", "0.1"), (1.5, "@", "1.5"),
        (1250, '_-"£"* #,##0.00_-;-"£"* #,##0.00_-', "£1,250.00"), (12, '0" months"', "12 months"),
        (-5, "+0;-0", "-5"), (-5, "#,##0;(#,##0)", "(5)"), (-5, "0;[Red]0", "5"), (0, '0;-0;"none"', "none"),
        (5, "+0%;-0%", "+500%"),
        (1_250_000, '"£"0.0,,"m"', "£1.3m"), (27, '0"%"', "27%"), (1234.5, "#,##0.##", "1,234.5"), (7, "000", "007"),
        (12, 'General" of 20"', "12 of 20"), (True, "General", "TRUE"),
    ],
)  # fmt: skip
def test_a_number_among_words_is_read_as_it_looks(
    value: Any, number_format: str, shown: str
) -> None:
    for name in ("impact_native", "cost_native", "countries", "findings"):
        assert read(name, value, number_format) == shown


@pytest.mark.parametrize("number_format", ["d-mmm", "dd/mm/yyyy", "mmm-yy", "h:mm"])
def test_a_date_among_words_is_refused_because_nobody_typed_one(number_format: str) -> None:
    for name in ("title", "impact_native", "findings", "topics", "studies", "strength_level"):
        with pytest.raises(InvalidValue, match="a date or time that the spreadsheet has made"):
            read(name, datetime.datetime(2026, 3, 5, 1, 4), number_format)
    with pytest.raises(InvalidValue, match="“5-Mar”"):
        Reader().read("impact_native", "5-Mar")


@pytest.mark.parametrize(
    "number_format", ["# ?/?", "0.00E+00", "[>9]0;0.0", "0;-0;;@", ";;;", "0,000"]
)
def test_a_number_that_nobody_can_see_is_refused(number_format: str) -> None:
    with pytest.raises(InvalidValue, match="Format the cell as Text"):
        read("cost_native", 0, number_format)


@pytest.mark.parametrize("number_format", ["a" * 60_000 + '"', "[" * 60_000, "h" * 60_000 + "y"])
def test_nobody_can_say_what_a_format_without_end_shows(number_format: str) -> None:
    assert shown_number(5, number_format) is None
    assert date_cell(datetime.date(2026, 3, 5), number_format).digits == 10


@given(
    st.integers(1, 10**9), st.sampled_from(["0", "#,##0", "0.00", '"£"#,##0', "0;-0", "General"])
)
def test_a_number_below_nought_looks_like_the_one_above_with_a_sign(
    number: int, number_format: str
) -> None:
    assert shown_number(-number, number_format) == f"-{shown_number(number, number_format)}"


@pytest.mark.parametrize(
    "typed", ["5/3/26", "05/03/2026", "2026-03-05", "03:05:00", "1.20E+04", "#####"]
)
def test_what_a_spreadsheet_made_of_words_before_it_saved_them_as_csv_is_refused(
    typed: str,
) -> None:
    for name in ("title", "impact_native", "code", "findings"):
        with pytest.raises(InvalidValue, match="spreadsheet"):
            Reader().read(name, typed)


def test_a_time_of_day_is_no_date() -> None:
    with pytest.raises(InvalidValue, match="“03:05:00” is a time, not a date"):
        read("review_due", datetime.time(3, 5), "h:mm")


def test_every_number_format_of_excel_is_read_or_refused() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["id", "cost_native"])
    formats, values = set(BUILTIN_FORMATS.values()), (0, 0.5, -12.345, 46842, 1_000_000)
    for number_format in formats:
        for value in values:
            sheet.append(["eef-feedback", value])
            sheet.cell(sheet.max_row, 2).number_format = number_format
    book.save(stream := io.BytesIO())
    rows = read_sheet("rows.xlsx", stream.getvalue()).rows
    assert len(rows) == len(formats) * len(values)
    reader = Reader()
    for row in rows:
        text = said = ""
        try:
            text = reader.read("cost_native", row.cells["cost_native"]).text
        except InvalidValue as refused:
            said = str(refused)
        assert text or "Format the cell as Text" in said


@pytest.mark.parametrize(
    ("number_format", "updated"),
    [("yyyy-mm-dd", "2024-08-20"), ("dd/mm/yyyy", "2024-08-20"), ("d-mmm-yy", "2024-08-20"), ("mmm-yy", "2024-08"),
     ("mmmm yyyy", "2024-08"), ("yyyy", "2024"), ("d mmmm yyyy h:mm", "2024-08-20")],
)  # fmt: skip
def test_a_date_of_excel_is_as_exact_as_it_looks(number_format: str, updated: str) -> None:
    assert read("updated", datetime.datetime(2024, 8, 20), number_format) == updated


def test_a_day_number_of_excel_is_a_date_and_a_year_is_not() -> None:
    assert read("review_due", 46842) == "2028-03-30"
    assert read("updated", 45524) == "2024-08-20"
    assert read("updated", 2024) == "2024"


@pytest.mark.parametrize(
    "above", [[], [["YEF corrections, March"]], [[None], ["A title"], [None, "by Jo"]]]
)
@pytest.mark.parametrize("before", [[], ["Notes"]])
def test_the_headings_may_stand_lower_down_and_on_another_sheet(above: Any, before: Any) -> None:
    content = workbook(
        {"ID": "eef-feedback", "Number of studies": 3}, {}, above=above, before=before
    )

    sheet = read_sheet("rows.xlsx", content)

    assert [tuple(row.cells.values()) for row in sheet.rows] == [("eef-feedback", "3")]
    assert [row.number for row in sheet.rows] == [len(above) + 2]
    assert len(sheet.notes) == len(before) + sum(any(row) for row in above)
