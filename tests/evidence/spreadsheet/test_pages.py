"""Upload, preview, confirm and export, as people do them in admin, and who may."""

import datetime
import io
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from evidence.editorial import actions
from evidence.models import AuditEntry, Edition, ImportFile, Summary
from evidence.spreadsheet import import_pages
from evidence.spreadsheet.columns import COLUMNS
from tests.evidence.spreadsheet.sheets import MAKE, complete_row, csv_file, rows_of
from tests.factories import make_centre, make_draft, make_edition, make_editions, publish_draft
from tests.people import make_person
from tests.portal.test_admin import address
from tests.reading_pages import plain

pytestmark = pytest.mark.django_db

IMPORT, CONFIRM, EXPORT = (
    address(Summary, page) for page in ("import", "confirm_import", "export")
)


def client_of(name: str, *roles: str, centre: Any = None) -> Client:
    client = Client()
    client.force_login(make_person(name, *roles, centre=centre))
    return client


@pytest.fixture
def ed() -> Client:
    return client_of("ed", "Secretariat editor")


def upload(client: Client, content: bytes, name: str = "rows.csv") -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})


def export(client: Client, query: str = "", columns: list[str] | None = None) -> Any:
    return client.post(
        EXPORT + query, {"format": "csv", "columns": list(COLUMNS) if columns is None else columns}
    )


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    return rows_of("csv", export(client, query).content)


def test_the_export_offers_the_safer_format_first(ed: Client) -> None:
    page = ed.get(EXPORT).text
    assert page.index('value="xlsx"') < page.index('value="csv"')


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_whole_path(kind: str, ed: Client) -> None:
    live = make_edition(title="As it was", studies=3)
    make_edition(title="Left alone")
    (row, same) = sorted(exported(ed), key=lambda row: row["title"])
    make_draft(title="A draft of another day")
    rows = [row | {"title": "As it is"}, same, complete_row(title="<New>")]

    page = upload(ed, MAKE[kind](rows), f"my rows.{kind}")

    said = " ".join(page.content.decode().split())
    assert f"<strong>my rows.{kind}</strong>: 1 new, 1 changed, 1 unchanged, 0 errors" in said
    assert "As it <del>was</del>" in said
    assert "As it <ins>is</ins>" in said
    assert "&lt;New&gt;" in said
    assert "Left alone" not in said
    assert Edition.objects.open().count() == 1

    done = ed.post(CONFIRM, {"file": page.context["waiting_file"].pk}, follow=True)

    said = done.content.decode()
    assert f"2 drafts were made from my rows.{kind}. Nothing is public yet" in said
    assert "state__exact=draft" in done.redirect_chain[0][0]
    assert {one.title for one in done.context["cl"].queryset} == {"As it is", "<New>"}
    assert Edition.objects.published().get(summary=live.summary).title == "As it was"
    assert not ImportFile.objects.exists()
    log = AuditEntry.objects.filter(comment=f"Imported from my rows.{kind}.")
    assert {entry.by and entry.by.username for entry in log} == {"ed"}


def test_errors_are_shown_with_their_row_and_column_and_nothing_is_saved(ed: Client) -> None:
    make_edition()
    page = upload(ed, csv_file([complete_row(strength_level="hihg"), complete_row(id="")]))

    said = " ".join(page.content.decode().split())
    assert "0 new, 0 changed, 0 unchanged, 2 errors" in said
    assert '<td>2</td><th scope="row">strength_level</th><td>no value of “Strength' in said
    assert "is called “hihg”. Did you mean “High”" in said
    assert "Nothing can be imported while a row has an error" in said
    assert page.context["waiting_file"] is None
    assert not ImportFile.objects.exclude(content=b"", fingerprint="").exists()


def test_what_the_other_rows_would_change_is_shown_below_the_errors(ed: Client) -> None:
    make_edition(title="As it was")
    (row,) = exported(ed)
    others = [
        complete_row(id=f"yef-{number:02}-new", title=f"New {number}") for number in range(60)
    ]
    wrong = [complete_row(id=f"yef-wrong-{n}", strength_level=f"hihg {n}") for n in range(55)]

    page = upload(ed, csv_file([*wrong, row | {"title": "As it is"}, *others]))

    said = " ".join(page.text.split())
    assert "60 new, 1 changed, 0 unchanged, 55 errors" in said
    assert said.index("Nothing can be imported") < said.index("As it <ins>is</ins>")
    assert "None of them is imported before all are right" in said
    assert "Make 61 drafts" not in said
    assert "“hihg 54”" not in said
    errors, changes = re.findall(r'<a href="([^"#]*)#\w+">Next page</a>', page.text)
    assert "“hihg 54”" in ed.get(errors).text
    assert "As it <ins>is</ins>" in ed.get(errors).text  # the other list stays at its beginning
    assert "New 59" in ed.get(changes).text


def test_a_refused_file_is_reported_beside_its_field(ed: Client) -> None:
    for name, content, said in [
        ("rows.csv", b"titel,centre\na,b", "There is no column “titel”. Did you mean “Title”?"),
        ("rows.ods", b"x", "name ends in .csv or .xlsx"),
        ("rows.csv", b"", "The file is empty"),
    ]:
        page = upload(ed, content, name)
        assert page.status_code == 200
        assert said in page.content.decode()
    assert "Choose a file." in ed.post(IMPORT, {}).content.decode()


def test_a_file_that_is_too_large_is_refused_without_being_read(
    ed: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_pages, "read_sheet", None)  # it would fail if it were called
    page = upload(ed, b"x" * (10 * 1024 * 1024 + 1))
    assert "larger than 10 MB" in page.content.decode()


def test_nothing_to_import_is_said(ed: Client) -> None:
    make_edition()
    page = upload(ed, export(ed).content)
    assert "there is nothing to import" in page.content.decode()
    assert "What is no column here" not in page.content.decode()
    assert page.context["waiting_file"] is None


def test_a_column_that_was_left_out_is_named_even_if_nothing_else_differs(ed: Client) -> None:
    make_edition()
    (row,) = exported(ed)
    del row["studies"]
    page = upload(ed, csv_file([row | {"Number of studeis": "12"}]))
    said = plain(page.content.decode())
    assert "there is nothing to import" in said
    assert "What is no column here was left out: “Number of studeis”. Did you mean" in said


@pytest.mark.parametrize("how", ["none", "nonsense", "path", "another's", "used", "old", "get"])
def test_only_a_file_that_this_person_looked_at_can_be_confirmed(how: str, ed: Client) -> None:
    make_edition()
    other = client_of("olu", "Secretariat editor")
    mine = upload(ed, csv_file([complete_row()])).context["waiting_file"].pk
    theirs = upload(other, csv_file([complete_row(id="yef-theirs")])).context["waiting_file"].pk
    posted = {"none": "", "nonsense": "x", "path": "../../etc/passwd", "another's": theirs}
    if how == "used":
        ed.post(CONFIRM, {"file": mine})
    if how == "old":
        past = timezone.now() - datetime.timedelta(minutes=61)
        ImportFile.objects.update(at=past)
    made = Edition.objects.open().count()

    if how == "get":
        answer = ed.get(CONFIRM, {"file": mine}, follow=True)
    else:
        answer = ed.post(CONFIRM, {"file": posted.get(how, mine)}, follow=True)

    assert "There is no file to confirm" in answer.content.decode()
    assert Edition.objects.open().count() == made
    assert not Summary.objects.filter(slug="yef-theirs").exists()


def test_a_plan_that_changed_is_shown_again_and_can_then_be_confirmed(ed: Client) -> None:
    live = make_edition(title="As it was")
    (row,) = exported(ed)
    page = upload(ed, csv_file([row | {"title": "As it is"}]))
    publish_draft(make_draft(summary=live.summary, title="Meanwhile"))

    again = ed.post(CONFIRM, {"file": page.context["waiting_file"].pk})

    said = again.content.decode()
    assert "Somebody has changed something since this file was checked" in said
    assert "Meanwhile" in said
    assert not Edition.objects.open().exists()
    done = ed.post(CONFIRM, {"file": again.context["waiting_file"].pk})
    assert done.status_code == 302
    assert Edition.objects.open().get().title == "As it is"


@pytest.mark.parametrize(
    ("change", "question"),
    [
        ({"My notes": "check with Jo"}, "Leave out what is no column here: “My notes”."),
        ({"findings": "", "caveats": ""}, "Take out what the portal has where these cells are empty: Key findings (row 2)"),
        ({"id": "yef-tutorings", "title": "Tutorings"}, "Make these new summaries, although their ids are much alike"),
    ],
)  # fmt: skip
def test_what_may_be_an_accident_is_done_only_by_who_agrees_to_it(
    change: dict[str, str], question: str, ed: Client
) -> None:
    make_edition(slug="yef-tutoring", key_findings=["One."], caveats=[])
    (row,) = exported(ed)
    page = upload(ed, csv_file([row | {"studies": "7"} | change]))
    assert question in page.content.decode()
    file = page.context["waiting_file"].pk

    refused = ed.post(CONFIRM, {"file": file})

    assert "Tick what the file should do first" in refused.content.decode()
    assert question in refused.content.decode()
    assert not Edition.objects.open().exists()
    (asked,) = refused.context["shown"]["questions"]
    ed.post(CONFIRM, {"file": file, "agreed": [asked["name"]]})
    assert Edition.objects.open().count() == 1


def test_a_new_summary_whose_name_is_like_no_other_is_not_asked_about(ed: Client) -> None:
    make_edition(slug="yef-tutoring")
    page = upload(ed, csv_file([complete_row(id="yef-hot-spots")]))
    assert page.context["shown"]["questions"] == []


def test_a_long_preview_has_pages_and_its_later_pages_need_no_plan(
    ed: Client, django_assert_max_num_queries: Callable
) -> None:
    make_edition()
    rows = [complete_row(id=f"yef-number-{number}0000{number}") for number in range(120)]
    page = upload(ed, csv_file(rows))
    assert "Page 1 of 3: 1 to 50 of 120" in " ".join(page.content.decode().split())
    with django_assert_max_num_queries(8):
        last = ed.get(f"{page.context['page_address']}?page=3")
    assert "Page 3 of 3: 101 to 120 of 120" in " ".join(last.content.decode().split())
    assert "yef-number-1190000119" in last.content.decode()
    other = client_of("olu", "Secretariat editor")
    assert other.get(page.context["page_address"]).headers["Location"] == IMPORT
    assert client_of("pat", "Publisher").get(page.context["page_address"]).status_code == 403


@pytest.mark.parametrize("kind", MAKE)
def test_the_work_says_how_far_it_is_and_where_its_outcome_is_shown(ed: Client, kind: str) -> None:
    make_edition()
    rows = [complete_row(id=f"yef-number-{number}0000{number}") for number in range(60)]
    posted = {"file": SimpleUploadedFile(f"rows.{kind}", MAKE[kind](rows))}
    how = {"accept": "application/x-ndjson", "accept-encoding": "gzip"}
    answer = ed.post(IMPORT, posted, headers=how)
    assert (
        "Content-Encoding" not in answer.headers
    )  # compressed, the lines would wait for each other
    *steps, last = [json.loads(line) for line in answer.getvalue().splitlines()]
    reading, fetching, *comparing = steps
    assert reading == {"said": "Read 50 rows.", "done": 0, "rows": 0}
    assert fetching["said"] == "Read 60 rows. Fetching what the portal has."
    assert [(step["done"], step["rows"]) for step in comparing] == [(n, 60) for n in range(1, 61)]
    assert comparing[-1]["said"] == "Compared 60 of 60 rows."
    assert "60 new, 0 changed" in " ".join(ed.get(last["address"]).content.decode().split())
    refused = {"file": SimpleUploadedFile("rows.csv", b"title")}
    answer = ed.post(IMPORT, refused, headers={"accept": "application/x-ndjson"})
    outcome = ed.get(json.loads(answer.getvalue())["address"]).content.decode()
    assert "There is no column “id”" in outcome
    assert "was not read, and nothing was changed" in outcome


def test_the_public_list_is_not_the_list_to_edit(ed: Client) -> None:
    make_edition()
    page = upload(ed, ed.get("/evidence.csv").getvalue(), "evidence.csv")
    assert "This is the public list (evidence.csv). It is for reading" in page.content.decode()


def test_uploads_that_nobody_confirms_are_forgotten(ed: Client) -> None:
    make_edition()
    upload(ed, csv_file([complete_row()]))
    upload(ed, csv_file([complete_row()]))
    assert ImportFile.objects.count() == 1
    ImportFile.objects.update(at=timezone.now() - datetime.timedelta(minutes=61))
    call_command("publish_due", stdout=io.StringIO())
    assert not ImportFile.objects.exists()


def test_the_templates_name_every_column_and_explain_it(ed: Client) -> None:
    make_edition()
    base = f"{IMPORT}template."
    labels = [column.label for column in COLUMNS.values()]
    assert rows_of("csv", ed.get(f"{base}csv").content) == []
    assert ed.get(f"{base}csv").content.decode("utf-8-sig").strip() == ",".join(labels)
    book = ed.get(f"{base}xlsx")
    assert "summaries-template.xlsx" in book.headers["Content-Disposition"]
    first, second, _ = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets
    assert [[cell.value for cell in row] for row in first.rows] == [labels]
    explained = {row[0]: row[1:] for row in second.values}
    assert list(explained)[1:] == labels
    assert (
        "outcome | measured | direction | effect | strength" in explained["Findings by outcome"][1]
    )
    assert "very-high" in explained["Strength of evidence"][2]
    assert all(row[1] for row in explained.values())
    page = ed.get(IMPORT).content.decode()
    assert all(f'<th scope="row">{label}</th>' in page for label in labels)
    assert ed.get(f"{base}ods").status_code == 404


def test_an_export_is_the_list_as_it_is_filtered(ed: Client) -> None:
    yef = make_edition(title="Mentoring here")
    eef = make_edition(centre=make_centre("eef"), title="Mentoring there")
    make_edition(centre=make_centre("eef"), title="Something else")

    everything = {row["id"] for row in exported(ed)}
    by_centre = [row["id"] for row in exported(ed, f"?centre__id__exact={yef.summary.centre_id}")]
    by_both = [
        row["id"] for row in exported(ed, f"?centre__id__exact={eef.summary.centre_id}&q=mentoring")
    ]

    assert len(everything) == 3
    assert by_centre == [yef.summary.slug]
    assert by_both == [eef.summary.slug]
    assert export(ed, "?nonsense=1").headers["Location"].endswith("?e=1")


def test_an_export_holds_the_chosen_columns_and_always_the_id(ed: Client) -> None:
    make_edition(title="Mentoring")
    answer = export(ed, columns=["title"])
    assert list(rows_of("csv", answer.content)[0]) == ["id", "title"]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "summaries-20" in answer.headers["Content-Disposition"]
    assert ed.post(EXPORT, {"format": "ods"}).status_code == 200


def test_a_workbook_has_drop_downs_widths_and_real_numbers_and_dates(ed: Client) -> None:
    make_edition(
        studies=12, cost=2, review_due="2030-01-31", updated="2024-08-20", impact_native="3-5"
    )
    make_edition(updated="2024-08")
    answer = ed.post(EXPORT, {"format": "xlsx", "columns": list(COLUMNS)})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["Summaries"]
    at = {column.name: number for number, column in enumerate(COLUMNS.values(), start=1)}
    values = {sheet.cell(row, at["updated"]).value for row in (2, 3)}
    assert values == {datetime.datetime(2024, 8, 20), "2024-08"}
    row = next(row for row in (2, 3) if sheet.cell(row, at["studies"]).value)
    assert sheet.cell(row, at["studies"]).value == 12
    assert sheet.cell(row, at["cost_level"]).value == 2
    assert sheet.cell(row, at["review_due"]).value == datetime.datetime(2030, 1, 31)
    assert sheet.cell(row, at["impact_native"]).number_format == "@"
    widths = {
        sheet.column_dimensions[openpyxl.utils.get_column_letter(n)].width for n in at.values()
    }
    assert len(widths) > 4
    lists = {
        str(one.sqref).rstrip("0123456789").split(":")[1]: one.formula1
        for one in sheet.data_validations.dataValidation
    }
    offered = {}
    for name, number in at.items():
        if where := lists.get(openpyxl.utils.get_column_letter(number)):
            cells = book["Lists"][where.split("!")[1].replace("$", "")]
            offered[name] = [str(cell.value) for (cell,) in cells]
    assert offered == {
        name: column.allowed()
        for name, column in COLUMNS.items()
        if column.allowed() and not (column.cell.is_list or name.endswith("_step"))
    }
    assert {"kind", "centre", "strength_level", "cost_level", "minor"} <= offered.keys()
    assert book["Lists"].sheet_state == "hidden"
    again = upload(ed, answer.content, "rows.xlsx")
    assert again.context["shown"]["unchanged"] == 2
    assert again.context["shown"]["sheet_notes"] == []


def test_an_export_holds_the_open_draft_where_there_is_one(ed: Client) -> None:
    live = make_edition(title="As the public reads it")
    make_draft(summary=live.summary, title="As it is being written")
    actions.discard(edition=make_draft(slug="yef-gone"))
    assert [row["title"] for row in exported(ed)] == ["As it is being written"]


def test_an_export_takes_a_fixed_number_of_queries(
    ed: Client, django_assert_max_num_queries: Callable
) -> None:
    make_editions(60)
    with django_assert_max_num_queries(26):
        assert len(exported(ed)) == 60


def test_an_export_that_no_workbook_can_hold_is_reported(ed: Client) -> None:
    make_edition(bottom_line="x" * 40_000)
    answer = ed.post(EXPORT, {"format": "xlsx", "columns": ["summary"]}, follow=True)
    assert "choose CSV" in answer.content.decode()


def test_the_list_offers_what_a_person_may_do() -> None:
    make_edition()
    for role, offered in {
        "Secretariat editor": {"Import", "Export this list"},
        "Publisher": {"Export this list"},
    }.items():
        page = client_of(role, role).get(address(Summary, "changelist")).content.decode()
        assert {
            word for word in ("Import", "Export this list") if f">{word}</a>" in page
        } == offered


# The command


def run(tmp_path: Any, rows: list[dict[str, Any]], *options: str, by: str = "ed") -> str:
    file = tmp_path / "rows.csv"
    file.write_bytes(csv_file(rows))
    out = io.StringIO()
    call_command("import_summaries", str(file), "--by", by, *options, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_does_what_the_page_does(tmp_path: Any) -> None:
    make_person("ed", "Secretariat editor")
    make_edition()

    assert "New 1, changed 0, unchanged 0, errors 0." in run(
        tmp_path, [complete_row()], "--dry-run"
    )
    assert not Edition.objects.open().exists()
    assert "1 draft was made. Nothing is public yet." in run(tmp_path, [complete_row()])

    assert Edition.objects.open().get().edited_by.username == "ed"
    assert AuditEntry.objects.filter(comment="Imported from rows.csv.").count() == 1


def test_the_command_asks_before_it_empties(tmp_path: Any) -> None:
    make_person("ed", "Secretariat editor")
    live = make_edition(key_findings=["One."])
    rows = [{"id": live.summary.slug, "findings": "", "Other": "x"}]
    with pytest.raises(CommandError, match="add --agree unknown --agree emptied"):
        run(tmp_path, rows)
    assert not Edition.objects.open().exists()
    assert "1 draft was made" in run(tmp_path, rows, "--agree", "unknown", "--agree", "emptied")


def test_the_command_refuses_with_the_same_words_and_by_the_same_rights(tmp_path: Any) -> None:
    make_edition()
    make_person("ed", "Centre editor", centre=make_centre("eef"))
    make_person("pat", "Publisher")
    with pytest.raises(CommandError, match="nothing was imported"):
        run(tmp_path, [complete_row()])
    for name in ("pat", "nobody"):
        with pytest.raises(CommandError, match="not somebody with the right to import"):
            run(tmp_path, [complete_row()], by=name)
    with pytest.raises(CommandError, match="There is no column “titel”"):
        run(tmp_path, [{"titel": "b", "title": "b"}])
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_summaries", str(tmp_path / "none.csv"), "--by", "ed")


def test_a_key_that_nobody_has_is_no_file(ed: Client) -> None:
    answer = ed.post(CONFIRM, {"file": uuid.uuid4()}, follow=True)
    assert "There is no file to confirm" in answer.content.decode()
