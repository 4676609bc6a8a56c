"""A code works once, even if two windows send it at the same moment."""

import threading
from binascii import unhexlify
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import second_factor

pytestmark = pytest.mark.django_db
Answer = TypeVar("Answer")


def elsewhere(work: Callable[[], Answer]) -> Answer:
    """Run something on another connection, outside the transaction of the test."""

    def close_after() -> Answer:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(close_after).result()


@pytest.fixture
def ada() -> Iterator[User]:
    user = elsewhere(lambda: User.objects.create_user("ada"))
    yield user
    elsewhere(user.delete)


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_two_windows_that_use_one_code_at_once_one_gets_in(ada: User, kind: str) -> None:
    key = TOTPDevice().key
    app = TOTP(unhexlify(key))
    codes = elsewhere(lambda: second_factor.set_up_for(ada, key, app, replace=False))
    elsewhere(lambda: TOTPDevice.objects.filter(user=ada).update(last_t=-1))
    code = f"{TOTP(unhexlify(key)).token():06d}" if kind == "app" else codes[0]
    both = threading.Barrier(2)

    def enter() -> bool:
        both.wait()
        try:
            return bool(second_factor.check_code(ada, code))
        except ValidationError:
            return False

    with ThreadPoolExecutor(2) as windows:
        let_in = list(windows.map(lambda _: elsewhere(enter), range(2)))

    assert sorted(let_in) == [False, True]
