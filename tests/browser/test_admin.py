"""Admin in a real browser under the strict content policy: the page fixture fails on any error in the console."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import manage

pytestmark = pytest.mark.browser

NAME, PASSWORD = "editor-in-chief", "only for tests, on this machine"


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


def test_choosing_a_related_row_by_typing_works_under_the_content_policy(
    admin: Page, portal_url: str
) -> None:
    admin.goto(f"{portal_url}/admin/evidence/product/add/")
    admin.locator(".select2-selection").first.click()
    admin.locator(".select2-search__field").last.fill("end")
    option = admin.locator(".select2-results__option").filter(has_text="Endowment").first
    option.click()
    assert "Endowment" in admin.locator(".select2-selection__rendered").first.inner_text()
