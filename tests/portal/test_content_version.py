"""Whatever writes to what the public sees moves the content version; reading never does."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.test import Client

from evidence.editorial import actions
from portal.models import ContentVersion
from tests.factories import make_edition

pytestmark = pytest.mark.django_db

# Nothing of these is on a public page: people, the log, uploads, checks of links, and what is made from other tables.
UNSEEN = {
    "AuditEntry", "DatasetEntry", "ImportFile", "LinkCheck", "Membership", "SearchDocument",
    "SearchWord",
}  # fmt: skip


def tables() -> list[str]:
    """Return every table of the rooms that hold content, those of links included."""
    rooms = [apps.get_app_config(name) for name in ("centres", "evidence")]
    seen: list[type[models.Model]] = [
        model
        for room in rooms
        for model in room.get_models(include_auto_created=True)
        if model.__name__ not in UNSEEN
    ]
    return sorted({model._meta.db_table for model in seen})


@pytest.mark.parametrize("table", tables())
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO {0} SELECT * FROM {0} WHERE false",
        "UPDATE {0} SET id = id WHERE false",
        "DELETE FROM {0} WHERE false",
    ],
)
def test_every_statement_that_writes_moves_it_once(table: str, statement: str) -> None:
    before = ContentVersion.current()
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table))

    assert ContentVersion.current() == before + 1


def test_reading_does_not_move_it(client: Client) -> None:
    edition = make_edition()
    before = ContentVersion.current()

    for address in ("/", "/evidence/", edition.get_absolute_url(), "/centres/", "/ratings/"):
        assert client.get(address).status_code == 200

    assert ContentVersion.current() == before


def test_it_is_0_at_first_and_one_row_for_good() -> None:
    ContentVersion.objects.all().delete()
    assert ContentVersion.current() == 0

    make_edition()
    assert ContentVersion.current() > 0
    with pytest.raises(IntegrityError, match="content_version_is_one_row"):
        ContentVersion.objects.create(pk=2)


def test_drafts_made_by_the_thousand_move_no_public_page_and_hold_nobody_up():
    live = make_edition()
    before = ContentVersion.current()
    actions.make_drafts(following=[(live.summary, actions.content_of(live))])
    assert ContentVersion.current() == before
