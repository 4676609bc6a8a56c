"""Passkeys: a second factor that a phone, a computer or a security key signs, beside the app.

django-otp-webauthn keeps them as devices of django-otp, and py_webauthn checks what they sign: challenge, origin, signature and
counter. The pages of the former are not used, because ours are steps of signing in, which carry a form along.
"""

import json
from collections.abc import Callable
from logging import getLogger
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException

from portal.form_fields import LineField

log = getLogger(__name__)

CHALLENGE = "passkey_challenge"  # in the session: what a passkey has to sign, for one answer
# What the two libraries raise, and Python itself, about an answer that no browser sends.
WRONG_ANSWERS = (
    OTPWebAuthnApiError, WebAuthnException, IntegrityError, ValueError, TypeError, KeyError, AttributeError, RecursionError,
)  # fmt: skip
REFUSED = "This passkey could not be checked. Try again."


def passkeys_of(user: Any) -> Any:
    """Return a queryset of somebody's passkeys, the oldest first."""
    return WebAuthnCredential.objects.filter(user=user).order_by("pk")


def options_to_add(request: HttpRequest) -> dict[str, Any]:
    """Return what a browser needs to make a passkey for the signed-in person, and note the challenge in the session."""
    options, request.session[CHALLENGE] = _helper(request).register_begin(user=request.user)
    return options


def options_to_use(request: HttpRequest) -> dict[str, Any]:
    """Return what a browser needs to sign with a passkey of the signed-in person, and note the challenge in the session."""
    helper = _helper(request)
    options, request.session[CHALLENGE] = helper.authenticate_begin(
        user=request.user,
        require_user_verification=False,  # they have given their password
    )
    return options


def add(request: HttpRequest, answer: str, name: str) -> WebAuthnCredential:
    """Store the passkey that a browser has made, under a name. ValidationError if the answer is wrong."""

    def store(**given: Any) -> WebAuthnCredential:
        with transaction.atomic():
            passkey = _helper(request).register_complete(**given)
            passkey.name = name
            passkey.save(update_fields=["name"])
        return passkey

    return _answered(request, answer, store)


def check(request: HttpRequest, answer: str) -> WebAuthnCredential:
    """Return the passkey of the signed-in person that has signed the challenge. ValidationError if it has not."""
    return _answered(request, answer, _helper(request).authenticate_complete)


def _answered(
    request: HttpRequest, answer: str, use: Callable[..., WebAuthnCredential]
) -> WebAuthnCredential:
    """Let a library use an answer with the challenge of this session, which counts once."""
    state = request.session.pop(CHALLENGE, None)
    if state is None:
        raise ValidationError("This page was used already. Try again.")
    try:
        return use(user=request.user, state=state, data=json.loads(answer))
    except WRONG_ANSWERS as error:
        log.warning("A passkey was refused for the account %s: %r", request.user.pk, error)
        raise ValidationError(REFUSED) from error


def _helper(request: HttpRequest) -> Any:
    return WebAuthnCredential.get_webauthn_helper(request)


class PasskeyForm(forms.Form):
    """What the browser fills in when somebody uses a passkey. When valid, `device` is that passkey."""

    passkey = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_passkey(self) -> str:
        """Find the passkey that has signed."""
        answer: str = self.cleaned_data["passkey"]
        self.device = check(self.request, answer)
        return answer


class NewPasskeyForm(PasskeyForm):
    """The same for a new passkey, with its name. When valid, `device` is stored."""

    name = LineField(
        max_length=64,
        help_text="By which you know it in your list, such as “Work laptop” or “Key on my key ring”.",
    )
    field_order = ["name", "passkey"]

    def clean_passkey(self) -> str:
        """Leave the answer for `clean`, which has the name too."""
        return str(self.cleaned_data["passkey"])

    def clean(self) -> None:
        """Store the passkey once everything else is right."""
        if not self.errors:
            said = self.cleaned_data
            self.device = add(self.request, said["passkey"], said["name"])
