"""Tests run on a PostgreSQL of their own, never on the portal's, and reach nothing beyond this machine."""

import socket
from typing import Any

import pytest

from tests.settings import SERVER


def pytest_sessionstart() -> None:
    if not SERVER.answers():
        SERVER.start()


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
