"""Choosing summaries in a list and comparing them, with the script and without."""

from playwright.sync_api import Browser, Page, expect


def test_what_is_ticked_is_kept_across_pages_of_the_list_by_keyboard(page: Page, portal_url):
    page.goto(f"{portal_url}/evidence/?q=mentoring")
    expect(page.get_by_text("Tick two to six summaries")).to_be_visible()
    boxes = page.get_by_role("checkbox", name="Compare ")
    for place in (1, 0):
        boxes.nth(place).focus()
        page.keyboard.press("Space")
    expect(page.get_by_role("status").get_by_text("2 selected to compare")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(
        page.get_by_role("list", name="Selected to compare").get_by_role("listitem")
    ).to_have_count(2)
    boxes.first.check()
    expect(page.get_by_role("status").get_by_text("3 selected to compare")).to_be_visible()
    page.get_by_role("button", name="Compare selected").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare 3 evidence summaries")
    heads = page.locator(".compare thead th > a")
    expect(heads).to_have_count(3)
    assert page.url.startswith(
        f"{portal_url}/compare/?summary=yef-mentoring&summary=eef-mentoring&"
    )
    page.go_back()
    expect(boxes.first).to_be_checked()


def test_what_is_ticked_on_one_page_is_compared_without_javascript(browser: Browser, portal_url):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal_url}/evidence/?view=table&compare=eef-feedback")
    boxes = page.get_by_role("checkbox", name="Compare ")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Compare selected").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare 3 evidence summaries")
    assert "summary=eef-feedback" in page.url
    context.close()
