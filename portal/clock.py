"""The time by which content is published: the database's, which all machines share, whatever their own clocks say."""

import datetime
from typing import Any

from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

TOLERANCE = datetime.timedelta(seconds=5)


def database_now() -> datetime.datetime:
    """Return the time on the database's clock now, also in the middle of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime.datetime = cursor.fetchone()[0]
    return now


def clock_warning() -> str:
    """Say by how much this machine's clock and the database's differ; empty if that is within TOLERANCE."""
    database, machine = database_now(), timezone.now()
    if abs(machine - database) <= TOLERANCE:
        return ""
    ahead = "ahead of" if machine > database else "behind"
    difference = datetime.timedelta(seconds=round(abs(machine - database).total_seconds()))
    return (
        f"The clock of this machine is {difference} (h:mm:ss) {ahead} the database's, which says {database:%H:%M:%S} UTC. "
        "Editions go live by the database's clock; sessions and codes of the second factor follow this machine's. "
        "Correct the clock that is wrong."
    )


@checks.register(checks.Tags.database)
def check_clock(
    app_configs: Any = None, databases: Any = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Warn of clocks that differ: `manage.py migrate` and `manage.py check --database default` run this."""
    if DEFAULT_DB_ALIAS not in (databases or []):
        return []
    warning = clock_warning()
    return [checks.Warning(warning, id="portal.W001")] if warning else []
