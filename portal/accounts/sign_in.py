"""Rules of signing in: who may try and how often, how long a session lasts, and forms with an old CSRF token."""

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

from .carried_form import posted_form

# In the session
STARTED_AT = "signed_in_at"  # seconds since 1970
LAST_USED_AT = "seen_at"  # seconds since 1970
TEMPORARY_PASSWORD = "password_is_temporary"  # noqa: S105 - a key; set while somebody else knows the password

SAVE_EVERY = 60  # seconds; the time of last use is saved no more often


def client_address(request: HttpRequest) -> str:
    """Return the IP address that a request came from, as far as the proxies on its way can be trusted.

    X-Forwarded-For counts only if the proxy that passed the request on is one of ours (settings.PROXIES). Then the last entry
    that is not a proxy of ours is the client. If every proxy is trusted ("*"), there is one proxy, and the last entry is the
    client. An IPv6 address is returned as its /64 network, because one customer has all 2^64 addresses of it.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    client = peer
    for hop in reversed(hops):
        if not hop or not _is_proxy(client):
            break
        client = hop
        if "*" in settings.PROXIES:
            break
    try:
        address: Any = ipaddress.ip_address(client)
    except ValueError:
        return peer or "0.0.0.0"  # noqa: S104 - a Unix socket has no address; nothing is bound to this
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return str(address)


def _is_proxy(text: str) -> bool:
    if not text or "*" in settings.PROXIES:
        return True  # gunicorn gives no name to a peer on a socket of this machine
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(proxy, strict=False) for proxy in settings.PROXIES)


class FailedSignIns(AxesDatabaseHandler):
    """Counts wrong passwords for each account and address, and more leniently for an address alone.

    5 wrong passwords for one account look like guessing, but an office shares one address and may be wrong more often. So the
    failures of an address for all accounts count less: AXES_FAILURE_LIMIT / FAILURES_OF_AN_ADDRESS each.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the number to compare with AXES_FAILURE_LIMIT."""
        of_account, of_address = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        weighted = of_address * settings.AXES_FAILURE_LIMIT // settings.FAILURES_OF_AN_ADDRESS
        return max(of_account, weighted)

    def reset_user_attempts(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> int:
        """Forget the failures of this account only, so that signing in to your own does not allow more tries at others."""
        of_account, _ = self.filter_user_attempts(request, credentials)
        return int(of_account.delete()[0])


def remove_posted_values(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Keep what a stranger posted out of the record of a failed sign-in (a pre_save receiver)."""
    instance.get_data = instance.post_data = ""
    instance.username = (instance.username or "")[:255]  # the length of the column


def locked_out(
    request: HttpRequest, response: Any = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer 429 with the sign-in form, which still carries what was posted."""
    context = getattr(response, "context_data", None) or {}
    return render(request, "admin/locked_out.html", context, status=429)


def start_session(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Note in the session when somebody signed in, and whether their password is temporary (a user_logged_in receiver)."""
    request.session[STARTED_AT] = request.session[LAST_USED_AT] = time.time()
    if TemporaryPassword.objects.filter(user=user).exists():
        request.session[TEMPORARY_PASSWORD] = True


def password_is_own(request: HttpRequest) -> None:
    """Note that the signed-in person has chosen their own password."""
    TemporaryPassword.objects.filter(user=request.user).delete()  # type: ignore[misc]  # signed in
    request.session.pop(TEMPORARY_PASSWORD, None)


def limit_session(request: HttpRequest) -> None:
    """End a session after SESSION_LONGEST seconds, and extend a shorter one that is in use."""
    if not request.user.is_authenticated:
        return
    now = time.time()
    if now - request.session.get(STARTED_AT, 0) > settings.SESSION_LONGEST:
        logout(request)
    elif now - request.session.get(LAST_USED_AT, 0) > SAVE_EVERY:
        request.session[LAST_USED_AT] = now


class DifferentPassword:
    """Password validator: refuses the password that somebody has already, which others may know."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if this is the user's password now."""
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError("This is the password that you have now. Choose another.")

    def get_help_text(self) -> str:
        """Say the rule, for the list below the field."""
        return "Your new password must be different from the one that you have now."


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form with a wrong CSRF token: nothing is saved, and nothing that a person typed is lost.

    Usually the person signed in again in another window. Only if the browser says that a page of this site posted the form,
    which other sites cannot fake, is what was typed shown again, for the person to send it or not.
    """
    same_origin = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if same_origin and request.path.startswith(reverse("admin:index")):
        carried = posted_form(request)
        if carried:
            response: HttpResponse = admin.site.continue_sign_in(request, carried)  # type: ignore[attr-defined]  # it is our own site
            response.status_code = 403
            return response
    return csrf_failure(request, reason)
