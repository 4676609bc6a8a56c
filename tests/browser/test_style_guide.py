"""Every component in a real browser, without a server: requests are answered from the templates."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route

from portal.middleware import CONTENT_SECURITY_POLICY

from .style_guide import CONTEXT

pytestmark = pytest.mark.browser

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.route("**/*", answer)
    yield page
    page.close()


def answer(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path.startswith(settings.STATIC_URL):
        found = finders.find(path.removeprefix(settings.STATIC_URL))
        route.fulfill(path=str(found)) if found else route.abort()
        return
    html = render_to_string(path.removeprefix("/"), CONTEXT)
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)


def show(page: Page, template: str = "portal/style-guide.html", width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"http://portal.test/{template}")


@pytest.mark.parametrize(
    ("template", "width"),
    [*(("portal/style-guide.html", width) for width in (1280, 375, 320)), ("500.html", 320)],
)
def test_every_component_is_accessible_and_never_scrolls_sideways(page, template, width) -> None:
    show(page, template, width)

    options = {"runOnly": AXE_TAGS, "resultTypes": ["violations"]}  # as for the pages of the portal
    results = Axe().run(page, options=options)

    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_obeys_the_content_security_policy(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    show(page)

    assert complaints == []


def test_the_first_tab_offers_the_main_content(page: Page) -> None:
    show(page)

    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "main-content"


def test_filters_stand_open_beside_the_results_and_fold_on_a_phone(page: Page) -> None:
    apply = page.get_by_role("button", name="Apply filters")

    show(page, width=1280)
    assert apply.is_visible()

    show(page, width=375)
    assert not apply.is_visible()
    page.get_by_text("Filters", exact=True).click()
    assert apply.is_visible()


def test_a_long_filter_can_be_narrowed_by_typing(page: Page) -> None:
    show(page)

    page.get_by_role("searchbox", name="Type to narrow: Policy area").fill("home")

    facet = page.locator(".facet").first
    assert facet.locator(".facet__option:visible").all_inner_texts() == ["Homelessness\n3"]


def test_meters_keep_their_shape_in_forced_colours_and_on_paper(browser: Browser) -> None:
    page = browser.new_page(forced_colors="active", color_scheme="dark")
    page.route("**/*", answer)
    show(page)
    meter = page.locator(".symbol--strength").first
    assert meter.evaluate("meter => getComputedStyle(meter).stroke") == "rgb(255, 255, 255)"

    page.emulate_media(media="print", forced_colors="none")
    assert meter.is_visible()
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert not page.get_by_role("button", name="Apply filters").is_visible()
    page.close()


def test_the_styles_stay_small() -> None:
    styles = Path(str(finders.find("build/main.css")))

    assert len(gzip.compress(styles.read_bytes())) <= 18 * 1024
