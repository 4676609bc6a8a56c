"""The web server: clients that are slow take nothing from the others."""

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.urls import reverse
from gunicorn.config import Config
from gunicorn.glogging import Logger

from evidence.models.comments import LONGEST
from evidence.models.content_fields import FIELDS
from evidence.spreadsheet.files import MAX_BYTES
from portal.accounts import carried_form
from portal.run.worker import (
    LITTLE,
    MAX_BODY,
    MAX_HEAD,
    MB,
    Arriving,
    Connection,
    PatientWorker,
    Refused,
    connections_with,
)

from .conftest import GUNICORN, Served, process

pytestmark = pytest.mark.django_db  # or else the database of the data set is not made

HALF_A_HEAD = b"GET /evidence/ HTTP/1.1\r\nHost: localhost\r\n"
HALF_A_BODY = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na"
)
IMPORT = "/admin/evidence/summary/import/"
SILENCE = b""
# The first request is answered; of the second only a part comes on the same connection.
HALF_A_SECOND_REQUEST = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\nGET /"
ASKS_TO_CLOSE_AND_STAYS = (
    b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
)
# Django reads the body of a form with such a cookie before any view.
LENGTH_WITH_ZEROS = HALF_A_BODY.replace(b"/admin/login/", b"/evidence/").replace(
    b"Content-Length: 1000",
    b"Cookie: csrftoken=" + 32 * b"a" + b"\r\nContent-Length: 0000000000000000001000",
)
TAKES_NONE_OF_MANY_ANSWERS = 30 * b"GET /ratings/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
TAKES_NO_ANSWER = b"GET /evidence.csv HTTP/1.1\r\nHost: localhost\r\n\r\n"


def arriving() -> Arriving:
    return Arriving(Config(), ("127.0.0.1", 50000))


@pytest.fixture
def send(served: Served) -> Iterator[Callable[[bytes], socket.socket]]:
    """Send something to the server on a new connection, which stays open until the test ends."""
    with ExitStack() as stack:

        def connect(data: bytes) -> socket.socket:
            client = stack.enter_context(socket.socket())
            # A small buffer: what the client does not read is soon in the way of the server.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(30)
            client.connect(("127.0.0.1", served.port))
            client.sendall(data)
            return client

        yield connect


@pytest.mark.parametrize(
    "slow",
    [
        pytest.param([HALF_A_HEAD, HALF_A_BODY, SILENCE], id="half-sent, slow body, silent"),
        pytest.param([HALF_A_SECOND_REQUEST], id="a second request that is half-sent"),
        pytest.param([ASKS_TO_CLOSE_AND_STAYS], id="does not close"),
        pytest.param([TAKES_NO_ANSWER], id="does not read"),
        pytest.param([TAKES_NONE_OF_MANY_ANSWERS], id="asks on and does not read"),
        pytest.param([LENGTH_WITH_ZEROS], id="slow body, with an odd length"),
    ],
)
def test_others_are_answered_while_hundreds_of_clients_are_slow(served, send, slow):
    for _ in range(120):
        for data in slow:
            send(data)
    time.sleep(0.5)  # whatever the server does first for slow clients has begun
    for number in range(20):
        # Half of gunicorn's own workers' patience: with one of those, none of these is answered.
        assert served.ask(f"/evidence/?slow={number}", seconds=15) == 200


def test_a_request_that_comes_in_pieces_is_answered(send):
    client = send(b"")
    for piece in (b"GET /health/li", b"ve HTTP/1.1\r\nHo", b"st: localhost\r\n\r", b"\n"):
        client.sendall(piece)
        time.sleep(0.05)
    assert client.recv(4096).startswith(b"HTTP/1.1 200")


def test_two_requests_sent_at_once_are_both_answered(send):
    client = send(2 * b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    received = b""
    while received.count(b"live\n") < 2:
        received += client.recv(4096) or pytest.fail(received.decode())


def test_who_waits_for_our_word_before_sending_a_body_gets_it(send):
    client = send(HALF_A_BODY.replace(b"\r\n\r\na", b"\r\nExpect: 100-continue\r\n\r\n"))
    assert client.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"a" * 1000)
    answer = client.recv(4096).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert (answer or client.recv(4096)).startswith(b"HTTP/1.1 403")  # a form without its token


def test_who_does_not_ask_for_our_word_does_not_get_it(send):
    asked_in_the_body = HALF_A_BODY + b"\r\nExpect: 100-continue\r\n"
    client = send(asked_in_the_body)
    client.settimeout(0.5)
    with pytest.raises(TimeoutError):
        client.recv(4096)


def test_a_large_form_is_read_to_its_end(send):
    def part(name: bytes, value: bytes) -> bytes:
        return b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name, value)

    token = 32 * b"a"
    file = part(b'file"; filename="f', 3_000_000 * b"a")
    form = file + part(b"csrfmiddlewaretoken", token) + b"--x--\r\n"
    client = send(
        b"POST /admin/evidence/summary/import/ HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n"
        b"Cookie: csrftoken=%s\r\nContent-Length: %d\r\n\r\n" % (token, len(form))
    )
    client.sendall(form)
    assert client.recv(4096).startswith(b"HTTP/1.1 302")  # or 403, without the token at its end


def test_our_word_is_given_once():
    coming = arriving()
    pieces = [
        b"POST / HTTP/1.1\r\nExpect: 100-",
        b"continue\r\nContent-Length: 9\r\n\r\n",
        b"a",
        b"a",
    ]
    assert [(coming.add(piece), coming.asks_to_go_on())[1] for piece in pieces] == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEAD, b"431"),
        (b"POST / HTTP/1.1\r\nContent-Length: 00000000000000099999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length : 1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length:\r\n 1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1" + 5000 * b"0" + b"\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"\r\n\r\n", b"400"),
    ],
)
def test_what_the_server_does_not_take_is_refused_at_once(send, head, status):
    answer = send(head).recv(4096)
    assert answer.split(b" ", 2)[1] == status
    for header in (
        b"Content-Security-Policy: default-src 'none';",
        b"X-Content-Type-Options: nosniff",
    ):
        assert answer.partition(b"\r\n\r\n")[0].count(b"\r\n" + header) == 1


@pytest.mark.parametrize(
    ("path", "limit", "words"),
    [
        ("/", 4 * 1024, "4 KB"),
        ("/evidence/", 4 * 1024, "4 KB"),
        ("/admin/login/", 5 * MB // 2, "2.5 MB"),
        ("/admin/evidence/edition/1/change/", 5 * MB // 2, "2.5 MB"),
        ("/fact-check/1:x/", MB, "1 MB"),
        (IMPORT, 11 * MB, "11 MB"),
        ("/%61dmin/evidence/summary/import/", 11 * MB, "11 MB"),
    ],
)
def test_each_page_has_its_limit_and_says_it(send, path, limit, words):
    head = "POST {} HTTP/1.1\r\nContent-Length: {}\r\n\r\n"
    assert not arriving().add(head.format(path, limit).encode())  # the body may come
    answer = send(head.format(path, limit + 1).encode()).recv(4096).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert answer.endswith(f"\r\n\r\nThis page accepts at most {words}.\n")


def test_the_limits_leave_room_for_what_the_pages_themselves_accept():
    assert MAX_BODY[reverse("admin:evidence_summary_import")] > MAX_BYTES
    assert MAX_BODY[reverse("admin:index")] >= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert MAX_BODY[reverse("admin:index")] > carried_form.LIMIT
    # In English nearly every character is one byte, or three where it is escaped.
    assert MAX_BODY["/fact-check/"] > len(FIELDS) * LONGEST * 1.5


def test_a_request_is_complete_with_its_last_byte():
    request = b"POST /admin/x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
    coming = arriving()
    assert [coming.add(bytes([byte])) for byte in request] == [False] * (len(request) - 1) + [True]
    assert coming.request.body.read() == b"abc"


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /admin/",
        "GET /%61dmin/",
        "GET http://localhost/admin/",
        "GET /admin/?next=/",
        "\r\nGET /admin/",
    ],
)
def test_however_admin_is_asked_for_it_has_threads_of_its_own(request_line):
    coming = arriving()
    coming.add(f"{request_line} HTTP/1.1\r\n\r\n".encode())
    assert coming.path == "/admin/"


def test_no_header_says_which_part_of_the_path_counts(send):
    client = send(b"GET /x/admin/ HTTP/1.1\r\nHost: localhost\r\nScript_Name: /x\r\n\r\n")
    assert client.recv(4096).startswith(b"HTTP/1.1 404")


def test_a_body_is_refused_before_it_comes():
    with pytest.raises(Refused, match="413"):
        arriving().add(b"POST / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n")


@pytest.fixture
def small(dataset_database, static_files, tmp_path) -> Iterator[Served]:
    """The portal with one worker, which takes few connections."""
    few = ("--workers", "1", "--threads", "2", "--worker-connections", "20")
    with process(dataset_database, tmp_path / "output", *GUNICORN, *few) as running:
        yield running


def test_who_has_to_go_when_something_of_theirs_has_just_come_takes_nobody_along(small):
    [worker] = small.workers()
    with ExitStack() as stack:

        def connect() -> socket.socket:
            address = ("127.0.0.1", small.port)
            return stack.enter_context(socket.create_connection(address, timeout=30))

        time.sleep(0.5)  # so that the connection of whoever waited for the start no longer counts
        waiting = [connect() for _ in range(19)]
        for client in waiting:
            client.sendall(HALF_A_HEAD)
        time.sleep(0.5)
        # What comes meanwhile, the worker sees all at once: a connection too many, and more from those that may have to go.
        os.kill(worker, signal.SIGSTOP)
        connect().sendall(HALF_A_HEAD)
        for client in waiting:
            client.sendall(b"X: y\r\n")
        os.kill(worker, signal.SIGCONT)
        with pytest.raises(ConnectionResetError):
            waiting[0].recv(1)
    small.wait_until_it_answers()
    assert small.workers() == [worker]
    assert "Traceback" not in small.output.read_text()


@pytest.fixture
def worker() -> Iterator[PatientWorker]:
    """A worker whose loop does not run: a test takes its turns."""
    worker = PatientWorker(0, os.getppid(), [], None, 30, Config(), Logger(Config()))
    worker.poller = selectors.DefaultSelector()
    yield worker
    worker.poller.close()
    worker.tmp.close()


@pytest.fixture
def connect(worker) -> Iterator[Callable[[], tuple[Connection, socket.socket]]]:
    """Connect to that worker. Returns the connection and the client's end of it."""
    with ExitStack() as stack:

        def one() -> tuple[Connection, socket.socket]:
            ours, theirs = map(stack.enter_context, socket.socketpair())
            conn = Connection(Config(), ours, ("127.0.0.1", 50000), ("127.0.0.1", 80))
            worker._expect(conn)
            return conn, theirs

        yield one


def test_an_error_on_one_connection_is_the_end_of_that_one_alone(worker, connect, monkeypatch):
    (broken, its_client), (sound, another) = connect(), connect()
    its_client.sendall(b"GET /")
    another.sendall(b"GET /")
    monkeypatch.setattr(broken.arriving, "add", None)
    monkeypatch.setattr(worker, "handle_error", None)  # what tells the client fails as well
    worker.wait_for_and_dispatch_events(0)
    assert list(worker.pending_conns) == [sound]
    assert its_client.recv(1) == b""
    assert worker.held == len("GET /")


def test_whole_requests_that_cannot_be_answered_yet_give_way_too(worker, connect, monkeypatch):
    monkeypatch.setattr("portal.run.worker.MAX_HELD", 100)
    monkeypatch.setattr("portal.run.worker.unsent", lambda _: LITTLE + 1)
    (_, whole), (sound, half) = connect(), connect()
    whole.sendall(b"GET / HTTP/1.1\r\nX: " + 70 * b"x" + b"\r\n\r\n")
    worker.wait_for_and_dispatch_events(0)
    assert len(worker.unread) == 1
    half.sendall(b"GET / HTTP/1.1")
    worker.wait_for_and_dispatch_events(0)
    assert list(worker.pending_conns) == [sound]
    assert whole.recv(1) == b""


@pytest.mark.parametrize(("files", "connections"), [(2200, 2000), (1024, 824), (200, 100)])
def test_few_files_leave_room_for_connections(files, connections):
    assert connections_with(files) == connections


PUBLIC = [
    "/",
    "/evidence/",
    "/evidence/?q=school",
    "/evidence/?page=99",
    "/evidence.json",
    "/evidence.csv",
    "/suggest?q=sch",
    "/approaches/",
    "/topics/",
    "/for/",
    "/centres/",
    "/centres/eef/",
    "/ratings/",
    "/policy-areas/",
    "/network/",
    "/accessibility/",
    "/privacy/",
    "/cookies/",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/security.txt",
    "/favicon.ico",
    "/health/live",
    "/health/ready",
    "/admin/",
    "/admin/login/",
    "/nothing",
    "/evidence/nope/",
    "/evidence",
    "/static/nope.css",
]


def test_head_is_answered_like_get_and_nothing_is_logged(served):
    before = served.output.stat().st_size
    for path in PUBLIC:
        assert served.ask(path, "HEAD") == served.ask(path), path
    assert served.output.read_bytes()[before:] == b""
