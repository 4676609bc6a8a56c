"""What people do in admin works with the rights of the role that serves it, from an import to a withdrawal."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from centres.models import Centre, RatingScale
from evidence.dataset.list_changes import approve, propose, propose_ending
from evidence.dataset.list_history import entry_of, list_of
from evidence.models import Edition, ListChange, Summary, Topic
from tests.evidence.spreadsheet.sheets import complete_row, csv_file
from tests.factories import make_edition, make_policy_area, make_scale, make_topic
from tests.people import make_person
from tests.portal.test_admin import address, form_values
from tests.web_role import web_role

pytestmark = pytest.mark.django_db


def client_of(name: str, role: str) -> Client:
    client = Client()
    client.force_login(make_person(name, role))
    return client


def take(client: Client, step: str, edition: Edition, **fields: Any) -> None:
    """Take a step on the review page, as a browser posts it."""
    page = address(Edition, "review", edition.pk)
    form = {one.name: form for one, form in client.get(page).context["steps"]}[step]
    posted = {field.name: field.value() or "" for field in form} | fields
    assert client.post(page, {"step": step} | posted).status_code == 302, step


def test_from_an_import_to_a_withdrawal() -> None:
    make_edition()
    editor, publisher = client_of("ed", "Secretariat editor"), client_of("pat", "Publisher")
    file = SimpleUploadedFile("rows.csv", csv_file([complete_row(strength_native="3 of 5")]))
    with web_role():
        page = editor.post(address(Summary, "import"), {"file": file})
        waiting = page.context["waiting_file"].pk
        editor.post(address(Summary, "confirm_import"), {"file": waiting})
        draft = Edition.objects.get(state="draft")
        take(editor, "submit", draft, change_note="New.")
        take(publisher, "approve", draft)
        take(publisher, "withdraw", draft, reason="It was wrong.", sure="on")
        connection.check_constraints()
    draft.refresh_from_db()
    assert (draft.state, draft.summary.withdrawn_reason) == ("withdrawn", "It was wrong.")


def test_a_list_changes_by_a_proposal_and_an_approval() -> None:
    """In the transaction of the approval, of which the database asks at its end."""
    topic, area = make_topic(), make_policy_area("jobs")
    editor, publisher = client_of("ed", "Secretariat editor"), client_of("pat", "Publisher")
    with web_role():
        page = address(Topic, "change", topic.pk)
        posted = form_values(editor.get(page)) | {"reason": "Clearer."}
        editor.post(page, posted | {"label": "Mentors", "policy_areas": [area.pk]})
        connection.check_constraints()
        change = ListChange.objects.proposed().get()
        publisher.post(address(ListChange, "change", change.pk), {"step": "approve"})
        connection.check_constraints()
        # What needs nobody: the place in the list.
        editor.post(page, form_values(editor.get(page)) | {"reason": "Place.", "order": 7})
        connection.check_constraints()
    topic.refresh_from_db()
    assert (topic.label, topic.order) == ("Mentors", 7)


@pytest.mark.parametrize(
    "trick",
    [
        lambda topic, scale: Topic.objects.update(label="Mine"),
        lambda topic, scale: topic.policy_areas.clear(),
        lambda topic, scale: scale.levels.update(common="very-high"),
        lambda topic, scale: RatingScale.objects.update(centre=None),
        lambda topic, scale: Centre.objects.update(name="Mine"),
        lambda topic, scale: make_scale("Low", slug="maryland", centre=None),
    ],
    ids=[
        *("a label", "what belongs to it", "a step of a scale", "a scale without its centre"),
        *("a centre", "a new scale of no centre"),
    ],
)
def test_no_row_of_a_list_changes_without_one(trick: Any) -> None:
    topic, scale = make_topic(), make_scale("Low")
    connection.check_constraints()
    with web_role(), transaction.atomic():
        trick(topic, scale)
        with pytest.raises(DatabaseError, match="another person must agree"):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_a_merge_changes_both_rows() -> None:
    old, new = make_topic("old"), make_topic("new")
    one, other = make_person("one", "Secretariat editor"), make_person("other", "Publisher")
    with web_role():
        change = propose_ending(row=old, ended="merged", instead=new, reason="One will do.", by=one)
        approve(change=change, by=other)
        connection.check_constraints()
    new.refresh_from_db()
    assert new.also_known_as == ["Old"]


def approved(row: Any, **says: Any) -> None:
    """Have a change of a row proposed and approved."""
    name = list_of(type(row))
    after = (entry_of(name, row.pk) or {}) | says
    one, other = make_person(f"one {row}"), make_person(f"two {row}")
    change = propose(name=name, row=row.pk, after=after, reason="Clearer.", by=one)
    approve(change=change, by=other)


@pytest.mark.parametrize(
    "trick",
    [
        lambda topic, scale: Topic.objects.update(label="Mine"),
        lambda topic, scale: Topic.objects.update(also_known_as=["Mentors", "Mine"]),
        lambda topic, scale: scale.levels.update(meaning="Mine"),
        lambda topic, scale: scale.levels.update(rank=7),
        lambda topic, scale: RatingScale.objects.update(complete=True),
        lambda topic, scale: Topic.objects.all().delete(),
    ],
    ids=[
        *("a label", "one of several words", "a step of a scale", "a figure", "a flag"),
        "gone altogether",
    ],
)
def test_with_an_approved_change_a_row_gets_no_other_words(trick: Any) -> None:
    topic, scale = make_topic(), make_scale("Low")
    connection.check_constraints()
    with web_role(), transaction.atomic():
        approved(topic, label="Mentors")
        approved(scale, note="Read again.")
        trick(topic, scale)
        with pytest.raises(DatabaseError, match="not what another person agreed to"):
            connection.check_constraints()
        transaction.set_rollback(True)
