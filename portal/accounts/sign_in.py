"""Who may try to sign in, from where and how often; how long they then stay; and forms whose token is out of date."""

import ipaddress
import time
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.csrf import csrf_failure

from portal.models import TemporaryPassword

from . import carried_form as kept

BEGAN, SEEN = "signed_in_at", "seen_at"  # in the session: seconds since 1970
TEMPORARY = "password_is_temporary"  # in the session, while it is
SEEN_EVERY = 60  # seconds; the session is written no more often


def client_address(request: HttpRequest) -> str:
    """Return the address that a request came from, as far as those on the way are to be believed.

    A forwarded header counts only if the proxy that handed the request over is one of ours; then the last entry is true that
    names no proxy of ours. Where any proxy is believed ("*") it is one proxy, and the last entry is its word. Whoever has an
    address of IPv6 has 2^64 of them: all count as one.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    found = peer
    for hop in reversed(hops):
        if not hop or not _is_proxy(found):
            break
        found = hop
        if "*" in settings.PROXIES:
            break
    try:
        address: Any = ipaddress.ip_address(found)
    except ValueError:
        return peer or "0.0.0.0"  # noqa: S104 - a socket without addresses; nothing is bound to it
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return str(address)


def _is_proxy(text: str) -> bool:
    if not text or "*" in settings.PROXIES:
        return True  # nothing is gunicorn's name for a peer on a socket of this machine
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(proxy, strict=False) for proxy in settings.PROXIES)


class Attempts(AxesDatabaseHandler):
    """Counts wrong passwords by account and address, and more leniently by address alone.

    Five tries at one account are a guess; an office behind one address may be wrong more often. So what an address has done to
    all accounts together weighs less, in the measure of the two limits.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        of_account, of_address = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        weighed = of_address * settings.AXES_FAILURE_LIMIT // settings.FAILURES_OF_AN_ADDRESS
        return max(of_account, weighed)

    def reset_user_attempts(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> int:
        """Forget what was wrong with this account only: an account of one's own is no way to try others for ever."""
        of_account, _ = self.filter_user_attempts(request, credentials)
        return int(of_account.delete()[0])


def keep_no_form(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Store that a password was wrong, and nothing else of what a stranger posted."""
    instance.get_data = instance.post_data = ""
    instance.username = (instance.username or "")[:255]  # as much as there is room for


def locked_out(
    request: HttpRequest, response: Any = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Say that it was too often, above the same form with all that it carries."""
    context = getattr(response, "context_data", None) or {}
    return render(request, "admin/locked_out.html", context, status=429)


def note_beginning(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Write down when somebody has signed in, which starts their day, and whether their password is their own."""
    request.session[BEGAN] = request.session[SEEN] = time.time()
    if TemporaryPassword.objects.filter(user=user).exists():
        request.session[TEMPORARY] = True


def has_own_password(request: HttpRequest) -> None:
    """Take note that somebody has chosen a password of their own."""
    TemporaryPassword.objects.filter(user=request.user).delete()  # type: ignore[misc]  # signed in
    request.session.pop(TEMPORARY, None)


def hold_to_limits(request: HttpRequest) -> None:
    """End a session that has lasted a working day, and note that others are in use, so that they do not run out."""
    if not request.user.is_authenticated:
        return
    now = time.time()
    if now - request.session.get(BEGAN, 0) > settings.SESSION_LONGEST:
        logout(request)
    elif now - request.session.get(SEEN, 0) > SEEN_EVERY:
        request.session[SEEN] = now


class AnotherPassword:
    """Refuses the password that somebody has already: a new one is asked for because the old is known to others."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError("This is the password that you have now. Choose another.")

    def get_help_text(self) -> str:
        return "Your password must be another than the one that you have now."


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is wrong: nothing of it is done, and nothing that a person typed is lost.

    The usual cause is that somebody has signed in anew in another window. A browser says itself whether a page of ours posted
    the form, which no other page can pretend. Only then is what was typed shown again, for the person to send it or not.
    """
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if ours and request.path.startswith(reverse("admin:index")):
        typed = kept.typed_by(request)
        if typed:
            answer: HttpResponse = admin.site.lead_on(request, typed)  # type: ignore[attr-defined]
            answer.status_code = 403
            return answer
    return csrf_failure(request, reason)
