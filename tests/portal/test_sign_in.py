"""Whoever guesses passwords is stopped, and told so; whoever knows one is not stopped by others."""

import datetime
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

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
    assert "The password was wrong too often" in locked.text
    assert sign_in("ada", PASSWORD).status_code == 429
    assert sign_in("ada", PASSWORD, address="192.0.2.2").status_code == 302


def test_a_lock_ends_after_a_quarter_of_an_hour() -> None:
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
    said = {"username": "new", "usable_password": "true", "password1": password,
            "password2": password}  # fmt: skip

    page = client.post(reverse("admin:auth_user_add"), said)

    assert page.status_code == 200
    assert not User.objects.filter(username="new").exists()


def test_a_session_ends_after_a_working_day() -> None:
    answer = sign_in("ada", PASSWORD)
    cookie = answer.cookies["sessionid"]
    assert 0 < int(cookie["max-age"]) <= 8 * 60 * 60
    assert cookie["httponly"]
