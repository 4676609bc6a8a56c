"""Reading a summary: withdrawn, changed, cited, and on paper; and what an approach found."""

import datetime
import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page

from evidence.editorial.diff import Change

pytestmark = pytest.mark.browser

WITHDRAWN = {
    "summary": SimpleNamespace(
        slug="old",
        centre={"name": "Centre", "get_absolute_url": "/centres/centre/"},
        withdrawn_at=datetime.date(2026, 11, 24),
        withdrawn_reason="The review was retracted.",
    ),
    "last": {"title": "Old advice", "source_url": "https://example.org/old"},
    "replacement": {
        "title": "New advice",
        "get_absolute_url": "/evidence/new/",
        "summary": {"centre": {"short_name": "C"}},
    },
}
CHANGES = {
    "caption": "What changed",
    "changes": [
        Change("studies", "Number of studies", "46", "62"),
        Change("caveats", "Cautions and harms", "It costs a lot.", "It costs £500 each.\nNew."),
    ],
}


@pytest.mark.parametrize("width", [1280, 320])
def test_a_withdrawn_summary_and_its_changes_are_accessible(
    page: Page, portal_url, assert_accessible, width
):
    withdrawn = render_to_string("evidence/withdrawn.html", WITHDRAWN)
    changes = render_to_string("evidence/partials/changes_table.html", CHANGES)
    body = withdrawn.replace("</main>", f"{changes}</main>")
    page.set_viewport_size({"width": width, "height": 900})
    page.route("**/evidence/old/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{portal_url}/evidence/old/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)


def test_the_data_block_for_machines_is_let_through(page: Page, portal_url):
    page.goto(
        f"{portal_url}/evidence/yef-mentoring/"
    )  # the fixture fails on a complaint of the CSP
    block = page.locator('script[type="application/ld+json"]')
    assert (
        page.evaluate("block => JSON.parse(block.text).name", block.element_handle()) == "Mentoring"
    )


def test_a_contents_link_leads_to_its_section(page: Page, portal_url):
    page.goto(f"{portal_url}/evidence/yef-mentoring/")
    for link in page.locator(".contents a").all():
        assert page.locator(f"{link.get_attribute('href')}.section h2").count() == 1


def test_what_seven_centres_found_fits_and_their_names_stay_in_sight(page: Page, portal_url):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{portal_url}/approaches/mentoring/")
    grid = page.locator(".grid-region")
    heads = grid.locator("thead th")
    assert heads.count() == 8
    assert grid.evaluate("region => region.scrollWidth <= region.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280

    grid.get_by_role("rowheader").nth(3).evaluate("row => row.scrollIntoView({block: 'center'})")
    top = "one => one.getBoundingClientRect().top"
    assert all(head.evaluate(top) >= 0 for head in heads.all())

    # Somebody who goes back through the links by the keyboard sees each below the heads.
    links = grid.get_by_role("link").all()
    links[-1].focus()
    for link in reversed(links[:-1]):
        page.keyboard.press("Shift+Tab")
        below = heads.first.evaluate("one => one.getBoundingClientRect().bottom")
        assert link.evaluate(top) >= below - 1


def test_one_press_selects_a_whole_citation(page: Page, portal_url):
    page.goto(f"{portal_url}/evidence/yef-mentoring/")
    page.locator(".cite").first.click()
    assert f"{portal_url}/evidence/yef-mentoring/" in page.evaluate("getSelection().toString()")


@pytest.mark.parametrize(
    ("slug", "most"),
    [
        ("yef-interventions-to-prevent-school-exclusion", 2),
        ("eef-feedback", 4),  # with the other assessments of the same approach
    ],
)
def test_a_summary_prints_on_few_sheets(page: Page, portal_url, slug, most):
    page.goto(f"{portal_url}/evidence/{slug}/")
    sheets = re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True))
    assert 1 <= len(sheets) <= most
    page.emulate_media(media="print")
    assert not page.locator(".contents").is_visible()
    assert page.locator("#points").evaluate("section => section.offsetWidth") > 600
