"""A link is checked politely, in limited time, and only on the public internet."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence.link_checks.http import LinkClient
from evidence.link_checks.public_addresses import is_public
from tests.evidence.link_checks.websites import (
    HERE,
    QUICK,
    Website,
    certificate,
    client_for,
    serving,
)


@pytest.fixture(scope="module")
def running() -> Iterator[Website]:
    with serving() as site:
        yield site


@pytest.fixture
def site(running: Website) -> Website:
    for kept in (running.asked, running.headers, running.visits, running.now, running.most):
        kept.clear()
    running.times.clear()
    running.sent = 0
    return running


@pytest.mark.parametrize(
    ("path", "outcome", "status", "said"),
    [
        ("/fine", "answers", 200, "It works."),
        ("/fine?a=b c&d=é#part", "answers", 200, ""),
        ("//double//slash", "answers", 200, ""),
        ("/no-head/405", "answers", 200, ""),
        ("/no-head/403", "answers", 200, ""),
        ("/no-head/404", "answers", 200, ""),
        ("/no-head/501", "answers", 200, ""),
        ("/no-head/500", "answers", 200, ""),
        ("/no-head/closed", "answers", 200, ""),
        ("/no-head/slow", "answers", 200, ""),
        ("/status/404", "gone", 404, "does not exist"),
        ("/status/410", "gone", 410, "for good"),
        ("/status/401", "refuses", 401, "people may still"),
        ("/status/403", "refuses", 403, "people may still"),
        ("/status/451", "refuses", 451, "people may still"),
        ("/status/999", "refuses", 999, "people may still"),
        ("/status/500", "fails", 500, "error"),
        ("/status/304", "fails", 304, "where to"),
        ("/nowhere", "fails", 302, "where to"),
        ("/slow", "fails", None, "in time"),
        ("/closed", "fails", None, "without a valid response"),
        ("/nonsense", "fails", None, "without a valid response"),
        ("/huge", "answers", 200, ""),
        ("/to/302/fine", "answers", 200, ""),
        ("/to/301/to/302/fine", "answers", 200, ""),
        ("/to/301/status/404", "gone", 404, ""),
        ("/circle/1", "fails", None, "in a circle"),
        ("/cookie", "refuses", None, "set cookies"),
        ("/to/302/to/302/to/302/to/302/to/302/fine", "answers", 200, ""),
        ("/to/302/to/302/to/302/to/302/to/302/to/302/fine", "fails", None, "more than 5"),
        ("/to/302/http://[", "fails", None, "not an address"),
        ("/to/302/" + "a" * 3000, "fails", None, "too long"),
        ("/to/302/ftp://site.example/", "not-asked", None, "http and https"),
        ("/to/302/javascript:alert(1)", "not-asked", None, "http and https"),
        ("/to/302/http://site.example:22/", "not-asked", None, "port (22)"),
        ("/busy/nonsense", "answers", 200, ""),
        ("/busy/" + "9" * 5000, "answers", 200, ""),
        ("/flaky", "answers", 200, ""),
    ],
    ids=lambda value: str(value)[:30],
)
def test_each_response_has_its_outcome_and_reason(
    site: Website, path: str, outcome: str, status: int | None, said: str
) -> None:
    result = client_for(site).check(site.url(path))

    assert (result.outcome, result.status) == (outcome, status)
    assert said in result.reason
    assert result.final_url == ""


@pytest.mark.parametrize(
    ("path", "final", "said"),
    [
        ("/to/301/fine", "/fine", "has moved"),
        ("/to/308/to/301/fine/%C3%A9", "/fine/%C3%A9", "has moved"),
        ("/to/301/fine/%C3%83%C2%A9", "/fine/%C3%A9", "has moved"),  # sent as UTF-8
        ("/to/301/", "/", "front page"),
    ],
)
def test_a_permanent_redirect_gives_the_new_address(
    site: Website, path: str, final: str, said: str
) -> None:
    result = client_for(site).check(site.url(path))

    assert (result.outcome, result.final_url) == ("moved", site.url(final))
    assert said in result.reason


def test_head_comes_first_and_get_only_where_it_is_needed(site: Website) -> None:
    client = client_for(site)
    client.check(site.url("/fine"))
    client.check(site.url("/no-head/405"))

    assert site.asked == [("HEAD", "/fine"), ("HEAD", "/no-head/405"), ("GET", "/no-head/405")]


def test_only_the_beginning_of_a_page_is_read(site: Website) -> None:
    client_for(site).check(site.url("/huge"))

    time.sleep(0.05)
    assert (
        site.sent < 10_000_000
    )  # what the machine's own buffers take; the page has a thousand million


def test_the_portal_says_who_it_is_and_sends_nobodys_password(site: Website) -> None:
    result = client_for(site).check(f"http://ann:secret@site.example:{site.port}/to/301/fine")

    assert result.final_url == site.url("/fine")
    for headers in site.headers:
        assert headers["User-Agent"] == "Test/1.0"
        assert headers["Host"] == f"site.example:{site.port}"
        assert "Authorization" not in headers
        assert "Cookie" not in headers


# What another attempt may change


def test_only_a_passing_fault_is_tried_again(site: Website) -> None:
    client = client_for(site)
    client.check(site.url("/status/404"))
    client.check(site.url("/status/500"))

    assert site.visits == {"/status/404": 2, "/status/500": 6}


def test_the_client_waits_as_long_as_the_site_asks(site: Website) -> None:
    result = client_for(site, limits={"longest_wait": 5, "total": 5}).check(site.url("/busy/1"))

    first, _, second, *_ = site.times["site.example"]
    assert result.outcome == "answers"
    assert second - first >= 1
    assert {method for method, _ in site.asked} == {"HEAD"}


def test_a_wait_that_is_too_long_ends_the_check(site: Website) -> None:
    began = time.monotonic()
    result = client_for(site).check(site.url("/busy/3600"))

    assert time.monotonic() - began < 10  # of 20 that a check may take
    assert (result.outcome, result.status, result.is_rate_limited) == ("refuses", 429, True)
    assert len(site.asked) == 1


def test_a_check_has_a_total_time_limit_whatever_the_site_does(site: Website) -> None:
    began = time.monotonic()
    result = client_for(site, limits={"total": 0.4}).check(site.url("/drip"))

    assert time.monotonic() - began < 8  # of 10 that the answer takes
    assert result.outcome == "fails"
    assert "longer than 0.4 seconds" in result.reason


def test_an_unknown_host_name(site: Website) -> None:
    def unknown(*args: Any) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    result = client_for(site, resolve=unknown).check(site.url("/fine"))

    assert (result.outcome, result.reached) == ("fails", False)
    assert "site.example cannot be found" in result.reason


def test_a_host_that_refuses_connections() -> None:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port = probe.getsockname()[1]
    client = LinkClient("Test/1.0", QUICK, lambda *_: [HERE], lambda _: True, ports=[port])

    result = client.check(f"http://site.example:{port}/")

    assert (result.outcome, result.reached) == ("fails", False)
    assert "No connection could be made" in result.reason


# Only the public internet


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[fe80::1%25eth0]/",
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "http://0.0.0.0/",
        "http://100.64.0.1/",
        "http://example.org@127.0.0.1/",
        "http://127.0.0.1#@example.org/",
        "http://８.8.8.8:22/",
        "http://8.8.8.8:8080/",
        "http://8.8.8.8:99999/",
        "http://8.8.8.8:x/",
        "http://[::1/",
        "http://a\x00b/",
        "http://" + "ü" * 80 + ".example/",
        "http:///nobody",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "//8.8.8.8/",
        "8.8.8.8",
        "",
    ],
)
def test_only_the_public_internet_is_checked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*args: Any) -> None:
        raise AssertionError("it connected")

    monkeypatch.setattr(socket.socket, "connect", connect)
    result = LinkClient("Test/1.0", QUICK).check(url)

    assert result.outcome in {"not-asked", "fails"}
    assert result.outcome == "not-asked" or "cannot be found" in result.reason


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/", "http://[::1]/", "http://10.0.0.1/"]
)
def test_a_redirect_is_followed_only_on_the_public_internet(site: Website, target: str) -> None:
    def is_allowed(address: str) -> bool:
        return address == HERE or is_public(address)

    def resolve(name: str, port: int, seconds: float) -> list[str]:
        return [HERE] if name == "site.example" else [name]

    client = client_for(site, resolve=resolve, is_allowed=is_allowed)
    client.ports = [80, site.port]
    result = client.check(site.url(f"/to/302/{target}"))

    assert result.outcome == "not-asked"
    assert "not on the public internet" in result.reason


def test_a_host_with_one_private_ip_address_is_not_checked(site: Website) -> None:
    client = client_for(site, resolve=lambda *_: ["8.8.8.8", HERE], is_allowed=is_public)

    assert client.check(site.url("/fine")).outcome == "not-asked"
    assert site.asked == []


def test_the_connection_goes_to_the_address_that_was_checked(site: Website) -> None:
    answers = iter([[HERE], ["10.0.0.1"], ["10.0.0.1"]])
    looked: list[str] = []

    def rebinding(name: str, port: int, seconds: float) -> list[str]:
        looked.append(name)
        return next(answers)

    client = client_for(site, resolve=rebinding)

    assert client.check(site.url("/no-head/405")).outcome == "answers"
    assert looked == ["site.example"]  # once for both requests
    assert client.check(site.url("/fine")).outcome == "not-asked"


def test_every_step_of_a_redirect_is_resolved_again(site: Website) -> None:
    answers = iter([[HERE], ["10.0.0.1"]])
    client = client_for(site, resolve=lambda *_: next(answers))

    result = client.check(site.url("/to/302/fine"))

    assert result.outcome == "not-asked"
    assert site.asked == [("HEAD", "/to/302/fine")]


def test_a_second_ip_address_is_tried_if_the_first_cannot_be_reached(site: Website) -> None:
    client = client_for(site, resolve=lambda *_: ["127.0.0.2", HERE], is_allowed=lambda _: True)

    assert client.check(site.url("/fine")).outcome == "answers"


# Certificates


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Website, Path]]:
    file = certificate(tmp_path_factory.mktemp("tls"), "site.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with serving(context) as site:
        yield site, file


def test_a_self_signed_certificate_is_refused(secure: tuple[Website, Path]) -> None:
    site, _ = secure
    result = client_for(site).check(site.url("/fine", scheme="https"))

    assert result.outcome == "fails"
    assert "certificate is not valid: self-signed" in result.reason
    assert site.asked == []


@pytest.mark.parametrize(
    ("host", "outcome"), [("site.example", "answers"), ("other.example", "fails")]
)
def test_a_certificate_must_be_for_the_host_name(
    secure: tuple[Website, Path], host: str, outcome: str
) -> None:
    site, file = secure
    client = client_for(site, tls=ssl.create_default_context(cafile=str(file)))

    result = client.check(site.url("/fine", host, "https"))

    assert result.outcome == outcome
    assert outcome == "answers" or "certificate is not valid: Hostname mismatch" in result.reason


# Politeness


def test_a_host_gets_one_request_at_a_time_with_a_pause_between(site: Website) -> None:
    client = client_for(site, limits={"pause": 0.05})
    asks = [
        threading.Thread(target=client.check, args=[site.url(f"/pause/{number}")])
        for number in range(4)
    ]
    for one in asks:
        one.start()
    for one in asks:
        one.join()

    assert site.most["site.example"] == 1
    times = site.times["site.example"]
    gaps = [later - earlier for earlier, later in zip(times[1::2], times[2::2], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.045
