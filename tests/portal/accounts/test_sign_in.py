"""People who guess passwords are locked out and told so, and they cannot lock out anybody else."""

import datetime
import re
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal.accounts import sign_in as sign_in_module
from portal.models import TemporaryPassword
from tests.portal.test_admin import pages_of_admin

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


def sign_in(username: str, password: str, address: str = "192.0.2.1") -> Any:
    said = {"username": username, "password": password, "next": reverse("admin:index")}
    return Client(REMOTE_ADDR=address).post(reverse("admin:login"), said)


@pytest.fixture(autouse=True)
def ada() -> User:
    return User.objects.create_superuser("ada", password=PASSWORD)


def test_five_wrong_passwords_lock_an_account_for_an_address_and_say_so(settings: Any) -> None:
    for _ in range(4):
        assert "Please enter the correct username and password" in sign_in("ada", "wrong").text
    locked = sign_in("ada", "wrong")

    assert locked.status_code == 429
    assert "You entered a wrong password too many times" in locked.text
    assert sign_in("ada", PASSWORD).status_code == 429
    assert sign_in("ada", PASSWORD, address="192.0.2.2").status_code == 302


def test_a_lock_ends_after_15_minutes() -> None:
    for _ in range(5):
        sign_in("ada", "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=16))

    assert sign_in("ada", PASSWORD).status_code == 302


def test_the_right_password_forgets_the_wrong_ones() -> None:
    for _ in range(2):
        for _ in range(4):
            sign_in("ada", "wrong")
        assert sign_in("ada", PASSWORD).status_code == 302


@pytest.mark.parametrize("password", ["short", "123456789012345"])
def test_a_weak_password_is_refused(password: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username="ada"))
    said = {"username": "new", "password1": password,
            "password2": password}  # fmt: skip

    page = client.post(reverse("admin:auth_user_add"), said)

    assert page.status_code == 200
    assert not User.objects.filter(username="new").exists()


def test_the_rules_of_passwords_are_shown_beside_the_field() -> None:
    client = Client()
    client.force_login(User.objects.get(username="ada"))
    page = client.get(reverse("admin:password_change")).text
    assert "at least 12 characters" in page
    assert "commonly used password" in page


def test_a_long_password_of_ordinary_words_is_good_enough() -> None:
    validate_password("a quiet walk to the harbour", User.objects.get(username="ada"))


# How long somebody stays signed in


@pytest.fixture
def ada_at_work() -> Client:
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": "ada", "password": PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert not cookie["max-age"]  # the browser forgets it when it is closed
    return client


def signed_out(client: Client) -> bool:
    return "/login/" in client.get(reverse("admin:index")).headers.get("Location", "")


def test_a_session_ends_after_two_hours_without_use(ada_at_work: Client) -> None:
    ends = Session.objects.get().expire_date
    assert ends - timezone.now() <= datetime.timedelta(hours=2)
    Session.objects.update(expire_date=timezone.now())
    assert signed_out(ada_at_work)


def test_a_session_in_use_goes_on(ada_at_work: Client) -> None:
    session = ada_at_work.session
    session[sign_in_module.LAST_USED_AT] -= sign_in_module.SAVE_EVERY + 1
    session.save()
    Session.objects.update(expire_date=timezone.now() + datetime.timedelta(minutes=1))
    assert not signed_out(ada_at_work)
    assert Session.objects.get().expire_date > timezone.now() + datetime.timedelta(minutes=100)


def test_a_session_ends_after_a_working_day_even_in_use(ada_at_work: Client) -> None:
    for hours, over in ((7, False), (1, True)):
        session = ada_at_work.session
        session[sign_in_module.STARTED_AT] -= hours * 60 * 60
        session.save()
        assert signed_out(ada_at_work) == over
    assert not Session.objects.exists()


def test_looking_at_public_pages_keeps_nobody_signed_in(ada_at_work: Client) -> None:
    answer = ada_at_work.get(reverse("cookies"))
    assert not answer.cookies


def test_signing_in_starts_a_new_session_and_signing_out_ends_it_on_the_server() -> None:
    client = Client()
    client.session.save()
    before = client.cookies["sessionid"].value
    client.post(reverse("admin:login"), {"username": "ada", "password": PASSWORD})
    during = client.cookies["sessionid"].value
    assert during != before
    client.post(reverse("admin:logout"))
    assert not Session.objects.filter(session_key__in=[before, during]).exists()
    client.cookies["sessionid"] = during
    assert signed_out(client)


# The address that somebody signs in from


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.7", None, "198.51.100.7"),
        ("198.51.100.7", "203.0.113.1", "198.51.100.7"),  # no proxy of ours: not believed
        ("127.0.0.1", "203.0.113.1", "203.0.113.1"),
        ("127.0.0.1", "192.0.2.66, 203.0.113.1", "203.0.113.1"),  # the first was made up
        ("127.0.0.1", "192.0.2.66, 203.0.113.1, 127.0.0.1", "203.0.113.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "203.0.113.1", "203.0.113.1"),  # a socket of this machine
        ("", None, "0.0.0.0"),
        ("127.0.0.1", "::ffff:203.0.113.1", "203.0.113.1"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
    ],
)
def test_only_our_own_proxies_are_trusted_about_the_address(
    peer: str, forwarded: str | None, address: str
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    assert sign_in_module.client_address(request) == address


@pytest.mark.parametrize("proxies", [["10.0.0.0/8"], ["*"]])
def test_proxies_are_trusted_by_network_or_all_of_them(settings: Any, proxies: list) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": "192.0.2.66, 203.0.113.1"}, REMOTE_ADDR="10.1.2.3"
    )
    assert sign_in_module.client_address(request) == "203.0.113.1"


def test_behind_our_proxy_a_guesser_locks_out_only_their_own_address() -> None:
    def sign_in_through_proxy(password: str, forwarded: str) -> int:
        said = {"username": "ada", "password": password}
        client = Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": forwarded})
        return int(client.post(reverse("admin:login"), said).status_code)

    for number in range(5):
        last = sign_in_through_proxy("wrong", f"192.0.2.{number}, 203.0.113.1")
    assert last == 429
    assert sign_in_through_proxy(PASSWORD, "192.0.2.99, 203.0.113.1") == 429
    assert sign_in_through_proxy(PASSWORD, "203.0.113.2") == 302


def test_an_address_that_tries_many_accounts_is_locked_out_and_others_are_not(
    settings: Any,
) -> None:
    for number in range(settings.FAILURES_OF_AN_ADDRESS - 1):
        assert sign_in(f"somebody-{number // 4}", "wrong").status_code == 200
    assert sign_in("somebody-else", "wrong").status_code == 429
    assert sign_in("ada", PASSWORD).status_code == 429
    assert sign_in("ada", PASSWORD, address="192.0.2.2").status_code == 302


def test_signing_in_to_an_own_account_does_not_allow_more_tries_at_others() -> None:
    User.objects.create_user("mallory", password=PASSWORD, is_staff=True)
    for _ in range(4):
        sign_in("ada", "wrong")
    assert sign_in("mallory", PASSWORD).status_code == 302
    assert sign_in("ada", "wrong").status_code == 429


def test_an_office_behind_one_address_may_mistype_now_and_then() -> None:
    for number in range(7):
        for _ in range(4):
            sign_in(f"colleague-{number}", "wrong")
    assert sign_in("ada", PASSWORD).status_code == 302


def test_trying_while_locked_out_does_not_extend_the_lock() -> None:
    for _ in range(5):
        sign_in("ada", "wrong")
    before = AccessAttempt.objects.get()
    sign_in("ada", "wrong")
    after = AccessAttempt.objects.get()
    assert (after.attempt_time, after.failures_since_start) == (before.attempt_time, 5)


def test_nothing_tells_whether_an_account_exists() -> None:
    def said(username: str) -> list[str]:
        pages = [sign_in(username, "wrong").text for _ in range(6)]
        return [
            # The token goes first: it is random, and may hold the letters of the name.
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(username, "…")
            for page in pages
        ]

    User.objects.create_user("left", password=PASSWORD, is_active=False)
    User.objects.create_user("guest", password=PASSWORD)
    assert said("ada") == said("nobody-of-this-name")
    assert sign_in("left", PASSWORD).text.count("errornote") == 1
    wrong = re.search('errornote">.*?<', sign_in("left", PASSWORD).text, re.S)
    guest = re.search('errornote">.*?<', sign_in("guest", PASSWORD).text, re.S)
    assert wrong is not None
    assert guest is not None
    assert wrong[0] == guest[0]


def test_what_a_stranger_posts_is_not_stored() -> None:
    said = {"username": "ada", "password": "wrong", "carried_fields": "a=1", "anything": "else"}
    for _ in range(2):
        Client().post(reverse("admin:login") + "?next=/admin/&more=1", said)
    attempt = AccessAttempt.objects.get()
    assert (attempt.get_data, attempt.post_data) == ("", "")
    assert not Session.objects.exists()


# A password that somebody else made


def test_a_password_that_somebody_else_made_is_for_signing_in_once() -> None:
    boss = Client()
    boss.force_login(User.objects.get(username="ada"))
    made = {
        "username": "new",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert boss.post(reverse("admin:auth_user_add"), made).status_code == 302
    User.objects.filter(username="new").update(is_staff=True)

    for own in ("a quiet walk to the harbour", "two quiet walks to the harbour"):
        client = Client()
        client.post(reverse("admin:login"), {"username": "new", "password": PASSWORD})
        change = reverse("admin:password_change")
        for page in ("index", "auth_user_changelist", "logout", "jsi18n"):
            assert client.get(reverse(f"admin:{page}"))["Location"].startswith(change)
        wanted = reverse("admin:index")
        asked = client.get(f"{change}?next={wanted}")
        assert "Somebody else made your password." in asked.text
        same = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
        assert "Choose another." in client.post(change, same).text
        changed = same | {"new_password1": own, "new_password2": own, "next": wanted}
        assert client.post(change, changed)["Location"] == wanted
        assert client.get(wanted).status_code == 200

        person = User.objects.get(username="new")  # who then forgets it
        reset = {"password1": PASSWORD, "password2": PASSWORD}
        boss.post(reverse("admin:auth_user_password_change", args=[person.pk]), reset)
        assert signed_out(client)


def test_people_change_their_own_password_in_one_step(ada_at_work: Client) -> None:
    new = "a quiet walk to the harbour"
    said = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = ada_at_work.post(reverse("admin:password_change"), said, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:password_change_done")
    assert not signed_out(ada_at_work)
    pk = User.objects.get(username="ada").pk
    other = "two quiet walks to the harbour"
    mine = {"password1": other, "password2": other}
    ada_at_work.post(reverse("admin:auth_user_password_change", args=[pk]), mine)
    assert sign_in("ada", other).status_code == 302
    assert not TemporaryPassword.objects.exists()


# Caches


@pytest.mark.parametrize("who", ["stranger", "ada"])
def test_no_response_of_admin_is_cached(who: str) -> None:
    client = Client()
    if who == "ada":
        client.force_login(User.objects.get(username="ada"))
    paths = [
        *pages_of_admin(),
        "/admin",
        "/admin/nothing",
        "/admin/nothing/",
        "/admin/evidence/edition",
    ]
    for path in paths:
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"], path
        assert "public" not in answer["Cache-Control"]
        answer.close()
    refused = Client(enforce_csrf_checks=True).post("/admin/", {"a": 1})
    assert refused.status_code == 403
    assert "no-store" in refused["Cache-Control"]
    assert "no-store" not in client.get("/cookies/").headers.get("Cache-Control", "")


def test_a_name_of_any_length_is_answered(client: Client) -> None:
    answer = client.post("/admin/login/", {"username": "x" * 3000, "password": "guess"})
    assert answer.status_code == 200
    assert "correct username and password" in answer.content.decode()
