"""Connections to PostgreSQL on which nothing waits for ever, and the addresses that they are made to.

A server that has gone away says so, and the driver raises an error. A server that is silent says nothing: its machine hangs, or
the network swallows what is sent. Then only a clock on our side ends the wait.
"""

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import _WaitTimeout
from psycopg.pq import TransactionStatus

CONNECT_SECONDS = 2  # for each host; the driver takes no less
POOL_SECONDS = 3  # until a request is given a connection
CHECK_SECONDS = 1  # for a pooled connection to show that it is alive
GRACE_SECONDS = 0.5  # a busy server that ends a statement at its limit has this long to say so
LONG_WORK_SECONDS = 120  # for one statement of a transaction whose limit is lifted

# So that the kernel gives a connection up, too, when the other machine has vanished: after 19 s without an answer.
TCP_LIMITS = {
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}


class SilentError(psycopg.OperationalError):
    """The server did not answer in time."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that closes itself and raises SilentError when the server is silent for too long.

    `longest_silence` is the limit for one statement in seconds, None for no limit.
    """

    longest_silence: float | None = None
    _check_limit: float | None = None
    _in_long_work = False

    def begin_long_work(self) -> None:
        """Wait LONG_WORK_SECONDS for each statement until this transaction ends."""
        self._in_long_work = True

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Ask something without a cursor. Only the pool does that, to see whether a connection is alive."""
        self._check_limit = CHECK_SECONDS
        try:
            return super().execute(*args, **kwargs)
        finally:
            self._check_limit = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server, as the driver does, but not for longer than the limit."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        limit = self._limit()
        try:
            return super().wait(gen, interval, limit)
        except _WaitTimeout:
            # An answer that came after all could not be told from that to the next statement.
            self.pgconn.finish()
            raise SilentError(f"the database did not answer in {limit} s") from None

    def _limit(self) -> float | None:
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            self._in_long_work = False  # the transaction has ended
        if self._check_limit is not None or self.longest_silence is None:
            return self._check_limit
        return LONG_WORK_SECONDS if self._in_long_work else self.longest_silence


def bounded(longest_silence: float | None) -> type[BoundedConnection]:
    """Return the class of connections with this limit for a statement, in seconds."""
    limit = {"longest_silence": longest_silence}
    return type(BoundedConnection.__name__, (BoundedConnection,), limit)


def lift_statement_limit(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Let each statement of this transaction take as long as work on many rows needs."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    connection = connections[alias].connection
    if isinstance(connection, BoundedConnection):  # tests have no pool
        connection.begin_long_work()


def parse_url(url: str) -> dict[str, Any]:
    """Return Django's settings for a PostgreSQL URL. ValueError if it is none, or names no database.

    The driver reads it, so it may say all that `psql` understands: several hosts (`postgresql://ann@a,b:5433/portal`), a folder
    of sockets (`?host=/run/postgresql`), `target_session_attrs` and the like.
    """
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError("Another kind of database.")
    try:
        parts: dict[str, Any] = conninfo_to_dict(url)
    except psycopg.Error as error:
        raise ValueError(str(error)) from None
    ports = str(parts.get("port", ""))
    if not parts.get("dbname") or not all(
        port.isdecimal() or not port for port in ports.split(",")
    ):
        raise ValueError("No name of a database, or a port that is no number.")
    settings = {
        name: parts.pop(part, "")
        for name, part in {
            "NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port",
        }.items()
    }  # fmt: skip
    return {"ENGINE": "django.db.backends.postgresql", **settings, "OPTIONS": parts}
