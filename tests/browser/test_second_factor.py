"""Signing in with a second factor, in a real browser: set up, signed out, and in again with codes and with a passkey."""

import os
import time
from base64 import b32decode
from collections.abc import Callable, Iterator

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page

from tests.browser.conftest import manage, served

pytestmark = pytest.mark.browser

NAME, PASSWORD = "second-factor", "only for tests, on this machine"
# The code of the set-up is spent; this makes as if it were of a while ago.
HALF_A_MINUTE_LATER = """
from django_otp.plugins.otp_totp.models import TOTPDevice
TOTPDevice.objects.update(last_t=-1)
"""
# Somebody who has an app, of which we only know recovery codes.
MAKE_PEOPLE = f"""
from django.contrib.auth.models import User
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
for name in ("{NAME}", "passkey"):
    person = User.objects.create_superuser(name, "editor@example.org", "{PASSWORD}")
TOTPDevice.objects.create(user=person, name="App")
codes = StaticDevice.objects.create(user=person, name="Recovery codes").token_set
for code in ("abcd2345", "abcd2346", "abcd2347"):
    codes.create(token=code)
"""
DRAFT = "What I typed while my session ended"


@pytest.fixture(scope="module")
def portal(portal_url: str, portal_database: str) -> Iterator[str]:
    """The portal as it is served to the public, with the second factor on, beside the one that other tests use."""
    manage(portal_database, "shell", "--no-imports", "-c", MAKE_PEOPLE)
    with served(portal_database, TWO_FACTOR="1") as url:
        yield url


def give_password(page: Page, name: str = NAME) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def code_of(secret: str) -> str:
    return f"{totp(b32decode(secret.replace(' ', ''))):06d}"


def look_at(page: Page, name: str, heading: str, assert_accessible: Callable[[Page], None]) -> None:
    """Wait for a page, check it at both widths, and take its picture if pictures are wanted."""
    page.get_by_role("heading", level=1, name=heading).wait_for()
    page.wait_for_load_state()
    for width in (768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page)
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/signing-in-{name}-{width}.png", full_page=True)


def test_a_second_factor_is_set_up_and_a_lost_phone_locks_nobody_out(
    page: Page,
    portal: str,
    portal_database: str,
    assert_accessible: Callable[[Page], None],
) -> None:
    def check(name: str, heading: str) -> None:
        look_at(page, name, heading, assert_accessible)

    page.goto(f"{portal}/admin/evidence/topic/")
    check("password", "Sign in to edit")
    give_password(page)
    page.wait_for_url(f"{portal}/admin/second-factor/set-up/**")
    check("set-up", "Set up your second factor")
    assert page.locator(".portal-qr svg path").count() == 1
    secret = page.locator(".portal-secret").inner_text()
    page.get_by_label("Code that the app shows").fill("123")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Enter the 6 digits that the app shows.").wait_for()
    check("set-up-wrong", "Set up your second factor")
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Confirm").click()
    check("codes", "Your recovery codes")
    codes = page.locator(".portal-codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("button", name="I have saved them: continue").click()
    page.wait_for_url(f"{portal}/admin/evidence/topic/")
    check("header", "Select topic to change")
    heights = (
        "[...document.querySelectorAll('#site-name, #user-tools')].map((one) => one.offsetHeight)"
    )
    assert max(page.evaluate(heights)) < 50, "the header is on one line"

    page.get_by_role("link", name="Second factor", exact=True).click()
    check("own", "Your second factor")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{portal}/admin/evidence/topic/")
    give_password(page)
    check("code", "Enter a code")
    manage(portal_database, "shell", "--no-imports", "-c", HALF_A_MINUTE_LATER)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{portal}/admin/evidence/topic/")

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{portal}/admin/")
    give_password(page)
    page.get_by_label("Code").fill(codes[3])
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{portal}/admin/")
    page.get_by_role("link", name="Second factor", exact=True).click()
    page.get_by_text("You have 9 recovery codes left").wait_for()

    # A session that ends while somebody types a draft of a topic: nothing is lost on the way in again.
    page.goto(f"{portal}/admin/evidence/topic/")
    page.locator("#result_list tbody th a").first.click()
    form = page.url
    page.locator("#id_description").fill(DRAFT + "\n\nSecond paragraph, with “marks” & <signs>.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Propose the change").click()
    page.get_by_text("What you typed is still here, on this page.").wait_for()
    check("carried", "Sign in to edit")
    give_password(page)
    page.get_by_role("heading", name="Enter a code").wait_for()
    page.get_by_text("What you typed is still here, on this page.").wait_for()
    page.get_by_label("Code").fill("aaaa-aaaa")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("This code is wrong").wait_for()
    check("carried-code-wrong", "Enter a code")
    time.sleep(1.1)  # what django-otp asks of whoever was wrong once
    page.get_by_label("Code").fill(codes[4])
    page.get_by_role("button", name="Continue").click()
    check("carried-form", "Your changes are not saved yet")
    page.get_by_role("button", name="Save what you typed").click()
    page.wait_for_url(form)
    assert page.locator("#id_description").input_value().startswith(DRAFT)
    assert page.locator("#id_description").input_value().endswith("“marks” & <signs>.")


def test_a_passkey_is_added_and_opens_admin_without_a_code(
    page: Page, portal: str, assert_accessible: Callable[[Page], None]
) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True}
    ready = {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options | ready})
    own = portal.replace("127.0.0.1", "localhost") + "/admin/second-factor/"
    page.goto(own)
    give_password(page, "passkey")
    page.get_by_label("Code").fill("abcd-2345")
    page.get_by_role("button", name="Continue").click()
    code = page.get_by_role("textbox", name="Code")
    code.fill("abcd-2346")
    code.press("Enter")
    page.get_by_text("Choose what you want to do.").wait_for()
    page.get_by_label("Add a passkey").check()
    code.fill("abcd-2346")
    code.press("Enter")
    look_at(page, "add-passkey", "Add a passkey", assert_accessible)
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("Added the passkey “Work laptop”.").wait_for()
    look_at(page, "passkeys", "Your second factor", assert_accessible)

    page.get_by_role("button", name="Sign out").click()
    page.goto(own)
    give_password(page, "passkey")
    look_at(page, "use-passkey", "Enter a code", assert_accessible)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(own)
    page.get_by_text("last used on").wait_for()
    # Another device has no passkey of this person: they are told, and can still enter a code.
    page.get_by_role("button", name="Sign out").click()
    page.goto(own)
    give_password(page, "passkey")
    device.send("WebAuthn.disable")
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options | ready})
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()
    page.get_by_label("Code").fill("abcd-2347")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(own)


def test_a_draft_with_its_rows_and_lists_outlives_its_session(
    page: Page, portal_url: str, portal: str
) -> None:
    """Where the second factor is off: on the server of the other tests, as a person types it."""
    page.goto(f"{portal_url}/admin/")
    give_password(page)
    page.goto(f"{portal_url}/admin/evidence/edition/?q=eef-arts-participation")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("button", name="New edition").click()
    form = page.url
    page.locator("#id_key_findings").fill("First, typed.\nSecond, typed.")
    page.locator("#id_review_due").fill("2030-01-01")
    page.locator("#id_findings-0-effect").fill("typed into a row")
    page.locator("#id_sources-0-note").fill("typed into another")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save and continue editing").click()
    give_password(page)
    page.get_by_text("typed into a row").wait_for()
    page.get_by_role("button", name="Save what you typed").click()
    page.wait_for_url(form)
    assert page.locator("#id_key_findings").input_value() == "First, typed.\nSecond, typed."
    assert page.locator("#id_findings-0-effect").input_value() == "typed into a row"
    assert page.locator("#id_sources-0-note").input_value() == "typed into another"
