"""A database that is away costs nobody what they typed, and no request waits for it for long."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, OperationalError, connection, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from evidence.models import ListChange
from portal import database as bounds
from portal import outage
from portal.accounts.sign_in import LAST_USED_AT
from portal.database import bounded, lift_statement_limit
from portal.outage import is_outage
from portal.run import embedded
from portal.settings import database
from tests.conftest import copy_database
from tests.factories import make_policy_area
from tests.portal.accounts.test_carried_form import hidden
from tests.settings import SERVER

ADD = "/admin/evidence/topic/add/"
TYPED = {
    "label": "Kept <typed>",
    "slug": "kept",
    "description": "About it.",
    "also_known_as": "",
    "reason": "Nothing covers it.",
}


# A server of its own, which tests may stop


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, empty_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[embedded.Server]:
    """A server for these tests alone. Django uses it through a pool with the product's limits."""
    started = embedded.Server("postgres-outage" + os.environ.get("PYTEST_XDIST_WORKER", ""))
    started.durable = False
    started.start()
    before = dict(connection.settings_dict)
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(database(started.url), TIME_ZONE=None)
        try:
            copy_database(empty_template, started.url)
            User.objects.create_superuser("ada")
            connection.close()
            yield started
        finally:
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's
            connection.settings_dict.update(before)
            started.stop()
            shutil.rmtree(started.home)
            (embedded.LOCAL / f"{started.home.name}-password").unlink()


@pytest.fixture
def editor(server: embedded.Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A person signed in, whose requests begin without a connection, as those to the web server do."""
    monkeypatch.setattr(outage, "_spared_until", 0.0)  # whatever another test met
    # On a busy machine one second may pass by itself.
    monkeypatch.setattr(outage, "SPARED_SECONDS", 2)
    client = Client()
    client.force_login(User.objects.get())
    connection.close()
    yield client
    connection.close()


@pytest.fixture
def silence(server: embedded.Server) -> Iterator[Callable[[], None]]:
    """Ends a silence of the server, which begins with this fixture."""
    assert server.process
    postmaster = server.process.pid
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    processes = [postmaster, *map(int, children)]

    def send(number: int) -> None:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):  # ended after an earlier SIGCONT
                os.kill(process, number)

    send(signal.SIGSTOP)
    yield lambda: send(signal.SIGCONT)
    send(signal.SIGCONT)


def answered(client: Client, **posted: Any) -> tuple[Any, float]:
    """Post to the page that adds a topic, and return the answer and the seconds that it took."""
    began = time.monotonic()
    answer = client.post(ADD, posted or TYPED)
    connection.close()
    return answer, time.monotonic() - began


def soon(ask: Callable[[], Any]) -> Any:
    """Ask until the answer is no longer 503, and fail if it stays that on any machine."""
    began = time.monotonic()
    while (answer := ask()).status_code == 503:
        time.sleep(0.1)
    assert time.monotonic() - began < 20
    return answer


def test_a_silent_server_costs_five_seconds_and_nothing_that_was_typed(
    editor: Client, request: pytest.FixtureRequest
) -> None:
    typed = TYPED | {"policy_areas": [make_policy_area().pk], "order": "1"}
    assert editor.get(ADD).status_code == 200
    connection.close()
    end = request.getfixturevalue("silence")

    answer, seconds = answered(editor, **typed)

    assert answer.status_code == 503
    assert seconds < 9  # two waits of 4.5 s would be more
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert ">Kept &lt;typed&gt;</dd>" in answer.text
    assert f'<form action="{ADD}" method="post">' in answer.text
    spared, seconds = answered(editor, **typed)  # nobody waits just after somebody did
    assert spared.status_code == 503
    assert hidden(spared)["label"] == TYPED["label"]
    assert seconds < 4.5
    end()
    assert soon(lambda: answered(editor, **hidden(answer))[0]).status_code == 302
    (change,) = ListChange.objects.all()
    assert change.after
    assert change.after["label"] == TYPED["label"]


def test_a_server_that_falls_silent_in_the_middle_of_a_request_ends_it_too(
    editor: Client, request: pytest.FixtureRequest
) -> None:
    with connection.cursor() as cursor:
        end = request.getfixturevalue("silence")
        began = time.monotonic()
        with pytest.raises(OperationalError, match=r"did not answer in 4\.5 s"):
            cursor.execute("SELECT 1")
        assert time.monotonic() - began < 9
    connection.close()
    end()
    assert editor.get(ADD).status_code == 200


def test_a_server_that_refuses_is_no_worse_and_is_found_again(
    editor: Client, server: embedded.Server
) -> None:
    server.stop()
    try:
        answer, seconds = answered(editor)
    finally:
        server.start()
    assert answer.status_code == 503
    assert seconds < 9  # two waits of 4.5 s would be more
    assert hidden(answer)["label"] == TYPED["label"]
    assert soon(lambda: editor.get(ADD)).status_code == 200


def test_nobody_notices_that_connections_were_ended_between_requests(
    editor: Client, server: embedded.Server
) -> None:
    assert editor.get(ADD).status_code == 200
    connection.close()
    with psycopg.connect(server.url) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
    assert editor.get(ADD).status_code == 200


def test_the_work_of_an_import_may_take_longer_than_a_page(
    server: embedded.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.pool.connection_class, "longest_silence", 0.2)  # type: ignore[attr-defined]  # PostgreSQL's
    with connection.cursor() as cursor, transaction.atomic():
        lift_statement_limit()
        cursor.execute("SELECT pg_sleep(0.4)")
    with connection.cursor() as cursor, pytest.raises(OperationalError, match=r"in 0\.2 s"):
        cursor.execute("SELECT pg_sleep(5)")
    connection.close()


# A connection


def test_a_connection_on_which_nothing_was_answered_is_not_used_again() -> None:
    connected = bounded(0.2).connect(SERVER.url)
    with pytest.raises(psycopg.OperationalError, match=r"did not answer in 0\.2 s"):
        connected.cursor().execute("SELECT pg_sleep(5)")
    assert connected.closed


def test_the_pool_asks_a_connection_for_a_quick_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CHECK_SECONDS", 0.1)
    with bounded(None).connect(SERVER.url) as connected:
        connected.cursor().execute("SELECT pg_sleep(0.3)")  # a command has no limit
        with pytest.raises(psycopg.OperationalError, match=r"did not answer in 0\.1 s"):
            connected.execute("SELECT pg_sleep(5)")


# What the server itself refuses


@pytest.fixture
def ada(db: None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("ada"))
    return client


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("53100", 503),  # the disk is full
        ("53300", 503),  # too many connections
        ("57P01", 503),  # the server is being shut down
        ("25006", 503),  # read-only, while another becomes the primary
        ("57014", 500),  # the statement took too long
        ("22012", 500),
    ],
)
def test_what_was_typed_is_kept_if_the_server_cannot_write_it(
    ada: Client, code: str, status: int
) -> None:
    typed = TYPED | {"policy_areas": [make_policy_area().pk], "order": "1"}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE 'No.' USING ERRCODE = '{code}'; END $$;"
            " CREATE TRIGGER refuse BEFORE INSERT ON evidence_listchange EXECUTE FUNCTION refuse()"
        )
    answer = ada.post(ADD, typed)
    assert answer.status_code == status
    assert ("Kept &lt;typed&gt;" in answer.text) == (status == 503)


def test_a_read_only_server_is_an_outage_and_other_refusals_are_not(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
        with pytest.raises(InternalError) as caught:
            cursor.execute("DELETE FROM evidence_topic")
    transaction.set_rollback(True)
    assert is_outage(caught.value)
    assert not is_outage(InternalError("nobody has approved this edition"))


def test_an_outage_that_only_the_session_meets_is_answered_alike(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django's middleware saves the session after the view, where no hook for exceptions sees it."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("couldn't get a connection")

    session = ada.session
    session[LAST_USED_AT] -= 90  # so that it is saved again
    session.save()
    monkeypatch.setattr(SessionStore, "save", refuse)

    answer = ada.post(ADD, TYPED)

    assert answer.status_code == 503
    assert hidden(answer)["slug"] == "kept"


def test_a_form_whose_token_was_not_checked_yet_is_not_shown(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another site may have posted it."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("couldn't get a connection")

    monkeypatch.setattr(AuthenticationMiddleware, "process_request", refuse)
    answer = ada.post(ADD, TYPED)
    assert answer.status_code == 503
    assert "Kept" not in answer.text


# What the page offers


@contextlib.contextmanager
def database_away() -> Iterator[None]:
    """The database as it is while it cannot be reached."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("couldn't get a connection")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", refuse)
        yield


def posted_while_away(client: Client, **more: Any) -> Any:
    with database_away():
        return client.post(ADD, TYPED | more)


def test_files_cannot_be_kept_and_the_page_says_so(ada: Client) -> None:
    answer = posted_while_away(ada, sheet=SimpleUploadedFile("rows & more.csv", b"id\n"))
    assert answer.status_code == 503
    assert "choose them again (rows &amp; more.csv)" in answer.text
    with database_away():
        only_a_file = ada.post(ADD, {"sheet": SimpleUploadedFile("rows.csv", b"id\n")})
    assert "choose them again (rows.csv)" in only_a_file.text


def test_a_text_that_is_too_long_is_not_kept_and_the_page_says_so(ada: Client) -> None:
    answer = posted_while_away(ada, description="x" * 2_100_000)
    assert answer.status_code == 503
    assert "too long for this page" in answer.text


def test_signing_in_goes_on_where_it_stopped_and_no_password_is_shown(db: None) -> None:
    signing_in = {"username": "ada", "password": "sesame", "next": ADD}
    stranger = Client()
    with database_away():
        page = stranger.post("/admin/login/", signing_in)
        carried = stranger.post("/admin/login/", signing_in | {"carried_fields": "label=Kept"})

    assert page.status_code == carried.status_code == 503
    assert "sesame" not in page.text + carried.text
    assert f'<a href="{ADD}">Try again</a>' in page.text
    assert "<form" not in main_of(page)
    asked = stranger.post("/admin/carried-form/", hidden(carried))
    assert "Sign in to edit" in asked.text
    assert hidden(asked)["carried_fields"] == "label=Kept"


def test_a_page_that_was_only_read_says_to_come_back(ada: Client) -> None:
    with database_away():
        answer = ada.get(ADD)
    assert answer.status_code == 503
    assert "this address will work again" in answer.text
    assert "<form" not in main_of(answer)


def test_a_form_that_is_sent_again_has_its_token(ada: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ada.cookies
    token = hidden(strict.get(ADD))["csrfmiddlewaretoken"]
    page = posted_while_away(strict, csrfmiddlewaretoken=token)
    assert page.status_code == 503
    assert strict.post(ADD, hidden(page)).status_code == 200  # the form, with what is missing
    assert strict.post(ADD, hidden(page) | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403


def main_of(page: Any) -> str:
    return str(page.text).partition("<main")[2]
