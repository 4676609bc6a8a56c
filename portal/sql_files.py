"""Triggers and functions that stand in SQL files of their own, and the migration operation that installs such a file.

To change one: edit the file, then add a migration with `InstallSqlFile(path, fingerprint)`; the test of these files tells you
the fingerprint. Each file must leave a database that has run it before as it is (CREATE OR REPLACE and the like).
"""

import hashlib
from pathlib import Path
from typing import Any

from django.db.migrations.operations.base import Operation

ROOT = Path(__file__).resolve().parents[1]


def fingerprint_of(path: str) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a file; `path` starts at the root of the project."""
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()[:16]


class InstallSqlFile(Operation):
    """Run a file of SQL; `fingerprint` is that of the file when the migration was written.

    If the file has changed since then, this does nothing: a later migration installs what the file says now, when the tables
    are as it needs them. Going backwards changes nothing.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, path: str, fingerprint: str) -> None:
        self.path, self.fingerprint = path, fingerprint

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leave the models as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Run the file, if it still is the one that this migration was written for."""
        if fingerprint_of(self.path) == self.fingerprint:
            schema_editor.execute((ROOT / self.path).read_text(), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Leave the database as it is."""

    def describe(self) -> str:
        """Return what `migrate` prints about it."""
        return f"Install {self.path}"
