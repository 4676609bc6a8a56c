"""No public page asks the database: what is published is in memory (docs/decisions/0014-published-snapshot.md)."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from portal import published
from portal.page_cache import pages_of
from portal.run.in_a_child import made_in_a_child

from .public_addresses import make_something_of_every_kind, public_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


@contextmanager
def no_queries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Load what is published, as a worker is handed it, and then refuse every query."""
    snapshot = published.load(None)
    published.set_snapshot(made_in_a_child(lambda: snapshot))
    published.check(now=True)
    monkeypatch.setattr("portal.published.CHECK_SECONDS", 600)

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        raise AssertionError(f"a public page asked the database: {sql[:300]}")

    with connection.execute_wrapper(refuse):
        yield


def test_every_public_address_answers_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.CONTACT_EMAIL = "portal@example.org"
    expected = make_something_of_every_kind() | public_addresses(client)
    # Pages of summaries have one template and one context, so every eighth one is enough.
    summaries = [one for one in expected if re.fullmatch(r"/evidence/[\w-]+/", one)]
    for one in set(summaries) - set(summaries[::8]):
        del expected[one]
    assert len(summaries) > 500
    assert len(expected) > 350
    with no_queries(monkeypatch):
        for address, status in expected.items():
            for request in (client.get, client.head):
                response = request(address)
                response.getvalue()  # a file is sent while it is made
                assert response.status_code == status, address


def test_pages_are_made_ready_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for bound in ("published.READY_SECONDS", "page_cache.MAX_READY", "page_cache.MAX_PATHS"):
        monkeypatch.setattr(f"portal.{bound}", 100)
    addresses = public_addresses(client)
    with no_queries(monkeypatch):
        for address in list(addresses)[::20]:
            client.get(address)
        before = published.current()
        after = replace(before, cache={})
        published._make_ready(before, after)
    assert not caplog.records
    assert len(pages_of(after).made.values()) > 50
