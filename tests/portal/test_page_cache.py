"""Cached pages: the same answer sooner, and never an old one."""

import functools
import gzip
import itertools

import brotli
import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse

from centres.models import Centre
from evidence.editorial import actions
from evidence.models import Approach
from portal import page_cache, published
from portal.page_cache import pages_of, public_page, stored_pages
from tests.factories import make_edition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

EEF = "/centres/eef/"


def test_a_cached_page_takes_no_query(client, django_assert_num_queries):
    first = client.get(EEF)
    with django_assert_num_queries(0):
        second = client.get(EEF)
    assert second.content == first.content


@pytest.mark.parametrize(
    "address", ["/", EEF, "/evidence/?q=school", "/evidence.json", "/suggest?q=sch"]
)
def test_a_cached_page_is_the_page_in_every_header(client, address):
    made = client.get(address)
    assert pages_of(published.current()).made.values()
    for answer in (client.get(address), client.head(address)):
        assert answer.status_code == made.status_code
        assert dict(answer.items()) == dict(made.items())
    assert client.get(address, headers={"host": "elsewhere.example"}).status_code == 400


def test_a_stored_page_is_the_same_for_everybody_and_needs_neither_session_nor_view(
    client, admin_client, monkeypatch
):
    by_admin = admin_client.get(EEF)  # with the cookie of somebody who is signed in
    published.current().cache.clear()
    made = client.get(EEF)
    monkeypatch.setattr(SessionMiddleware, "process_request", None)  # or this would run
    monkeypatch.setattr(BaseHandler, "resolve_request", None)  # finds the view
    for who in (client, admin_client):
        for answer in (by_admin, who.get(EEF), who.head(EEF)):
            assert answer.status_code == 200
            assert dict(answer.items()) == dict(made.items())
            assert not answer.cookies
        assert who.get(EEF).content == by_admin.content == made.content
        assert who.head(EEF).content == b""
        unchanged = who.get(EEF, headers={"if-none-match": made.headers["ETag"]})
        assert unchanged.status_code == 304
        assert unchanged.content == b""
        for name in ("ETag", "Cache-Control", "Vary"):
            assert unchanged.headers[name] == made.headers[name]


def test_a_cached_page_goes_when_the_content_changes(client, monkeypatch):
    monkeypatch.setattr("portal.published.CHECK_SECONDS", 0)
    before = client.get(EEF)
    Centre.objects.filter(slug="eef").update(description="Quite another description.")
    after = client.get(EEF)
    assert "Quite another description." in after.text
    assert after.headers["ETag"] != before.headers["ETag"]


def test_who_has_the_page_is_told_so(client):
    etag = client.get(EEF).headers["ETag"]
    for theirs in (etag, etag.removeprefix("W/")):
        again = client.get(EEF, headers={"if-none-match": f'"other", {theirs}'})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["ETag"] == etag
    assert client.get(EEF, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "address", ["/", EEF, "/evidence/?q=school", "/evidence.csv", "/suggest?q=sch", "/sitemap.xml"]
)
def test_who_has_the_page_is_told_so_before_it_is_made(
    client, django_assert_num_queries, address, method
):
    kept = client.get(address).headers
    published.current().cache.clear()  # as in another worker, which has never made this page
    with django_assert_num_queries(0):
        answer = getattr(client, method)(address, headers={"if-none-match": kept["ETag"]})
    assert answer.status_code == 304
    assert "Content-Length" not in answer.headers  # it would be that of the page
    for name in ("ETag", "Cache-Control", "Vary"):
        assert answer.headers[name] == kept[name]


def test_the_name_of_a_page_is_good_for_no_other_page(client):
    etag = client.get(EEF).headers["ETag"]
    for address, status in [
        ("/centres/yef/", 200),
        ("/centres/nothing/", 404),
        ("/evidence/?page=99", 404),
        ("/evidence", 301),
    ]:
        assert client.get(address, headers={"if-none-match": etag}).status_code == status
    packed = {"if-none-match": etag, "accept-encoding": "gzip"}
    assert client.get(EEF, headers=packed).status_code == 200


def test_any_page_is_not_modified_if_there_is_one(client):
    for address, status in [(EEF, 304), (EEF, 304), ("/evidence.csv", 304), ("/centres/x/", 404)]:
        assert client.get(address, headers={"if-none-match": "*"}).status_code == status


def test_a_summary_that_is_gone_is_never_said_to_be_unchanged(client):
    edition = make_edition()
    address = edition.get_absolute_url()
    had = client.get(address).headers["ETag"]
    actions.withdraw(summary=edition.summary, reason="Superseded by a trial.")
    published.check(now=True)
    gone = client.get(address, headers={"if-none-match": had})
    for etag in (had, gone.headers["ETag"], "*"):
        assert client.get(address, headers={"if-none-match": etag}).status_code == 410


def test_caches_on_the_way_may_serve_a_page_while_the_portal_does_not_answer(client):
    for address in ("/", EEF, "/evidence.csv", "/robots.txt", "/sitemap.xml", "/cookies/"):
        policy = client.get(address).headers["Cache-Control"]
        assert policy == "public, max-age=1, stale-while-revalidate=10, stale-if-error=86400"
    assert "max-age=60, stale-" in client.get("/suggest?q=a").headers["Cache-Control"]
    assert "max-age=86400" in client.get("/favicon.ico").headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/centres/nothing/", "/evidence", "/topics/nothing/"])
def test_no_cache_guesses_how_long_an_error_or_a_redirect_is_good(client, address):
    assert client.get(address).headers["Cache-Control"] == "no-cache"


def test_a_stream_is_packed_and_not_stored(client):
    answer = client.get("/evidence.csv", headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.getvalue()).startswith(b"\xef\xbb\xbf")
    assert pages_of(published.current()).made.size == 0


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_a_page_comes_packed_as_the_browser_takes_it(client, accepted, encoding, unpack):
    plain = client.get(EEF).content
    for _ in range(2):  # made, then from the cache
        answer = client.get(EEF, headers={"accept-encoding": accepted})
        assert answer.headers.get("Content-Encoding") == encoding
        assert unpack(answer.content) == plain
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(answer.content))


def test_addresses_that_differ_have_pages_of_their_own(client):
    assert (
        client.get("/evidence/?centre=eef").content != client.get("/evidence/?centre=yef").content
    )
    assert client.head("/evidence/").content == b""
    assert client.get("/evidence/").content != b""


def test_the_order_of_repeated_values_and_empty_values_are_part_of_the_address(client):
    assert "eef" in client.get("/evidence/?page=2&page=1&centre=eef").text
    first = client.get("/evidence/?page=1&page=2").content
    assert client.get("/evidence/?page=2&page=1").content != first
    assert (
        client.get("/evidence/?kind=").headers["ETag"] != client.get("/evidence/").headers["ETag"]
    )


def test_errors_are_not_cached(client):
    assert client.get("/evidence/?page=99").status_code == 404
    assert "ETag" not in client.get("/evidence/?page=99").headers


def test_admin_is_never_cached(admin_client):
    page = admin_client.get("/admin/")
    assert "no-cache" in page.headers["Cache-Control"]
    assert "ETag" not in page.headers


def test_a_static_file_is_left_to_who_has_it_whatever_the_host(rf):
    middleware = stored_pages(lambda request: HttpResponse("a file"))
    asked = rf.get("/static/portal.css", headers={"host": "elsewhere.example"})
    assert middleware(asked).content == b"a file"


def test_what_is_for_one_visitor_is_never_cached(rf):
    @public_page
    def view(request):
        response = HttpResponse("Hello, you")
        response.set_cookie("you", "1")
        return response

    answer = view(rf.get("/somewhere/"))
    assert answer.cookies
    assert "ETag" not in answer.headers
    assert "Cache-Control" not in answer.headers


def test_an_address_with_very_many_parameters_is_answered_and_not_cached(client):
    made = pages_of(published.current()).made
    long = "&".join(f"topic=x{n}" for n in range(30))
    assert client.get(f"/evidence/?{long}").status_code == 200
    assert made.size == 0
    client.get("/evidence/")
    assert made.size > 0


def test_the_cache_has_bounds(client, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_PAGES", 3)
    monkeypatch.setattr(page_cache, "MAX_PATHS", 2)
    for path in ("/topics/", "/approaches/", "/for/", "/centres/"):
        client.get(path)
    pages = pages_of(published.current())
    assert (len(pages.made.values()), len(pages.asked.values())) == (3, 2)


def another_description(text: str) -> None:
    """Publish another description of a centre, as the thread of a web worker sees it."""
    Centre.objects.filter(slug="eef").update(description=text)
    published.check(now=True, make_ready=True)


@pytest.mark.parametrize("accepted", ["br", ""])
def test_what_readers_ask_for_is_made_again_before_they_see_what_has_changed(
    client, monkeypatch, accepted
):
    before = client.get(EEF, headers={"accept-encoding": accepted})
    another_description("Quite another description.")
    monkeypatch.setattr("centres.views.render", None)  # or this page would be made now
    after = client.get(EEF, headers={"accept-encoding": accepted})
    assert after.content != before.content
    assert after.headers["ETag"] != before.headers["ETag"]


def test_pieces_of_pages_are_ready_whatever_else_is_in_the_address(client, monkeypatch):
    client.get("/ratings/?from=a+newsletter")
    another_description("Quite another description.")
    monkeypatch.setattr("django.template.defaulttags.ForNode.render", None)  # a table, for one
    assert client.get("/ratings/?from=somewhere+else").status_code == 200


def test_of_all_pages_those_are_made_again_that_would_take_readers_longest(client, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_READY", 2)
    # Each request takes as long as another, so that what counts is how often a page was asked for.
    monkeypatch.setattr("portal.page_cache.time.thread_time", itertools.count().__next__)
    for path in ["/robots.txt", EEF, EEF, EEF, "/ratings/", "/ratings/"]:
        client.get(path)
    another_description("Quite another description.")
    asked = pages_of(published.current()).asked
    assert [bool(asked.get(path)) for path in ("/robots.txt", EEF, "/ratings/")] == [0, 1, 1]


def test_of_the_requests_for_a_path_the_one_that_took_longest_is_sent_again():
    pages = page_cache.Pages()
    sent: list[float] = []
    for seconds in (0.2, 0.7, 0.0):
        pages.count("/", seconds, functools.partial(sent.append, seconds))
    (asked,) = pages.asked.values()
    asked.again()
    assert sent == [0.7]
    assert asked.worth == pytest.approx(3 * 0.7)


def test_what_is_no_longer_there_is_not_made_again(client, caplog):
    edition = make_edition()
    published.check(now=True)
    address = edition.get_absolute_url()
    client.get("/approaches/mentoring/")
    client.get(address)
    Approach.objects.filter(slug="mentoring").delete()
    actions.withdraw(summary=edition.summary, reason="Superseded by a trial.")
    published.check(now=True, make_ready=True)
    assert not caplog.records
    assert client.get("/approaches/mentoring/").status_code == 404
    assert client.get(address).status_code == 410


def test_who_wants_no_compression_gets_none(client, dataset):
    for wanted in ("gzip;q=0", "identity"):
        answer = client.get("/ratings/", headers={"accept-encoding": wanted})
        assert "Content-Encoding" not in answer.headers, wanted
