"""What people say about the fields of an edition, beside them, until somebody has dealt with it."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from evidence.editorial import actions
from evidence.editorial.comments import seen_of
from evidence.models import Comment, Edition
from evidence.models.comments import LONGEST
from tests.evidence.editorial.test_workflow_pages import Person
from tests.factories import make_centre, make_draft, make_edition, publish_draft
from tests.people import make_person
from tests.portal.test_admin import address
from tests.reading_pages import plain
from tests.web_role import web_role

pytestmark = pytest.mark.django_db


def say(person: Person, edition: Edition, text: str, field: str = "title", **more: Any) -> Any:
    """Comment as the form on the review page does, and return the page afterwards."""
    url = address(Edition, "comment", edition.pk)
    return person.client.post(url, {"text": text, "field": field} | more, follow=True)


def test_a_conversation_from_the_first_comment_to_its_place_in_the_history() -> None:
    ed, pat = Person("ed", "Centre editor", centre=make_centre()), Person("pat", "Publisher")
    live = make_edition(studies=3)
    draft = make_draft(summary=live.summary, studies=12)
    review, dealt = (address(Edition, page, draft.pk) for page in ("review", "dealt_with"))

    page = say(pat, draft, "Where are the other <b>nine</b>?", "studies")
    assert page.redirect_chain[-1][0] == f"{review}#on-studies"
    assert "Comment saved." in plain(page.text)
    assert "Where are the other nine?" in plain(page.text)
    first = Comment.objects.get()
    page = say(ed, draft, "In the new review.", "studies", reply_to=first.pk)
    assert "Reply saved." in plain(page.text)
    said = plain(say(ed, draft, "Is it finished?", "").text)
    assert "In the new review." in said
    assert "2 comments are open: The edition as a whole , Number of studies ." in said
    assert "2 comments are open" in plain(ed.client.get(address(Edition, "change", draft.pk)).text)

    said = plain(ed.client.post(dealt, {"reply_to": first.pk}, follow=True).text)
    assert "The comment on “Number of studies” is dealt with." in said
    said = plain(pat.client.post(dealt, {"reply_to": first.pk}, follow=True).text)
    assert "Dealt with by ed on" in said
    assert "Somebody has dealt with this comment already." in said
    assert "1 comment is open: The edition as a whole ." in said
    ed.save(draft, title="Another", review_due="2030-01-01")
    assert "About an earlier text" in plain(ed.client.get(review).text)  # the one on all of it
    ed.step(draft, "submit", change_note="Nine more.")  # what is open keeps nobody back
    assert "Approved: the public can read it within seconds." in pat.step(draft, "approve")

    page = ed.client.get(review)
    assert "In the new review." in plain(page.text)
    assert "<textarea name=" not in page.text
    late = say(pat, draft, "Too late to say.")
    assert "Nothing was saved." in late.text
    assert "Too late to say." in late.text
    assert "new review" not in Client().get(draft.get_absolute_url()).text


def test_a_reply_that_was_typed_is_saved_when_its_comment_is_dealt_with() -> None:
    ed = Person("ed", "Secretariat editor")
    draft = make_draft()
    say(ed, draft, "Which nine?", "studies")
    first, dealt = Comment.objects.get(), address(Edition, "dealt_with", draft.pk)
    typed: dict[str, Any] = {"reply_to": first.pk, "field": "studies", "text": "x" * (LONGEST + 1)}
    page = ed.client.post(dealt, typed)  # too long: nothing is done, and the text is still there
    assert typed["text"] in page.text
    assert Comment.objects.get().is_open
    said = plain(ed.client.post(dealt, typed | {"text": "Those of 2025."}, follow=True).text)
    assert "Reply saved." in said
    assert "Those of 2025." in said
    assert "is dealt with." in said
    assert not Comment.objects.get(pk=first.pk).is_open


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "Write what you want to say."),
        ("x" * (LONGEST + 1), "at most 5000 characters"),
    ],
)
def test_a_wrong_comment_is_explained_and_kept(text: str, said: str) -> None:
    ed = Person("ed", "Secretariat editor")
    draft = make_draft()
    page = say(ed, draft, text, seen=seen_of(make_draft(title="Of old"), "title"))
    assert page.status_code == 200
    assert draft.title in page.text
    assert seen_of(draft, "title") in page.text  # which is what the comment is about from now on
    assert said in plain(page.text)
    assert text.strip() in page.text
    assert not Comment.objects.exists()


def test_what_makes_no_sense_is_not_found() -> None:
    ed = Person("ed", "Secretariat editor")
    draft, other = make_draft(), make_draft()
    foreign = actions.comment(edition=other, field="title", text="Elsewhere", by=ed.user)
    for values in ({"field": "state"}, {"reply_to": foreign.pk}, {"reply_to": "x"}):
        assert say(ed, draft, "A text", **values).status_code == 404
    dealt = address(Edition, "dealt_with", draft.pk)
    assert ed.client.post(dealt, {"reply_to": foreign.pk}).status_code == 404
    assert ed.client.get(dealt).status_code == 302
    reply_on_another_field = say(ed, other, "A text", "studies", reply_to=foreign.pk)
    assert "This comment is about something else." in reply_on_another_field.text
    assert Comment.objects.count() == 1


def test_a_comment_is_kept_as_it_was_written_and_outlives_its_draft() -> None:
    ed = make_person("ed", "Secretariat editor")
    draft, live = make_draft(), make_edition()
    first = actions.comment(edition=draft, field="title", text="Why?", by=ed)
    reply = actions.comment(edition=draft, field="title", text="So.", by=ed, reply_to=first)
    rows = Comment.objects.filter(pk=first.pk)
    new = {"summary": draft.summary, "edition_number": 1, "seen": "", "by": ed, "text": "x"}
    refused: dict[str, Any] = {
        "Cannot update": lambda: rows.update(text="Another"),
        "Cannot delete": lambda: Comment.objects.all().delete(),
        "not published yet": lambda: Comment(**new | {"summary": live.summary}).save(),
        "a comment on the same field": lambda: Comment(**new, field="title", reply_to=reply).save(),
        "one_author|by_a_person": lambda: Comment(**new | {"by": None}).save(),
        "only_a_fact_check": lambda: Comment(**new, verdict="yes").save(),
        "says_something": lambda: Comment(**new | {"text": ""}).save(),
        "too_long": lambda: Comment(**new | {"text": "x" * (LONGEST + 1)}).save(),
        "dealt_with_by_a_person": lambda: rows.update(dealt_with_at=first.at),
        "Cannot insert": lambda: Comment(
            **new, dealt_with_by=ed, dealt_with_at=first.at
        ).save(),
    }  # fmt: skip
    for message, trick in refused.items():
        with pytest.raises(DatabaseError, match=message), transaction.atomic():
            trick()
    with web_role():
        actions.comment(edition=draft, field="", text="As the web server writes.", by=ed)
        actions.deal_with(comment=first, by=ed)
        with pytest.raises(DatabaseError, match="denied"), transaction.atomic():
            rows.update(text="Another")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        rows.update(dealt_with_by=None, dealt_with_at=None)
    actions.discard(edition=draft)
    assert Comment.objects.count() == 3


def test_what_was_said_of_one_edition_is_not_said_of_the_next() -> None:
    ed = Person("ed", "Secretariat editor")
    draft = make_draft()
    say(ed, draft, "About the first.")
    publish_draft(draft)
    following = make_draft(summary=draft.summary)
    page = ed.client.get(address(Edition, "review", following.pk))
    assert "About the first." not in page.text
    assert following.number == 2
