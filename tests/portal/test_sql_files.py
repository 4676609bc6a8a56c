"""What a migrated database holds is what the SQL files and the models say: neither can be changed without the other."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from portal.sql_files import ROOT, InstallSqlFile, fingerprint_of

FILES = [
    str(path.relative_to(ROOT))
    for room in ("portal", "centres", "evidence")
    for path in sorted((ROOT / room).rglob("*.sql"))
]

# What a database holds, by name, and its definition. Functions that an extension brought are not ours.
HELD = {
    "functions": """
        SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "triggers": """
        SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) || tgenabled::text
        FROM pg_trigger WHERE NOT tgisinternal""",
    "constraints": """
        SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "storage": """
        SELECT c.relname || '.' || a.attname, a.attstorage::text || coalesce(c.reloptions::text, '')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped""",
}


def held() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    with connection.cursor() as cursor:
        for kind, query in HELD.items():
            cursor.execute(query)
            found |= {(kind, name): definition for name, definition in cursor.fetchall()}
    return found


def remove_all() -> None:
    """Remove every function of our own, and the triggers that call them."""
    with connection.cursor() as cursor:
        cursor.execute(HELD["functions"])
        for name, _ in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {name} CASCADE")


def install_all() -> None:
    """Install what the models and the files say, as a new database would have it."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            for trigger in getattr(model._meta, "triggers", []):
                cursor.execute(str(trigger.compile(model).install_sql))
        for path in FILES:
            cursor.execute((ROOT / path).read_text())


def installed() -> dict[str, str]:
    """Return the fingerprint that the last migration gives for each file."""
    graph = MigrationLoader(None).graph
    return {
        operation.path: operation.fingerprint
        for leaf in graph.leaf_nodes()
        for key in graph.forwards_plan(leaf)
        for operation in graph.nodes[key].operations
        if isinstance(operation, InstallSqlFile)
    }


def test_each_file_is_installed_as_it_is_by_the_last_migration_that_names_it() -> None:
    last = installed()
    assert set(last) == set(FILES)
    for path, fingerprint in last.items():
        now = fingerprint_of(path)
        assert fingerprint == now, (
            f"{path} has changed: add a migration with InstallSqlFile({path!r}, {now!r})"
        )


@pytest.mark.django_db
def test_a_migrated_database_holds_what_the_files_and_models_say_and_no_more() -> None:
    before = held()
    connection.check_constraints()
    remove_all()
    assert not [kind for kind, _ in held() if kind in {"functions", "triggers"}]

    install_all()

    assert held() == before
    assert sum(kind == "functions" for kind, _ in before) > 50
    assert sum(kind == "triggers" for kind, _ in before) > 50


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        """DO $$
        DECLARE
            one regprocedure;
        BEGIN
            SELECT min(oid) INTO one FROM pg_proc WHERE proname LIKE 'pgtrigger%';
            EXECUTE format('CREATE OR REPLACE FUNCTION %s RETURNS trigger LANGUAGE plpgsql AS %L', one, 'BEGIN END');
        END $$""",
        "CREATE FUNCTION forgotten() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE evidence_topic DISABLE TRIGGER USER",
        "ALTER TABLE evidence_edition DROP CONSTRAINT cost_step_is_of_its_scale",
    ],
)
def test_a_change_made_in_the_database_alone_is_noticed(change: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
        changed = held()
    remove_all()
    install_all()
    assert held() != changed


@pytest.mark.django_db
def test_to_run_every_file_again_changes_nothing() -> None:
    before = held()
    with connection.cursor() as cursor:
        for path in FILES:
            cursor.execute((ROOT / path).read_text())
    assert held() == before


@pytest.mark.django_db
def test_a_migration_leaves_a_file_alone_that_has_changed_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.sql_files.ROOT", tmp_path)
    (tmp_path / "one.sql").write_text("CREATE TABLE of_a_test ()")
    state = ProjectState()

    def exists() -> bool:
        return "of_a_test" in connection.introspection.table_names()

    with connection.schema_editor() as editor:
        InstallSqlFile("one.sql", "0" * 16).database_forwards("evidence", editor, state, state)
        assert not exists()
        now = InstallSqlFile("one.sql", fingerprint_of("one.sql"))
        now.database_forwards("evidence", editor, state, state)
        assert exists()
