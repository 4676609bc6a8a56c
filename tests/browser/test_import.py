"""A file of rows in a real browser: upload, look, confirm. With PICTURES=docs/images it takes pictures of docs/editing.md."""

import csv
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.editors import csv_of, fits, go, picture

pytestmark = pytest.mark.browser


@pytest.fixture
def edith(open_as: Callable[[str], Page], portal_url: str) -> Page:
    """An editor of one centre, at the list of its summaries."""
    page = open_as("edith")
    page.goto(f"{portal_url}/admin/evidence/summary/")
    return page


@pytest.fixture
def look(edith: Page, assert_accessible: Callable[[Page], None]) -> Callable[[], None]:
    """Assert that the page is sound, accessible, and fits a narrow window."""
    errors: list[str] = []
    edith.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)

    def check() -> None:
        assert errors == []
        assert_accessible(edith)
        errors.clear()  # axe itself tries what the content policy forbids
        fits(edith)

    return check


# Keeps what the bar of a page was set to in the name of the window, which the next page still has.
NOTE_THE_BAR = """
    const value = Object.getOwnPropertyDescriptor(HTMLProgressElement.prototype, "value");
    Object.defineProperty(HTMLProgressElement.prototype, "value", {
      ...value,
      set(done) {
        value.set.call(this, done);
        window.name += `${done}/${this.max} `;
      },
    });
"""


def test_a_file_is_exported_corrected_checked_and_confirmed(
    edith: Page, look: Callable[[], None]
) -> None:
    edith.add_init_script(NOTE_THE_BAR)
    go(edith, edith.get_by_role("link", name="Export this list"))
    look()
    edith.get_by_label("Format").select_option("csv")
    with edith.expect_download() as download:
        edith.get_by_role("button", name="Download").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["Centre"] for row in rows} == {"eef"}

    edith.go_back()
    go(edith, edith.get_by_role("link", name="Summaries").first)
    go(edith, edith.get_by_role("link", name="Import", exact=True))
    look()
    wrong = [rows[0] | {"Strength of evidence": "hihg"}, *rows[1:]]
    edith.get_by_label("File", exact=True).set_input_files(csv_of(wrong))
    go(edith, edith.get_by_role("button", name="Check the file"))
    expect(edith.get_by_text("is called “hihg”. Did you mean “High”").first).to_be_visible()
    expect(edith.get_by_role("button", name="Make 1 draft")).to_have_count(0)
    look()

    title = rows[0]["Title"]
    corrected = [rows[0] | {"Title": f"{title}, revised", "Number of studies": "999"}, *rows[1:]]
    new = rows[1] | {"id": "eef-brand-new", "Title": "Something new"}
    edith.get_by_label("File", exact=True).set_input_files(csv_of([*corrected, new]))
    go(edith, edith.get_by_role("button", name="Check the file"))
    expect(edith.locator("ins", has_text="revised").first).to_be_visible()
    of_both = edith.evaluate("window.name").split()
    moved = of_both[of_both.index(f"{len(rows)}/{len(rows)}") + 1 :]  # in the second check
    number = len(rows) + 1
    assert [one.split("/")[1] for one in moved] == [str(number)] * len(moved)
    done = [int(one.split("/")[0]) for one in moved]
    assert done == sorted(set(done))
    assert done[0] < number / 2 < done[-1] == number
    look()
    picture(edith, "import-preview")
    go(edith, edith.get_by_role("button", name="Make 2 drafts"))

    expect(edith.get_by_text("2 drafts were made from corrections.csv").first).to_be_visible()
    expect(edith.get_by_role("link", name=f"{title}, revised").first).to_be_visible()
    look()


def test_a_form_that_was_sent_says_that_it_is_worked_on(edith: Page) -> None:
    go(edith, edith.get_by_role("link", name="Import", exact=True))
    note = edith.get_by_text("Sending and reading the file.")
    assert not note.is_visible()
    edith.route("**/import/", lambda route: None)  # the answer never comes
    edith.get_by_role("button", name="Check the file").click()
    assert note.is_visible()
    assert edith.get_by_role("progressbar").is_visible()
