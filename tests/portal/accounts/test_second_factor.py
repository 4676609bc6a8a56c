"""With the second factor on, a password alone opens no page of admin, and a lost phone locks nobody out for good."""

import datetime
import re
from binascii import unhexlify
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import second_factor, second_factor_pages
from portal.models import TemporaryPassword
from tests.people import make_person
from tests.portal.test_admin import address, pages_of_admin

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
INDEX = "/admin/"
CODE, SET_UP, OWN = (
    "/admin/second-factor/code/",
    "/admin/second-factor/set-up/",
    "/admin/second-factor/",
)


@pytest.fixture(autouse=True)
def on(settings: Any) -> None:
    settings.TWO_FACTOR = True


@pytest.fixture
def ada() -> User:
    return User.objects.create_superuser("ada", password=PASSWORD)


def sign_in(user: User, password: str = PASSWORD, **said: Any) -> Client:
    """Return a new browser, signed in with a password only."""
    client = Client()
    said = {"username": user.username, "password": password, "next": INDEX} | said
    assert client.post("/admin/login/", said).status_code == 302
    return client


def code_of(user: User) -> str:
    """Return the code that the app shows now, as if no code had been used lately."""
    TOTPDevice.objects.filter(user=user).update(
        last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None
    )
    return now_shown(TOTPDevice.objects.get(user=user).key)


def now_shown(key: str) -> str:
    return f"{TOTP(unhexlify(key)).token():06d}"


def set_up(user: User) -> list[str]:
    """Give somebody a second factor, and return their recovery codes."""
    key = TOTPDevice().key
    return second_factor.set_up_for(user, key, TOTP(unhexlify(key)), replace=False)


def signed_in(user: User) -> Client:
    """Return a browser of somebody who has signed in with both factors."""
    client = sign_in(user)
    assert client.post(CODE, {"code": code_of(user)}).status_code == 302
    assert client.get(INDEX).status_code == 200
    return client


def test_with_a_password_alone_nobody_sees_any_page_of_admin(ada: User) -> None:
    client = sign_in(ada)
    for path in pages_of_admin():
        answer = client.get(path)
        if path in {SET_UP, "/admin/login/", CODE, "/admin/carried-form/", "/admin/logout/"}:
            continue
        assert answer.status_code == 302, path
        assert answer["Location"].startswith(f"{SET_UP}?next=/admin/"), path
    set_up(ada)
    assert client.get(INDEX)["Location"] == f"{CODE}?next={INDEX}"
    assert client.get(SET_UP)["Location"] == f"{CODE}?next={INDEX}"
    assert client.get("/admin/carried-form/")["Location"] == f"{CODE}?next={INDEX}"


def test_a_second_factor_is_set_up_and_then_asked_for(ada: User) -> None:
    client = sign_in(ada)
    page = client.get(f"{SET_UP}?next=/admin/auth/user/")
    key = client.session[second_factor_pages.NEW_KEY]
    secret = page.context["secret"]
    assert re.fullmatch("([A-Z2-7]{4} ){7}[A-Z2-7]{4}", secret)
    assert f"secret={secret.replace(' ', '')}&amp;" in page.text
    assert "<svg" in page.text
    assert " style=" not in page.text
    said = {"next": "/admin/auth/user/"}
    for wrong in ("12345", "abcdef", "", f"{(int(now_shown(key)) + 1) % 10**6:06d}"):
        again = client.post(SET_UP, said | {"code": wrong})
        assert again.context["form"].errors, wrong
        assert secret in again.text
    assert not TOTPDevice.objects.exists()

    done = client.post(SET_UP, said | {"code": now_shown(key)})

    assert "earlier recovery codes" not in done.text
    codes = re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", done.text)
    assert len(set(codes)) == 10
    assert 'name="next" value="/admin/auth/user/"' in done.text
    assert client.post("/admin/carried-form/", said)["Location"] == "/admin/auth/user/"
    assert "You have <strong>10 recovery codes</strong> left" in client.get(OWN).text
    assert client.get("/admin/auth/user/").status_code == 200
    another = sign_in(ada, next="/admin/auth/user/")
    assert another.get("/admin/auth/user/")["Location"] == f"{CODE}?next=/admin/auth/user/"
    entered = another.post(CODE, said | {"code": code_of(ada)})
    assert entered["Location"] == "/admin/auth/user/"
    assert another.get("/admin/auth/user/").status_code == 200


def test_a_new_person_sets_up_a_second_factor_and_then_chooses_a_password(ada: User) -> None:
    TemporaryPassword.objects.create(user=ada)
    client = sign_in(ada)
    assert client.get(INDEX)["Location"] == f"{SET_UP}?next={INDEX}"
    change = f"/admin/password_change/?next={INDEX}"
    assert client.get("/admin/password_change/")["Location"].startswith(SET_UP)
    client.get(SET_UP)
    client.post(SET_UP, {"code": now_shown(client.session[second_factor_pages.NEW_KEY])})
    assert client.post("/admin/carried-form/", {"next": INDEX})["Location"] == change
    assert client.get(INDEX)["Location"] == change
    assert "Somebody else made your password." in client.get(change).text


def test_a_recovery_code_opens_admin_once(ada: User) -> None:
    codes = set_up(ada)
    for typed in (codes[0], codes[1].replace("-", " ").upper()):
        client = sign_in(ada)
        assert client.post(CODE, {"code": typed}).status_code == 302
        assert client.get(INDEX).status_code == 200
    assert "You have <strong>8 recovery codes</strong> left" in client.get(OWN).text

    again = sign_in(ada).post(CODE, {"code": codes[0]})

    assert "This code is wrong, or it was used before." in again.text


def test_no_code_works_twice_not_even_that_of_the_set_up(ada: User) -> None:
    client = sign_in(ada)
    client.get(SET_UP)
    code = now_shown(client.session[second_factor_pages.NEW_KEY])
    client.post(SET_UP, {"code": code})

    again = sign_in(ada).post(CODE, {"code": code})

    assert again.status_code == 200
    assert "it was used before" in again.text


def test_each_wrong_code_makes_people_wait_longer_and_says_how_long(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)  # however long the test takes
    set_up(ada)
    client = sign_in(ada)
    right = code_of(ada)
    wrong = f"{(int(right) + 77) % 10**6:06d}"
    assert "You can try again in 1 second." in client.post(CODE, {"code": wrong}).text

    assert "Too many codes were wrong" in client.post(CODE, {"code": right}).text
    device = TOTPDevice.objects.get()
    assert device.throttling_failure_count == 1  # what comes too early is not even tried
    TOTPDevice.objects.update(throttling_failure_count=10, throttling_failure_timestamp=now)
    later = timezone.localtime(now + datetime.timedelta(seconds=512 + 60))
    assert f"at {later:%H:%M on %-d %B}." in client.post(CODE, {"code": right}).text
    assert client.get(INDEX).status_code == 302
    TOTPDevice.objects.update(throttling_failure_timestamp=now - datetime.timedelta(seconds=513))
    assert client.post(CODE, {"code": right}).status_code == 302
    assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("code", ["", "12 34", "١٢٣٤٥٦", "x" * 41, "a\x00b", "drop table"])
def test_text_that_cannot_be_a_code_is_not_counted_as_a_wrong_one(ada: User, code: str) -> None:
    set_up(ada)
    page = sign_in(ada).post(CODE, {"code": code})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not TOTPDevice.objects.filter(throttling_failure_count__gt=0).exists()


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"],
)
def test_nobody_is_redirected_to_another_host(ada: User, elsewhere: str) -> None:
    set_up(ada)
    client = sign_in(ada, next=elsewhere)
    assert client.post(CODE, {"code": code_of(ada), "next": elsewhere})["Location"] == INDEX
    assert client.get(f"{CODE}?next={elsewhere}")["Location"] == INDEX
    assert client.get(f"/admin/login/?next={elsewhere}")["Location"] == INDEX


def test_the_session_gets_a_new_key_with_the_second_factor(ada: User) -> None:
    set_up(ada)
    client = sign_in(ada)
    before = client.cookies["sessionid"].value
    client.post(CODE, {"code": code_of(ada)})
    assert client.cookies["sessionid"].value != before
    old = Client()
    old.cookies["sessionid"] = before
    assert "/login/" in old.get(INDEX)["Location"]


def test_people_can_sign_out_before_the_second_factor(ada: User) -> None:
    client = sign_in(ada)
    assert client.post("/admin/logout/").status_code == 200
    assert "/login/" in client.get(INDEX)["Location"]


def test_a_second_window_does_not_replace_the_app_that_the_first_set_up(ada: User) -> None:
    slow = sign_in(ada)
    slow.get(SET_UP)
    key = slow.session[second_factor_pages.NEW_KEY]
    set_up(ada)

    late = slow.post(SET_UP, {"code": now_shown(key)})

    assert late["Location"] == f"{CODE}?next={INDEX}"
    assert second_factor.set_up_for(ada, key, TOTP(unhexlify(key)), replace=False) == []
    assert TOTPDevice.objects.get().key != key


def test_each_session_is_shown_a_secret_of_its_own(ada: User) -> None:
    keys = set()
    for _ in range(2):
        client = sign_in(ada)
        client.get(SET_UP)
        keys.add(client.session[second_factor_pages.NEW_KEY])
    assert len(keys) == 2


def test_new_recovery_codes_need_a_code_and_end_the_old(ada: User) -> None:
    old = set_up(ada)
    client = signed_in(ada)
    assert client.post(OWN, {"what": "codes", "code": "000000x"}).context["form"].errors
    assert StaticToken.objects.count() == 10

    page = client.post(OWN, {"what": "codes", "code": code_of(ada)})

    assert "Your earlier recovery codes no longer work." in page.text
    new = page.context["codes"]
    assert len(new) == 10
    assert not set(new) & set(old)
    assert client.get(INDEX).status_code == 200
    assert sign_in(ada).post(CODE, {"code": old[0]}).status_code == 200
    StaticDevice.objects.update(throttling_failure_count=0)
    assert sign_in(ada).post(CODE, {"code": new[0]}).status_code == 302


def test_a_code_alone_changes_nothing_and_is_not_spent(ada: User) -> None:
    """Enter in the field of the code sends it without a choice."""
    set_up(ada)
    client, code = signed_in(ada), code_of(ada)
    before = set(StaticToken.objects.values_list("token", flat=True))

    asked = client.post(OWN, {"code": code}).text

    assert "Choose what you want to do." in asked
    described = r'<fieldset[^>]* aria-describedby="([^"]+)"'
    [error] = re.findall(described, asked)
    assert re.search(rf'<ul[^>]* id="{error}"[^>]*><li>Choose what you want to do\.', asked)
    assert re.findall(described, client.get(OWN).text) == []
    assert set(StaticToken.objects.values_list("token", flat=True)) == before
    # Nor has the page a button that would be pressed with it: one sends the form, whatever was chosen.
    form = asked[asked.index("portal-step") : asked.index("</form>", asked.index("portal-step"))]
    assert re.findall(r"<(?:button|input)[^>]*submit[^>]*name=", form) == []
    assert client.post(OWN, {"what": "replace", "code": code})["Location"] == SET_UP


def test_every_page_says_when_few_recovery_codes_are_left(ada: User) -> None:
    set_up(ada)
    client = signed_in(ada)
    assert "recovery codes left" not in client.get(INDEX).text
    few = StaticToken.objects.order_by("pk")[: second_factor.FEW_CODES]
    StaticToken.objects.exclude(pk__in=[one.pk for one in few]).delete()
    shown = " ".join(client.get(INDEX).text.split())
    assert "Second factor (3 recovery codes left)" in shown


def test_a_device_is_replaced_only_after_a_code_and_works_until_then(ada: User) -> None:
    set_up(ada)
    client = signed_in(ada)
    old = TOTPDevice.objects.get().key
    assert client.get(SET_UP)["Location"] == INDEX
    assert client.post(OWN, {"what": "replace", "code": code_of(ada)})["Location"] == SET_UP
    page = client.get(SET_UP)
    assert "Your old app and recovery codes work until" in page.text
    assert TOTPDevice.objects.get().key == old
    other = signed_in(ada)

    new = client.session[second_factor_pages.NEW_KEY]
    done = client.post(SET_UP, {"code": now_shown(new)})
    assert len(done.context["codes"]) == 10
    assert "Your earlier recovery codes no longer work." in done.text

    assert TOTPDevice.objects.get().key == new
    assert client.get(INDEX).status_code == 200
    assert other.get(INDEX).status_code == 302  # what the old device had opened is closed
    assert client.get(SET_UP)["Location"] == INDEX


def test_permission_to_replace_the_app_runs_out(ada: User) -> None:
    set_up(ada)
    client = signed_in(ada)
    client.post(OWN, {"what": "replace", "code": code_of(ada)})
    session = client.session
    session[second_factor_pages.CHANGE_ALLOWED_AT] -= second_factor_pages.CHANGE_ALLOWED_FOR
    session.save()
    assert client.get(SET_UP)["Location"] == INDEX


def reset_page(user: User) -> str:
    return reverse("admin:auth_user_second_factor", args=[user.pk])


def test_an_administrator_resets_the_second_factor_of_somebody_who_lost_everything(
    ada: User,
) -> None:
    person = make_person("an editor", "Secretariat editor")
    person.set_password(PASSWORD)
    person.save()
    set_up(person)
    theirs = signed_in(person)
    administrator = make_person("an administrator", "Administrator")
    administrator.set_password(PASSWORD)
    administrator.save()
    set_up(administrator)
    client = signed_in(administrator)
    assert reset_page(person) in client.get(address(User, "change", person.pk)).text
    asked = client.get(reset_page(person)).text
    assert "Reset the second factor of an editor" in asked
    assert "another administrator" not in asked
    person.groups.add(Group.objects.get(name="Publisher"))
    assert "This ends the role Publisher at once." in client.get(reset_page(person)).text
    person.groups.remove(Group.objects.get(name="Publisher"))
    assert second_factor.device_of(person)

    assert client.post(reset_page(person)).status_code == 302

    assert not second_factor.device_of(person)
    assert second_factor.recovery_codes_left(person) == 0
    entry = LogEntry.objects.get(object_id=str(person.pk))
    assert (entry.user, entry.change_message) == (administrator, "Reset the second factor.")
    assert theirs.get(INDEX)["Location"].startswith(SET_UP)
    assert sign_in(person).get(INDEX)["Location"].startswith(SET_UP)
    set_up(ada)
    assert (
        client.post(reset_page(ada)).status_code == 403
    )  # a superuser, whom only another may change
    assert second_factor.device_of(ada)
    assert signed_in(ada).post(reset_page(administrator)).status_code == 302
    root = signed_in(ada)
    assert root.post(reset_page(ada)).status_code == 403  # one's own is replaced, with a code
    assert root.get(reverse("admin:auth_user_second_factor", args=["nobody"])).status_code == 404


def test_a_lost_phone_is_dealt_with_while_the_second_factor_is_off(
    settings: Any, ada: User
) -> None:
    person, without = make_person("an editor"), make_person("another")
    set_up(person)
    settings.TWO_FACTOR = False
    client = sign_in(ada)
    assert reset_page(person) in client.get(address(User, "change", person.pk)).text
    assert reset_page(without) not in client.get(address(User, "change", without.pk)).text
    asked = client.get(reset_page(person)).text
    assert "off at present" in asked
    assert client.post(reset_page(person)).status_code == 302
    assert not second_factor.device_of(person)


def test_secrets_and_codes_are_in_no_list_of_admin_and_in_no_file(ada: User, caplog: Any) -> None:
    assert not [m for m in admin.site._registry if "otp" in m._meta.app_label]
    codes = set_up(ada)
    client = sign_in(ada)
    wrong = client.post(CODE, {"code": codes[0][::-1]})
    client.post(CODE, {"code": "123456"})
    said = caplog.text + client.get(INDEX).content.decode() + wrong.text.replace("_helptext", "")
    for secret in (TOTPDevice.objects.get().key, *(code.replace("-", "") for code in codes)):
        assert secret not in said
    assert f"Wrong second factor code for the account {ada.pk}" in caplog.text
    assert codes[0][::-1] not in caplog.text


def test_switched_off_the_second_factor_is_neither_needed_nor_offered(
    settings: Any, ada: User
) -> None:
    settings.TWO_FACTOR = False
    client = sign_in(ada)
    index = client.get(INDEX)
    assert index.status_code == 200
    assert "recovery code" not in index.text
    assert client.get(OWN).status_code == 404
    assert client.get(reset_page(ada)).status_code == 403
    assert client.get(CODE)["Location"] == client.get(SET_UP)["Location"] == INDEX
    stranger = Client()
    assert "This is a demonstration: the second factor is off" in stranger.get("/admin/login/").text
    settings.EMBEDDED = False
    assert "The second factor is off" in stranger.get("/admin/login/").text
    settings.TWO_FACTOR = True
    assert "factor is off" not in stranger.get("/admin/login/").text
