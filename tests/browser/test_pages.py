"""Every kind of public page in a real browser, opened once: accessible, reached by keyboard, whole at every width."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from .conftest import manage, page_without_errors
from .measures import keyboard_faults, layout_faults, show_at

PAGES = [
    "/",
    "/evidence/",
    "/evidence/?strength=high&policy_area=crime-reduction",
    "/evidence/?q=mentoring",
    "/evidence/?q=zzqq&strength=high",
    "/evidence/?view=table&outcome=reoffending&sort=-strength",
    "/evidence/?view=picture&centre=eef",
    "/map/",
    "/evidence/yef-mentoring/",
    "/evidence/wcpp-rural-poverty/?here=wales,rural,schools,atlantis",
    "/evidence/yef-mentoring/history/",
    "/compare/",
    "/compare/?summary=eef-mentoring&summary=yef-mentoring&summary=college-of-policing-mentoring",
    "/compare/paper/?summary=eef-mentoring&summary=yef-mentoring&here=wales,rural",
    "/coverage/",
    "/coverage/eef-early-years-toolkit/",
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
# Summaries, approaches and topics at their extremes.
EXTREMES = [
    "/evidence/college-of-policing-hot-spots-policing/",  # the longest
    "/evidence/yef-interventions-to-prevent-school-exclusion/",  # the emptiest
    "/evidence/college-of-policing-scared-straight/",  # harmful
    "/evidence/wwg-access-to-finance/",  # eight findings, one of them harmful
    "/coverage/taso-moat/",  # nothing of it is here
    "/evidence/nice-ng28-type-2-diabetes/",  # a guideline: nothing rated
    "/approaches/parenting-programmes/",  # nineteen members
    "/approaches/?policy_area=homelessness",
    "/topics/youth-justice/",
    "/map/?policy_area=homelessness",
    # Six columns, of which one has the longest name
    "/compare/?summary=eef-mentoring&summary=yef-mentoring&summary=college-of-policing-mentoring"
    "&summary=wwg-apprenticeship-mentoring&summary=taso-mentoring-post-entry&summary=wwg-access-to-finance",
    "/evidence/?compare=eef-mentoring&compare=eef-feedback",
    "fact check",  # of the longest
]
FACT_CHECK = """
from django.contrib.auth.models import User
from evidence.editorial import actions
from evidence.fact_checks.links import link_to
from evidence.models import Summary
draft = actions.open_edition(summary=Summary.objects.get(slug="college-of-policing-hot-spots-policing"))
by = User.objects.get_or_create(username="an asker")[0]
question = "Are the figures those of your review of 2024?"
print(link_to(actions.ask_for_fact_check(edition=draft, asked_of="Dr Grey", days=7, by=by, question=question)))
"""
LAYOUTS = [(1280, 100), (600, 100), (375, 100), (320, 100), (320, 200), (1280, 200)]


@pytest.fixture(scope="module", params=[*PAGES, *EXTREMES])
def opened(
    browser: Browser, portal_url: str, portal_database: str, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page, opened once for all the tests that take it."""
    address = request.param
    if address == "fact check":  # nobody can know its address before it is made
        address = manage(portal_database, "shell", "--no-imports", "-c", FACT_CHECK).strip()
    with page_without_errors(browser) as page:
        answer = page.goto(portal_url + address)
        assert answer
        assert answer.status == (404 if address == "/no-such-page/" else 200)
        yield page


def test_a_page_is_accessible(
    opened: Page, assert_accessible: Callable[[Page], None], request: pytest.FixtureRequest
) -> None:
    """Each template has a page in both lists, so it is tried at both widths."""
    show_at(opened, 320 if request.node.callspec.params["opened"] in EXTREMES else 1280)
    assert opened.locator("h1").count() == 1
    assert_accessible(opened)


def test_nothing_is_too_wide_broken_or_hard_to_read_at_any_width_and_text_size(
    opened: Page,
) -> None:
    for width, text_size in LAYOUTS:
        show_at(opened, width, text_size)
        found = layout_faults(opened)
        assert found == {"beyond": 0, "broken": [], "long": []}, (width, text_size)


def test_tab_reaches_every_control_in_order_and_in_sight(opened: Page) -> None:
    for width, most in ((1280, 80), (320, 40)):
        show_at(opened, width)
        assert keyboard_faults(opened, most) == [], width


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
    assert 10 < stops <= 48


def test_find_works_without_javascript(browser, portal_url):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal_url}/evidence/")
    page.get_by_label("Search in your own words").fill("mentoring")
    page.get_by_role("button", name="Search").click()
    assert "mentoring" in page.locator(".results__bar").inner_text()
    page.locator("summary").get_by_text("Effect", exact=True).click()
    page.locator("[name=impact][value=mixed]").check()
    page.get_by_role("button", name="Apply filters").click()
    assert page.get_by_role("link", name="Remove filter Effect: Mixed").is_visible()
    page.get_by_role("link", name="Remove filter Effect: Mixed").click()
    assert "impact" not in page.url
    context.close()
