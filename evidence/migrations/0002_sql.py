from typing import Any

from django.db import migrations

from portal.migrations._replaced import made_before
from portal.sql_files import InstallSqlFile


def renew_triggers(apps: Any, schema_editor: Any) -> None:
    """Give a database that was made before the migrations were squashed the triggers and functions of today.

    0001 of each room counts as applied there and has not run. Its constraints and columns are those of that database
    already; its triggers are not. All triggers of the rooms go, with their functions, and those of 0001 come. So do those that
    once kept an index of words in the database.
    """
    if not made_before(schema_editor.connection):
        return
    schema_editor.execute(
        r"""
        DO $$
        DECLARE
            outdated regprocedure;
        BEGIN
            FOR outdated IN
                SELECT oid FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace
                  AND (proname LIKE 'pgtrigger\_%' OR proname LIKE '%\_refresh\_search%' OR proname = 'evidence_count_words')
            LOOP
                EXECUTE format('DROP FUNCTION %s CASCADE', outdated);
            END LOOP;
        END $$
        """,
        params=None,
    )
    for model in apps.get_models(include_auto_created=True):
        for trigger in getattr(model._meta, "triggers", []):
            schema_editor.execute(trigger.install_sql, params=None)


class Migration(migrations.Migration):
    """Install the SQL that stands in files of its own (see portal.sql_files)."""

    dependencies = [
        ("centres", "0001_models"),
        ("evidence", "0001_models"),
        ("portal", "0001_models"),
    ]

    operations = [
        migrations.RunPython(renew_triggers, migrations.RunPython.noop),
        InstallSqlFile("evidence/sql/rating_steps.sql", "c23fd9863a4f41f1"),
    ]
