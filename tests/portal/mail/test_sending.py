"""Mail waits in an outbox, is sent as each person chose, and survives a mail server that is away."""

import datetime
import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPRecipientsRefused
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from portal.mail import sending
from portal.mail.outbox import MailChoice, Notice, tell
from portal.role_proposals import DECIDED, decide, propose
from tests.people import make_person
from tests.portal.test_admin import form_values

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")


class Refusing(EmailBackend):
    """A mail server that is away, or that refuses one address."""

    away = False
    refused = ""

    def open(self) -> bool:
        if self.away:
            raise ConnectionRefusedError("no mail server")
        return True

    def send_messages(self, messages: Any) -> int:
        if self.refused in messages[0].to:
            raise SMTPRecipientsRefused({self.refused: (550, b"no such person")})
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Refusing]:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    monkeypatch.setattr(Refusing, "away", False)
    monkeypatch.setattr(Refusing, "refused", "")
    return Refusing


@pytest.fixture
def ada() -> User:
    return make_person("ada", "Administrator", email="ada@example.org")


def note(person: User, title: str = "Publisher for pat") -> None:
    """Tell somebody something that they want at once."""
    MailChoice.objects.get_or_create(person=person, kind=DECIDED.name, when="at-once")
    tell([person], DECIDED, about=1, headline="Role given", title=title, text="It is.", path="/")


def run(*options: str) -> str:
    errors = io.StringIO()
    call_command("send_mail_due", *options, stdout=io.StringIO(), stderr=errors)
    return errors.getvalue()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_was_sent_is_said_in_words(number: int) -> None:
    for name in ("ada", "abe")[:number]:
        note(make_person(name, "Administrator", email=f"{name}@example.org"))
    said = io.StringIO()
    call_command("send_mail_due", stdout=said)
    sent = "1 mail" if number == 1 else f"{number} mails"
    assert said.getvalue() == f"Sent {sent}, dropped 0 notices.\n"


def let_time_pass() -> None:
    Notice.objects.filter(state="waiting").update(try_at=Now())


def first_page(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("admin:index")).content.decode()


def test_while_the_server_is_away_mail_is_tried_again_and_in_the_end_given_up(
    server: type[Refusing], ada: User
) -> None:
    server.away = True
    note(ada)
    note(make_person("abe", "Administrator", email="abe@example.org"))
    assert "2 notices could not be sent" in run()
    assert run() == ""  # not before a minute has passed
    assert {one.attempts for one in Notice.objects.all()} == {1}
    page = first_page(ada)
    assert "Mail that could not be sent" in page
    assert "The mail server cannot be reached: no mail server" in page
    assert "given up" not in page
    assert "Mail that could not be sent" not in first_page(make_person("pat", "Publisher"))

    for _ in sending.WAITS:
        let_time_pass()
        run()
    assert {one.state for one in Notice.objects.all()} == {"failed"}
    let_time_pass()
    assert run() == ""
    assert "1 of them given up" in first_page(ada)

    server.away = False
    client = Client()
    client.force_login(ada)
    url = reverse("admin:auth_user_change", args=[User.objects.get(username="abe").pk])
    client.post(url, form_values(client.get(url)) | {"email": "abraham@example.org"})
    mail.outbox.clear()  # of the notice that his address was changed
    run()
    run("--again")
    assert [one.to for one in mail.outbox] == [["abraham@example.org"], ["ada@example.org"]]
    assert "Mail that could not be sent" not in first_page(ada)


def test_an_address_that_is_refused_stops_no_other_mail(server: type[Refusing], ada: User) -> None:
    server.refused = "abe@example.org"
    note(make_person("abe", "Administrator", email=server.refused))
    note(ada)
    assert "1 notices could not be sent" in run()
    assert [one.to for one in mail.outbox] == [[ada.email]]
    said = "abe@example.org:\n        1 notice since"
    assert said in first_page(ada)
    assert "The mail server refuses the address: 550 no such person" in first_page(ada)

    User.objects.filter(username="abe").update(email="abraham@example.org")
    let_time_pass()
    run()
    assert mail.outbox[-1].to == ["abraham@example.org"]


def test_a_job_that_does_not_run_is_noticed(ada: User) -> None:
    note(ada)
    assert "Mail has waited since" not in first_page(ada)
    Notice.objects.update(at=F("at") - datetime.timedelta(hours=26))
    assert "Mail has waited since" in first_page(ada)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-30T06:59+00:00", "2026-11-29T07:00+00:00"),
        ("2026-11-30T07:00+00:00", "2026-11-30T07:00+00:00"),
        ("2026-07-01T06:00+00:00", "2026-07-01T07:00+01:00"),  # summer time
        ("2026-03-29T05:59+00:00", "2026-03-28T07:00+00:00"),  # the day when it begins
    ],
)
def test_the_daily_mail_is_due_at_its_hour_in_the_united_kingdom(now: str, due: str) -> None:
    moment = datetime.datetime.fromisoformat(now)
    assert sending.last_daily(moment) == datetime.datetime.fromisoformat(due)


def test_the_daily_mail_is_sent_once(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(hour: int) -> None:
        clock = datetime.datetime(2099, 1, 2, hour, tzinfo=LONDON)
        monkeypatch.setattr(sending, "database_now", lambda: clock)
        run()

    for number in (1, 2):
        tell([ada], DECIDED, about=number, headline="H", title=f"T{number}", text="It.", path="/")
    Notice.objects.update(at=datetime.datetime(2099, 1, 1, 12, tzinfo=LONDON))
    at(6)
    assert not mail.outbox
    at(7)
    at(7)
    [one] = mail.outbox
    assert one.subject == "Your daily mail of the What Works evidence portal: 2 notices"
    assert one.body.startswith("ROLES THAT YOU PROPOSED ARE GIVEN OR REFUSED\n\nT1\nIt.\n")
    assert one.message()["Auto-Submitted"] == "auto-generated"
    tell([ada], DECIDED, about=3, headline="H", title="T3", text="It.", path="/")
    Notice.objects.filter(state="waiting").update(
        at=datetime.datetime(2099, 1, 2, 8, tzinfo=LONDON)
    )
    at(9)
    assert len(mail.outbox) == 1  # that is for tomorrow


def test_what_nobody_wants_any_more_or_no_code_knows_is_never_sent(ada: User) -> None:
    note(ada)
    MailChoice.objects.update(when="never")
    Notice.objects.create(
        person=ada, kind="gone", about=1, headline="H", title="T", text="X.", path="/"
    )
    run()
    assert not mail.outbox
    assert {one.state for one in Notice.objects.all()} == {"dropped"}
    Notice.objects.update(closed_at=Now() - sending.KEPT - datetime.timedelta(hours=1))
    run()
    assert not Notice.objects.exists()


def test_the_outbox_says_of_each_notice_whether_it_waits(ada: User) -> None:
    note(ada)
    with pytest.raises(IntegrityError, match="notice_is_closed_or_waits"), transaction.atomic():
        Notice.objects.update(state="sent")
    with pytest.raises(IntegrityError, match="one_mail_choice_a_kind"):
        MailChoice.objects.create(person=ada, kind=DECIDED.name, when="daily")


# Two runs at the same time


def elsewhere(work: Any) -> Any:
    """Run something on another connection, outside the transaction of the test."""

    def close_after() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(close_after).result()


@pytest.fixture
def stored() -> Iterator[User]:
    """A person with a notice, which other connections see."""

    def make() -> User:
        person = User.objects.create_superuser("eve", "eve@example.org")
        note(person)
        return person

    person = elsewhere(make)
    yield person
    elsewhere(person.delete)


def test_two_runs_at_the_same_time_send_it_once(
    stored: User, monkeypatch: pytest.MonkeyPatch, server: type[Refusing]
) -> None:
    sent = []

    class Slow(Refusing):
        def send_messages(self, messages: Any) -> int:
            sent.append(threading.get_ident())
            if len(sent) == 1:
                elsewhere(run)  # while this one still holds the notice
            return len(messages)

    monkeypatch.setattr(mail, "get_connection", Slow)
    elsewhere(run)
    elsewhere(run)
    assert len(sent) == 1


# Roles, and what a person chooses


def test_a_proposed_role_is_told_to_who_decides_and_then_to_who_proposed(ada: User) -> None:
    abe = make_person("abe", "Administrator", email="abe@example.org")
    pat = make_person("pat", email="pat@example.org")
    role = Group.objects.get(name="Publisher")
    proposal = propose(person=pat, role=role, by=ada)
    propose(person=pat, role=role, by=ada)  # it is open already
    run()
    [asked] = mail.outbox
    assert (asked.to, asked.subject) == ([abe.email], "Role to decide on: Publisher for pat")
    decide(proposal=proposal, by=abe, give=True)
    [told] = Notice.objects.filter(state="waiting")
    assert (told.person, told.text) == (ada, "abe gave it.")


def test_a_person_chooses_what_they_get_and_cannot_switch_off_an_emergency(client: Client) -> None:
    pat = make_person("pat", "Publisher", email="pat@example.org")
    url = reverse("admin:my_mail")
    assert "/login/" in client.get(url)["Location"]
    assert "Sign in" in client.post(url, {"review": "never"}).content.decode()
    client.force_login(pat)
    assert f'href="{url}"' in client.get(reverse("admin:index")).content.decode()
    page = client.get(url)
    assert list(page.context["form"].fields) == ["review", "taken-back", "comment", "list-change"]
    assert "Your mail goes to pat@example.org" in page.content.decode()
    assert "this mail cannot be switched off" in page.content.decode()

    others = dict.fromkeys(["taken-back", "comment", "list-change"], "at-once")
    wrong = client.post(url, others | {"review": "hourly"})
    assert "Select a valid choice" in wrong.content.decode()
    assert not MailChoice.objects.exists()
    for when in ("never", "daily"):
        client.post(url, others | {"review": when, "emergency": "never"})
    chosen = dict(MailChoice.objects.filter(person=pat).values_list("kind", "when"))
    assert chosen == others | {"review": "daily"}
    assert client.get(url).context["form"]["review"].initial == "daily"


def test_somebody_without_address_or_role_is_told_so(client: Client) -> None:
    client.force_login(make_person("nobody"))
    page = client.get(reverse("admin:my_mail")).content.decode()
    assert "you get no mail" in page
    assert "Your roles bring no mail." in page
