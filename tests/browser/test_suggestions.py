"""Suggestions as one types: by keyboard, by mouse, with assistive technology, and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def field(page: Page, portal_url):
    page.goto(f"{portal_url}/evidence/")
    return page.get_by_role("combobox", name="Search in your own words")


def test_the_keyboard_reaches_a_suggestion_and_opens_it(page: Page, portal_url, field):
    field.press_sequentially("rough sl")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert options.first.locator("b").all_inner_texts() == ["Rough", "sl"]
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"{portal_url}/topics/rough-sleeping/")


def test_escape_closes_the_list_and_keeps_the_words(page: Page, field):
    field.press_sequentially("mentor")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("mentor")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_enter_without_a_choice_searches(page: Page, portal_url, field):
    field.press_sequentially("mentor")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("Enter")
    page.wait_for_url(f"{portal_url}/evidence/?q=mentor*")


def test_a_click_opens_a_suggestion(page: Page, portal_url, field):
    field.press_sequentially("eef")
    page.get_by_role("option", name="Education Endowment Foundation").first.click()
    page.wait_for_url(f"{portal_url}/centres/eef/")


def test_open_suggestions_are_accessible(page: Page, assert_accessible, field):
    field.press_sequentially("mentor")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("ArrowDown")
    assert_accessible(page)


def test_without_javascript_the_field_is_a_field(browser: Browser, portal_url):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal_url}/evidence/")
    page.get_by_role("searchbox", name="Search in your own words").fill("restoritive justice")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Showing results for restorative justice")).to_be_visible()
    page.get_by_role("link", name="restoritive justice", exact=True).click()
    expect(page.get_by_text("Did you mean restorative justice?")).to_be_visible()
    context.close()
