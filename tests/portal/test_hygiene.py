"""What every answer carries, what no request gets past, and what the repository never holds."""

import re
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve

from portal import published
from tests.reading_sitemap import addresses_in_sitemap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

PUBLIC = ["/", "/evidence/", "/evidence/eef-feedback/", "/centres/", "/network/", "/no-such-page/"]


@pytest.mark.parametrize("address", [*PUBLIC, "/admin/login/", "/evidence.json", "/health/live"])
def test_a_page_may_load_nothing_but_our_own_files(client, address):
    headers = client.get(address).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {value for name, value in policy.items() if name.endswith("-src")} == {
        "'none'",
        "'self'",
    }
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_set_no_cookie_and_hold_no_inline_script_or_style(client, address):
    answer = client.get(address)
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    assert "<script>" not in answer.text
    assert " onclick=" not in answer.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/%00", 400),
        ("/evidence/%00/", 400),
        ("/evidence/" + "a" * 5000 + "/", 404),
        ("/evidence/%ff%fe/", 404),
        ("/evidence/../../etc/passwd", 404),
        ("/evidence/EEF-Feedback/", 404),
        ("/centres/%F0%9F%98%80/", 404),
        ("/topics/nothing/", 404),
        ("/for/nobody/", 404),
        ("/approaches/nothing/", 404),
        ("/policy-areas/nothing/", 404),
        ("/network/?kind=%00&kind=x", 200),
    ],
)
def test_an_address_that_makes_no_sense_is_answered(client, address, status):
    assert client.get(address).status_code == status


def public_addresses(patterns: list[Any], before: str = "") -> Iterator[str]:
    """Yield an address for each pattern outside admin, with a number or a word that may not exist where one goes in."""
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(slug|str):\w+>", "a", route))
        elif route != "admin/":
            yield from public_addresses(one.url_patterns, route)


ADDRESSES = sorted(public_addresses(get_resolver().url_patterns))


def test_each_address_below_reaches_a_view_of_the_portal():
    views = {resolve(address).func.__module__ for address in ADDRESSES}
    assert views == {
        "portal.views", "portal.sitemaps", "centres.views", "evidence.views",
        "evidence.fact_checks.views",
    }  # fmt: skip
    assert len(ADDRESSES) >= 30


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_public_pages_are_only_read(client, method, address):
    """But for one, which takes answers from whoever has a link; this link is none."""
    takes_answers = (method, address) == ("post", "/fact-check/a/")
    assert getattr(client, method)(address).status_code == (404 if takes_answers else 405)


def test_a_form_without_its_token_is_refused_in_the_design():
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert answer.status_code == 403
    assert "This form can’t be accepted" in answer.text
    assert "<style" not in answer.text


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.fixture
def absent_database(monkeypatch):
    """The database as it is while it cannot be reached."""

    def refuse(*args, **kwargs):
        raise OperationalError("couldn't get a connection")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", refuse)


def test_a_worker_that_never_reached_the_database_says_that_the_service_is_down(
    client, absent_database
):
    published.set_snapshot(None)
    answer = client.get("/network/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Content-Security-Policy" in answer.headers
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_a_statement_that_takes_too_long_is_told_as_a_fault_not_as_an_outage(client, monkeypatch):
    def slow(request, **kwargs):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 10")
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr("centres.views.pages.ratings_context", slow)
    client.raise_request_exception = False
    assert client.get("/ratings/").status_code == 500


def test_pages_outlive_an_absent_database(client, monkeypatch, request):
    monkeypatch.setattr("portal.published.CHECK_SECONDS", 0)
    published.current()
    request.getfixturevalue("absent_database")
    assert client.get("/network/").status_code == 200


def test_robots_are_kept_out_of_admin_and_files_and_may_read_what_says_noindex(client):
    text = client.get("/robots.txt").text
    robots = RobotFileParser()
    robots.parse(text.splitlines())
    files = ("/evidence.csv?topic=x", "/evidence.json", "/evidence.docx", "/map.csv?rows=topic")
    for forbidden in ("/admin/", *files, "/compare.docx?summary=x", "/suggest?q=x"):
        assert not robots.can_fetch("*", forbidden), forbidden
    for allowed in ("/evidence/?q=reading", "/evidence/?page=2", "/network/?kind=x"):
        assert robots.can_fetch("*", allowed), allowed
    assert 'content="noindex"' in client.get("/evidence/?q=reading").text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_every_page_says_under_which_whole_address_it_should_be_known(client):
    kinds = {
        (address.strip("/").partition("/")[0], address.count("/")): address
        for address in addresses_in_sitemap(client)
    }
    assert len(kinds) >= 15
    for address in [*kinds.values(), "/approaches/?policy_area=crime-reduction"]:
        [link] = re.findall('<link rel="canonical"[^>]*>', client.get(address).text)
        assert link == f'<link rel="canonical" href="http://testserver{address}">'


def test_security_txt_names_a_contact_and_does_not_expire_soon(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.CONTACT_EMAIL = "someone@example.org"
    text = client.get("/.well-known/security.txt").text
    assert "Contact: mailto:someone@example.org" in text
    assert "Expires: 20" in text


# Secrets, and what a running portal writes.
NEVER_TRACKED = re.compile(r"(^|/)\.local/|\.pem$|(^|/)[^/]*(secret-key|-password)$")


def test_no_secret_is_in_the_repository():
    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("This is no git checkout, so nothing says which files are in the repository.")
    files = listed.stdout.split("\0")
    assert "portal/settings.py" in files
    assert [file for file in files if NEVER_TRACKED.search(file)] == []


@pytest.mark.parametrize(
    ("file", "is_secret"),
    [
        (".local/log", True),
        ("portal/.local/postgres-password", True),
        ("docs/example.pem", True),
        ("portal/secret-key", True),
        ("django-secret-key", True),
        ("admin-password", True),
        ("templates/registration/password_change_form.html", False),
        ("portal/.localised", False),
    ],
)
def test_a_secret_is_known_by_its_name(file, is_secret):
    assert bool(NEVER_TRACKED.search(file)) == is_secret


def test_no_request_says_under_which_path_the_portal_is(client):
    page = client.get("/evidence/", SCRIPT_NAME="/elsewhere").text
    assert "/elsewhere" not in page
    assert "/elsewhere" not in client.get("/evidence/").text
