"""Which copy of the database is asked: the primary, or a replica for what is read to make public pages (DATABASE_REPLICA_URL).

with reading_replica() as alias, transaction.atomic(using=alias):
    Edition.objects.published()  # asks the replica
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

REPLICA = "replica"

_read_from: ContextVar[str] = ContextVar("read_from", default=DEFAULT_DB_ALIAS)


@contextmanager
def reading_replica() -> Iterator[str]:
    """Send what this thread reads to the replica, or to the primary if there is no replica. Yield the alias of the one asked.

    For SQL of your own, take `django.db.connections[reading_from()]`. A replica is a moment behind the primary.
    """
    alias = REPLICA if has_replica() else DEFAULT_DB_ALIAS
    token = _read_from.set(alias)
    try:
        yield alias
    finally:
        _read_from.reset(token)


def has_replica() -> bool:
    """Say whether there is an address of a replica."""
    return REPLICA in settings.DATABASES


def reading_from() -> str:
    """Return the alias that this thread reads from."""
    return _read_from.get()


class Router:
    """Django's database router: reads go where `reading_replica` says; everything else goes to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return the alias to read from."""
        return reading_from()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the primary: nothing is ever written to a replica."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Allow rows that were read from either to refer to each other, as both hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Allow migrations of the primary alone; the replica receives what they do."""
        return db == DEFAULT_DB_ALIAS
