"""A person is told when somebody else changes how they sign in."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.mail.server import CONSOLE
from tests.people import make_person
from tests.portal.test_admin import form_values

pytestmark = pytest.mark.django_db

PASSWORD = "a walk to the quiet harbour"


@pytest.fixture
def ed() -> User:
    person = make_person("ed")
    User.objects.filter(pk=person.pk).update(email="ed@example.org")
    return person


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_person("ann", "Administrator"))
    return client


def page(name: str, person: User) -> str:
    return reverse(f"admin:auth_user_{name}", args=[person.pk])


def change_password(client: Client, person: User) -> Any:
    fields = {"password1": PASSWORD, "password2": PASSWORD}
    return client.post(page("password_change", person), fields, follow=True)


def change_address(client: Client, person: User) -> Any:
    url = page("change", person)
    fields = form_values(client.get(url)) | {"email": "ann@example.org"}
    return client.post(url, fields, follow=True)


def reset_second_factor(client: Client, person: User, settings: Any) -> Any:
    TOTPDevice.objects.create(user=person, name="App")
    client.get(page("change", person))
    settings.TWO_FACTOR = True
    me = User.objects.get(username="ann")
    device = TOTPDevice.objects.create(user=me, name="App")
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    return client.post(page("second_factor", person), follow=True)


def test_a_new_password_a_reset_and_a_new_address_are_mailed(
    client: Client, ed: User, settings: Any
) -> None:
    change_password(client, ed)
    change_address(client, ed)
    User.objects.filter(pk=ed.pk).update(email="ed@example.org")
    reset_second_factor(client, ed, settings)
    assert [(one.to, one.subject) for one in mail.outbox] == [
        (["ed@example.org"], "Your password was changed"),
        (["ed@example.org"], "Your email address was changed to ann@example.org"),
        (["ed@example.org"], "Your second factor was reset"),
    ]
    assert all("by ann" in one.body for one in mail.outbox)


def test_nobody_is_mailed_what_they_did_themselves(client: Client) -> None:
    change_password(client, User.objects.get(username="ann"))
    assert not mail.outbox


@pytest.mark.parametrize("why", ["no address", "no mail server", "no mail is set up"])
def test_a_notice_that_cannot_be_mailed_stops_nothing_and_is_said(
    why: str, client: Client, ed: User, settings: Any
) -> None:
    if why == "no address":
        User.objects.filter(pk=ed.pk).update(email="")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    if why == "no mail is set up":
        settings.EMAIL_BACKEND = CONSOLE
        assert "No mail is set up here" in client.get(reverse("admin:my_mail")).content.decode()
    answer = change_password(client, ed)
    assert "Tell them yourself" in answer.content.decode()
    assert User.objects.get(pk=ed.pk).check_password(PASSWORD)
