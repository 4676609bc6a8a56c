"""The real web server, with the product's settings, on the shipped data set."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from tests.settings import SERVER

START_SECONDS = 120  # far more than it takes on a machine that does nothing else


@dataclass
class Served:
    """A process that serves the portal."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path

    def ask(self, path: str, method: str = "GET", seconds: float = 30) -> int:
        """Return the status of an answer. Raises OSError or HTTPException if there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            connection.close()

    def answers(self, seconds: float = 2) -> bool:
        """Say whether a page comes within so many seconds."""
        try:
            return self.ask("/evidence/", seconds=seconds) == 200
        except (OSError, http.client.HTTPException):
            return False

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def workers(self) -> list[int]:
        return children(self.process.pid)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_there(pid: int) -> bool:
    """Say whether a process goes on, and has not only left a line that nobody has read."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def process(database: str, output: Path, *command: str, **more: str) -> Iterator[Served]:
    """Serve a database of the tests' server with a command, until the end of the block. Needs `static_files`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {
        "DATABASE_URL": SERVER.url.replace("/portal?", f"/{database}?"),
        "SECRET_KEY": "only for tests, on this machine",
        "TWO_FACTOR": "0",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORT": str(port),
        **more,
    }
    with output.open("wb") as file:
        running = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        served = Served(running, port, output)
        served.wait_until_it_answers()
        yield served
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)


GUNICORN = ("gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi")


@pytest.fixture(scope="module")
def served(
    dataset_database: str, static_files: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The portal as gunicorn serves it, with two workers."""
    output = tmp_path_factory.mktemp("gunicorn") / "output"
    with process(dataset_database, output, *GUNICORN) as running:
        yield running
