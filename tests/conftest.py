"""Tests run on a PostgreSQL server of their own and reach nothing outside this machine.

`script/test` runs them in several processes (pytest-xdist). The first process starts the server; each worker has two
databases on it: an empty one, and one with the shipped data set for the tests that use the `dataset` fixture. To migrate a
database and to load the data set takes long, so that is done once in a run, and each worker copies what came of it.
"""

import fcntl
import gc
import io
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from portal.run import embedded
from portal.run.embedded import EmbeddedError
from tests.settings import SERVER

# How long an example takes says nothing here: other processes share the machine.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")

# What is published in each database that tests use as it is: to load it takes longer than most tests. Where a test writes, the
# snapshot is brought up to date from there, as in a worker of the web server.
SNAPSHOTS: dict[str, Any] = {}
# The empty database and that with the data set, while a module uses the second.
DATABASES: list[str] = []
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # such as "gw0"; empty without workers


def pytest_sessionstart() -> None:
    if not WORKER:
        try:
            SERVER.start()
        except EmbeddedError as error:  # such as other tests that run in this folder
            pytest.exit(str(error), returncode=1)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Let the worker that comes first compile the tests alone; the others read what it has kept, which costs less than half."""
    with open(__file__) as file:
        if WORKER and not sys.dont_write_bytecode:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                fcntl.flock(file, fcntl.LOCK_SH)
                fcntl.flock(file, fcntl.LOCK_UN)
        return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest, in two workers: those of the browser in the first, those that wait in the second.

    A worker begins with its share of the list, and one that has finished takes over the end of another's. Tests that start
    servers mostly wait for them: at the end of a run nothing else would use the processors meanwhile.
    """
    browser = [item for item in items if "browser" in item.keywords]
    others = [item for item in items if "browser" not in item.keywords]
    waiting = [item for item in others if item.nodeid.startswith("tests/portal/run/")]
    rest = [item for item in others if not item.nodeid.startswith("tests/portal/run/")]
    share = len(items) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    second = max(0, share - len(browser))  # where the share of the second worker begins
    items[:] = [*browser, *rest[:second], *waiting, *rest[second:]]
    # Python would look through all that stays again and again, while the data set is read for one.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Have each test on its own database: a worker may take over tests of a module in any order, with and without `dataset`."""
    if DATABASES:
        empty, with_dataset = DATABASES
        _connect_to(with_dataset if "dataset" in getattr(item, "fixturenames", ()) else empty)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    if not WORKER:
        SERVER.stop()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections that leave this machine; the database and a test server are on it."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise OSError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(autouse=True)
def empty_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the snapshot and all that was made from it, so that no test sees what another has stored.

    A test that writes after it has read calls `published.check(now=True)`: whether it sees its changes, and what is made ready
    before, must not hang on the clock.
    """
    from portal import published  # when Django is set up

    monkeypatch.setattr(published, "CHECK_SECONDS", 600)
    monkeypatch.setattr(published, "READY_SECONDS", 60)
    snapshot = SNAPSHOTS.get(connection.settings_dict["NAME"])
    published.set_snapshot(snapshot and replace(snapshot, cache={}))


Once = Callable[[str, Callable[[], object]], None]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Do something under a name once in a run: the first worker to ask does it, and the others wait until it is done."""
    folder = tmp_path_factory.getbasetemp()
    if WORKER:
        folder = folder.parent  # the workers have it together

    def do(name: str, make: Callable[[], object]) -> None:
        with (folder / f"once-{name}").open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if not file.read():
                make()
                file.write("done")

    return do


@pytest.fixture(scope="session")
def empty_template(once: Once, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a migrated database without content, to be copied. Nobody else may be connected to it then."""

    def make() -> None:
        create_database("template_empty")
        with django_db_blocker.unblock(), use_database("template_empty"):
            call_command("migrate", verbosity=0, interactive=False)

    once("template_empty", make)
    return "template_empty"


@pytest.fixture(scope="session")
def dataset_template(once: Once, empty_template: str, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a database with the shipped data set, to be copied."""

    def make() -> None:
        create_database("template_dataset", empty_template)
        with django_db_blocker.unblock(), use_database("template_dataset"):
            call_command("load_network", stdout=io.StringIO())
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # or else PostgreSQL plans as if the tables were empty

    once("template_dataset", make)
    return "template_dataset"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, empty_template: str) -> None:
    """Have the test database made from the template, as pytest-django provides for."""
    connection.settings_dict["TEST"]["TEMPLATE"] = empty_template


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Set up the test database as pytest-django does, and see to it that it can be removed in the end.

    Nobody may use it then, and on a busy machine it takes longer than a statement may.
    """
    yield
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] += " -c statement_timeout=0"
    with psycopg.connect(SERVER.url, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [connection.settings_dict["NAME"]],
        )


@pytest.fixture(scope="session")
def dataset_database(
    django_db_setup: None, dataset_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The name of a database with the shipped data set, made once for all tests of a worker."""
    name = f"{connection.settings_dict['NAME']}_dataset"
    create_database(name, dataset_template)
    with django_db_blocker.unblock(), use_database(name):
        from portal import published  # when Django is set up

        SNAPSHOTS[name] = published.load(None)
    yield name
    drop_database(name)


@pytest.fixture(scope="session")
def static_files(once: Once) -> None:
    """Styles, images and scripts where the web server takes them from."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    served = {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    once(
        "static_files",
        lambda: subprocess.run(command, env=os.environ | served, cwd=settings.BASE_DIR, check=True),
    )


def create_database(name: str, template: str = "template1") -> None:
    """Make a database in place of one that an earlier run left behind."""
    drop_database(name)
    with psycopg.connect(SERVER.url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def copy_database(name: str, url: str) -> None:
    """Fill an empty database of another server with what a database of the tests' server has."""
    pg_dump, psql = (
        str(embedded._binary(program, embedded._account())) for program in ("pg_dump", "psql")
    )
    dump = [pg_dump, "--dbname", SERVER.url.replace("/portal?", f"/{name}?")]
    written = subprocess.run(dump, capture_output=True, check=True).stdout
    fill = [psql, "--quiet", "--output", os.devnull, "--set", "ON_ERROR_STOP=1", "--dbname", url]
    subprocess.run(fill, input=written, check=True)


def drop_database(name: str) -> None:
    with psycopg.connect(SERVER.url, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def dataset(dataset_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Run a module's tests on the shipped data set. What a test writes is rolled back, as on the empty database."""
    DATABASES.extend([connection.settings_dict["NAME"], dataset_database])
    with django_db_blocker.unblock(), use_database(dataset_database):
        yield
    DATABASES.clear()


@contextmanager
def use_database(name: str) -> Iterator[None]:
    """Connect Django to another database of the tests' server for a while."""
    before = connection.settings_dict["NAME"]
    _connect_to(name)
    try:
        yield
    finally:
        _connect_to(before)


def _connect_to(name: str) -> None:
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name
