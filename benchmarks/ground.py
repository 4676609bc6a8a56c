"""What every benchmark stands on: a PostgreSQL of its own, filled, and processor time read from /proc."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from portal.run import embedded


@contextmanager
def server() -> Iterator[embedded.Server]:
    """Start a server and stop it at the end; what it held is gone then."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    started = embedded.Server("postgres-benchmark", durable=False)
    started.start()
    try:
        yield started
    finally:
        started.stop()


@contextmanager
def filled_database(on: embedded.Server, number: int) -> Iterator[dict[str, str]]:
    """Make a database with `number` published summaries; yield the environment of a process that uses it."""
    name = f"benchmark_{number}"
    with psycopg.connect(on.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    environment = os.environ | {
        "DATABASE_URL": on.url.replace("/portal?", f"/{name}?"),
        "SECRET_KEY": "only for measuring, on this machine",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "TWO_FACTOR": "0",
    }
    fill = (
        f"import django; django.setup(); from benchmarks import synthetic; synthetic.make({number})"
    )
    for command in (
        ["manage.py", "collectstatic", "--noinput", "-v0"],
        ["manage.py", "migrate", "-v0"],
        ["manage.py", "load_network"],
        ["-c", fill],
    ):
        subprocess.run(
            [sys.executable, *command],
            env=environment | {"STATEMENT_TIMEOUT_MS": "0"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    try:
        yield environment
    finally:
        with psycopg.connect(on.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def processor_seconds(*pids: int) -> float:
    """Return the processor time so far of all threads of these processes."""
    nanoseconds = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                nanoseconds += int(task.read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has just ended
    return nanoseconds / 1e9
