"""What is answered while the database cannot be asked or written to: 503, with what somebody typed on the page.

The page asks nothing of the database, and what was typed is stored nowhere but in it.
"""

import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import InterfaceError, InternalError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.defaults import server_error as error_page
from psycopg.errors import QueryCanceled, ReadOnlySqlTransaction
from psycopg_pool import PoolTimeout

from .accounts.carried_form import posted_form
from .database import SilentError

GetResponse = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponse])

SPARED_SECONDS = 1  # after somebody has waited in vain

_spared_until = 0.0  # time.monotonic()


def database_outage(get_response: GetResponse) -> GetResponse:
    """Answer 503 to a view that cannot reach the database, because the service is down, not the page (middleware).

    It comes after the check of the CSRF token. When somebody has waited for a silent database in vain, pages of admin that
    others ask for just afterwards are answered at once, so that they do not wait in a queue for the same.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, *view: Any) -> HttpResponse | None:
        is_spared = time.monotonic() < _spared_until and _takes_forms(request)
        return unavailable(request) if is_spared else None

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request, exception) if is_outage(exception) else None

    middleware.process_view = process_view  # type: ignore[attr-defined]  # Django's hooks
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 to other middleware, such as that of sessions, and 500 to any other error (Django's handler500)."""
    error = sys.exception()
    return unavailable(request, error) if error and is_outage(error) else error_page(request)


def is_outage(error: BaseException) -> bool:
    """Say whether an error means that the database is away, full, too busy for another connection, or read-only.

    A server is read-only while another becomes the primary. A statement that takes too long is an error of its page.
    """
    if _is_read_only(error):
        return True
    is_away = isinstance(error, OperationalError | InterfaceError)
    return is_away and not isinstance(error.__cause__, QueryCanceled)


def unavailable(request: HttpRequest, error: BaseException | None = None) -> HttpResponse:
    """Answer 503 to an outage; what was posted to admin, or to a page that keeps it, is on the page, to be sent again."""
    global _spared_until
    if error and isinstance(error.__cause__, SilentError | PoolTimeout):
        _spared_until = time.monotonic() + SPARED_SECONDS
    if error and _is_read_only(error) and connection.pool:  # type: ignore[attr-defined]  # it is PostgreSQL's
        connection.pool.drain()  # type: ignore[attr-defined]  # new connections look for the primary again
    context = {}
    if request.method == "POST" and _is_own(request):
        carried = posted_form(request)
        is_signing_in = carried.address != request.get_full_path()
        context = {
            "carried": carried,
            # What is carried through signing in goes to the page that shows it, or asks to sign in first.
            "again": reverse("admin:carried_form") if is_signing_in else carried.address,
            "is_signing_in": is_signing_in,
            "needs_token": _in_admin(request),
        }
    response = render(request, "503.html", context, status=503)
    response.headers["Retry-After"] = "30"
    return response


def keeps_what_was_typed(is_own: Callable[..., bool]) -> Callable[[View], View]:
    """Mark a view outside admin whose visitors find what they typed on the page of an outage, as in admin.

    `is_own` is called with what the address says, and without the database: whether the form can be of the page itself.
    """

    def mark(view: View) -> View:
        view.posted_is_own = is_own  # type: ignore[attr-defined]  # see _is_own
        return view

    return mark


def _takes_forms(request: HttpRequest) -> bool:
    return _in_admin(request) or hasattr(_view_of(request), "posted_is_own")


def _is_own(request: HttpRequest) -> bool:
    """Say whether what was posted may be shown: what another site posted is not, so its token must have been checked."""
    if _in_admin(request):
        return getattr(request, "csrf_processing_done", False)
    is_own = getattr(_view_of(request), "posted_is_own", None)
    return bool(is_own and request.resolver_match and is_own(**request.resolver_match.kwargs))


def _view_of(request: HttpRequest) -> Any:
    return request.resolver_match.func if request.resolver_match else None


def _in_admin(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


def _is_read_only(error: BaseException) -> bool:
    return isinstance(error, InternalError) and isinstance(error.__cause__, ReadOnlySqlTransaction)
