"""A database made before the migrations were squashed reaches the state of a new one by `manage.py migrate` alone."""

import importlib
import io

import pytest
from django.contrib.auth.models import Group
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations import AddIndex, RemoveIndex
from django.db.migrations.recorder import MigrationRecorder

from evidence.models import Edition
from portal.migrations._replaced import REPLACED, replaced
from tests.factories import make_draft, make_edition
from tests.portal.test_sql_files import held

pytestmark = pytest.mark.django_db

CONCURRENT = (
    "0033_words_in_links", "0040_pages_not_read", "0041_indexes_of_searches", "0043_levels_of_scales",
)  # fmt: skip
# Of each kind that such a database has and a new one has not.
OUTDATED = """
    CREATE FUNCTION pgtrigger_counts_changes_18d07() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER pgtrigger_counts_changes_18d07 AFTER UPDATE ON evidence_edition
        FOR EACH STATEMENT EXECUTE FUNCTION pgtrigger_counts_changes_18d07();
    CREATE FUNCTION evidence_topic_refresh_search() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER refresh_search_update AFTER UPDATE ON evidence_topic
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_topic_refresh_search();
    CREATE FUNCTION evidence_refresh_search(editions bigint[]) RETURNS void LANGUAGE sql AS '';
"""


@pytest.fixture(autouse=True)
def indexes_in_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make some indexes as others, because a test is a transaction, and in that none is made CONCURRENTLY."""
    for name in CONCURRENT:
        migration = importlib.import_module(f"evidence.migrations.{name}").Migration
        made = [one for one in migration.operations if isinstance(one, AddIndexConcurrently)]
        gone = [one for one in migration.operations if isinstance(one, RemoveIndexConcurrently)]
        added = [AddIndex(one.model_name, one.index) for one in made]
        removed = [RemoveIndex(one.model_name, one.name) for one in gone]
        monkeypatch.setattr(migration, "operations", [*added, *removed])


def take_back_what_came_since() -> None:
    for app, last in (("evidence", "0002"), ("centres", "0001"), ("portal", "0001")):
        call_command("migrate", app, last, verbosity=0, stdout=io.StringIO())


def record_as_before_the_squash() -> None:
    """Record the migrations of then as applied, and no other of the rooms."""
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app__in=REPLACED).delete()
    for app in REPLACED:
        for old in replaced(app):
            recorder.record_applied(*old)


def migrate() -> None:
    call_command("migrate", verbosity=0, stdout=io.StringIO())


def test_it_gets_the_triggers_of_today_and_keeps_what_it_holds() -> None:
    edition, draft = make_edition(), make_draft()
    Group.objects.filter(name="Auditor").update(name="Reader")
    new = held()
    connection.check_constraints()
    take_back_what_came_since()
    record_as_before_the_squash()
    with connection.cursor() as cursor:
        cursor.execute(OUTDATED)
    assert held() != new

    migrate()

    assert held() == new
    assert list(Edition.objects.order_by("pk")) == [edition, draft]
    assert not Group.objects.filter(name="Auditor").exists()  # roles are not made a second time
    call_command("migrate", check_unapplied=True, verbosity=0)


@pytest.mark.parametrize("app", ["portal", "evidence"])
def test_one_that_is_older_still_is_refused_and_left_alone(app: str) -> None:
    record_as_before_the_squash()  # what it holds is not looked at before it is refused
    MigrationRecorder(connection).record_unapplied(*replaced(app)[-1])
    before = held()

    with pytest.raises(CommandError, match=f"made by an older version.*{app}"):
        migrate()

    assert held() == before
