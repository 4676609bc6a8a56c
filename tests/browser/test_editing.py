"""The secretariat's path in a real browser. With PICTURES=docs/images it also takes the pictures of docs/editing.md."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import manage

pytestmark = pytest.mark.browser

PASSWORD = "only for this test"
PEOPLE = f"""
from django.contrib.auth.models import Group, User
from centres.models import Centre, Membership
for name, role in [("edith", "Centre editor"), ("paul", "Publisher")]:
    person, made = User.objects.get_or_create(username=name, defaults={{"is_staff": True}})
    person.set_password("{PASSWORD}")
    person.save()
    person.groups.set(Group.objects.filter(name=role))
edith = User.objects.get(username="edith")
Membership.objects.get_or_create(user=edith, centre=Centre.objects.get(slug="eef"))
"""
SLUG = "eef-aspiration"


LINKS = """
import datetime
from django.utils import timezone
from evidence.models import Edition, LinkCheck
now = timezone.now()
found = {
    "gone": (404, "The page is not there (404)."),
    "fails": (None, "It did not answer in time."),
    "answers": (200, "It answers."),
}
editions = Edition.objects.published().filter(summary__centre__slug="eef")[:12]
for number, edition in enumerate(editions):
    outcome = list(found)[number % 3]
    status, reason = found[outcome]
    broken = outcome != "answers"
    LinkCheck.objects.get_or_create(url=edition.source_url, defaults={
        "outcome": outcome, "status": status, "reason": reason, "checked_at": now,
        "failures": 5 if broken else 0,
        "first_failed_at": now - datetime.timedelta(days=number + 2) if broken else None,
    })
"""


@pytest.fixture(scope="module")
def people(portal_url: str, portal_database: str) -> None:
    """An editor of one centre and a publisher, in the served portal's database."""
    manage(portal_database, "shell", "--no-imports", "-c", PEOPLE)


@pytest.fixture
def open_as(browser: Browser, portal_url: str, people: None) -> Iterator[Callable[[str], Page]]:
    """Open admin as somebody, in a browser of their own."""
    contexts = []

    def sign_in(name: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        page = contexts[-1].new_page()
        page.goto(f"{portal_url}/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/editing-{name}.png")


def test_a_figure_is_corrected_approved_by_another_read_and_withdrawn(
    open_as: Callable[[str], Page], portal_url: str, assert_accessible: Callable[[Page], None]
) -> None:
    edith = open_as("edith")
    assert_accessible(edith)
    edith.goto(f"{portal_url}/admin/evidence/edition/?q={SLUG}")
    assert_accessible(edith)
    picture(edith, "list")
    edith.locator("#result_list tbody a").first.click()
    edith.get_by_role("button", name="New edition").click()
    edith.locator("#id_studies").fill("177")
    edith.locator("#id_review_due").fill("2030-01-01")
    picture(edith, "draft")
    edith.get_by_role("button", name="Save and continue editing").click()
    edith.get_by_role("link", name="Review and publish").click()
    assert_accessible(edith)
    edith.get_by_role("button", name="Submit for review").click()
    assert edith.get_by_text("say what changed and why, because this did").count()
    edith.get_by_label("Change note").fill("The number of studies was corrected.")
    picture(edith, "submit")
    edith.get_by_role("button", name="Submit for review").click()
    assert edith.get_by_text("somebody else must approve it").count()
    assert not edith.get_by_role("button", name="Approve and publish now").count()

    paul = open_as("paul")
    assert_accessible(paul)
    picture(paul, "first-page")
    paul.set_viewport_size({"width": 768, "height": 900})
    assert paul.evaluate("document.documentElement.scrollWidth") <= 768
    paul.set_viewport_size({"width": 1280, "height": 900})
    paul.locator(".portal-dashboard").get_by_role(
        "link", name="Aspiration interventions"
    ).first.click()
    assert paul.locator("ins", has_text="177").count()
    assert_accessible(paul)
    picture(paul, "review")
    review = paul.url
    paul.get_by_role("button", name="Approve and publish now").click()
    assert paul.get_by_text("Approved: the public can read it.").count()

    public = f"{portal_url}/evidence/{SLUG}/"
    edith.goto(f"{public}history/")
    assert edith.get_by_text("The number of studies was corrected.").count()
    assert edith.locator("#edition-2").get_by_text("177").count()

    paul.goto(review)
    paul.get_by_label("Reason").fill("For a test of the whole path.")
    paul.get_by_role("button", name="Withdraw this summary").click()
    answer = edith.goto(public)
    assert answer is not None
    assert answer.status == 410
    assert edith.get_by_text("For a test of the whole path.").count()


def test_links_that_fail_are_on_the_first_page_and_lead_to_what_uses_them(
    open_as: Callable[[str], Page], portal_url: str, portal_database: str,
    assert_accessible: Callable[[Page], None],
) -> None:  # fmt: skip
    manage(portal_database, "shell", "--no-imports", "-c", LINKS)
    edith = open_as("edith")
    assert_accessible(edith)
    part = edith.locator(".module", has=edith.get_by_role("heading", name="Links that fail"))
    assert part.get_by_role("listitem").count() == 8
    edith.set_viewport_size({"width": 768, "height": 900})
    assert edith.evaluate("document.documentElement.scrollWidth") <= 768
    edith.set_viewport_size({"width": 1280, "height": 900})
    edith.get_by_role("link", name="with a link that fails").click()
    expect(edith.locator("#result_list tbody tr")).to_have_count(8)
    edith.goto(f"{portal_url}/admin/")
    edith.get_by_role("link", name="All links that fail").click()
    expect(edith.locator("#result_list tbody tr")).to_have_count(8)
    assert_accessible(edith)
    picture(edith, "links")
    edith.locator("#result_list tbody a").first.click()
    expect(edith.get_by_text("Used by")).to_be_visible()
    assert_accessible(edith)
