"""An operation of a migration for changes that the database knows nothing of, such as labels and messages."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class InStateAlone(SeparateDatabaseAndState):
    """Change only what Django knows of the models, all at once.

    By itself Django makes all related models anew after each single change, which for a hundred of them takes seconds.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        super().__init__(state_operations=operations)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what it is made from, as Django asks of every operation."""
        return type(self).__name__, [self.state_operations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Apply the changes without models; they are made when something next asks for them."""
        vars(state).pop("apps", None)
        super().state_forwards(app_label, state)
