"""A file of rows in a real browser: upload, look, confirm. With PICTURES=docs/images it takes pictures of docs/editing.md."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, FilePayload, Page

pytestmark = pytest.mark.browser

NAME, PASSWORD = "imogen", "only for this test"
PERSON = f"""
from django.contrib.auth.models import Group, User
from centres.models import Centre, Membership
person = User.objects.get_or_create(username="{NAME}", defaults={{"is_staff": True}})[0]
person.set_password("{PASSWORD}")
person.save()
person.groups.set(Group.objects.filter(name="Centre editor"))
Membership.objects.get_or_create(user=person, centre=Centre.objects.get(slug="eef"))
"""


@pytest.fixture
def imogen(browser: Browser, portal_url: str, portal_database: str) -> Iterator[Page]:
    """An editor of one centre, signed in, on a page that knows its `errors`."""
    environment = os.environ | {
        "DATABASE_URL": portal_database,
        "SECRET_KEY": "only for tests, on this machine",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", PERSON]
    subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=True)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{portal_url}/admin/")
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{portal_url}/admin/evidence/summary/")
    yield page
    context.close()


def file_of(rows: list[dict[str, str]]) -> FilePayload:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    content = stream.getvalue().encode()
    return {"name": "corrections.csv", "mimeType": "text/csv", "buffer": content}


@pytest.fixture
def look(imogen: Page, assert_accessible: Callable[[Page], None]) -> Callable[[str], None]:
    """Assert that the page is sound, accessible and fits a narrow window; take its picture if asked."""
    errors: list[str] = []
    imogen.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)

    def check(name: str) -> None:
        assert errors == []
        assert_accessible(imogen)
        errors.clear()  # axe itself tries what the content policy forbids
        _fits_and_is_pictured(imogen, name)

    return check


def _fits_and_is_pictured(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 768, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 768
    page.set_viewport_size({"width": 1280, "height": 900})
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/editing-{name}.png")


def test_a_file_is_exported_corrected_checked_and_confirmed(
    imogen: Page, look: Callable[[str], None]
) -> None:
    imogen.get_by_role("link", name="Export this list").click()
    look("export")
    with imogen.expect_download() as download:
        imogen.get_by_role("button", name="Download").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["centre"] for row in rows} == {"eef"}

    imogen.go_back()
    imogen.get_by_role("link", name="Summaries").first.click()
    imogen.get_by_role("link", name="Import", exact=True).click()
    look("import")
    wrong = [rows[0] | {"strength_level": "hihg"}, *rows[1:]]
    imogen.get_by_label("File", exact=True).set_input_files(file_of(wrong))
    imogen.get_by_role("button", name="Check the file").click()
    assert imogen.get_by_text("not 'hihg'").count()
    assert not imogen.get_by_role("button", name="Make 1 draft").count()
    look("import-errors")

    title = rows[0]["title"]
    corrected = [rows[0] | {"title": f"{title}, revised", "studies": "999"}, *rows[1:]]
    new = rows[1] | {"id": "eef-brand-new", "title": "Something new"}
    imogen.get_by_label("File", exact=True).set_input_files(file_of([*corrected, new]))
    imogen.get_by_role("button", name="Check the file").click()
    assert imogen.locator("ins", has_text="revised").count()
    look("import-preview")
    imogen.get_by_role("button", name="Make 2 drafts").click()

    assert imogen.get_by_text("2 drafts were made from corrections.csv").count()
    assert imogen.get_by_role("link", name=f"{title}, revised").count()
    look("import-drafts")


HOLD_BACK = """document.querySelector("form[data-busy]").addEventListener(
  "submit", (event) => event.preventDefault(), { once: true })"""


def test_a_form_that_was_sent_says_that_it_is_worked_on(imogen: Page) -> None:
    imogen.get_by_role("link", name="Import", exact=True).click()
    note = imogen.get_by_text("Reading the file and comparing its rows.")
    assert not note.is_visible()
    imogen.evaluate(HOLD_BACK)
    imogen.get_by_role("button", name="Check the file").click()
    assert note.is_visible()
    assert imogen.get_by_role("progressbar").is_visible()
