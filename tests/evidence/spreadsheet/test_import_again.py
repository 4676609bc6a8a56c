"""A corrected file, imported again: it replaces the drafts that the same person's import made and nobody has touched."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from evidence.editorial import actions
from evidence.editorial.content import Content
from evidence.models import AuditEntry, Edition
from portal.templatetags.portal_tags import day
from tests.evidence.spreadsheet.sheets import complete_row, csv_file
from tests.evidence.spreadsheet.test_pages import CONFIRM, client_of, exported, upload
from tests.factories import make_edition, make_editions, make_outcome, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def ed() -> Client:
    return client_of("ed", "Secretariat editor")


def bring_in(client: Client, rows: list[dict[str, str]], name: str) -> Any:
    """Import rows; return the page that says what the file does, as text, and the list afterwards."""
    page = upload(client, csv_file(rows), name)
    file = page.context["waiting_file"]
    assert file, page.context["shown"]["faults"]
    return " ".join(page.content.decode().split()), client.post(
        CONFIRM, {"file": file.pk, "agreed": "emptied"}, follow=True
    )


def test_a_corrected_file_replaces_the_drafts_of_the_first_and_keeps_what_it_leaves_out(
    ed: Client,
) -> None:
    make_edition(slug="yef-one", title="As it was", studies=3)
    for slug in ("reoffending", "exclusion"):
        make_outcome(slug)
    make_topic("sport")
    new = complete_row(outcomes="reoffending | Arrests | beneficial", topics="mentoring")
    one = {"id": "yef-one", "title": "As it si", "review_due": "2027-05-01", "change_note": "New."}
    said, _ = bring_in(
        ed, [new | one | {"outcomes": "", "summary": "It is old."}, new], "first.csv"
    )
    assert "<ins>1 May 2027</ins>" in said
    was = {edition.summary.slug: edition for edition in Edition.objects.open()}

    again = {"id": "yef-brand-new", "title": "Newer", "topics": "sport"}
    again["outcomes"] = "exclusion | Days | harmful"
    corrected = again | {"id": "yef-one", "title": "As it is"}
    said, page = bring_in(ed, [corrected, again], "corrected.csv")

    today = day(AuditEntry.objects.latest("pk").at)
    assert said.count(f"replaces your draft from the import of {today}") == 2
    assert "As it <del>si</del>" in said
    assert (
        "2 drafts were made (2 in the place of yours from an earlier import) from corrected.csv"
        in page.text
    )
    assert {row.title for row in page.context["cl"].queryset} == {"As it is", "Newer"}
    now = {edition.summary.slug: edition for edition in Edition.objects.open()}
    for slug, edition in now.items():
        assert (edition.pk, edition.number) == (was[slug].pk, was[slug].number)
        assert edition.created_at == was[slug].created_at
        assert [topic.slug for topic in edition.topics.all()] == ["sport"]
        assert [row.outcome.slug for row in edition.findings.all()] == ["exclusion"]
    one_now = now["yef-one"]
    assert (one_now.bottom_line, one_now.change_note) == ("It is old.", "New.")
    assert str(one_now.review_due) == "2027-05-01"
    log = AuditEntry.objects.filter(comment="Imported from corrected.csv.")
    assert {(entry.action, str(entry.by)) for entry in log} == {("edited", "ed")}

    said, _ = bring_in(ed, [corrected | {"title": "As it shall be"}], "third.csv")
    assert "replaces your draft" in said


@pytest.mark.parametrize(
    "how", ["edited", "assigned", "sent back", "sent to be checked", "of another person"]
)
def test_a_draft_that_somebody_has_touched_is_not_replaced(how: str, ed: Client) -> None:
    make_edition(slug="yef-one")
    importer = client_of("olu", "Secretariat editor") if how == "of another person" else ed
    bring_in(importer, [{"id": "yef-one", "title": "First"}], "first.csv")
    draft, person = Edition.objects.open().get(), User.objects.get(username="ed")
    if how == "edited":
        actions.write(edition=draft, content=Content({"title": "By hand"}), by=person)
    elif how == "assigned":
        actions.assign(edition=draft, to=person, by=person)
    elif how == "sent to be checked":
        actions.ask_for_fact_check(edition=draft, asked_of="Dr Grey", days=7, by=person)
    elif how == "sent back":
        actions.submit(edition=draft, by=person, change_note="Why.")
        actions.send_back(edition=draft, comment="Why?")

    page = upload(ed, csv_file([{"id": "yef-one", "title": "Second"}]))

    assert page.context["waiting_file"] is None
    assert "draft of this summary open" in page.text or "summary has a draft open" in page.text


def test_a_draft_that_is_touched_after_the_preview_is_not_replaced(ed: Client) -> None:
    make_edition(slug="yef-one")
    bring_in(ed, [{"id": "yef-one", "title": "First"}], "first.csv")
    page = upload(ed, csv_file([{"id": "yef-one", "title": "Second"}]))
    draft, person = Edition.objects.open().get(), User.objects.get(username="ed")
    actions.write(edition=draft, content=Content({"studies": 9}), by=person)

    again = ed.post(CONFIRM, {"file": page.context["waiting_file"].pk})

    assert "Somebody has changed something since this file was checked" in again.text
    assert "You have a draft of this summary open." in again.text
    assert Edition.objects.open().get().title == "First"


def test_many_drafts_are_replaced_in_as_many_statements_as_two(
    ed: Client, django_assert_max_num_queries: Callable
) -> None:
    make_editions(12)
    rows = [{"id": row["id"], "title": f"{row['title']} again"} for row in exported(ed)]
    bring_in(ed, rows, "first.csv")
    page = upload(ed, csv_file([row | {"title": f"{row['title']} again"} for row in rows]))
    with django_assert_max_num_queries(75):
        ed.post(CONFIRM, {"file": page.context["waiting_file"].pk})
    assert all(
        title.endswith("again again")
        for title in Edition.objects.open().values_list("title", flat=True)
    )
