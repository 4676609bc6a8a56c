"""The pages of the second factor: entering a code, setting up an app or passkeys, and looking after one's own.

They know of the admin site only what `SignInSite` names.
"""

import time
from base64 import b32encode
from collections.abc import Callable
from typing import Any, Protocol

import django_otp
import qrcode
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex
from qrcode.image.svg import SvgPathImage

from . import notices
from .carried_form import CarriedForm, carried_form
from .passkeys import NewPasskeyForm, PasskeyForm, options_to_add, options_to_use, passkeys_of
from .second_factor import (
    CHANGES,
    CodeForm,
    OwnForm,
    SetUpForm,
    device_of,
    new_recovery_codes,
    set_up_for,
)

# In the session
NEW_KEY = "second_factor_key"  # the secret key that is being set up, hexadecimal
# When a code was given, to replace the app or add a passkey.
CHANGE_ALLOWED_AT = "second_factor_confirmed_at"

CHANGE_ALLOWED_FOR = 10 * 60  # seconds


class SignInSite(Protocol):
    """What these pages need of the admin site that they belong to."""

    def missing_step(self, request: HttpRequest) -> str:
        """Return the URL name of the page that somebody must pass next, or an empty text."""

    def continue_sign_in(self, request: HttpRequest, carried: CarriedForm) -> HttpResponse:
        """Answer with the next page of signing in, or with the page that the person wanted."""

    def admin_view(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Return the view for signed-in people only."""

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return the context of every page of admin."""


class SecondFactorPages:
    """The pages of the second factor in one admin site."""

    def __init__(self, site: SignInSite) -> None:
        self.site = site

    def urls(self) -> list[URLPattern]:
        """Return the URL patterns of the four pages."""
        view = self.site.admin_view
        pages = [("", view(self.own), ""), ("passkey/", view(self.add_passkey), "_passkey"),
                 ("code/", self.code, "_code"), ("set-up/", self.set_up, "_set_up")]  # fmt: skip
        return [
            path(f"second-factor/{address}", page, name=f"second_factor{name}")
            for address, page, name in pages
        ]

    def code(self, request: HttpRequest, carried: CarriedForm | None = None) -> HttpResponse:
        """Ask somebody who has given their password for a code or a passkey."""
        carried = carried_form(request) if carried is None else carried
        if self.site.missing_step(request) != "second_factor_code":
            return self.site.continue_sign_in(request, carried)
        form = CodeForm(request.user, request.POST if "code" in request.POST else None)
        passkey = PasskeyForm(request, request.POST if "passkey" in request.POST else None)
        for answered in (form, passkey):
            if answered.is_valid():
                _log_in(request, answered.device)
                return self.site.continue_sign_in(request, carried)
        context = {"form": form, "carried": carried, "passkey": passkey}
        if passkeys_of(request.user).exists():
            context["options"] = options_to_use(request)
        return self._page(request, "code", "Enter a code", context)

    def set_up(self, request: HttpRequest, carried: CarriedForm | None = None) -> HttpResponse:
        """Show a new secret key, and store it once the person enters a code that the app made from it."""
        carried = carried_form(request) if carried is None else carried
        replace = self.site.missing_step(request) == "" and _may_change(request)
        if not replace and self.site.missing_step(request) != "second_factor_set_up":
            return self.site.continue_sign_in(request, carried)
        key = request.session.setdefault(NEW_KEY, random_hex(20))
        form = SetUpForm(key, request.POST if "code" in request.POST else None)
        if form.is_valid():
            codes = set_up_for(request.user, key, form.totp, replace=replace)
            for name in (NEW_KEY, CHANGE_ALLOWED_AT):
                request.session.pop(name, None)
            if not codes:
                return self.site.continue_sign_in(request, carried)
            _log_in(request, device_of(request.user))
            return self._recovery_codes(request, codes, carried, replaced=replace)
        device = TOTPDevice(user=request.user, key=key)
        context = {
            "form": form,
            "carried": carried,
            "replace": replace,
            "secret": _in_groups_of_four(device),
            "link": device.config_url,
            "picture": qr_code(device.config_url),
        }
        return self._page(request, "set_up", "Set up your second factor", context)

    def own(self, request: HttpRequest) -> HttpResponse:
        """Show somebody their second factor. With a code they get new recovery codes, or change app and passkeys."""
        if self.site.missing_step(request) or not device_of(request.user):
            raise Http404("The second factor is off.")
        form = OwnForm(request.user, request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self._change(request, form.cleaned_data["what"])
        context = {
            "form": form,
            "device": device_of(request.user),
            "passkeys": passkeys_of(request.user),
        }
        return self._page(request, "own", "Your second factor", context)

    def _change(self, request: HttpRequest, what: str) -> HttpResponse:
        """Do what somebody chose who has given a code."""
        if what == "codes":
            codes = new_recovery_codes(request.user)
            carried = CarriedForm(reverse("admin:index"))
            return self._recovery_codes(request, codes, carried, replaced=True)
        if what in CHANGES:
            request.session.pop(NEW_KEY, None)
            request.session[CHANGE_ALLOWED_AT] = time.time()
            page = "set_up" if what == "replace" else what
            return HttpResponseRedirect(reverse(f"admin:second_factor_{page}"))
        passkey = passkeys_of(request.user).filter(pk=what.removeprefix("remove-")).first()
        if passkey:
            passkey.delete()
            self._say(request, f"Removed the passkey “{passkey.name}”.")
        return HttpResponseRedirect(reverse("admin:second_factor"))

    def add_passkey(self, request: HttpRequest) -> HttpResponse:
        """Let somebody who has just given a code add a passkey, under a name."""
        own = reverse("admin:second_factor")
        if self.site.missing_step(request) or not _may_change(request):
            return HttpResponseRedirect(own)
        form = NewPasskeyForm(request, request.POST if request.method == "POST" else None)
        if form.is_valid():
            request.session.pop(CHANGE_ALLOWED_AT)
            self._say(request, f"Added the passkey “{form.device.name}”.")
            user: Any = request.user
            notices.tell(user.email, "A passkey was added to your account", by=str(user))
            return HttpResponseRedirect(own)
        context = {"form": form, "options": options_to_add(request)}
        return self._page(request, "passkey", "Add a passkey", context)

    def _say(self, request: HttpRequest, what: str) -> None:
        """Tell somebody what they have done, and the log of admin too."""
        user: Any = request.user
        LogEntry.objects.log_actions(user.pk, [user], CHANGE, what, single_object=True)
        messages.success(request, what)

    def _recovery_codes(
        self, request: HttpRequest, codes: list[str], carried: CarriedForm, *, replaced: bool
    ) -> TemplateResponse:
        context = {"codes": codes, "carried": carried, "replaced": replaced}
        return self._page(request, "recovery_codes", "Your recovery codes", context)

    def _page(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any]
    ) -> TemplateResponse:
        common = self.site.each_context(request) | {"title": title}
        return TemplateResponse(request, f"admin/second_factor/{name}.html", common | context)


def qr_code(link: str) -> SafeString:
    """Return a link as a QR code: an SVG element without styles or references."""
    drawn: Any = qrcode.make(link, image_factory=SvgPathImage)
    return mark_safe(drawn.to_string(encoding="unicode"))  # noqa: S308 - drawn by qrcode, from numbers only


def _may_change(request: HttpRequest) -> bool:
    return time.time() - request.session.get(CHANGE_ALLOWED_AT, 0) < CHANGE_ALLOWED_FOR


def _log_in(request: HttpRequest, device: Any) -> None:
    django_otp.login(request, device)
    request.session.cycle_key()  # the session is now worth more, so an older key must not open it


def _in_groups_of_four(device: TOTPDevice) -> str:
    secret = b32encode(device.bin_key).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
