"""The network's long pages in a real browser: narrowed without a script, and readable where links lead."""

import pytest
from playwright.sync_api import Browser, Page, expect

# Is the heading of the place that the address names what one sees there?
IN_SIGHT = """(id) => {
    const heading = document.getElementById(id).querySelector("h2, h3");
    const box = heading.getBoundingClientRect();
    const shown = document.elementFromPoint(box.left + 20, box.top + box.height / 2);
    return heading === shown || heading.contains(shown);
}"""


def test_the_timeline_is_narrowed_without_a_script(browser: Browser, portal_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal_url}/network/")
    page.get_by_text("Show only some kinds of event").click()
    page.get_by_label("People").check()
    page.get_by_role("button", name="Apply").click()
    assert page.url == f"{portal_url}/network/?kind=people#timeline"
    expect(page.get_by_text("3 events of the kind selected.")).to_be_visible()
    expect(page.get_by_label("People")).to_be_checked()
    page.get_by_role("link", name="Show every kind").click()
    expect(page.get_by_text("65 events")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/ratings/", "emmie-quality"),
        ("/network/", "publications"),
        ("/centres/eef/", "funders"),
        ("/policy-areas/", "homelessness"),
    ],
)
def test_a_link_to_a_place_shows_the_place(
    page: Page, portal_url: str, address: str, place: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{portal_url}{address}#{place}")
    assert page.evaluate(IN_SIGHT, place)
    for table in page.locator(f"#{place} table").all():
        assert table.is_visible()


def test_what_is_folded_opens_on_request_and_is_open_on_paper(page: Page, portal_url: str) -> None:
    page.goto(f"{portal_url}/ratings/")
    steps = page.get_by_role("table", name="EMMIE-Q (quality of evidence): its steps")
    expect(steps).to_be_hidden()
    page.get_by_text("EMMIE-Q (quality of evidence)", exact=True).click()
    expect(steps).to_be_visible()
    page.emulate_media(media="print")
    for table in page.locator(".scale table").all():
        assert table.is_visible()


def test_the_contents_of_a_long_page_are_always_one_step_away(page: Page, portal_url: str) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{portal_url}/ratings/#maps-checklist")
    page.get_by_role("link", name="Contents", exact=True).click()
    expect(page.get_by_role("link", name="Before you compare")).to_be_in_viewport()
