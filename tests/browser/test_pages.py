"""Every public page in a real browser: accessible, and whole on a narrow screen, as it is served."""

import pytest
from playwright.sync_api import Page

PAGES = [
    "/",
    "/evidence/",
    "/evidence/?strength=high&policy_area=crime-reduction",
    "/evidence/?q=mentoring",
    "/evidence/?q=zzqq&strength=high",
    "/evidence/yef-mentoring/",
    "/evidence/yef-mentoring/history/",
    "/compare/",
    "/compare/?summary=eef-mentoring&summary=yef-mentoring&summary=college-of-policing-mentoring",
    "/approaches/",
    "/approaches/mentoring/",
    "/topics/",
    "/topics/rough-sleeping/",
    "/for/",
    "/for/headteachers/",
    "/centres/",
    "/centres/eef/",
    "/centres/eif/",
    "/policy-areas/",
    "/policy-areas/homelessness/",
    "/ratings/",
    "/network/",
    "/network/?kind=founding",
    "/accessibility/",
    "/privacy/",
    "/cookies/",
    "/no-such-page/",
]


@pytest.mark.parametrize("address", PAGES)
def test_page_is_accessible(page: Page, portal_url, assert_accessible, address):
    page.goto(portal_url + address)
    assert page.locator("h1").count() == 1
    assert_accessible(page)


@pytest.mark.parametrize("address", PAGES)
def test_page_fits_320_pixels(page: Page, portal_url, address):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(portal_url + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_signing_in_is_accessible(page: Page, portal_url, assert_accessible):
    page.goto(f"{portal_url}/admin/login/")
    assert_accessible(page)


def test_public_pages_set_no_cookie_and_ask_no_other_host(page: Page, portal_url):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for address in ["/", "/evidence/?q=mentoring", "/evidence/yef-mentoring/", "/network/"]:
        page.goto(portal_url + address)
    assert page.context.cookies() == []
    assert [url for url in asked if not url.startswith(portal_url)] == []


def test_few_stops_before_the_first_result(page: Page, portal_url):
    page.goto(f"{portal_url}/evidence/")
    stops = page.evaluate(
        """() => {
            const first = document.querySelector(".card a");
            const can = "a[href], button, input, select, textarea, summary, [tabindex='0']";
            return [...document.querySelectorAll(can)].filter((element) =>
                element.checkVisibility() &&
                element.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING).length;
        }"""
    )
    assert 10 < stops <= 40


def test_find_works_without_javascript(browser, portal_url):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal_url}/evidence/")
    page.get_by_label("Search in your own words").fill("mentoring")
    page.get_by_role("button", name="Search").click()
    assert "mentoring" in page.locator(".results__bar").inner_text()
    page.locator("summary", has_text="Effect").click()
    page.locator("[name=impact][value=mixed]").check()
    page.get_by_role("button", name="Apply filters").click()
    assert page.get_by_role("link", name="Remove filter Effect: Mixed").is_visible()
    page.get_by_role("link", name="Remove filter Effect: Mixed").click()
    assert "impact" not in page.url
    context.close()
