"""The second factor of signing in: a code from an app on somebody's phone, or one of ten recovery codes.

django-otp makes and checks the codes, lets each count once, and makes whoever is wrong wait longer each time. Here are the
pages around it. Where they lead is for the site to say (PortalAdminSite.lead_on).
"""

import datetime
import math
import re
import time
from base64 import b32encode
from binascii import unhexlify
from logging import getLogger
from typing import Any

import django_otp
import qrcode
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex
from qrcode.image.svg import SvgPathImage

from . import carried_form as kept
from .carried_form import Typed

log = getLogger(__name__)

CODES = 10  # recovery codes that somebody is given at a time
TOLERANCE = 1  # steps of half a minute that the clock of a phone may be wrong by
KEY = "second_factor_key"  # in the session: the secret that is being set up
CONFIRMED = (
    "second_factor_confirmed_at"  # in the session: when a code was given to replace the device
)
CONFIRMED_FOR = 10 * 60  # seconds


def device_of(user: Any) -> TOTPDevice | None:
    """Return the app that somebody has set up, if they have."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def recovery_codes_left(user: Any) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def forget(user: Any) -> None:
    """Take somebody's second factor away; whoever is signed in as them must set one up anew."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


@transaction.atomic
def set_up_for(user: Any, key: str, code: TOTP, *, anew: bool) -> list[str]:
    """Make an app with this secret somebody's second factor and return new recovery codes.

    Returns none if another window was quicker: only who has shown the old factor (anew) may replace one.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if device_of(user) and not anew:
        return []
    TOTPDevice.objects.filter(user=user).delete()
    TOTPDevice.objects.create(
        user=user, name="App", key=key, tolerance=TOLERANCE, drift=code.drift, last_t=code.t()
    )
    return new_recovery_codes(user)


@transaction.atomic
def new_recovery_codes(user: Any) -> list[str]:
    """Give somebody new recovery codes, after which the old ones are void."""
    User.objects.select_for_update().get(pk=user.pk)
    device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "Recovery codes"})
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _ in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def check(user: Any, text: str) -> Any:
    """Return the device that a code is right for; whoever is wrong is told so, and when they may try again."""
    code = re.sub(r"[\s-]", "", text).lower()
    from_app = re.fullmatch(r"[0-9]{6}", code)
    if not from_app and not re.fullmatch(r"[a-z2-7]{8}", code):
        raise ValidationError(
            "Enter the six digits that the app shows, or a recovery code such as abcd-2345."
        )
    device = (TOTPDevice if from_app else StaticDevice).objects.filter(user=user).first()
    if device is None:
        raise ValidationError("You have no recovery codes. Enter the code that the app shows.")
    _refuse_while_waiting(device)
    if django_otp.verify_token(user, device.persistent_id, code):
        return device
    device.refresh_from_db()
    log.warning("A wrong code of the second factor for the account %s", user.pk)
    wrong = "This code is not right, or it was used before."
    hint = " The app shows a new one every half minute." if from_app else ""
    _refuse_while_waiting(device, f"{wrong}{hint} ")
    raise ValidationError(f"{wrong}{hint}")


def _refuse_while_waiting(device: Any, why: str = "Too many codes were wrong. ") -> None:
    allowed, said = device.verify_is_allowed()
    if allowed:
        return
    until = said["locked_until"]
    seconds = math.ceil((until - timezone.now()).total_seconds())
    if seconds < 60:
        when = f"in {seconds} second{'' if seconds == 1 else 's'}"
    else:
        when = f"at {timezone.localtime(until + datetime.timedelta(minutes=1)):%H:%M on %-d %B}"
    raise ValidationError(f"{why}You can try again {when}.")


class CodeForm(forms.Form):
    """One field for a code of the app or a recovery code."""

    code = forms.CharField(
        max_length=40,
        label="Code",
        help_text="Six digits from the app, or one of your recovery codes.",
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
        code: str = self.cleaned_data["code"]
        self.device = check(self.user, code)
        return code


class SetUpForm(forms.Form):
    """Shows that the app holds the secret."""

    code = forms.CharField(
        max_length=40,
        label="Code that the app shows",
        help_text="Six digits.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, key: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.totp = TOTP(unhexlify(key))

    def clean_code(self) -> str:
        code = re.sub(r"\s", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise ValidationError("Enter the six digits that the app shows.")
        if not self.totp.verify(int(code), TOLERANCE):
            raise ValidationError(
                "This is not the code of the secret above. Wait for the next one; if it is not right either, "
                "check that the time of your phone is set automatically, or add the secret to the app again."
            )
        return code


class SecondFactor:
    """The pages of the second factor in an admin site."""

    def __init__(self, site: Any) -> None:
        self.site = site

    def urls(self) -> list[URLPattern]:
        pages = [("", self.site.admin_view(self.own), ""), ("code/", self.code, "_code"),
                 ("set-up/", self.set_up, "_set_up")]  # fmt: skip
        return [
            path(f"second-factor/{address}", page, name=f"second_factor{name}")
            for address, page, name in pages
        ]

    def code(self, request: HttpRequest, typed: Typed | None = None) -> HttpResponse:
        """Ask whoever has given their password for a code."""
        carried = kept.carried_by(request) if typed is None else typed
        if self.site.missing(request) != "second_factor_code":
            return self.site.lead_on(request, carried)
        form = CodeForm(request.user, request.POST if "code" in request.POST else None)
        if form.is_valid():
            self._let_in(request, form.device)
            return self.site.lead_on(request, carried)
        return self._page(request, "code", "Enter a code", {"form": form, "kept": carried})

    def set_up(self, request: HttpRequest, typed: Typed | None = None) -> HttpResponse:
        """Show a new secret, and take it once the app shows its code."""
        carried = kept.carried_by(request) if typed is None else typed
        anew = self.site.missing(request) == "" and self._has_confirmed(request)
        if not anew and self.site.missing(request) != "second_factor_set_up":
            return self.site.lead_on(request, carried)
        key = request.session.setdefault(KEY, random_hex(20))
        form = SetUpForm(key, request.POST if "code" in request.POST else None)
        if form.is_valid():
            codes = set_up_for(request.user, key, form.totp, anew=anew)
            for name in (KEY, CONFIRMED):
                request.session.pop(name, None)
            if not codes:
                return self.site.lead_on(request, carried)
            self._let_in(request, device_of(request.user))
            return self._codes(request, codes, carried)
        device = TOTPDevice(user=request.user, key=key)
        context = {
            "form": form,
            "kept": carried,
            "anew": anew,
            "secret": _in_fours(device),
            "link": device.config_url,
            "picture": picture(device.config_url),
        }
        return self._page(request, "set_up", "Set up your second factor", context)

    def own(self, request: HttpRequest) -> HttpResponse:
        """Show somebody what they have; with a code they get new recovery codes or replace their device."""
        if self.site.missing(request) or not device_of(request.user):
            raise Http404("The second factor is off.")
        form = CodeForm(request.user, request.POST if request.method == "POST" else None)
        if form.is_valid():
            if "replace" in request.POST:
                request.session.pop(KEY, None)
                request.session[CONFIRMED] = time.time()
                return HttpResponseRedirect(reverse("admin:second_factor_set_up"))
            codes = new_recovery_codes(request.user)
            return self._codes(request, codes, Typed(reverse("admin:index")))
        context = {"form": form, "device": device_of(request.user)}
        return self._page(request, "own", "Your second factor", context)

    def _has_confirmed(self, request: HttpRequest) -> bool:
        return time.time() - request.session.get(CONFIRMED, 0) < CONFIRMED_FOR

    def _let_in(self, request: HttpRequest, device: Any) -> None:
        django_otp.login(request, device)
        request.session.cycle_key()  # more may be done with it than before

    def _codes(self, request: HttpRequest, codes: list[str], typed: Typed) -> TemplateResponse:
        return self._page(request, "codes", "Your recovery codes", {"codes": codes, "kept": typed})

    def _page(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any]
    ) -> TemplateResponse:
        common = self.site.each_context(request) | {"title": title}
        return TemplateResponse(request, f"admin/second_factor/{name}.html", common | context)


def _in_fours(device: TOTPDevice) -> str:
    secret = b32encode(device.bin_key).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def picture(link: str) -> SafeString:
    """Return a link as a QR code: SVG that needs nothing but itself, and no style."""
    drawn: Any = qrcode.make(link, image_factory=SvgPathImage)
    return mark_safe(drawn.to_string(encoding="unicode"))  # noqa: S308 - digits of our own drawing
