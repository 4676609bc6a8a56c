"""To put operations together changes how long a migration takes, and nothing of what it does."""

import pytest
from django.db import connection, models
from django.db.migrations import Migration, RunPython
from django.db.migrations import operations as django_operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.compiler import Trigger, UpsertTriggerSql
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from portal.at_once import AtOnce, at_once

KEY = ("id", models.BigAutoField(primary_key=True))


def table(name: str, *fields: tuple[str, models.Field]) -> Operation:
    return django_operations.CreateModel(name, [KEY, *fields])


def trigger(name: str) -> Trigger:
    sql = UpsertTriggerSql(
        func="RETURN NULL;",
        hash=name,
        operation="INSERT",
        pgid=f"pgtrigger_{name}",
        table="portal_tree",
        when="AFTER",
    )
    return Trigger(name=name, sql=sql)


def tall(metres: int) -> models.UniqueConstraint:
    """A constraint whose condition names a field."""
    return models.UniqueConstraint(
        fields=["name"], condition=models.Q(height__gt=metres), name="tall_tree_has_a_name"
    )


OPERATIONS = [
    table("tree", ("name", models.TextField())),
    table("leaf", ("tree", models.ForeignKey("portal.tree", models.CASCADE))),
    django_operations.AddField("tree", "height", models.IntegerField(default=0)),
    django_operations.AddConstraint("tree", tall(1)),
    django_operations.AddField(
        "tree", "best", models.ForeignKey("portal.leaf", models.CASCADE, null=True)
    ),
    django_operations.AddIndex("leaf", models.Index(fields=["tree"], name="leaf_by_tree")),
    AddTrigger("tree", trigger("first")),
    table("root", ("trees", models.ManyToManyField("portal.tree"))),
    RunPython(RunPython.noop, RunPython.noop),
    django_operations.RemoveConstraint("tree", "tall_tree_has_a_name"),
    RemoveTrigger("tree", "first"),
    django_operations.AlterField("tree", "name", models.CharField(max_length=9, unique=True)),
    AddTrigger("tree", trigger("first")),
    django_operations.AddConstraint("tree", tall(2)),
    django_operations.RemoveIndex("leaf", "leaf_by_tree"),
    # Each of these needs what the one before has made.
    django_operations.AlterField("tree", "name", models.CharField(max_length=10, unique=True)),
    django_operations.RemoveConstraint("tree", "tall_tree_has_a_name"),
    django_operations.AddIndex("leaf", models.Index(fields=["tree"], name="leaf_by_tree")),
    django_operations.RemoveIndex("leaf", "leaf_by_tree"),
    django_operations.AddField("leaf", "width", models.IntegerField(default=0)),
    django_operations.AlterField("leaf", "width", models.BigIntegerField(default=0)),
]


def migration(operations: list[Operation]) -> Migration:
    return type("Migration", (Migration,), {"operations": operations})("0001_trees", "portal")


def statements(operations: list[Operation], *, backwards: bool) -> list[str]:
    """What the operations tell the database."""
    made, state = migration(operations), ProjectState()
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        (made.unapply if backwards else made.apply)(state, editor)
    return [line for line in editor.collected_sql if not line.startswith("--")]


def test_tables_are_put_together_and_changes_are_put_together() -> None:
    kinds = [
        len(one.operations) if isinstance(one, AtOnce) else type(one).__name__
        for one in at_once(OPERATIONS)
    ]
    assert kinds == [2, 5, "CreateModel", "RunPython", 6, 3, 2, "AlterField"]


@pytest.mark.django_db
@pytest.mark.parametrize("backwards", [False, True])
def test_the_database_is_told_what_it_would_be_told_one_after_another(backwards: bool) -> None:
    told = statements(at_once(OPERATIONS), backwards=backwards)
    assert len(told) > 10
    assert told == statements(OPERATIONS, backwards=backwards)


def test_the_models_become_what_they_would_become_one_after_another() -> None:
    together = migration(at_once(OPERATIONS)).mutate_state(ProjectState())
    assert together == migration(OPERATIONS).mutate_state(ProjectState())


@pytest.mark.django_db
def test_a_field_that_changes_takes_no_constraint_along_that_came_before_it() -> None:
    """The field's own index goes, by what the model knows to be constraints of its own."""
    unique = [models.UniqueConstraint(fields=["name"], name=f"{word}_name") for word in ("a", "b")]
    made = migration(
        at_once([
            table("tree", ("name", models.CharField(max_length=9, unique=True))),
            RunPython(RunPython.noop, RunPython.noop),
            *(django_operations.AddConstraint("tree", one) for one in unique),
            RunPython(RunPython.noop, RunPython.noop),
            django_operations.AlterField("tree", "name", models.CharField(max_length=9)),
        ])
    )  # fmt: skip
    with connection.schema_editor() as editor:
        made.apply(ProjectState(), editor)
    with connection.cursor() as cursor:
        held = connection.introspection.get_constraints(cursor, "portal_tree")
    unique_now = {
        name for name, one in held.items() if one["unique"] and one["columns"] == ["name"]
    }
    assert unique_now == {"a_name", "b_name"}
