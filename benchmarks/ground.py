"""What every benchmark stands on: a PostgreSQL of its own, filled, and processor time read from /proc."""

import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from portal.run import embedded

SHIPPED = "benchmark_shipped"


@contextmanager
def server() -> Iterator[embedded.Server]:
    """Start a server and stop it at the end; what it held is gone then."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    started = embedded.Server("postgres-benchmark", durable=False)
    started.start()
    try:
        yield started
    finally:
        _drop_database(started, SHIPPED)
        started.stop()


@contextmanager
def filled_database(on: embedded.Server, number: int) -> Iterator[dict[str, str]]:
    """Make a database with `number` published summaries; yield the environment of a process that uses it."""
    _make_shipped(on)
    name = f"benchmark_{number}"
    _drop_database(on, name)
    with psycopg.connect(on.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {SHIPPED}")
    environment = _environment(on, name)
    fill = (
        f"import django; django.setup(); from benchmarks import synthetic; synthetic.make({number})"
    )
    _run(environment, "-c", fill)
    try:
        yield environment
    finally:
        _drop_database(on, name)


@functools.cache
def _make_shipped(on: embedded.Server) -> None:
    """Make the database that holds the shipped data set, once for each server: others are copies of it, with more in them."""
    _drop_database(on, SHIPPED)
    with psycopg.connect(on.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {SHIPPED}")
    environment = _environment(on, SHIPPED)
    _run(environment, "manage.py", "collectstatic", "--noinput", "-v0")
    _run(environment, "manage.py", "migrate", "-v0")
    _run(environment, "manage.py", "load_network")


def _drop_database(on: embedded.Server, name: str) -> None:
    with psycopg.connect(on.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _environment(on: embedded.Server, name: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": on.url.replace("/portal?", f"/{name}?"),
        "SECRET_KEY": "only for measuring, on this machine",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "TWO_FACTOR": "0",
    }


def _run(environment: dict[str, str], *command: str) -> None:
    subprocess.run(
        [sys.executable, *command],
        env=environment | {"STATEMENT_TIMEOUT_MS": "0"},
        check=True,
        stdout=subprocess.DEVNULL,
    )


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
