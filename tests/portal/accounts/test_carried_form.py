"""A form that somebody posts after their session has ended is not lost, and no other site can slip one in."""

import re
from html import escape, unescape
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client

from evidence.models import Edition
from portal.accounts.carried_form import CarriedForm
from portal.models import TemporaryPassword
from tests.factories import make_centre, make_draft
from tests.people import make_person
from tests.portal.accounts.test_second_factor import code_of, now_shown, set_up
from tests.portal.test_admin import address, form_values

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
LOGIN = "/admin/login/"
TITLE = 'Typed "for" <hours> & kept'


@pytest.fixture
def ada() -> User:
    return User.objects.create_superuser("ada", password=PASSWORD)


@pytest.fixture
def client(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def draft() -> Edition:
    return make_draft()


def typed_into(client: Client, draft: Edition) -> dict[str, Any]:
    """Return what a person posts who has filled in every part of the form of a draft: fields, lists, checkboxes and rows."""
    return form_values(client.get(address(Edition, "change", draft.pk))) | {
        "title": TITLE,
        "key_findings": "First, of two.\r\n\r\nSecond: é and 数.",
        "age_groups": ["young-people", "working-age"],
        "findings-0-effect": "25% reduction",
        "_continue": "Save and continue editing",
    }


def hidden(page: Any) -> dict[str, Any]:
    """Return the hidden fields of the first form of a page, as a browser reads them."""
    form = page.text.partition("<form action=")[2] or page.text.partition("<form method=")[2]
    found: dict[str, Any] = {}
    for name, value in re.findall(
        r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form.partition("</form>")[0], re.S
    ):
        # A browser ends each line of what it posts as the text of a form is ended.
        text = re.sub("\r\n|\n", "\r\n", unescape(value))
        found.setdefault(name, []).append(text)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def test_a_draft_is_carried_through_signing_in_and_saved(client: Client, draft: Edition) -> None:
    url = address(Edition, "change", draft.pk) + "?_changelist_filters=q%3Dx"
    posted = typed_into(client, draft)
    Session.objects.all().delete()

    asked = client.post(url, posted)

    assert asked.status_code == 200
    assert "What you typed is still here" in asked.text
    assert not Session.objects.exists()  # nothing of it is stored
    wrong = client.post(LOGIN, hidden(asked) | {"username": "ada", "password": "wrong"})
    assert "Please enter the correct username" in wrong.text
    assert hidden(wrong)["carried_fields"] == hidden(asked)["carried_fields"]
    page = client.post(LOGIN, hidden(wrong) | {"username": "ada", "password": PASSWORD})
    assert "Save what you typed" in page.text
    assert f"<dt>Title</dt><dd>{escape(TITLE)}</dd>" in page.text
    assert "<dt>Findings by outcome 1: effect, as stated</dt><dd>25% reduction</dd>" in page.text
    assert "<dt>Product line</dt>" in page.text
    assert f"<dt>Kind</dt><dd>{escape(str(draft.kind))}</dd>" in page.text  # and not its number
    assert "Findings by outcome 1: edition" not in page.text
    assert "TOTAL_FORMS</dt>" not in page.text
    assert f'<form action="{url}" method="post" data-unsaved>' in page.text
    fields = hidden(page)
    assert set(fields) - {"csrfmiddlewaretoken"} == {n for n, v in posted.items() if v != []}
    assert Edition.objects.get(pk=draft.pk).title != TITLE

    saved = client.post(url, fields)

    assert saved.status_code == 302
    now = Edition.objects.get(pk=draft.pk)
    assert now.title == TITLE
    assert now.key_findings == ["First, of two.", "Second: é and 数."]
    assert now.age_groups == ["young-people", "working-age"]
    assert now.findings.get().effect == "25% reduction"


@pytest.mark.parametrize("has_device", [True, False])
def test_a_form_is_carried_through_the_second_factor_and_a_wrong_code(
    ada: User, client: Client, draft: Edition, settings: Any, has_device: bool
) -> None:
    url = address(Edition, "change", draft.pk)
    posted = typed_into(client, draft)
    settings.TWO_FACTOR = True
    if has_device:
        set_up(ada)
    unverified = client.post(
        url, posted
    )  # a session without the second factor loses nothing either
    assert unverified.status_code == 200
    kept = hidden(unverified)["carried_fields"]
    Session.objects.all().delete()
    asked = client.post(url, posted)
    page = client.post(LOGIN, hidden(asked) | {"username": "ada", "password": PASSWORD})
    where = "/admin/second-factor/code/" if has_device else "/admin/second-factor/set-up/"
    assert f'action="{where}"' in page.text
    wrong = client.post(where, hidden(page) | {"code": "wrong"})
    assert hidden(wrong)["carried_fields"] == hidden(page)["carried_fields"] == kept

    code = code_of(ada) if has_device else now_shown(client.session["second_factor_key"])
    page = client.post(where, hidden(wrong) | {"code": code})
    if not has_device:
        assert len(page.context["codes"]) == 10
        page = client.post("/admin/carried-form/", hidden(page))

    assert "Save what you typed" in page.text
    assert client.post(url, hidden(page)).status_code == 302
    assert Edition.objects.get(pk=draft.pk).title == TITLE


def test_a_form_is_carried_through_a_lock_out(client: Client, draft: Edition) -> None:
    posted = typed_into(client, draft)
    Session.objects.all().delete()
    page = client.post(address(Edition, "change", draft.pk), posted)
    kept = hidden(page)["carried_fields"]
    for _ in range(6):
        page = client.post(LOGIN, hidden(page) | {"username": "ada", "password": "wrong"})
    assert page.status_code == 429
    assert "Try again in 15 minutes" in page.text
    assert hidden(page)["carried_fields"] == kept


def test_a_form_is_carried_through_a_change_of_password(
    ada: User, client: Client, draft: Edition
) -> None:
    posted = typed_into(client, draft)
    Session.objects.all().delete()
    TemporaryPassword.objects.create(user=ada)
    page = client.post(address(Edition, "change", draft.pk), posted)
    page = client.post(LOGIN, hidden(page) | {"username": "ada", "password": PASSWORD})
    assert "Choose one that only you know" in page.text
    form = page.text.partition('<form method="post" enctype="multipart/form-data">')[2]
    new = "a quiet walk to the harbour"
    kept = unescape(re.findall('name="carried_fields" value="([^"]*)"', form)[0])
    said = {
        "old_password": PASSWORD,
        "new_password1": new,
        "new_password2": new,
        "carried_fields": kept,
    }
    page = client.post(
        "/admin/password_change/", said | {"next": address(Edition, "change", draft.pk)}
    )
    assert "Save what you typed" in page.text
    assert "Your password was changed." in page.text


def test_a_draft_of_100_kilobytes_is_carried(client: Client, draft: Edition) -> None:
    long = "Ein Satz – with “marks” & signs, 50 characters long.\r\n" * 2000
    posted = typed_into(client, draft) | {"bottom_line": long}
    Session.objects.all().delete()
    asked = client.post(address(Edition, "change", draft.pk), posted)
    page = client.post(LOGIN, hidden(asked) | {"username": "ada", "password": PASSWORD})
    assert hidden(page)["bottom_line"] == long


def test_a_form_that_is_too_long_is_not_carried_and_the_page_says_so(
    client: Client, draft: Edition, monkeypatch: Any
) -> None:
    monkeypatch.setattr("portal.accounts.carried_form.LIMIT", 1000)
    posted = typed_into(client, draft) | {"bottom_line": "x" * 1000}
    Session.objects.all().delete()
    asked = client.post(address(Edition, "change", draft.pk), posted)
    assert "too long to stay on this page" in asked.text
    assert "carried_fields" not in hidden(asked)
    assert hidden(asked)["next"] == address(Edition, "change", draft.pk)


def test_files_are_not_carried_and_the_page_says_so(client: Client, draft: Edition) -> None:
    Session.objects.all().delete()
    posted = {"title": "With a file", "table": SimpleUploadedFile("rows.csv", b"a,b")}
    asked = client.post(address(Edition, "change", draft.pk), posted)
    assert "Files cannot stay here: choose them again (rows.csv)" in asked.text
    page = client.post(LOGIN, hidden(asked) | {"username": "ada", "password": PASSWORD})
    assert "Choose these files again: rows.csv" in page.text


def test_passwords_and_tokens_are_never_carried(client: Client) -> None:
    Session.objects.all().delete()
    secret = "only for my eyes"
    said = {"username": "new", "password1": secret, "password2": secret,
            "csrfmiddlewaretoken": "x" * 64}  # fmt: skip
    asked = client.post("/admin/auth/user/add/", said)
    assert hidden(asked)["carried_fields"] == "username=new"
    assert secret not in asked.text
    for where in ("/admin/password_change/", "/admin/second-factor/"):
        answer = client.post(where, {"old_password": secret, "code": "123456"})
        assert answer.status_code == 302
        assert answer["Location"] == f"{LOGIN}?next={where}"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/admin/",
        "//evil.example/",
        "/",
        "/evidence/",
        "/admin/login/../../",
        "/admin/evidence/edition/%2e%2e/%2e%2e/x/change/",
        "/admin/evidence/edition/..\\..\\x/change/",
        "/admin/no/such/page/",
        "x",
    ],
)
def test_a_form_is_carried_to_addresses_of_this_admin_only(client: Client, elsewhere: str) -> None:
    answer = client.post(
        "/admin/carried-form/", {"carried_fields": "title=planted", "next": elsewhere}
    )
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize("kept", ["%ff%00", "&&&=;", "a" * 300_000, "\x00", "%ed%a0%80=1", "a=%00"])
def test_no_carried_value_is_an_error_500(client: Client, kept: str) -> None:
    said = {"carried_fields": kept, "next": "/admin/evidence/topic/add/"}
    assert client.post("/admin/carried-form/", said).status_code in {200, 302}
    assert Client().post(LOGIN, said).status_code == 200
    many = "&".join(f"a{number}=1" for number in range(1001))
    assert client.post("/admin/carried-form/", said | {"carried_fields": many}).status_code == 400


def test_what_is_posted_to_any_page_of_admin_is_shown_and_is_no_error_500(client: Client) -> None:
    """Pages that are only read have no form, and rows that nobody can have are among what anybody can post."""
    number = "9" * 5000
    posted = f"name=An+ordinary+line&findings-{number}-effect=A+third+less"
    for model in admin.site._registry:
        said = {"carried_fields": posted, "next": address(model, "add")}
        page = client.post("/admin/carried-form/", said)
        assert page.status_code == 200, model
        assert "An ordinary line" in page.text, model


def test_another_site_cannot_slip_in_a_form(draft: Edition) -> None:
    """Django checks the CSRF token first, and only the browser can say that a page of this site posted the form."""
    url = address(Edition, "change", draft.pk)
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("root"))
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        for where in (url, "/admin/carried-form/", LOGIN):
            said = {"title": "planted", "carried_fields": "title=planted", "next": url}
            answer = client.post(where, said, headers=headers)
            assert answer.status_code == 403
            assert "planted" not in answer.text


def test_a_form_with_an_old_csrf_token_is_not_lost(client: Client, draft: Edition) -> None:
    url = address(Edition, "change", draft.pk)
    posted = typed_into(client, draft)
    strict = Client(enforce_csrf_checks=True)
    ours = {"Sec-Fetch-Site": "same-origin"}

    asked = strict.post(url, posted, headers=ours)  # not signed in, and without a cookie

    assert asked.status_code == 403
    fresh = hidden(asked)
    again = strict.post(LOGIN, fresh | {"csrfmiddlewaretoken": "x" * 64, "username": "ada",
                                        "password": PASSWORD}, headers=ours)  # fmt: skip
    assert hidden(again)["carried_fields"] == fresh["carried_fields"]
    assert Edition.objects.get(pk=draft.pk).title != TITLE
    strict.force_login(User.objects.get(username="ada"))
    page = strict.post(url, posted, headers=ours)
    assert page.status_code == 403
    assert "Save what you typed" in page.text
    assert Edition.objects.get(pk=draft.pk).title != TITLE  # not before the person says so
    assert strict.post(url, hidden(page), headers=ours).status_code == 302
    assert Edition.objects.get(pk=draft.pk).title == TITLE


def test_somebody_else_who_signs_in_has_only_their_own_rights(
    client: Client, draft: Edition
) -> None:
    auditor = make_person("an auditor", "Auditor")
    auditor.set_password(PASSWORD)
    auditor.save()
    url = address(Edition, "change", draft.pk)
    posted = typed_into(client, draft)
    Session.objects.all().delete()
    asked = client.post(url, posted)
    page = client.post(LOGIN, hidden(asked) | {"username": "an auditor", "password": PASSWORD})
    assert client.post(url, hidden(page)).status_code == 403
    assert Edition.objects.get(pk=draft.pk).title != TITLE


def test_signing_out_after_the_session_has_ended_needs_no_sign_in(client: Client) -> None:
    Session.objects.all().delete()
    assert client.post("/admin/logout/", {"a": "1"}).status_code == 200


def test_no_name_of_a_row_is_shown_to_who_may_not_see_it() -> None:
    """Whoever is signed in can say that they carry a form, with the number of any row."""
    other, mine = make_draft(centre=make_centre("eef")), make_draft()
    client = Client()
    client.force_login(make_person("ed", "Centre editor", centre=mine.summary.centre))

    def shown(draft: Edition) -> str:
        said = f"summary={draft.summary_id}&edited_by={User.objects.get(username='ed').pk}&kind={draft.kind_id}"
        carried = {"carried_fields": said, "next": address(Edition, "add")}
        return client.post("/admin/carried-form/", carried).text

    assert f"<dd>{other.summary}</dd>" not in shown(other)
    assert f"<dd>{other.summary_id}</dd>" in shown(other)
    assert f"<dd>{mine.summary}</dd>" in shown(mine)
    assert "<dd>ed</dd>" not in shown(mine)
    assert f"<dd>{mine.kind}</dd>" in shown(mine)


def test_what_only_the_form_understands_is_not_shown() -> None:
    posted = "csrfmiddlewaretoken=x&step=submit&field=studies&seen=y&reply_to=3&edition=4:abc&_save=Save&text=Why%3F"
    form = CarriedForm("/admin/evidence/edition/4/comment/", QueryDict(posted))
    assert list(form.labelled_values()) == [("Text", "Why?")]


def test_the_fields_of_a_form_are_carried_one_by_one_and_in_order() -> None:
    fields = QueryDict("a=1&b=+2%0D%0A&a=3&empty=")
    assert list(CarriedForm("/admin/", fields).inputs()) == [
        ("a", "1"), ("a", "3"), ("b", " 2\r\n"), ("empty", "")
    ]  # fmt: skip
