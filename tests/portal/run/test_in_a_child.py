"""What a child process makes and hands over, and what becomes of the child."""

import gc
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from evidence.catalogue.documents import PackedFile
from portal.run.in_a_child import NothingMade, made_in_a_child
from tests.settings import SERVER

from .conftest import children, is_there

# A process whose child says who it is and then works for ever.
WORKS_FOR_EVER = """
import os, signal, time
from portal.run.in_a_child import made_in_a_child
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a process in the background ignores
def make():
    print(os.getpid(), flush=True)
    time.sleep(600)
made_in_a_child(make)
"""
MAKES_NOTHING = """
from portal.run.in_a_child import NothingMade, made_in_a_child
try:
    made_in_a_child(lambda: {make})
except NothingMade:
    print("nothing")
"""
# A process that reads what is published as gunicorn does. It says what it has, and what it remembers of reading it.
READS = """
import portal.wsgi
from portal import published
from portal.gunicorn import on_starting
from evidence.catalogue.documents import Documents
from evidence.search.words import stem
if {is_without_processes}:
    import os
    def refuse():
        raise OSError("There is no room for another process.")
    os.fork = refuse
on_starting(None)
if snapshot := published.latest():
    published_editions = snapshot[Documents].published
    slug, key = next(iter(published_editions.items()))
    assert snapshot[Documents].document(key).slug == slug
    print(len(published_editions), "editions,", stem.cache_info().currsize, "stems")
"""


class Kept:
    """Something with a file that has no name, and with one thing in two places."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - handed over open
        self.file.write(b"written in the child")
        self.one = self.same = [os.getpid()]


def packed() -> PackedFile:
    documents = PackedFile()
    documents.append(7, b"a document")
    documents.finish()
    return documents


@contextmanager
def working(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a process whose child works for ever; yield it and the number of the child."""
    started = subprocess.Popen(
        [sys.executable, "-c", WORKS_FOR_EVER],
        cwd=settings.BASE_DIR,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        assert started.stdout
        child = int(started.stdout.readline())
        try:
            yield started, child
        finally:
            started.kill()


def has_ended(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while is_there(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def reads(database: str, *, is_without_processes: bool = False) -> str:
    """Let a process read what is published in a database of the tests' server; return what it says."""
    done = subprocess.run(
        [sys.executable, "-c", READS.format(is_without_processes=is_without_processes)],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DATABASE_URL": SERVER.url.replace("/portal?", f"/{database}?"),
            "SECRET_KEY": "only for tests, on this machine",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        text=True,
    )
    return done.stdout


def test_what_a_child_has_made_is_here_with_its_files_when_the_child_has_gone():
    made = made_in_a_child(Kept)
    [child] = made.one
    assert child not in (os.getpid(), *children(os.getpid()))
    assert made.one is made.same
    assert os.pread(made.file.fileno(), 100, 0) == b"written in the child"
    assert not os.get_inheritable(made.file.fileno())
    made.file.close()


def test_documents_that_were_handed_over_are_closed_when_nobody_needs_them():
    documents = made_in_a_child(packed)
    assert documents[7] == b"a document"
    number = documents._file.fileno()
    held: list[object] = [documents]
    held.append(held)  # as in a snapshot: only garbage collection finds that nobody has it
    del documents, held
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)


@pytest.mark.parametrize(
    ("make", "error"), [("1 // 0", "ZeroDivisionError"), ("lambda: None", "Can't pickle")]
)
def test_why_a_child_has_made_nothing_is_said(make, error):
    done = subprocess.run(
        [sys.executable, "-c", MAKES_NOTHING.format(make=make)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "nothing\n"
    assert error in done.stderr


def test_a_child_that_is_killed_has_made_nothing():
    with pytest.raises(NothingMade):
        made_in_a_child(lambda: os.kill(os.getpid(), signal.SIGKILL))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_a_child_whose_parent_ends(tmp_path, number):
    with working(tmp_path) as (started, child):
        started.send_signal(number)
        assert started.wait(timeout=10) == -number
        assert has_ended(child)
    assert not list(tmp_path.iterdir())


def test_ctrl_c_is_said_once(tmp_path):
    with working(tmp_path) as (started, child):
        for pid in (child, started.pid):  # a terminal sends it to both
            os.kill(pid, signal.SIGINT)
        assert started.stderr
        said = started.stderr.read()
    assert said.count("Traceback") == 1
    assert said.endswith("KeyboardInterrupt\n")


@pytest.mark.django_db  # or else the database of the data set is not made
def test_what_is_published_is_read_without_what_reading_it_remembers(dataset_database):
    said = reads(dataset_database)
    assert re.search(r"^[0-9]{3} editions, 0 stems$", said, re.MULTILINE)


@pytest.mark.django_db
def test_where_there_is_no_room_for_a_child_what_is_published_is_read_all_the_same(
    dataset_database,
):
    said = reads(dataset_database, is_without_processes=True)
    assert "There is no room for another process." in said
    assert re.search(r"^[0-9]{3} editions, [1-9][0-9]* stems$", said, re.MULTILINE)


def test_that_the_database_is_away_is_said_once():
    said = reads("nothing_has_this_name")
    assert said.count("What is published could not be read yet") == 1
    assert "Traceback" not in said
