"""One code counts once, even if two windows send it in the same moment."""

import threading
from binascii import unhexlify
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import DjangoDbBlocker

from portal import second_factor


@pytest.fixture
def ada(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    """Somebody whom other connections see too: no test's transaction is around her."""
    with django_db_blocker.unblock():
        user = User.objects.create_user("ada")
        yield user
        user.delete()
        connection.close()


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_two_windows_that_use_one_code_at_once_one_gets_in(ada: User, kind: str) -> None:
    key = TOTPDevice().key
    codes = second_factor.set_up_for(ada, key, TOTP(unhexlify(key)), anew=False)
    TOTPDevice.objects.filter(user=ada).update(last_t=-1)
    code = f"{TOTP(unhexlify(key)).token():06d}" if kind == "app" else codes[0]
    both = threading.Barrier(2)
    let_in: list[bool] = []

    def enter() -> None:
        both.wait()
        try:
            let_in.append(bool(second_factor.check(ada, code)))
        except ValidationError:
            let_in.append(False)
        finally:
            connection.close()

    windows = [threading.Thread(target=enter) for _ in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    assert sorted(let_in) == [False, True]
