"""A link is asked politely, in a bounded time, and nowhere but on the public web."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence.link_checks.http import Asker
from evidence.link_checks.public_addresses import is_public
from tests.evidence.link_checks.websites import HERE, QUICK, Website, asker_of, certificate, serving


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
        ("/fine", "answers", 200, "It answers."),
        ("/fine?a=b c&d=é#part", "answers", 200, ""),
        ("//double//slash", "answers", 200, ""),
        ("/no-head/405", "answers", 200, ""),
        ("/no-head/403", "answers", 200, ""),
        ("/no-head/404", "answers", 200, ""),
        ("/no-head/501", "answers", 200, ""),
        ("/no-head/500", "answers", 200, ""),
        ("/no-head/closed", "answers", 200, ""),
        ("/no-head/slow", "answers", 200, ""),
        ("/status/404", "gone", 404, "not there"),
        ("/status/410", "gone", 410, "for good"),
        ("/status/401", "refuses", 401, "people may still"),
        ("/status/403", "refuses", 403, "people may still"),
        ("/status/451", "refuses", 451, "people may still"),
        ("/status/999", "refuses", 999, "people may still"),
        ("/status/500", "fails", 500, "fault"),
        ("/status/304", "fails", 304, "not where to"),
        ("/nowhere", "fails", 302, "not where to"),
        ("/slow", "fails", None, "in time"),
        ("/closed", "fails", None, "without a proper answer"),
        ("/nonsense", "fails", None, "without a proper answer"),
        ("/huge", "answers", 200, ""),
        ("/to/302/fine", "answers", 200, ""),
        ("/to/301/to/302/fine", "answers", 200, ""),
        ("/to/301/status/404", "gone", 404, ""),
        ("/circle/1", "fails", None, "in a circle"),
        ("/cookie", "refuses", None, "keep no cookies"),
        ("/to/302/to/302/to/302/to/302/to/302/fine", "answers", 200, ""),
        ("/to/302/to/302/to/302/to/302/to/302/to/302/fine", "fails", None, "more than 5"),
        ("/to/302/http://[", "fails", None, "no address"),
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
def test_what_a_site_does_is_told_as_what_it_means(
    site: Website, path: str, outcome: str, status: int | None, said: str
) -> None:
    answer = asker_of(site).ask(site.url(path))

    assert (answer.outcome, answer.status) == (outcome, status)
    assert said in answer.reason
    assert answer.final_url == ""


@pytest.mark.parametrize(
    ("path", "final", "said"),
    [
        ("/to/301/fine", "/fine", "has moved"),
        ("/to/308/to/301/fine/%C3%A9", "/fine/%C3%A9", "has moved"),
        ("/to/301/fine/%C3%83%C2%A9", "/fine/%C3%A9", "has moved"),  # sent as UTF-8
        ("/to/301/", "/", "front page"),
    ],
)
def test_what_has_moved_for_good_says_where_to(
    site: Website, path: str, final: str, said: str
) -> None:
    answer = asker_of(site).ask(site.url(path))

    assert (answer.outcome, answer.final_url) == ("moved", site.url(final))
    assert said in answer.reason


def test_head_comes_first_and_get_only_where_it_is_needed(site: Website) -> None:
    asker = asker_of(site)
    asker.ask(site.url("/fine"))
    asker.ask(site.url("/no-head/405"))

    assert site.asked == [("HEAD", "/fine"), ("HEAD", "/no-head/405"), ("GET", "/no-head/405")]


def test_only_the_beginning_of_a_page_is_read(site: Website) -> None:
    asker_of(site).ask(site.url("/huge"))

    time.sleep(0.05)
    assert (
        site.sent < 10_000_000
    )  # what the machine's own buffers take; the page has a thousand million


def test_the_portal_says_who_it_is_and_sends_nobodys_password(site: Website) -> None:
    answer = asker_of(site).ask(f"http://ann:secret@site.example:{site.port}/to/301/fine")

    assert answer.final_url == site.url("/fine")
    for headers in site.headers:
        assert headers["User-Agent"] == "Test/1.0"
        assert headers["Host"] == f"site.example:{site.port}"
        assert "Authorization" not in headers
        assert "Cookie" not in headers


# What may pass


def test_what_may_pass_is_tried_again_and_what_will_not_is_not(site: Website) -> None:
    asker = asker_of(site)
    asker.ask(site.url("/status/404"))
    asker.ask(site.url("/status/500"))

    assert site.visits == {"/status/404": 2, "/status/500": 6}


def test_a_wait_that_the_site_asks_for_is_kept(site: Website) -> None:
    answer = asker_of(site, manners={"patience": 5, "whole": 5}).ask(site.url("/busy/1"))

    first, _, second, *_ = site.times["site.example"]
    assert answer.outcome == "answers"
    assert second - first >= 1
    assert {method for method, _ in site.asked} == {"HEAD"}


def test_a_wait_that_is_too_long_is_not_waited_for_and_the_site_left_alone(site: Website) -> None:
    began = time.monotonic()
    answer = asker_of(site).ask(site.url("/busy/3600"))

    assert time.monotonic() - began < 0.5
    assert (answer.outcome, answer.status, answer.wants_quiet) == ("refuses", 429, True)
    assert len(site.asked) == 1


def test_a_check_has_a_limit_as_a_whole_whatever_the_site_does(site: Website) -> None:
    began = time.monotonic()
    answer = asker_of(site, manners={"whole": 0.4}).ask(site.url("/drip"))

    assert time.monotonic() - began < 1
    assert answer.outcome == "fails"
    assert "longer than 0.4 seconds" in answer.reason


def test_a_name_that_is_not_found_is_told(site: Website) -> None:
    def unknown(*args: Any) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    answer = asker_of(site, look_up=unknown).ask(site.url("/fine"))

    assert (answer.outcome, answer.heard) == ("fails", False)
    assert "site.example cannot be found" in answer.reason


def test_where_nobody_listens_is_told() -> None:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port = probe.getsockname()[1]
    asker = Asker("Test/1.0", QUICK, lambda *_: [HERE], lambda _: True, ports=[port])

    answer = asker.ask(f"http://site.example:{port}/")

    assert (answer.outcome, answer.heard) == ("fails", False)
    assert "cannot be connected to" in answer.reason


# Only the public web


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
def test_nothing_but_the_public_web_is_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*args: Any) -> None:
        raise AssertionError("it connected")

    monkeypatch.setattr(socket.socket, "connect", connect)
    answer = Asker("Test/1.0", QUICK).ask(url)

    assert answer.outcome in {"not-asked", "fails"}
    assert answer.outcome == "not-asked" or "cannot be found" in answer.reason


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/", "http://[::1]/", "http://10.0.0.1/"]
)
def test_a_redirect_leads_nowhere_else_either(site: Website, target: str) -> None:
    def may_reach(address: str) -> bool:
        return address == HERE or is_public(address)

    def look_up(name: str, port: int, seconds: float) -> list[str]:
        return [HERE] if name == "site.example" else [name]

    asker = asker_of(site, look_up=look_up, may_reach=may_reach)
    asker.ports = [80, site.port]
    answer = asker.ask(site.url(f"/to/302/{target}"))

    assert answer.outcome == "not-asked"
    assert "not on the public internet" in answer.reason


def test_a_name_with_one_address_that_is_not_public_is_not_asked(site: Website) -> None:
    asker = asker_of(site, look_up=lambda *_: ["8.8.8.8", HERE], may_reach=is_public)

    assert asker.ask(site.url("/fine")).outcome == "not-asked"
    assert site.asked == []


def test_the_connection_goes_to_the_address_that_was_checked(site: Website) -> None:
    answers = iter([[HERE], ["10.0.0.1"], ["10.0.0.1"]])
    looked: list[str] = []

    def rebinding(name: str, port: int, seconds: float) -> list[str]:
        looked.append(name)
        return next(answers)

    asker = asker_of(site, look_up=rebinding)

    assert asker.ask(site.url("/no-head/405")).outcome == "answers"
    assert looked == ["site.example"]  # once for both requests
    assert asker.ask(site.url("/fine")).outcome == "not-asked"


def test_every_step_of_a_redirect_is_looked_up_anew(site: Website) -> None:
    answers = iter([[HERE], ["10.0.0.1"]])
    asker = asker_of(site, look_up=lambda *_: next(answers))

    answer = asker.ask(site.url("/to/302/fine"))

    assert answer.outcome == "not-asked"
    assert site.asked == [("HEAD", "/to/302/fine")]


def test_a_second_address_is_tried_where_the_first_cannot_be_reached(site: Website) -> None:
    asker = asker_of(site, look_up=lambda *_: ["127.0.0.2", HERE], may_reach=lambda _: True)

    assert asker.ask(site.url("/fine")).outcome == "answers"


# Certificates


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Website, Path]]:
    file = certificate(tmp_path_factory.mktemp("tls"), "site.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with serving(context) as site:
        yield site, file


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[Website, Path]) -> None:
    site, _ = secure
    answer = asker_of(site).ask(site.url("/fine", scheme="https"))

    assert answer.outcome == "fails"
    assert "certificate is not valid: self-signed" in answer.reason
    assert site.asked == []


@pytest.mark.parametrize(
    ("host", "outcome"), [("site.example", "answers"), ("other.example", "fails")]
)
def test_a_certificate_counts_for_the_name_that_was_asked_for(
    secure: tuple[Website, Path], host: str, outcome: str
) -> None:
    site, file = secure
    asker = asker_of(site, tls=ssl.create_default_context(cafile=str(file)))

    answer = asker.ask(site.url("/fine", host, "https"))

    assert answer.outcome == outcome
    assert outcome == "answers" or "certificate is not valid: Hostname mismatch" in answer.reason


# Politeness


def test_a_host_gets_one_request_at_a_time_with_a_pause_between(site: Website) -> None:
    asker = asker_of(site, manners={"pause": 0.05})
    asks = [
        threading.Thread(target=asker.ask, args=[site.url(f"/pause/{number}")])
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
