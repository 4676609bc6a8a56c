"""A passkey is a second factor like the app: it opens admin, only its owner adds it, and each signature counts once."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django_otp_webauthn.models import WebAuthnCredential

from portal.accounts.second_factor import reset
from portal.models import AdminChange
from tests.portal.accounts.authenticator import Authenticator
from tests.portal.accounts.test_second_factor import (
    CODE,
    INDEX,
    OWN,
    PASSWORD,
    code_of,
    set_up,
    sign_in,
    signed_in,
)

pytestmark = pytest.mark.django_db

ADD = f"{OWN}passkey/"


@pytest.fixture(autouse=True)
def on(settings: Any) -> None:
    settings.TWO_FACTOR = True


@pytest.fixture
def ada() -> User:
    ada = User.objects.create_superuser("ada", "ada@example.org", PASSWORD)
    set_up(ada)
    return ada


def allow(client: Client, user: User) -> dict[str, Any]:
    """Give a code on one's own page, and return what the page that adds a passkey tells the browser."""
    assert client.post(OWN, {"what": "passkey", "code": code_of(user)})["Location"] == ADD
    options: dict[str, Any] = client.get(ADD).context["options"]
    return options


def add(user: User, name: str = "Work laptop") -> Authenticator:
    client, device = signed_in(user), Authenticator()
    answer = device.create(allow(client, user))
    assert client.post(ADD, {"name": name, "passkey": answer})["Location"] == OWN
    return device


def use(client: Client, device: Authenticator, **options: Any) -> Any:
    """Use a passkey on the page that asks for a code."""
    return client.post(CODE, {"passkey": device.get(client.get(CODE).context["options"] | options)})


def test_a_passkey_is_added_used_and_removed(ada: User) -> None:
    device = add(ada)
    assert [one.subject for one in mail.outbox] == ["A passkey was added to your account"]
    client = sign_in(ada)
    assert client.get(INDEX).status_code == 302
    assert use(client, device)["Location"] == INDEX
    shown = client.get(OWN).content.decode()
    assert "Work laptop" in shown
    assert "last used on" in shown

    passkey = WebAuthnCredential.objects.get()
    remove = {"what": f"remove-{passkey.pk}"}
    assert client.post(OWN, remove | {"code": "000000"}).status_code == 200
    assert client.post(OWN, remove | {"code": code_of(ada)}).status_code == 302

    assert client.get(INDEX)["Location"].startswith(CODE)  # what it had opened is closed
    assert "data-passkey" not in client.get(CODE).content.decode()
    assert signed_in(ada)  # the app stays
    log = [entry.get_change_message() for entry in AdminChange.objects.order_by("pk")]
    assert log == ["Added the passkey “Work laptop”.", "Removed the passkey “Work laptop”."]


def test_a_passkey_is_added_only_after_a_code_and_with_a_name(ada: User) -> None:
    client, device = signed_in(ada), Authenticator()
    assert client.get(ADD)["Location"] == client.post(ADD)["Location"] == OWN
    assert sign_in(ada).post(ADD)["Location"].startswith(CODE)
    unnamed = {"name": " ", "passkey": device.create(allow(client, ada))}
    assert client.post(ADD, unnamed).context["form"].errors["name"]
    assert not WebAuthnCredential.objects.exists()


def test_a_signature_counts_once_here_and_for_its_owner_alone(ada: User) -> None:
    device, client = add(ada), sign_in(ada)
    challenge = client.get(CODE).context["options"]
    answer = device.get(challenge)

    def refused(text: str) -> bool:
        page = client.post(CODE, {"passkey": text})
        return page.status_code == 200 and "Try again." in page.content.decode()

    assert use(client, device, challenge="AAAA").status_code == 200  # another challenge
    assert refused(answer)  # the page was shown again, with a new challenge
    device.origin = "https://evil.example"
    assert use(client, device).status_code == 200
    device.origin, device.host = Authenticator.origin, "evil.example"
    assert use(client, device).status_code == 200
    device.host = Authenticator.host
    eve = User.objects.create_superuser("eve", password=PASSWORD)
    set_up(eve)
    other = add(eve)
    assert use(client, other).status_code == 200
    assert use(client, Authenticator()).status_code == 200  # one that nobody has added
    assert client.get(INDEX).status_code == 302

    options = client.get(CODE).context["options"]
    copied = device.signed
    used = device.get(options)
    assert client.post(CODE, {"passkey": used})["Location"] == INDEX
    client = sign_in(ada)
    assert refused(used)  # it was for another session
    device.signed = copied
    assert use(client, device).status_code == 200  # a copy of the device counts from where it was


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[]", "null", "1", "{}", '{"response": []}', "[" * 20_000, "a\x00b", '{"id": "é"}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response":'
     ' {"clientDataJSON": "AA", "authenticatorData": "AA", "attestationObject": "AA", "signature": "AA"}}'],
)  # fmt: skip
def test_what_no_passkey_says_is_refused_in_words(ada: User, answer: str) -> None:
    add(ada)
    client = sign_in(ada)
    client.get(CODE)
    assert client.post(CODE, {"passkey": answer}).context["passkey"].errors
    client = signed_in(ada)
    allow(client, ada)
    assert client.post(ADD, {"name": "Mine", "passkey": answer}).context["form"].errors
    assert WebAuthnCredential.objects.count() == 1


def test_a_passkey_is_added_once(ada: User) -> None:
    device, client = add(ada), signed_in(ada)
    page = client.post(ADD, {"name": "Again", "passkey": device.create(allow(client, ada))})
    assert "could not be checked" in page.content.decode()


def test_a_reset_removes_passkeys_too(ada: User) -> None:
    add(ada)
    reset(ada)
    assert not WebAuthnCredential.objects.exists()
