"""The public history of an approach: who joined and left, what changed, when, why and by which role."""

from typing import Any

import pytest
from django.test import Client

from evidence.dataset.list_changes import approve
from evidence.dataset.list_history import LISTS, in_history, keep_history_of_all
from evidence.editorial import actions
from evidence.models import Approach, Edition, ListChange
from portal import published
from tests.factories import make_approach, make_draft, make_edition, publish_draft
from tests.people import make_person
from tests.portal.test_admin import address, form_values
from tests.reading_pages import text_of

pytestmark = pytest.mark.django_db


def history_of(client: Client) -> str:
    published.check(now=True)
    text = text_of(client, "/approaches/mentoring/").partition("History of the group ")[2]
    assert "marta" not in text
    assert "pat" not in text.split()
    return text


def approve_all() -> None:
    for change in ListChange.objects.proposed():
        approve(change=change, by=make_person("pat", "Publisher"))


class Editor:
    """A person who changes an approach in admin."""

    def __init__(self, *roles: str) -> None:
        self.client = Client()
        self.client.force_login(make_person("marta", *roles))

    def change(self, approach: Approach, **values: Any) -> Any:
        url = address(Approach, "change", approach.pk)
        return self.client.post(url, form_values(self.client.get(url)) | values)


@pytest.fixture
def editor() -> Editor:
    return Editor("Secretariat editor")


def test_it_tells_who_joined_and_left_and_what_was_rewritten_why_and_by_which_role(client, editor):
    stays, leaves, joins = (make_edition(title=title) for title in ("Stays", "Leaves", "Joins"))
    approach = make_approach(members=[stays, leaves], why_ratings_differ="They ask much.")
    keep_history_of_all("Loaded.")
    assert "Nothing has changed since." in history_of(client)

    answer = editor.change(
        approach, why_ratings_differ="They ask little.", reviewed_on="2026-11-25",
        **{"memberships-1-summary": joins.summary_id}, reason="A narrower meaning.",
    )  # fmt: skip

    assert answer.status_code == 302
    assert "Nothing has changed since." in history_of(client)
    approve_all()
    text = history_of(client)
    assert "Joined: Joins (YEF) Left: Leaves (YEF) The group was reviewed on 25 November" in text
    assert "Why ratings differ They ask much . They ask little ." in text
    assert (
        "Reason given: A narrower meaning. Proposed by: Secretariat editor. Approved by: Publisher"
        in text
    )
    assert "In the group then: Stays (YEF) Leaves (YEF)" in text
    assert leaves.get_absolute_url() in client.get("/approaches/mentoring/").content.decode()


def test_a_change_without_a_reason_is_refused_and_nothing_is_lost(editor):
    approach = make_approach(members=[make_edition()])

    answer = editor.change(approach, label="Befriending", reason=" ")

    assert answer.status_code == 200
    assert 'value="Befriending"' in answer.content.decode()
    assert Approach.objects.get().label == "Mentoring"
    assert not ListChange.objects.filter(by__isnull=False).exists()


def test_a_draft_is_no_part_of_it_until_it_is_published(client):
    draft = make_draft(title="Secret")
    make_approach(members=[make_edition(title="Stays"), draft])
    keep_history_of_all("Loaded.")
    assert "Secret" not in text_of(client, "/approaches/mentoring/")

    publish_draft(draft)

    text = history_of(client)
    assert "Joined: Secret (YEF) : published then" in text
    assert text.endswith("In the group then: Stays (YEF)")


def test_a_withdrawn_summary_leaves_with_the_reason_and_an_edition_that_is_superseded_does_not(
    client,
):
    leaves, stays = make_edition(title="Leaves"), make_edition(title="Stays")
    make_approach(members=[stays, leaves])
    keep_history_of_all("Loaded.")
    publish_draft(make_draft(summary=stays.summary, title="Stays, revised"))
    assert "Nothing has changed since." in history_of(client)

    actions.withdraw(summary=leaves.summary, reason="Out of date.")

    text = history_of(client)
    assert "Left: Leaves (YEF), not published today: withdrawn, because: Out of date." in text
    assert "Reason given" not in text


def test_the_next_change_begins_with_what_was_changed_without_its_history(editor):
    """What is changed by SQL has no entry of its own, but is not lost."""
    approach = make_approach(members=[make_edition()])
    keep_history_of_all("Loaded.")
    Approach.objects.update(description="Written by hand.")

    editor.change(approach, label="Befriending", reason="Clearer.")

    kept: Any = (
        ListChange.objects.filter(list_name="approach")
        .order_by("pk")
        .values_list("by__username", "reason", "before", "after")
    )
    (_, _, _, first), by_her = kept
    by_hand = first | {"description": "Written by hand."}
    assert by_her == ("marta", "Clearer.", by_hand, by_hand | {"label": "Befriending"})


def test_the_history_outlives_a_deleted_approach(editor):
    approach = make_approach(members=[make_edition()])

    editor.client.post(
        address(Approach, "delete", approach.pk), {"post": "yes", "reason": "Two are one."}
    )
    assert Approach.objects.exists()
    approve_all()

    assert not Approach.objects.exists()
    (gone,) = ListChange.objects.filter(after__isnull=True).values_list("before__label", "role")
    assert gone == ("Mentoring", "Secretariat editor")


def test_people_who_may_only_look_are_not_asked_why(client):
    approach = make_approach(members=[make_edition()])
    page = Editor("Auditor").client.get(address(Approach, "change", approach.pk))
    assert page.status_code == 200
    assert "Why you change it" not in page.content.decode()


class TestOfTheDataset:
    """The history of what the portal was shipped with."""

    pytestmark = pytest.mark.usefixtures("dataset")

    def test_every_row_of_a_list_has_one_state_which_is_what_it_says_today(self):
        for name, table in LISTS.items():
            kept = ListChange.objects.filter(list_name=name)
            assert [(one.row_id, one.after) for one in kept.order_by("row_id")] == [
                (row.pk, in_history(table.record_of(row).dump()))
                for row in table.queryset().order_by("pk")
            ]
        keep_history_of_all("Loaded again.")
        assert not ListChange.objects.filter(reason="Loaded again.").exists()
        assert Edition.objects.published().exists()
