from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

pytestmark = pytest.mark.django_db  # a page asks what is published, to name the answer

STATEMENTS = ["accessibility", "privacy", "cookies"]


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_is_dated_and_sets_no_cookie(client: Client, name: str) -> None:
    response = client.get(reverse(name))

    reviewed = settings.STATEMENTS_REVIEWED_ON
    assert f"{reviewed.day} {reviewed:%B %Y}" in response.content.decode()
    assert not response.cookies


def test_the_statements_were_checked_within_a_year() -> None:
    age = timezone.localdate() - settings.STATEMENTS_REVIEWED_ON

    assert timedelta(0) <= age < timedelta(days=365), (
        "Check templates/portal/{accessibility,privacy,cookies}.html against what the product does"
        " now, then set STATEMENTS_REVIEWED_ON in portal/settings.py."
    )


@pytest.mark.parametrize("name", ["accessibility", "privacy"])
def test_a_statement_says_whom_to_write_to_or_that_nobody_is_named(client, settings, name) -> None:
    settings.CONTACT_EMAIL = "evidence@example.org"
    assert 'href="mailto:evidence@example.org"' in client.get(reverse(name)).content.decode()

    settings.CONTACT_EMAIL = ""
    page = client.get(reverse(name)).content.decode()
    assert "have not set an address" in page
    assert "mailto:" not in page


def test_every_cookie_of_the_editing_pages_is_named_with_how_long_it_is_kept(client) -> None:
    page = client.get(reverse("cookies")).content.decode()

    assert settings.SESSION_COOKIE_NAME in page
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    hours = settings.SESSION_LONGEST // 3600
    assert f"Until you close the browser or sign out; {hours} hours at most" in page
    assert settings.CSRF_COOKIE_NAME in page
    assert f"{settings.CSRF_COOKIE_AGE // 86400} days" in page
    assert CookieStorage.cookie_name in page


def test_other_websites_learn_no_page_and_no_search_from_a_link(client: Client) -> None:
    policy = client.get(reverse("privacy"))["Referrer-Policy"]

    assert policy in {"strict-origin-when-cross-origin", "strict-origin", "same-origin"}
