"""What is read for public pages may come from a replica; everything else is asked of the primary."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InternalError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from evidence.models import Topic
from portal import published
from portal.content_version import ContentVersion
from portal.replica import Router, reading_replica
from portal.settings import replica
from tests.factories import make_edition
from tests.settings import SERVER


def aliases() -> tuple[str, str]:
    return router.db_for_read(Topic), router.db_for_write(Topic)


def test_without_a_replica_the_primary_is_read() -> None:
    with reading_replica() as alias:
        assert alias == "default"
        assert aliases() == ("default", "default")


def test_only_what_reads_for_public_pages_asks_the_replica(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setitem(settings.DATABASES, "replica", {})
    with reading_replica() as alias:
        assert alias == "replica"
        assert Topic.objects.all().db == "replica"
        assert aliases() == ("replica", "default")
    assert aliases() == ("default", "default")
    row = Topic()
    row._state.db = "replica"
    assert router.db_for_read(Topic, instance=row) == "default"


def test_rows_of_both_may_refer_to_each_other_and_migrations_run_once() -> None:
    assert Router().allow_relation(Topic(), Topic())
    assert router.allow_migrate("default", "evidence")
    assert not router.allow_migrate("replica", "evidence")


@pytest.fixture
def other(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> Iterator[BaseDatabaseWrapper]:
    """A replica, so to speak: a second session on the same database, which sees only what is committed."""
    config = replica(SERVER.url)
    config["OPTIONS"].pop("pool")
    config["NAME"] = connections["default"].settings_dict["NAME"]
    monkeypatch.setitem(settings.DATABASES, "replica", config)
    monkeypatch.setitem(
        connections.settings, "replica", connections["default"].settings_dict | config
    )
    with django_db_blocker.unblock(), transaction.atomic():
        yield connections["replica"]
        transaction.set_rollback(True)
    connections["replica"].close()
    del connections["replica"]


def test_a_replica_refuses_to_be_written_to(other: BaseDatabaseWrapper) -> None:
    with other.cursor() as cursor, pytest.raises(InternalError, match="read-only"):
        cursor.execute("DELETE FROM evidence_topic")


def test_what_is_published_is_read_from_the_replica(other: BaseDatabaseWrapper) -> None:
    make_edition()  # only the primary knows of it, as long as this transaction lasts
    assert ContentVersion.present()[0]
    published.set_snapshot(None)
    with CaptureQueriesContext(connections["default"]) as asked:
        assert published.current().version == 0
    assert len(asked) == 0
    published.set_snapshot(None)
