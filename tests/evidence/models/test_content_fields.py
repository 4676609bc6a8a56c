"""What an edition says is declared once, so that one more field needs two edits and shows everywhere."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import connection

from evidence.admin.editions import EditionAdmin
from evidence.find.export import CSV_COLUMNS
from evidence.models import Edition
from evidence.models.content_fields import FIELDS, in_page_order, label_of, lines_of, name_in_files
from evidence.pages.summary import IN_TEMPLATE, NOT_SHOWN
from evidence.templatetags.evidence_tags import label
from tests.evidence.models.another_field import HELP, LABEL, LATER, NAME, TEXT

# What the portal itself notes of an edition; the centre says none of it.
NOT_CONTENT = {
    "id", "summary", "number", "state", "change_note", "created_at", "published_at", "closed_at",
    "review_due", "minor", "made_by", "edited_by", "assigned_to", "submitted_by", "submitted_at",
    "approved_by", "approved_at", "checked_by", "publish_at", "emergency_by", "emergency_reason",
    "page_readings",
}  # fmt: skip
TEMPLATES = settings.BASE_DIR / "templates"


def test_every_field_of_an_edition_is_declared_or_is_no_content() -> None:
    declared = [field.name for field in FIELDS]

    assert len(declared) == len(set(declared))
    assert {field.name for field in Edition._meta.get_fields()} - NOT_CONTENT == set(declared)


def test_every_field_has_a_label_and_a_help_of_its_own() -> None:
    labels = [field.label for field in FIELDS]

    assert len(labels) == len(set(labels))
    assert [field.name for field in FIELDS if not field.help] == []


def test_pages_and_files_tell_one_name_for_what_was_named_three_ways() -> None:
    assert label_of("key_findings") == label("key_findings") == "Key findings"
    assert label_of("findings") == "Findings by outcome"
    assert label("findings.effect") == "Effect, as stated"
    for unknown in ("nothing", "findings.nothing"):
        with pytest.raises(FieldDoesNotExist):
            label(unknown)


def test_a_label_is_written_in_one_place() -> None:
    """A template, a form or a file that writes a label itself would keep the old one when it changes."""
    several_words = [field.label for field in FIELDS if " " in field.label]
    files = [
        *TEMPLATES.glob("evidence/**/*.html"),
        *TEMPLATES.glob("admin/evidence/**/*.html"),
        *(path for room in ("editorial", "find", "pages", "catalogue", "admin", "spreadsheet", "dataset")
          for path in (settings.BASE_DIR / "evidence" / room).glob("*.py")),
    ]  # fmt: skip
    written = [
        f"{path.name}: {one}"
        for path in files
        for one in several_words
        if re.search(rf"[>\"]{re.escape(one)}[<\"]", path.read_text())
    ]

    # They name something else: the list of all audiences, the policy areas of topics, and a product line itself.
    assert set(written) == {
        "coverage_table.html: Product line",
        "product.html: Product line",
        "audience.html: Who it is for",
        "audience_list.html: Who it is for",
        "topic.html: Policy areas",
        "topic_list.html: Policy areas",
    }


def test_the_form_has_every_field_in_its_section_in_the_order_of_the_page() -> None:
    shown = [(title, name) for title, part in EditionAdmin.fieldsets[1:] for name in part["fields"]]

    assert shown == [(field.section, field.name) for field in in_page_order() if not field.is_rows]


def test_the_csv_has_the_columns_that_people_have_files_of() -> None:
    assert CSV_COLUMNS == (
        "id", "title", "centre", "kind", "policy_areas", "topics", "bottom_line", "effect",
        "effect_in_the_centres_words", "strength", "strength_in_the_centres_words", "cost",
        "cost_in_the_centres_words", "number_of_studies", "countries", "date_of_the_version_read",
        "why_a_value_is_missing", "doubts", "doubt_about_a_figure", "source", "url",
        "confirmed_by_centre_on",
    )  # fmt: skip


def test_the_page_lists_what_its_templates_do_not_place() -> None:
    listed = {field.name for field in FIELDS} - IN_TEMPLATE - NOT_SHOWN

    assert listed == {"settings", "age_groups", "studies", "countries"}
    templates = "".join(path.read_text() for path in TEMPLATES.glob("evidence/**/*.html"))
    python = (settings.BASE_DIR / "evidence/pages/summary.py").read_text()
    unread = {name for name in IN_TEMPLATE if f"edition.{name}" not in templates + python}
    # Topics and policy areas come in the order of their lists; a step is named by its scale; a reason stands for its value.
    assert unread <= {
        "topics",
        "policy_areas",
        "audiences",
        "strength_step",
        "cost_step",
        "missing",
    }


def test_lines_are_words_and_empty_is_no_line() -> None:
    edition = Edition(
        direction="no-effect", cost=1, studies=0, updated="2024-08", age_groups=["young-people"]
    )

    assert lines_of(edition, "direction") == ["No effect"]
    assert lines_of(edition, "cost") == ["Very low"]
    assert lines_of(edition, "studies") == ["0"]
    assert lines_of(edition, "updated") == ["August 2024"]
    assert lines_of(edition, "age_groups") == ["Young people"]
    for empty in ("title", "key_findings", "strength_native", "data_note"):
        assert lines_of(edition, empty) == [], empty


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("The centre’s page", "the_centres_page"),
        (" the centre's PAGE ", "the_centres_page"),
        ("impact.native", "impact_native"),
        ("Effect, as stated", "effect_as_stated"),
    ],
)
def test_a_label_becomes_the_name_of_a_column(written: str, name: str) -> None:
    assert name_in_files(written) == name


# One field more


@pytest.fixture
def with_another_field(tmp_path: Path, db: None) -> dict[str, Any]:
    """Add a field to a copy of the package by two edits; return where it then shows."""
    copy = tmp_path / "evidence"
    shutil.copytree(
        settings.BASE_DIR / "evidence", copy, ignore=shutil.ignore_patterns("__pycache__")
    )
    field = f'{NAME} = models.TextField("{LABEL.lower()}", blank=True, help_text="{HELP}")'
    _insert(copy / "models/editions.py", "    objects = EditionQuerySet", f"    {field}\n\n")
    declaration = (
        f'ContentField("{NAME}", Section.TRIED, Wording.SENTENCES, optional_in_files=True)'
    )
    _insert(
        copy / "models/content_fields.py", '    ContentField("data_note"', f"    {declaration},\n"
    )
    database = str(connection.settings_dict["NAME"])
    ran = subprocess.run(
        [sys.executable, "-m", "tests.evidence.models.another_field", database],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": f"{tmp_path}{os.pathsep}{settings.BASE_DIR}",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    shown: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return shown


def _insert(path: Path, before: str, text: str) -> None:
    code = path.read_text()
    assert code.count(before) == 1, before
    path.write_text(code.replace(before, text + before))


def test_a_field_added_by_two_edits_shows_on_every_page_and_in_every_file(
    with_another_field: dict[str, Any],
) -> None:
    shown = with_another_field

    assert shown["next edition"] == LATER
    assert shown["change"] == [LABEL, TEXT, LATER]
    assert shown["checklist"][0].startswith(f"{LABEL}: a sentence has 33 words.")
    assert shown["data set"] == [LATER, ""]
    assert shown["column"] == [LABEL, HELP, False]
    assert shown["cell"] == LATER
    assert shown["form"] == [LABEL, HELP, LATER]
    assert shown["import page"] is True
    assert shown["csv"] == LATER
    assert shown["page"].count(LABEL) == 2  # among the contents, and above its text
    assert f"{LABEL} {LATER}" in shown["page"]
    assert f"{LABEL} It reaches every school in Wales" in shown["history"]
