"""A fact check by somebody without an account: asked for, mailed, answered by a link, and brought back as comments."""

import datetime
import html
import re
import time
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evidence.editorial import actions
from evidence.editorial.actions import Said
from evidence.fact_checks.links import link_to
from evidence.models import AuditEntry, Comment, Edition, FactCheck, FactCheckAnswer
from evidence.models.comments import LONGEST, MOST_ANSWERS
from portal import outage
from portal.mail.server import CONSOLE
from tests.evidence.editorial.test_workflow_pages import Person
from tests.factories import make_centre, make_draft, publish_draft
from tests.people import make_person
from tests.portal.accounts.test_carried_form import hidden
from tests.portal.test_admin import address
from tests.reading_pages import plain, text_of

pytestmark = pytest.mark.django_db

ANSWER = {"title": "yes", "bottom_line": "no", "your_name": "Ada Grey"}


def ask(edition: Edition, days: int = 7) -> FactCheck:
    asker = make_person("an asker")
    return actions.ask_for_fact_check(edition=edition, asked_of="Dr Grey", days=days, by=asker)


def fields_of(page: Any) -> dict[str, str]:
    """Return the hidden fields of the form, as a browser would send them with what somebody chooses and types."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in found}


def test_the_whole_path(mailoutbox: list, client: Client) -> None:
    ed, pat = Person("ed", "Centre editor", centre=make_centre()), Person("pat", "Publisher")
    draft = make_draft(title="Mentoring", bottom_line="It helps most people.", studies=3)
    checks, review = (address(Edition, page, draft.pk) for page in ("fact_checks", "review"))
    wanted = {"asked_of": "Dr Grey", "question": "Are there 3 studies?", "days": "7"}
    refused = ed.client.post(checks, wanted | {"days": "31"})
    assert "less than or equal to 30" in plain(refused.text)
    assert 'value="Dr Grey"' in refused.text
    made = ed.client.post(checks, wanted | {"email": "grey@example.org"}, follow=True)
    assert "The link was mailed to grey@example.org." in made.text
    (mail,) = mailoutbox
    link = re.search(r"http://testserver(/fact-check/\S+)", mail.body)
    assert link
    assert f'value="{link[0]}"' in made.text
    assert "grey@example.org" not in str(FactCheck.objects.values())

    page = client.get(link[1])
    said = plain(page.text)
    for part in ("Is this right? Mentoring", "It helps most people.", "Are there 3 studies?",
                 "it last changed on", "Centre yef asks you"):  # fmt: skip
        assert part in said, part
    for header, value in (("X-Robots-Tag", "noindex"), ("Cache-Control", "no-store"),
                          ("Referrer-Policy", "no-referrer")):  # fmt: skip
        assert value in page[header]
    assert "Preview" in client.get(f"{link[1]}page/").text
    typed = fields_of(page) | ANSWER | {"title": "yes", "studies_comment": "There are 4."}
    nameless = client.post(link[1], typed | {"your_name": ""})
    assert nameless.status_code == 422
    assert "Enter your name" in nameless.text
    assert "There are 4.</textarea>" in nameless.text
    assert not Comment.objects.exists()
    ed.save(draft, bottom_line="It helps some people.")  # while Dr Grey was writing
    sent = client.post(link[1], typed, follow=True)
    assert "Your answers have reached the editors" in sent.text
    assert not client.cookies

    page = ed.client.get(review)
    said = plain(page.text)
    assert "from the fact check of Ada Grey (no account)" in said
    assert "There are 4." in said
    assert "2 comments are open: Bottom line , Number of studies" in said
    assert said.count("About an earlier text") == 1  # the one on the bottom line
    assert "fact check answered by somebody without an account: Fact check" in said
    assert "2 comments are open" in plain(ed.client.get(address(Edition, "change", draft.pk)).text)
    first = plain(pat.client.get(reverse("admin:index")).text)
    assert "2 comments open. 1 fact check answered." in first

    ended = ed.client.post(checks, {"end": FactCheck.objects.get().pk}, follow=True)
    assert "its link works no longer" in ended.text
    over = client.post(link[1], typed)
    assert over.status_code == 410
    assert "has ended it" in over.text
    assert "There are 4." in over.text  # what was typed is not lost
    assert Comment.objects.count() == 3
    logged = AuditEntry.objects.filter(action__startswith="fact-check").order_by("pk")
    assert [(one.action, one.who) for one in logged] == [
        ("fact-check-asked", "ed"),
        ("fact-check-answered", "somebody without an account"),
        ("fact-check-ended", "ed"),
    ]
    assert "Grey" not in " ".join(logged.values_list("comment", flat=True))


def test_where_no_mail_is_set_up_none_is_promised(settings: Any) -> None:
    settings.EMAIL_BACKEND = CONSOLE
    ed, draft = Person("ed", "Centre editor", centre=make_centre()), make_draft()
    wanted = {"asked_of": "Dr Grey", "days": "7", "email": "grey@example.org"}
    unsent = ed.client.post(address(Edition, "fact_checks", draft.pk), wanted, follow=True)
    assert "No mail is set up here. The link is ready: copy it from below" in unsent.text
    assert 'name="email"' not in unsent.text
    assert "mailed" not in unsent.text


def test_an_address_that_no_mail_can_be_written_to_leaves_the_link_to_copy(client: Client) -> None:
    ed, draft = Person("ed", "Centre editor", centre=make_centre()), make_draft()
    wanted = {"asked_of": "Dr Grey", "days": "7", "email": f"grey@{'ü' * 60}.org"}
    made = ed.client.post(address(Edition, "fact_checks", draft.pk), wanted, follow=True)
    assert "The link could not be mailed." in plain(made.text)
    assert link_to(FactCheck.objects.get()) in made.text


def test_no_other_link_works(client: Client) -> None:
    fact_check = ask(make_draft())
    path = link_to(fact_check)
    pk, name = str(fact_check.pk), path.split("/")[2]
    other = FactCheck(pk=fact_check.pk, asked_at=fact_check.asked_at + datetime.timedelta(days=1))
    for token in (name[:-1], f"9{name}", name.replace(pk, "77", 1), "x", ":", "a" * 5000):
        page = client.get(f"/fact-check/{token}/")
        assert page.status_code == 404, token
    said = text_of(client, f"/fact-check/{name[:-1]}/", 404)
    assert "ask the person who sent it" in said
    assert client.get(link_to(other)).status_code == 404  # of a database before it was restored
    assert client.post(path[:-2] + "/", ANSWER).status_code == 404
    assert client.put(path).status_code == client.post(f"{path}page/").status_code == 405
    assert not Comment.objects.exists()


def test_a_link_says_why_it_no_longer_works(client: Client, monkeypatch: Any) -> None:
    draft = make_draft()
    fact_check = ask(draft, days=1)
    path = link_to(fact_check)
    later = timezone.now() + datetime.timedelta(days=1)
    with monkeypatch.context() as patch:
        patch.setattr("evidence.editorial.actions.fact_checks.database_now", lambda: later)
        assert "This link worked until" in text_of(client, path, 410)
    monkeypatch.setattr("evidence.models.comments.MOST_ANSWERS", 1)
    assert client.post(path, ANSWER).status_code == 302
    assert "takes no more" in text_of(client, path, 410)
    assert client.post(path, ANSWER).status_code == 410
    assert FactCheckAnswer.objects.count() == 1
    publish_draft(draft)
    said = text_of(client, path, 410)
    assert "This text is published." in said
    assert "Read it there" in said
    actions.withdraw(summary=draft.summary, reason="Out of date.")
    said = text_of(client, path, 410)
    assert "This text was published, and is withdrawn since. Read why" in said
    assert "Read it there" not in said
    given_up = make_draft()
    path = link_to(
        actions.ask_for_fact_check(edition=given_up, asked_of="X", days=1, by=fact_check.asked_by)
    )
    actions.discard(edition=given_up)
    assert "was given up" in text_of(client, path, 410)
    too_late = client.post(path, ANSWER | {"title_comment": "It is <b>too</b> long."})
    assert too_late.status_code == 410
    assert "It is &lt;b&gt;too&lt;/b&gt; long." in too_late.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Answer at least one question"),
        ({"title": "perhaps"}, "Select a valid choice"),
        ({"title_comment": "x" * (LONGEST + 1)}, "Write at most 5,000 characters."),
        ({"your_name": "x" * 201}, "Write at most 200 characters."),
        ({"anything_else": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_a_wrong_answer_is_explained_and_kept(client: Client, wrong: dict, said: str) -> None:
    path = link_to(ask(make_draft()))
    page = client.post(path, {"title": "yes", "your_name": "Ada Grey"} | wrong)
    assert page.status_code == 422
    assert said in plain(page.text)
    (value,) = wrong.values()
    assert value in ("", "perhaps") or value in page.text
    assert not Comment.objects.exists()


def test_what_is_no_longer_stated_and_odd_fields_are_taken(client: Client) -> None:
    draft = make_draft(studies=3)
    path = link_to(ask(draft))
    Edition.objects.filter(pk=draft.pk).update(studies=None)
    odd = {"_title": "no fingerprint", "seen": "x" * 99, "step": "approve", "_studies": "<b>"}
    assert client.post(path, ANSWER | {"studies": "no"} | odd).status_code == 302
    assert set(Comment.objects.values_list("field", flat=True)) == {
        "title",
        "bottom_line",
        "studies",
    }
    assert all(len(one.seen) == 12 for one in Comment.objects.all())


def test_many_answers_take_no_more_queries(client: Client) -> None:
    ed = Person("ed", "Centre editor", centre=make_centre())
    draft = make_draft(studies=3)
    fact_check = ask(draft)
    pages = [address(Edition, page, draft.pk) for page in ("review", "fact_checks", "change")]
    pages += [reverse("admin:index")]
    for page in pages:
        queries(
            ed.client, page
        )  # what is remembered after the first time, such as the sidebar, is made
    counts = []
    for many in (1, 5):
        for number in range(many):
            said = {"title": Said("no", f"No {number}"), "studies": Said("yes", "")}
            actions.answer_fact_check(fact_check=fact_check, edition=draft, name="A", said=said)
            actions.comment(edition=draft, field="title", text="Yes.", by=ed.user)
            make_draft()
            actions.ask_for_fact_check(edition=draft, asked_of="B", days=3, by=ed.user)
        counts.append([queries(ed.client, page) for page in pages])
        counts[-1].append(queries(client, link_to(fact_check)))
    assert counts[0] == counts[1]


def queries(client: Client, page: str) -> int:
    """Return how many queries a page takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def test_a_form_sent_while_the_database_is_away_is_kept_without_a_cookie(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outage, "_spared_until", 0.0)
    path = link_to(ask(make_draft()))
    client = Client(enforce_csrf_checks=True)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("couldn't get a connection")

    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", refuse)
        answer = client.post(path, ANSWER | {"title_comment": "As <typed>"})
        forged = client.post("/fact-check/1:x/", ANSWER | {"title_comment": "As <typed>"})
    monkeypatch.setattr(outage, "_spared_until", time.monotonic() + 60)  # somebody else waited
    spared = client.post(path, ANSWER | {"title_comment": "As <typed>"})
    forged_and_spared = client.post("/fact-check/1:x/", {"title_comment": "As <typed>"})
    monkeypatch.setattr(outage, "_spared_until", 0.0)
    assert hidden(spared) == hidden(answer)
    assert (forged_and_spared.status_code, "typed" in forged_and_spared.text) == (503, False)
    assert answer.status_code == 503
    assert "your answers may not have arrived" in answer.text
    assert "As &lt;typed&gt;</dd>" in answer.text
    assert not answer.cookies
    assert forged.status_code == 404
    assert client.post(path, hidden(answer)).status_code == 302
    assert Comment.objects.get(field="title").text == "As <typed>"


def test_the_rules_of_the_database() -> None:
    draft = make_draft()
    fact_check = ask(draft)
    said = {"title": Said("no", "Not so.")}
    answer = actions.answer_fact_check(fact_check=fact_check, edition=draft, name="Ada", said=said)
    other = make_draft()
    rows, answers = FactCheck.objects.all(), FactCheckAnswer.objects.all()
    now = timezone.now()
    refused: dict[str, list[Any]] = {
        "Cannot update": [
            lambda: rows.update(question="Another"),
            lambda: rows.update(expires_at=now + datetime.timedelta(days=29)),
            lambda: rows.update(asked_of="Somebody else"),
            lambda: answers.update(name="Somebody else"),
        ],
        "Cannot delete": [lambda: Comment.objects.all().delete(), lambda: answers._raw_delete("default")],
        "within_30_days": [
            lambda: FactCheck.objects.create(
                summary=draft.summary, edition_number=1, asked_of="A", asked_by=fact_check.asked_by,
                expires_at=now + datetime.timedelta(days=31),
            ),
        ],
        "about another edition": [
            lambda: Comment.objects.create(
                summary=other.summary, edition_number=1, seen="", text="x", answer=answer
            ),
        ],
        "is over": [
            lambda: (
                actions.end_fact_check(fact_check=fact_check, edition=draft, by=fact_check.asked_by),
                FactCheckAnswer.objects.create(fact_check=fact_check, name="Late"),
            ),
        ],
        "has all its answers": [
            lambda: [
                FactCheckAnswer.objects.create(fact_check=fact_check, name="A")
                for _ in range(MOST_ANSWERS)
            ],
        ],
    }  # fmt: skip
    for message, tricks in refused.items():
        for trick in tricks:
            with pytest.raises(DatabaseError, match=message), transaction.atomic():
                trick()
    publish_draft(draft)
    by = fact_check.asked_by
    with pytest.raises(actions.WrongState):
        actions.ask_for_fact_check(edition=draft, asked_of="A", days=1, by=by)


def test_names_are_forgotten_90_days_after_the_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_draft()
    fact_check = ask(draft)
    said = {"title": Said("no", "Not so.")}
    actions.answer_fact_check(fact_check=fact_check, edition=draft, name="Ada", said=said)
    assert actions.forget_names() == 0
    monkeypatch.setattr(
        "evidence.editorial.actions.fact_checks.NAMES_KEPT", datetime.timedelta(days=-8)
    )
    assert actions.forget_names() == 2
    assert not {FactCheck.objects.get().asked_of, FactCheckAnswer.objects.get().name} - {""}
    assert "no longer kept" in Comment.objects.get().author
