"""What is read for public pages may come from a replica; everything else is asked of the primary."""

import datetime
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import InternalError, OperationalError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from evidence.models import Topic
from portal import published
from portal.content_version import ContentVersion
from portal.replica import Router, reading_from, reading_replica
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
    monkeypatch: pytest.MonkeyPatch,
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


@pytest.fixture
def behind(other: BaseDatabaseWrapper) -> Iterator[None]:
    """That replica lacks an edition: only the primary knows of it, as long as this transaction lasts."""
    published.set_snapshot(None)
    published.check(now=True)
    make_edition()
    assert ContentVersion.present()[0]
    yield
    published.set_snapshot(None)


def test_what_is_published_is_read_from_the_replica(behind: None) -> None:
    published.set_snapshot(None)
    with CaptureQueriesContext(connections["default"]) as asked:
        assert published.current().version == 0
    assert ["portal_contentversion" in query["sql"] for query in asked] == [True]


def test_what_a_replica_that_is_behind_shows_is_not_fresh(
    behind: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "portal.published")
    fresh_at = published.fresh_at()
    published.check(now=True)
    assert published.fresh_at() == fresh_at
    assert not caplog.messages  # a replica is always a moment behind
    monkeypatch.setattr(published, "STALE_AFTER", datetime.timedelta())
    published.check(now=True)
    published.check(now=True)
    assert caplog.messages == ["The replica is behind; serving version 0."]
    monkeypatch.delitem(settings.DATABASES, "replica")  # now it has everything, so to speak
    published.check(now=True)
    assert caplog.messages[1:] == ["What is published is up to date again."]
    assert published.fresh_at() != fresh_at


def test_while_the_primary_is_away_nobody_knows_whether_the_replica_is_fresh(
    other: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.check(now=True)
    fresh_at = published.fresh_at()

    def present() -> tuple[int, None]:
        if reading_from() == "default":
            raise OperationalError
        return 7, None

    monkeypatch.setattr(ContentVersion, "present", present)
    published.check(now=True)
    assert published.current().version == 7
    assert published.fresh_at() == fresh_at
    published.set_snapshot(None)
