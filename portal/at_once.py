"""Operations of a migration that change the database one after another, and what Django knows of the models in one step.

By itself Django makes a model and all that are related to it anew after each operation: with a hundred models, that takes most
of the time in which a database is migrated.
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelOptions,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# None of these minds what the others change in the same model, unless it is the same field, constraint, index or trigger. A
# table, however, is made with all that its model has then.
CHANGES = (
    AddField,
    AlterField,
    AddConstraint,
    RemoveConstraint,
    AddIndex,
    RemoveIndex,
    AlterModelOptions,
    AddTrigger,
    RemoveTrigger,
)
# They change nothing that a model has but its constraints, indexes and triggers.
KEEPS_FIELDS = (AddConstraint, RemoveConstraint, AddIndex, RemoveIndex, AddTrigger, RemoveTrigger)
MAKES = (AddField, AlterField, AddConstraint, AddIndex, AddTrigger)  # what a later one may need


class AtOnce(Operation):
    """Change the database by each operation, between the models of before them all and those of after them all."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what it is made from, as Django asks of every operation."""
        return type(self).__name__, [self.operations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Apply the changes without models; they are made when something next asks for them, if their fields have changed."""
        apps = vars(state).pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if apps and all(isinstance(operation, KEEPS_FIELDS) for operation in self.operations):
            vars(state)["apps"] = apps
            changed: Any = self.operations  # each of these has a `model_name`
            for name in {operation.model_name.lower() for operation in changed}:
                options = state.models[app_label, name].options
                meta = apps.get_model(app_label, name)._meta
                # By what these have, a later change of a field tells them from what belongs to the field.
                meta.constraints = options.get("constraints", [])
                meta.indexes = options.get("indexes", [])

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Run the operations in their order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Take the operations back, the last one first."""
        for operation in reversed(self.operations):
            # Django would look for the fields of a constraint in the model of before, which they may have come to together.
            before = from_state if type(operation) is AddConstraint else to_state
            operation.database_backwards(app_label, schema_editor, from_state, before)

    def describe(self) -> str:
        """Return what `sqlmigrate` writes above the statements."""
        return "; ".join(operation.describe() for operation in self.operations)


def at_once(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations of a migration with neighbours put together, where none needs what another makes."""
    groups: list[list[Operation]] = []
    made: set[Any] = set()  # by the last group
    for operation in operations:
        thing = _thing(operation)
        if not groups or _kind(groups[-1][-1]) != _kind(operation) or thing in made:
            groups.append([])
            made.clear()
        groups[-1].append(operation)
        if isinstance(operation, MAKES):
            made.add(thing)
    return [AtOnce(group) if len(group) > 1 else group[0] for group in groups]


def _kind(operation: Operation) -> object:
    if type(operation) is CreateModel:
        return "table"
    return "change" if type(operation) in CHANGES else operation


def _thing(operation: Any) -> object:
    """Return the model and the name of the field, constraint, index or trigger that an operation changes."""
    if type(operation) not in CHANGES or type(operation) is AlterModelOptions:
        return operation
    parts = (getattr(operation, name, None) for name in ("constraint", "index", "trigger"))
    part = next(filter(None, parts), operation)
    return operation.model_name.lower(), part.name.lower()
