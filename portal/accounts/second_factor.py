"""The second factor of signing in: a code from an app on somebody's phone, a passkey, or one of ten recovery codes.

Everybody has the app; passkeys come beside it (portal.accounts.passkeys). django-otp makes and checks the codes, accepts each
one once, and makes people wait longer after each wrong code. The pages are in second_factor_pages.
"""

import datetime
import math
import re
from binascii import unhexlify
from logging import getLogger
from typing import Any

import django_otp
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.form_fields import LineField

from .passkeys import passkeys_of

log = getLogger(__name__)

RECOVERY_CODES = 10  # made for somebody at a time
FEW_CODES = 3  # with so many left, every page of admin says it
# What somebody may change about their own second factor.
CHANGES = {
    "passkey": "Add a passkey",
    "replace": "Replace the app or phone: the old one works until the new one is set up",
    "codes": "Make new recovery codes: the old ones stop working at once",
}
TOLERANCE = 1  # steps of 30 seconds that the clock of a phone may be wrong by


def device_of(user: Any) -> TOTPDevice | None:
    """Return the app that somebody has set up, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def recovery_codes_left(user: Any) -> int:
    """Return how many unused recovery codes somebody has."""
    return int(StaticToken.objects.filter(device__user=user).count())


def reset(user: Any) -> None:
    """Remove somebody's app, passkeys and recovery codes. They must set up a new second factor before they can go on."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    passkeys_of(user).delete()


@transaction.atomic
def set_up_for(user: Any, key: str, code: TOTP, *, replace: bool) -> list[str]:
    """Store an app with this secret key (hexadecimal) as somebody's second factor, and return new recovery codes.

    `code` is the code that proved the app has the key. Returns an empty list, and changes nothing, if the person has an app
    already and does not `replace` it: another window was quicker.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if device_of(user) and not replace:
        return []
    TOTPDevice.objects.filter(user=user).delete()
    TOTPDevice.objects.create(
        user=user, name="App", key=key, tolerance=TOLERANCE, drift=code.drift, last_t=code.t()
    )
    return new_recovery_codes(user)


@transaction.atomic
def new_recovery_codes(user: Any) -> list[str]:
    """Give somebody new recovery codes, such as "abcd-2345". The old ones stop working."""
    User.objects.select_for_update().get(pk=user.pk)
    device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "Recovery codes"})
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def check_code(user: Any, text: str) -> Any:
    """Return the device that a code belongs to.

    Raises ValidationError if the code is wrong, was used before, or comes too soon after wrong ones; the message says which.
    """
    code = re.sub(r"[\s-]", "", text).lower()
    from_app = re.fullmatch(r"[0-9]{6}", code)
    if not from_app and not re.fullmatch(r"[a-z2-7]{8}", code):
        raise ValidationError(
            "Enter the 6 digits that the app shows, or a recovery code such as abcd-2345."
        )
    device = (TOTPDevice if from_app else StaticDevice).objects.filter(user=user).first()
    if device is None:
        raise ValidationError("You have no recovery codes. Enter the code that the app shows.")
    _refuse_while_waiting(device, "Too many codes were wrong.")
    if django_otp.verify_token(user, device.persistent_id, code):
        return device
    device.refresh_from_db()
    log.warning("Wrong second factor code for the account %s", user.pk)
    wrong = "This code is wrong, or it was used before."
    if from_app:
        wrong += " The app shows a new one every 30 seconds."
    _refuse_while_waiting(device, wrong)
    raise ValidationError(wrong)


def _refuse_while_waiting(device: Any, reason: str) -> None:
    """Raise ValidationError with the reason, and when to try again, while django-otp makes a device wait."""
    allowed, details = device.verify_is_allowed()
    if allowed:
        return
    until = details["locked_until"]
    seconds = math.ceil((until - timezone.now()).total_seconds())
    if seconds < 60:
        when = f"in {seconds} second{'' if seconds == 1 else 's'}"
    else:
        when = f"at {timezone.localtime(until + datetime.timedelta(minutes=1)):%H:%M on %-d %B}"
    raise ValidationError(f"{reason} You can try again {when}.")


class CodeForm(forms.Form):
    """One field for a code from the app or a recovery code. When valid, `device` is what the code belongs to."""

    code = LineField(
        max_length=40,
        label="Code",
        help_text="6 digits from the app, or one of your recovery codes.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        """Find the device that the code belongs to."""
        code: str = self.cleaned_data["code"]
        self.device = check_code(self.user, code)
        return code


class OwnForm(CodeForm):
    """What somebody wants to change about their own second factor, and a code that shows that it is them.

    Nothing is chosen to begin with, and a code is checked only once something is: whoever presses Enter after a code alone is
    asked what to do, and can use the same code for it.
    """

    field_order = ["what", "code"]
    what = forms.ChoiceField(
        label="What do you want to do?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to do."},
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["code"].widget.attrs.pop("autofocus")  # the choice comes first
        removals = [
            (f"remove-{one.pk}", f"Remove the passkey “{one.name}”") for one in passkeys_of(user)
        ]
        self.fields["what"].choices = [*CHANGES.items(), *removals]  # type: ignore[attr-defined]  # of a ChoiceField

    def clean_code(self) -> str:
        """Check the code, which works once, only if it is known what it is for."""
        return super().clean_code() if "what" in self.cleaned_data else ""


class SetUpForm(forms.Form):
    """One field for the first code of an app, which proves that the app has the secret key."""

    code = LineField(
        max_length=40,
        label="Code that the app shows",
        help_text="6 digits.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, key: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.totp = TOTP(unhexlify(key))

    def clean_code(self) -> str:
        """Refuse a code that was not made from the secret key."""
        code = re.sub(r"\s", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise ValidationError("Enter the 6 digits that the app shows.")
        if not self.totp.verify(int(code), TOLERANCE):
            raise ValidationError(
                "This code does not match the secret above. Wait for the next code. If that is wrong too, check that your "
                "phone sets its time automatically, or add the secret to the app again."
            )
        return code
