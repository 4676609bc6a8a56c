"""An operation of a migration for changes that the database knows nothing of, such as labels and messages."""

from typing import Any

from portal.at_once import AtOnce


class InStateAlone(AtOnce):
    """Change only what Django knows of the models, all at once."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Leave the database as it is."""

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Leave the database as it is."""
