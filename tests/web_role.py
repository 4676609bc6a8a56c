"""The role with which the web server connects, for tests of what it may not do."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# Roles belong to the server, which the workers share.
NAME = f"portal_web_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def rights() -> str:
    """Return the statements that give the role its rights."""
    return (settings.BASE_DIR / "deploy/web-role.sql").read_text().replace("portal_web", NAME)


@contextmanager
def web_role() -> Iterator[None]:
    """Act as the role of the web for a while, within a transaction of the test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [NAME])
        if not cursor.rowcount:
            cursor.execute(f"CREATE ROLE {NAME}")
        cursor.execute(rights())
        cursor.execute(f"SET LOCAL ROLE {NAME}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
