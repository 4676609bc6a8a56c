"""Rows that are checked become drafts, all or none; what they change is said before anything is written."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from centres.models import Centre
from evidence.editorial import actions
from evidence.editorial.content import content_of, digest_of
from evidence.models import AuditEntry, Edition, Product, Summary
from evidence.models.content_fields import name_in_files
from evidence.spreadsheet.columns import COLUMNS, FORMER_LABELS, HEADINGS
from evidence.spreadsheet.drafts import import_drafts
from evidence.spreadsheet.files import read_sheet
from evidence.spreadsheet.plan import Plan, PlanChanged
from evidence.spreadsheet.preview import preview_import
from tests.evidence.spreadsheet.sheets import MAKE, complete_row, exported, rows_of, sheet_of
from tests.factories import (
    make_audience,
    make_centre,
    make_draft,
    make_edition,
    make_editions,
    make_kind,
    make_outcome,
    make_policy_area,
    make_product,
    make_scale,
    make_setting,
    make_topic,
    publish_draft,
)
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def vocabulary() -> None:
    """What rows name."""
    make_centre("yef")
    make_policy_area()
    for make in (make_topic, make_audience, make_setting, make_kind, make_outcome):
        make()


@pytest.fixture
def ed() -> User:
    return make_person("ed", "Secretariat editor")


def plan_of(rows: list[dict[str, Any]], by: User) -> Plan:
    return preview_import(sheet_of(rows), user=by, file_name="rows.csv")


def messages(rows: list[dict[str, Any]], by: User) -> list[str]:
    return [str(fault) for fault in plan_of(rows, by).faults]


def test_a_product_line_that_the_centre_does_not_have_is_refused_with_the_nearest(ed: User) -> None:
    make_product(names=["YEF Toolkit", "YEF guidance"])
    make_product("strands", centre=make_centre("eef"), names=["Tolkit"])

    (message,) = messages([complete_row(product="YEF Tolkit")], ed)

    assert message.startswith(
        "Row 2, product: no product line of the centre is called “YEF Tolkit”. Did you mean “YEF Toolkit”"
    )
    assert messages([complete_row(product="YEF Toolkit")], ed) == []
    # What it changes is checked, and not what was there before.
    other = make_edition(product="YEF Toolkit")
    Product.objects.filter(slug="toolkit").update(names=["Renamed"])
    assert messages([row_of(other, title="Another title")], ed) == []


def imported(rows: list[dict[str, Any]], by: User) -> Plan:
    plan = plan_of(rows, by)
    assert plan.faults == []
    return import_drafts(
        sheet_of(rows), user=by, fingerprint=plan.fingerprint, file_name="rows.csv"
    )


def row_of(edition: Edition, **cells: str) -> dict[str, str]:
    (row,) = rows_of("csv", exported("csv", Summary.objects.filter(pk=edition.summary_id)))
    return row | cells


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_new_row_becomes_a_summary_with_a_first_draft_of_all_that_it_says(
    kind: str, ed: User
) -> None:
    scale = make_scale("Low", "High")
    row = complete_row(
        code="NG1",
        topics="Mentoring",
        settings="schools",
        age_groups="Young people\nchildren",
        findings="First.\n\nSecond.",
        implementation="Do it well.",
        caveats="It is hard.",
        outcomes="reoffending | all of it | beneficial | 19% less | High",
        impact_native="Good",
        strength_level="low",
        strength_native="Rather high",
        strength_scale=scale.slug,
        strength_step="High",
        cost_level="2",
        studies="12",
        countries="England",
        sources="https://example.org/new | centre's page\nhttps://example.org/b",
        updated="2024-08",
        data_note="Two figures differ.",
        change_note="First of its kind.",
        review_due="2030-01-31",
    )
    file = read_sheet(f"rows.{kind}", MAKE[kind]([row]))
    plan = preview_import(file, user=ed, file_name="my rows.csv")
    assert [fault.message for fault in plan.faults] == []
    assert [(draft.row, draft.title, draft.before) for draft in plan.new] == [
        (2, "Something new", None)
    ]
    assert not Summary.objects.exists()

    import_drafts(file, user=ed, fingerprint=plan.fingerprint, file_name="my rows.csv")

    draft = Edition.objects.get()
    assert (draft.summary.slug, draft.state, draft.number) == ("yef-brand-new", "draft", 1)
    assert (draft.made_by, draft.edited_by) == (ed, ed)
    assert draft.key_findings == ["First.", "Second."]
    assert sorted(draft.age_groups) == ["children", "young-people"]
    assert (draft.strength_step and draft.strength_step.label, draft.cost, draft.studies) == (
        "High", 2, 12,
    )  # fmt: skip
    assert draft.review_due == datetime.date(2030, 1, 31)
    finding = draft.findings.get()
    assert (finding.measured, finding.effect, finding.strength_native) == (
        "all of it", "19% less", "High",
    )  # fmt: skip
    assert [(one.url, one.note) for one in draft.sources.all()] == [
        ("https://example.org/new", "centre's page"),
        ("https://example.org/b", ""),
    ]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by, entry.comment) == ("made", ed, "Imported from my rows.csv.")
    again = {"csv": rows_of("csv", exported("csv", Summary.objects.all()))[0]}
    assert again["csv"]["outcomes"] == row["outcomes"]


def test_a_changed_row_becomes_the_next_edition_and_what_it_leaves_out_stays(ed: User) -> None:
    live = make_edition(studies=3, review_due="2029-01-01", caveats=["One.", "Two."])

    plan = imported([{"id": live.summary.slug, "title": "Another title", "studies": "4"}], ed)

    assert [(change.label, change.before, change.after) for change in plan.changed[0].changes] == [
        ("Title", live.title, "Another title"),
        ("Number of studies", "3", "4"),
    ]
    draft = live.summary.editions.open().get()
    before, after = content_of(live), content_of(draft)
    assert {name for name in before.fields if before.fields[name] != after.fields[name]} == {
        "title", "studies",
    }  # fmt: skip
    assert (before.classification, before.findings, before.sources) == (
        after.classification, after.findings, after.sources,
    )  # fmt: skip
    assert (draft.number, draft.state, draft.made_by, draft.edited_by) == (2, "draft", ed, ed)
    assert (draft.change_note, str(draft.review_due)) == ("", "2029-01-01")
    assert Edition.objects.published().get() == live


def test_a_file_may_name_its_columns_by_their_labels_or_as_exports_once_did(ed: User) -> None:
    live = make_edition()
    says = {
        "Bottom line": "It helps some.",
        "KEY FINDINGS": "One.",
        "Findings by outcome": "reoffending | | mixed",
        "effect in the centre's words": "Mixed",
        "The centre’s page": "https://example.org/new",
    }
    former = dict(
        zip(
            ("summary", "findings", "outcomes", "impact_native", "source_url"),
            says.values(),
            strict=True,
        )
    )

    plans = [plan_of([{"id": live.summary.slug, **row}], ed) for row in (says, former)]

    assert [plan.faults for plan in plans] == [[], []]
    assert plans[0].drafts[0].changes == plans[1].drafts[0].changes
    changed = {change.label: change.after for change in plans[0].drafts[0].changes}
    assert changed == {
        "Bottom line": "It helps some.",
        "Key findings": "One.",
        "Findings by outcome": "reoffending |  | mixed",
        "Effect in the centre’s words": "Mixed",
        "The centre’s page": "https://example.org/new",
    }


@pytest.mark.parametrize(("former", "name"), FORMER_LABELS.items())
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_from_before_a_label_changed_is_still_read(
    kind: str, former: str, name: str
) -> None:
    content = MAKE[kind]([{"id": "yef-a", former: "Toolkit"}])
    (row,) = read_sheet(f"rows.{kind}", content).rows
    assert row.cells == {"id": "yef-a", name: "Toolkit"}


def test_no_heading_means_two_columns() -> None:
    headings = [{name, name_in_files(column.label)} for name, column in COLUMNS.items()]
    assert len(HEADINGS) == sum(map(len, headings)) + len(FORMER_LABELS)


def test_an_error_names_the_column_as_the_file_does(ed: User) -> None:
    row = complete_row() | {"findings": "=1"}
    labelled = {COLUMNS[name].label: cell for name, cell in row.items() if cell}

    assert messages([row], ed) == [
        "Row 2, findings: begins like a formula: “=1”. If it is text, put an apostrophe (') before it"
    ]
    assert messages([labelled], ed) == [
        "Row 2, Key findings: begins like a formula: “=1”. If it is text, put an apostrophe (') before it"
    ]
    labelled["Title"] = ""
    assert "Row 2, Title: must not be empty" in messages([labelled], ed)


def test_an_emptied_cell_empties_and_an_unchanged_row_makes_nothing(ed: User) -> None:
    first, second = make_edition(studies=3, data_note="Doubtful."), make_edition()

    imported([row_of(first, data_note="", findings=""), row_of(second)], ed)

    draft = Edition.objects.open().get()
    assert (draft.summary, draft.data_note, draft.key_findings) == (first.summary, "", [])


def test_a_change_note_alone_makes_nothing_and_goes_along_with_a_change(ed: User) -> None:
    live = make_edition()
    assert plan_of([row_of(live, change_note="Just a note.")], ed).unchanged == 1

    imported([row_of(live, change_note="Another title.", minor="Yes", title="Another")], ed)

    draft = Edition.objects.open().get()
    assert (draft.change_note, draft.minor) == ("Another title.", True)


def test_order_case_and_space_make_no_difference(ed: User) -> None:
    topics = [make_topic("tutoring"), make_topic("mentoring")]
    live = make_edition(topics=topics, key_findings=["One.", "Two."])

    plan = plan_of(
        [
            row_of(
                live,
                topics=" Tutoring \n\nmentoring",
                findings="One. \r\n\r\n Two.",
                strength_level="Moderate",
                title=f" {live.title} ",
            )
        ],
        ed,
    )

    assert (plan.unchanged, plan.drafts, plan.faults) == (1, [], [])


def test_every_error_is_reported_by_row_and_column_and_nothing_can_be_confirmed(ed: User) -> None:
    live = make_edition()
    rows = [
        complete_row(strength_level="hihg", kind="", studies="about 12", title="x" * 201),
        row_of(
            live, topics="mentoring\nnowhere", source_url="ftp://example.org/", updated="24-Aug"
        ),
        complete_row(id="yef-name", centre="nowhere", cost_level="7"),
        row_of(live, outcomes="reoffending | a | sideways\nnothing | b | mixed | | | | more"),
    ]
    rows[3]["id"] = "yef-other"

    said = messages(rows, ed)

    expected_title = "Row 2, title: Ensure this value has at most 200 characters (it has 201)."
    assert said[:2] == [expected_title, "Row 2, kind: must not be empty"]
    expected = [
        "Row 2, strength_level: no value of “Strength of evidence” is called “hihg”. Did you mean “High” or "
        "“Very high”? The list has: “Very high”, “High”, “Moderate”, “Low”, “Very low”, “Insufficient”, “Not rated”",
        "Row 2, studies: “about 12” is not a whole number: write digits alone, such as 24",
        "Row 3, source_url: should be a web address with http or https, not “ftp://example.org/”",
        "Row 3, topics: no topic is called “nowhere”. The list has: “Mentoring”",
        "Row 3, updated: “24-Aug” gives no year: write it as 20 August 2024, 20/08/2024 or 2024-08-20",
        "Row 4, cost_level: no value of “Cost” is called “7”. The list has: “Very low” (1), “Low” (2), “Moderate” (3), "
        "“High” (4), “Very high” (5)",
        "Row 4, centre: no centre is called “nowhere”. The list has: “Centre yef” (yef)",
        "Row 5, outcomes: line 1: no direction is called “sideways”. The list has: “Beneficial”, “Mixed”, “No effect”, "
        "“Harmful”, “Insufficient evidence” (insufficient), “Not assessed”",
    ]
    assert [line for line in expected if line not in said] == []
    plan = plan_of(rows, ed)
    with pytest.raises(PlanChanged):
        import_drafts(sheet_of(rows), user=ed, fingerprint="anything", file_name="rows.csv")
    assert plan.drafts == []
    assert not Edition.objects.open().exists()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"outcomes": "nothing"}, "Row 2, outcomes: line 1: no outcome is called “nothing”"),
        ({"outcomes": "reoffending"}, "Row 2, outcomes: line 1: direction: should be one of"),
        ({"policy_areas": ""}, "Row 2, policy_areas: must not be empty"),
        ({"age_groups": "grown-ups"}, "Row 2, age_groups: no value of “Age groups” is called “grown-ups”"),
        ({"sources": "not an address"}, "Row 2, sources: line 1: url: should be a web address"),
        (
            {"sources": "https://a.example\nhttps://a.example"},
            "Row 2, sources: line 2: url: “https://a.example” is given more than once",
        ),
        ({"source_url": "javascript:alert(1)"}, "Row 2, source_url: should be a web address"),
        ({"strength_scale": "nowhere"}, "Row 2, strength_scale: no rating scale is called “nowhere”"),
        ({"strength_step": "High"}, "Row 2, strength_step: needs “Strength scale” to be given too"),
        (
            {"strength_scale": "eef-scale"},
            "Row 2, strength_scale: “Evidence security” is a scale of another centre",
        ),
        (
            {"strength_scale": "yef-scale", "strength_step": "Top"},
            "Row 2, strength_step: no step of “Evidence security” is called “Top”. The list has: “Low”, “High”",
        ),
        (
            {"strength_scale": "yef-scale", "strength_step": "High"},
            "Row 2, strength_level: should be “Low”, the common level of the step “High”",
        ),
        ({"updated": "2024-13"}, "Row 2, updated: "),
        ({"updated": "2999"}, "Row 2, updated: should not be in the future"),
        ({"review_due": "2030"}, "Row 2, review_due: “2030” gives a year, and a day is needed"),
        ({"review_due": "2030-02-31"}, "Row 2, review_due: "),
        ({"minor": "perhaps"}, "Row 2, minor: “perhaps” is neither yes nor no: write yes, or a tick such as x or ✓"),
        ({"studies": "-3"}, "Row 2, studies: “-3” is not a whole number"),
        ({"studies": "99999999999"}, "Row 2, studies: "),
        ({"impact_native": "x" * 201}, "Row 2, impact_native: Ensure this value has at most 200"),
        ({"outcomes": f"reoffending | {'x' * 201} | mixed"}, "Row 2, outcomes: line 1: measured: "),
        ({"id": "y" * 101}, "Row 2, id: is longer than 100 characters"),
        ({"id": ""}, "Row 2, id: must not be empty"),
        ({"id": "=1+1"}, "Row 2, id: begins like a formula"),
        ({"title": "=HYPERLINK(1)"}, "Row 2, title: begins like a formula"),
        ({"title": "@SUM(1)"}, "Row 2, title: begins like a formula"),
        ({"title": "+cmd|' /C calc'!A0"}, "Row 2, title: begins like a formula"),
        ({"title": "-"}, "Row 2, title: “-” is what lists show where nothing is stated"),
        ({"title": "a\x00b"}, "Row 2, title: holds a control character (number 0)"),
        ({"summary": "a\x07b"}, "Row 2, summary: holds a control character (number 7)"),
    ],
    ids=str,
)  # fmt: skip
def test_a_value_that_does_not_fit_is_reported(cells: dict[str, str], said: str, ed: User) -> None:
    make_scale("Low", "High")
    make_scale("Low", "High", slug="eef-scale", centre=make_centre("eef"))
    row = complete_row() | cells

    faults = messages([row], ed)

    assert [line for line in faults if line.startswith(said)], faults


@pytest.mark.parametrize("text", ["+5 months", "-3% a year", "'=not a formula", "'tis", "a = b"])
def test_ordinary_text_is_kept_as_it_is(text: str, ed: User) -> None:
    imported([complete_row(title="T", countries=text)], ed)
    expected = "=not a formula" if text.startswith("'=") else text
    assert Edition.objects.get().countries == expected


def test_an_id_given_twice_is_an_error_in_both_rows(ed: User) -> None:
    said = messages([complete_row(), complete_row(title="Again")], ed)
    assert [line[:10] for line in said] == ["Row 2, id:", "Row 3, id:"]
    assert "is the summary of row 3 too. One row is one summary" in said[0]


def test_of_an_id_that_fills_a_column_each_row_names_three_others(ed: User) -> None:
    said = messages([complete_row()] * 40, ed)
    assert "of row 3, row 4, row 5 and 36 more too." in said[0]
    assert "of row 2, row 4, row 5 and 36 more too." in said[1]
    assert "of row 2, row 3, row 4 and 36 more too." in said[39]


@pytest.mark.parametrize("wrong", ["", "Nót a name", "y" * 101, "=1", "two\nlines!"])
def test_of_a_row_whose_id_is_wrong_nothing_else_is_said(wrong: str, ed: User) -> None:
    (said,) = messages([{"id": wrong, "title": "", "strength_level": "hihg", "Other": "x"}], ed)
    assert said.startswith("Row 2, id: ")


def test_a_summary_cannot_move_to_another_centre(ed: User) -> None:
    make_centre("eef")
    live = make_edition()
    assert messages([row_of(live, centre="eef")], ed) == [
        "Row 2, centre: should be “yef”, not “eef”: a summary cannot move to another centre"
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_text_that_spreadsheets_find_hard_is_unchanged_and_stays_as_it_is(
    kind: str, ed: User
) -> None:
    says: dict[str, Any] = {
        "title": "=1+1",
        "bottom_line": "\tTab,\x0bother space\r\nand a _x0041_ line ",
        "key_findings": ["-one", "@two", "in two\nlines"],
        "countries": "+5  countries",
        "findings": [
            {
                "outcome": make_outcome(),
                "direction": "mixed",
                "measured": "a | b\\",
                "effect": "'=x",
            }
        ],
        "sources": [{"url": "https://example.org/|", "note": "|"}],
    }
    live = make_edition(**says)
    content = exported(kind, Summary.objects.all())

    plan = preview_import(read_sheet(f"rows.{kind}", content), user=ed, file_name="rows")

    assert (plan.unchanged, plan.drafts, plan.faults) == (1, [], [])
    imported([{"id": live.summary.slug, "studies": "7"}], ed)
    draft = Edition.objects.open().get()
    before, after = content_of(live), content_of(draft)
    assert dict(before.fields) | {"studies": 7} == after.fields
    assert (before.findings, before.sources) == (after.findings, after.sources)


# What is said of what somebody else has open, and of one's own.
OPEN = {
    "draft": "This summary has a draft open, last edited by olu. That has to be finished or discarded first",
    "in-review": "This summary has an edition in review, submitted by olu. Take it back, or wait for approval",
    "scheduled": "This summary has an edition that goes live on 1 January 2030 at 09:00. Wait until then, or ask a publisher "
    "to send it back",
}
OWN = OPEN | {
    "draft": "You have a draft of this summary open. Finish or discard that first",
    "in-review": "You have an edition of this summary in review. Take it back, or wait for approval",
}


@pytest.mark.parametrize("state", OPEN)
def test_a_summary_with_an_open_edition_is_unchanged_or_says_who_has_it_and_what_to_do(
    state: str, ed: User
) -> None:
    other = make_person("olu", "Secretariat editor")
    live = make_edition()
    published = row_of(live)
    draft = make_draft(summary=live.summary, title="As Olu has it")
    actions.record_edit(edition=draft, by=other)
    if state != "draft":
        day = datetime.date(2031, 1, 1)
        actions.submit(edition=draft, change_note="Renamed.", by=other, review_due=day)
    if state == "scheduled":
        nine = datetime.datetime(2030, 1, 1, 9, tzinfo=datetime.UTC)
        digest, pat = digest_of(Edition.objects.get(pk=draft.pk)), make_person("pat", "Publisher")
        actions.schedule(edition=draft, by=pat, digest=digest, publish_at=nine)
    shown = row_of(live)
    assert shown["title"] == "As Olu has it"

    same, differing = plan_of([shown], ed), plan_of([published], ed)
    own = plan_of([published], other)

    assert (same.unchanged, same.faults) == (1, [])
    assert [str(fault) for fault in differing.faults] == [f"Row 2, id: {OPEN[state]}"]
    assert [str(fault) for fault in own.faults] == [f"Row 2, id: {OWN[state]}"]


def test_a_withdrawn_summary_does_not_come_back_by_import(ed: User) -> None:
    live = make_edition()
    actions.withdraw(summary=live.summary, reason="Out of date.")

    assert plan_of([row_of(live)], ed).unchanged == 1
    assert messages([row_of(live, title="Back again")], ed) == [
        "Row 2, id: is withdrawn. Open a new edition by hand if it is to come back"
    ]


def test_a_summary_whose_only_draft_was_discarded_gets_a_first_edition_again(ed: User) -> None:
    draft = make_draft(slug="yef-brand-new")
    actions.discard(edition=draft)

    imported([complete_row()], ed)

    assert Summary.objects.get().editions.get().number == 2


@pytest.mark.parametrize("what", ["opened", "published", "made", "renamed"])
def test_what_changed_since_the_preview_is_not_imported(what: str, ed: User) -> None:
    live = make_edition()
    rows = [row_of(live, studies="7"), complete_row()]
    plan = plan_of(rows, ed)
    if what == "opened":
        actions.open_edition(summary=live.summary)
    elif what == "published":
        publish_draft(make_draft(summary=live.summary, title="Meanwhile"))
    elif what == "made":
        make_draft(slug="yef-brand-new")
    else:
        Centre.objects.filter(slug="yef").update(slug="yef-renamed")
    before = Edition.objects.count()

    with pytest.raises(PlanChanged):
        import_drafts(sheet_of(rows), user=ed, fingerprint=plan.fingerprint, file_name="rows.csv")

    assert Edition.objects.count() == before
    assert not AuditEntry.objects.filter(by=ed).exists()


def test_a_draft_that_came_by_import_is_approved_by_somebody_else(ed: User) -> None:
    live = make_edition()
    imported([row_of(live, studies="7", review_due="2030-01-01")], ed)
    draft = Edition.objects.open().get()
    actions.submit(edition=draft, change_note="Counted again.", by=ed)

    with pytest.raises(actions.SamePerson):
        actions.approve(edition=draft, by=ed, digest=digest_of(draft))


def test_many_rows_take_no_more_queries_than_few(
    ed: User, django_assert_max_num_queries: Callable
) -> None:
    make_editions(60)
    rows = rows_of("csv", exported("csv", Summary.objects.all()))
    rows = [row | {"title": f"{row['title']}, revised"} for row in rows]
    rows += [complete_row(id=f"yef-new-{number}") for number in range(60)]
    with django_assert_max_num_queries(45):
        plan = plan_of(rows, ed)
    assert len(plan.drafts) == 120
    with django_assert_max_num_queries(66):
        import_drafts(sheet_of(rows), user=ed, fingerprint=plan.fingerprint, file_name="rows.csv")
    assert Edition.objects.open().count() == 120


# Other people's centres


@pytest.fixture
def home_editor() -> User:
    return make_person("hal", "Centre editor", centre=make_centre("yef"))


def test_rows_of_another_centre_are_refused_and_tell_nothing(home_editor: User) -> None:
    theirs = make_draft(centre=make_centre("eef"), title="Secret", slug="eef-secret")
    actions.record_edit(edition=theirs, by=make_person("olu", "Secretariat editor"))
    rows = [
        complete_row(id="eef-secret", centre="yef", strength_level="hihg"),
        complete_row(id="eef-new", centre="eef", strength_level="hihg"),
        complete_row(id="yef-new", centre="nowhere"),
        complete_row(id="eef-secret", centre="eef"),
    ]

    said = messages(rows, home_editor)

    assert said == [
        "Row 2, id: is not one of your centres",
        "Row 3, centre: is not one of your centres",
        "Row 4, centre: is not one of your centres",
        "Row 5, id: is not one of your centres",
    ]


def test_an_editor_imports_rows_of_their_own_centre(home_editor: User) -> None:
    live = make_edition()
    imported([row_of(live, title="Better"), complete_row()], home_editor)
    assert Edition.objects.open().filter(made_by=home_editor).count() == 2


def test_who_left_the_centre_since_cannot_confirm(home_editor: User) -> None:
    rows = [complete_row()]
    plan = plan_of(rows, home_editor)
    home_editor.memberships.all().delete()
    with pytest.raises(PlanChanged):
        import_drafts(
            sheet_of(rows), user=home_editor, fingerprint=plan.fingerprint, file_name="rows.csv"
        )


def test_a_new_row_that_may_be_a_summary_that_is_there_is_noted_and_made_all_the_same(
    ed: User,
) -> None:
    page = "https://example.org/chess"
    make_edition(slug="yef-chess", title="Chess in Primary Schools", source_url=page)
    make_draft(slug="yef-cafe", title="Café chess", source_url="https://example.org/cafe")
    make_edition(slug="eef-chess", centre=make_centre("eef"), title="Draughts")

    def row(name: str, title: str, url: str) -> dict[str, Any]:
        return complete_row(id=name, title=title, source_url=url, product="Toolkit")

    rows = [
        row("yef-games", "Chess in primary schools.", page),
        row("yef-coffee", "CAFE: chess", "https://example.org/other"),
        row("yef-board", "Board games", page),
        row("yef-draughts", "Draughts", "https://example.org/draughts"),  # of another centre
    ]
    plan = plan_of(rows, ed)

    same = "If they are the same, give this row that id"
    assert [str(note) for note in plan.notes] == [
        f"Row 2, title: “Chess in primary schools.” is the title of “yef-chess” too, which is published. {same}",
        f"Row 3, title: “CAFE: chess” is the title of “yef-cafe” too, which is a draft. {same}",
        f"Row 4, source_url: is the page of “yef-chess” too, which is published. {same}",
    ]
    assert plan.questions == []
    assert len(plan.new) == 4
