"""Whatever text the public reads, two people stand behind it: on the pages of admin, and in the tables of the database."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory

from centres.models import Membership, NetworkNote, RatingScale
from evidence.admin.list_changes import ProposesChanges
from evidence.dataset.list_changes import approve
from evidence.dataset.list_history import list_of
from evidence.models import Confirmation, Edition, ListChange, Summary
from tests.factories import make_scale
from tests.model_rows import make_row
from tests.people import make_person
from tests.portal.test_admin import address, form_values

pytestmark = pytest.mark.django_db

# What is changed otherwise than by a proposal for a row of a list, and why that is no way round two people.
OTHERWISE: dict[Any, str] = {
    Edition: "Somebody else approves it before the public reads it.",
    Summary: "A new one is a draft of its first edition, and nothing else of it is changed there.",
    User: "No reader sees accounts, and roles that publish are given by two people.",
    Membership: "No reader sees who works for which centre.",
}


def test_every_page_that_changes_what_readers_see_asks_two_people() -> None:
    request: Any = RequestFactory().get("/")
    request.user = User.objects.create_superuser("root")
    changed = {
        model: page
        for model, page in admin.site._registry.items()
        if page.has_add_permission(request)
        or page.has_change_permission(request)
        or page.has_delete_permission(request)
    }
    alone = {model for model, page in changed.items() if not isinstance(page, ProposesChanges)}
    assert alone == set(OTHERWISE)
    for model in changed.keys() - alone:
        assert list_of(model)  # KeyError if there is nothing to propose it by


def test_every_table_that_readers_see_asks_for_an_approved_change() -> None:
    """Those of editions and confirmations have rules of their own, and a change of a list is the proposal itself."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_moves_content_version%'
            EXCEPT SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'list_row_was_proposed'
        """)
        free = {table for (table,) in cursor.fetchall()}
    assert free == {one._meta.db_table for one in (Edition, Summary, Confirmation, ListChange)}


@pytest.mark.parametrize("kind", ["a note", "a scale of no centre"])
def test_what_one_person_could_change_alone_waits_for_a_second(kind: str) -> None:
    reference = make_scale("Low", slug="maryland", centre=None)
    row: Any = make_row(NetworkNote, text="Old.") if kind == "a note" else reference
    field = "text" if kind == "a note" else "name"
    editor = Client()
    editor.force_login(make_person("ed", "Secretariat editor"))
    page = address(type(row), "change", row.pk)

    posted = form_values(editor.get(page)) | {field: "New.", "reason": "Clearer."}
    shown = editor.post(page, posted, follow=True).content.decode()

    assert "Proposed. Somebody else has to approve it" in shown
    row.refresh_from_db()
    assert getattr(row, field) != "New."
    approve(change=ListChange.objects.proposed().get(), by=make_person("pat", "Publisher"))
    row.refresh_from_db()
    assert getattr(row, field) == "New."
    assert RatingScale.objects.get(pk=reference.pk).levels.count() == 1
