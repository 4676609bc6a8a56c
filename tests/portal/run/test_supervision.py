"""What ends by itself is started again."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator

import pytest

from portal.run import handover, serve

from .conftest import Served, children, is_there, process

pytestmark = pytest.mark.django_db  # or else the database of the data set is not made

# A web server that is never told to stop ends again and again.
BROKEN = "raise SystemExit('This is broken.')"


class LeftBehind(serve.Workers):
    """Workers that end as soon as they are told to."""

    def __init__(self) -> None:
        super().__init__(0, 0)

    def end(self) -> bool:
        return True


@pytest.fixture(scope="module")
def supervised(
    dataset_database: str, static_files: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The portal as script/server serves it, from a database that its owner has prepared."""
    output = tmp_path_factory.mktemp("serve") / "output"
    with process(dataset_database, output, "portal.run.serve", PREPARE="0") as served:
        yield served


def gunicorn(served: Served) -> int:
    [pid] = children(served.process.pid)
    return pid


def is_answered_again(served: Served) -> bool:
    """Wait for 20 answers one after the other, from whichever worker."""
    row, deadline = 0, time.monotonic() + 30
    while row < 20 and time.monotonic() < deadline:
        row = row + 1 if served.answers() else 0
        time.sleep(0.05)
    return row == 20


def test_a_database_that_its_owner_prepared_is_left_alone(supervised):
    deadline = time.monotonic() + 30
    while "The portal is at" not in (said := supervised.output.read_text()):
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
    assert "Bringing the database up to date" not in said
    # Nothing of this runs by itself, and links in mail lead to the port that a command is told.
    assert f"PORT={supervised.port} .venv/bin/python manage.py send_mail_due" in said


def test_a_worker_that_is_killed_is_replaced(supervised):
    killed = children(gunicorn(supervised))[0]
    os.kill(killed, signal.SIGKILL)
    assert is_answered_again(supervised)
    workers = children(gunicorn(supervised))
    assert killed not in workers
    assert len(workers) == 2


def test_while_a_web_server_that_was_killed_is_started_again_its_workers_answer(supervised):
    killed = gunicorn(supervised)
    left = children(killed)
    # A client that has sent half a request does not hold up the end of the workers that are left behind.
    half = http.client.HTTPConnection("127.0.0.1", supervised.port)
    half.connect()
    half.send(b"GET / HTTP/1.1\r\n")
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while any(map(is_there, left)):
        assert supervised.answers()  # each time: nobody is refused for a moment
        assert time.monotonic() < deadline, supervised.output.read_text()
        time.sleep(0.01)
    half.close()
    assert supervised.answers()
    assert gunicorn(supervised) != killed
    assert "The web server has ended by itself: starting it again" in supervised.output.read_text()


def test_when_all_of_a_web_server_is_killed_visitors_wait_for_the_next_one(supervised):
    killed = gunicorn(supervised)
    os.killpg(killed, signal.SIGKILL)
    assert supervised.answers(seconds=30)
    assert gunicorn(supervised) != killed


def test_nothing_is_left_when_this_process_is_killed_while_a_web_server_is_started_again(
    dataset_database, static_files, tmp_path
):
    with process(dataset_database, tmp_path / "said", "portal.run.serve", PREPARE="0") as served:
        first = gunicorn(served)
        left = children(first)
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while not (second := [pid for pid in children(served.process.pid) if pid not in left]):
            assert time.monotonic() < deadline
        os.kill(served.process.pid, signal.SIGKILL)
        while any(map(is_there, [*second, *left])):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_web_server_that_was_told_to_stop_is_not_started_again(
    dataset_database, static_files, tmp_path
):
    with process(dataset_database, tmp_path / "said", "portal.run.serve", PREPARE="0") as served:
        os.kill(gunicorn(served), signal.SIGTERM)
        assert served.process.wait(timeout=30) == 0


@pytest.mark.parametrize("after", [0.0, 0.002])
def test_a_signal_to_stop_is_heeded_while_a_process_is_started(
    dataset_database, static_files, tmp_path, after
):
    with process(dataset_database, tmp_path / "said", "portal.run.serve", PREPARE="0") as served:
        os.kill(gunicorn(served), signal.SIGKILL)
        deadline = time.monotonic() + 30
        while "starting it again" not in served.output.read_text():
            assert time.monotonic() < deadline
        time.sleep(after)
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(timeout=30) == 130
    assert "Traceback" not in served.output.read_text()


def test_workers_are_left_until_others_have_what_is_published(tmp_path):
    with socket.socket() as listener:
        web = serve.WebServer(dict(os.environ), listener)
        ours, theirs = os.pipe2(os.O_NONBLOCK)
        web.workers, web.left_behind = serve.Workers(0, ours), [LeftBehind()]
        os.write(theirs, handover.ANSWERS)  # the database is away: they could say only that
        assert web.workers.have_said(handover.ANSWERS)
        web.end_what_is_needed_no_more()
        assert web.left_behind
        os.write(theirs, handover.SERVES)
        web.end_what_is_needed_no_more()
        assert not web.left_behind


def test_a_worker_knows_whether_others_are_left_that_serve(monkeypatch):
    assert not handover.others_serve()
    (gone, gone_too), (ours, theirs) = os.pipe(), os.pipe()
    os.close(gone_too)
    monkeypatch.setenv(handover.PIPES_BEFORE, f"{gone} {ours}")
    assert handover.others_serve()
    os.close(theirs)
    assert not handover.others_serve()
    os.close(gone)
    os.close(ours)


def test_a_web_server_that_cannot_run_is_not_started_for_ever(monkeypatch, capfd):
    monkeypatch.setattr(serve.WebServer, "command", ["-c", BROKEN])
    with socket.socket() as listener:
        web = serve.WebServer(dict(os.environ), listener)
        web.start()
        with pytest.raises(serve.CannotServe, match="ends again and again"):
            serve.keep_running(web, None)
    assert capfd.readouterr().err.count("This is broken.") == serve.MOST_RESTARTS + 1


def test_a_database_that_ends_again_and_again_is_tried_less_often(monkeypatch):
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    restarts = serve.Restarts()
    for _ in range(serve.MOST_RESTARTS):
        assert restarts.may_be_tried()
        restarts.note("The database")
    assert not restarts.may_be_tried()
    now += serve.PAUSE_SECONDS + 1
    assert restarts.may_be_tried()
