"""What a migration changes in state alone is nothing that the database would have to be told."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from portal.state_alone import InStateAlone


def constraints_of(state: Any, editor: Any) -> dict[str, str]:
    """The statement that makes each constraint, by its name."""
    return {
        one.name: str(one.create_sql(model, editor))
        for model in state.apps.get_models()
        for one in model._meta.constraints
    }


@pytest.mark.django_db
def test_what_is_changed_in_state_alone_takes_no_statement() -> None:
    loader = MigrationLoader(None)
    alone = [
        (key, one)
        for key, migration in loader.disk_migrations.items()
        for one in migration.operations
        if isinstance(one, InStateAlone)
    ]
    assert alone
    for key, changes in alone:
        before = loader.project_state(key, at_end=False)
        after = before.clone()
        changes.state_forwards(key[0], after)
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            for one in changes.operations:
                one.database_forwards(key[0], editor, before, after)
            # Of a constraint that is altered Django believes that only its message has changed.
            assert constraints_of(before, editor) == constraints_of(after, editor), key
        assert editor.collected_sql == [], key
