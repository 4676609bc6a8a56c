"""Kept pages: the same answer sooner, and never an old one."""

import gzip

import brotli
import pytest

from centres.models import Centre
from evidence import catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

EEF = "/centres/eef/"


def test_a_kept_page_asks_nothing_of_the_database(client, django_assert_num_queries):
    first = client.get(EEF)
    with django_assert_num_queries(0):
        second = client.get(EEF)
    assert second.content == first.content


def test_a_kept_page_goes_when_the_content_changes(client, monkeypatch):
    monkeypatch.setattr(catalogue, "LOOK_SECONDS", 0)
    before = client.get(EEF)
    Centre.objects.filter(slug="eef").update(description="Quite another description.")
    after = client.get(EEF)
    assert "Quite another description." in after.text
    assert after.headers["ETag"] != before.headers["ETag"]


def test_who_has_the_page_is_told_so(client):
    etag = client.get(EEF).headers["ETag"]
    again = client.get(EEF, headers={"if-none-match": f'"other", {etag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == etag
    assert client.get(EEF, headers={"if-none-match": '"other"'}).status_code == 200


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
    for _ in range(2):  # made, and kept
        answer = client.get(EEF, headers={"accept-encoding": accepted})
        assert answer.headers.get("Content-Encoding") == encoding
        assert unpack(answer.content) == plain
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(answer.content))


def test_addresses_that_differ_are_kept_apart(client):
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


def test_errors_are_not_kept(client):
    assert client.get("/evidence/?page=99").status_code == 404
    assert "ETag" not in client.get("/evidence/?page=99").headers


def test_admin_is_never_kept(admin_client):
    page = admin_client.get("/admin/")
    assert "no-cache" in page.headers["Cache-Control"]
    assert "ETag" not in page.headers
