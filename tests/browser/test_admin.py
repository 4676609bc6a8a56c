"""Admin in a real browser under the strict content policy: the page fixture fails on any error in the console."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import manage
from tests.browser.editors import csv_of, go
from tests.browser.measures import cut_off

pytestmark = pytest.mark.browser

NAME, PASSWORD = "editor-in-chief", "only for tests, on this machine"

# Prints the address of each list, and of a page of each other kind.
ADDRESSES = """
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from evidence.editorial import actions
from evidence.models import Edition
def address(model, page, *args):
    print(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args))
edition = Edition.objects.published().get(summary__slug="eef-repeating-a-year")
person = User.objects.get(username="%s")
draft = Edition.objects.open().filter(summary=edition.summary).first()
draft = draft or actions.open_edition(summary=edition.summary, by=person)
pages = {
    "edition": ("add",), "summary": ("change",), "approach": ("change",), "topic": ("change", "history", "delete", "end"),
    "product": ("add", "change"), "centre": ("change", "delete"), "ratingscale": ("change",), "networkevent": ("change",),
    "policyarea": ("change",), "user": ("add", "change", "history"), "synonymgroup": ("change", "try"),
}
for page in ("change", "review", "delete", "history", "fact_checks"):
    address(Edition, page, draft.pk)
for model in admin.site._registry:
    address(model, "changelist")
    for page in pages.get(model._meta.model_name, ()):
        row = model._default_manager.order_by("pk").first()
        address(model, page, *([] if page in {"add", "try"} else [row.pk]))
for name in ("index", "my_mail", "password_change", "evidence_summary_export", "centres_centre_membership"):
    print(reverse(f"admin:{name}"))
"""


@pytest.fixture(scope="module")
def account(portal_url: str, portal_database: str) -> None:
    """An account, made as the README says."""
    manage(
        portal_database,
        "createsuperuser", "--noinput", "--username", NAME, "--email", "editor@example.org",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )  # fmt: skip


@pytest.fixture
def admin(account: None, page: Page, portal_url: str) -> Page:
    page.goto(f"{portal_url}/admin/")
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button").last.click()
    page.wait_for_url(f"{portal_url}/admin/")
    return page


def test_lists_and_forms_of_admin_need_nothing_that_the_content_policy_forbids(
    admin: Page, portal_url: str
) -> None:
    for address in ("evidence/edition/", "evidence/topic/", "centres/centre/", "auth/user/"):
        admin.goto(f"{portal_url}/admin/{address}")
        admin.locator("#result_list tbody th a").first.click()
        admin.wait_for_load_state("networkidle")
        assert admin.locator("form").count()


def test_the_first_page_needs_no_scrolling_sideways_for_its_numbers(admin: Page) -> None:
    table = admin.locator(".portal-numbers")
    for width in (375, 768, 1024, 1280, 1600):
        admin.set_viewport_size({"width": width, "height": 900})
        within = table.evaluate(
            "(one) => one.getBoundingClientRect().right <= one.parentElement.getBoundingClientRect().right"
        )
        assert within, width
        assert table.evaluate("(one) => one.scrollWidth <= one.clientWidth"), width
    admin.set_viewport_size({"width": 375, "height": 900})
    numbers = table.locator("td:visible").all()
    assert numbers
    assert all(one.get_attribute("data-label") for one in numbers)  # which stands before it


def test_choosing_a_related_row_by_typing_works_under_the_content_policy(
    admin: Page, portal_url: str
) -> None:
    admin.goto(f"{portal_url}/admin/evidence/product/add/")
    admin.locator(".select2-selection").first.click()
    admin.locator(".select2-search__field").last.fill("end")
    option = admin.locator(".select2-results__option").filter(has_text="Endowment").first
    option.click()
    assert "Endowment" in admin.locator(".select2-selection__rendered").first.inner_text()


def test_nothing_is_cut_off_on_any_kind_of_page_at_375_768_and_1280_pixels(
    admin: Page, portal_url: str, portal_database: str
) -> None:
    printed = manage(portal_database, "shell", "--no-imports", "-c", ADDRESSES % NAME)
    faults = {}

    def look(name: str) -> None:
        for width in (375, 768, 1280):
            if found := cut_off(admin, width):
                faults[f"{name} at {width}"] = found[:3]

    for address in printed.split():
        admin.goto(f"{portal_url}{address}")
        assert admin.locator("#content h1").count(), address
        look(address)
    admin.goto(f"{portal_url}/admin/evidence/edition/?q=eef-feedback")
    admin.locator("#result_list [type=checkbox]").first.check()
    admin.locator("select[name=action]").select_option("change")
    go(admin, admin.get_by_role("button", name="Go"))
    look("a batch")
    admin.goto(f"{portal_url}/admin/evidence/summary/import/")
    look("an import")
    rows = [{"id": "eef-feedback", "title": "A long title of feedback " * 6, "studies": "1"}]
    admin.get_by_label("File", exact=True).set_input_files(csv_of(rows))
    go(admin, admin.get_by_role("button", name="Check the file"))
    look("the preview of an import")
    assert faults == {}
