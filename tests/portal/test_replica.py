"""What is read for public pages may come from a replica; everything else is asked of the primary."""

import pytest
from django.db import DatabaseError, IntegrityError, connections, router

from evidence.models import Topic
from portal.replica import Router, reading_replica
from portal.settings import replica
from tests.settings import SERVER


def aliases() -> tuple[str, str]:
    return router.db_for_read(Topic), router.db_for_write(Topic)


def test_without_a_replica_the_primary_is_read() -> None:
    with reading_replica() as alias:
        assert alias == "default"
        assert aliases() == ("default", "default")


def test_only_what_reads_for_public_pages_asks_the_replica(
    monkeypatch: pytest.MonkeyPatch, settings
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


@pytest.mark.django_db
def test_a_replica_refuses_to_be_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    config = replica(SERVER.url)
    config["OPTIONS"].pop("pool")
    config["NAME"] = connections["default"].settings_dict["NAME"]
    made = connections.create_connection("default")
    made.settings_dict = made.settings_dict | config
    try:
        with made.cursor() as cursor, pytest.raises(DatabaseError, match="read-only") as caught:
            cursor.execute("DELETE FROM evidence_topic")
        assert not isinstance(caught.value, IntegrityError)
    finally:
        made.close()
