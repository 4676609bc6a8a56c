"""Tests run on a PostgreSQL of their own, never on the portal's, and reach nothing beyond this machine."""

import io
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from tests.settings import SERVER


def pytest_sessionstart() -> None:
    SERVER.start()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser last: it leaves an event loop running, in which Django asks no database."""
    items.sort(key=lambda item: "browser" in item.keywords)


def pytest_sessionfinish() -> None:
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
def nothing_kept() -> None:
    """Let no test see what another one's pages were made from."""
    from evidence.catalogue.current import forget_catalogue
    from portal.page_cache import pages

    forget_catalogue()
    pages.clear()


@pytest.fixture(scope="module")
def dataset(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The shipped data set, loaded once for a module. A test that uses it with `db` undoes its own changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_network", stdout=io.StringIO())
        # What PostgreSQL knows may be from a moment when all was empty: it would plan for that.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)
