"""What is answered while the database cannot be asked or written to: 503, with what somebody typed on the page.

The page asks nothing of the database, and what was typed is stored nowhere but in it.
"""

import sys
from collections.abc import Callable

from django.db import InterfaceError, InternalError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.defaults import server_error as error_page
from psycopg.errors import QueryCanceled, ReadOnlySqlTransaction

from .accounts.carried_form import posted_form

GetResponse = Callable[[HttpRequest], HttpResponse]


def database_outage(get_response: GetResponse) -> GetResponse:
    """Answer 503 to a view that cannot reach the database, because the service is down, not the page (middleware)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request, exception) if is_outage(exception) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]  # Django's hook
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


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Answer 503 to an outage; what was posted to admin is on the page, to be sent again."""
    if _is_read_only(error) and connection.pool:  # type: ignore[attr-defined]  # it is PostgreSQL's
        connection.pool.drain()  # type: ignore[attr-defined]  # new connections look for the primary again
    context = {}
    if request.method == "POST" and request.path.startswith(reverse("admin:index")):
        carried = posted_form(request)
        is_signing_in = carried.address != request.get_full_path()
        context = {
            "carried": carried,
            # What is carried through signing in goes to the page that shows it, or asks to sign in first.
            "again": reverse("admin:carried_form") if is_signing_in else carried.address,
            "is_signing_in": is_signing_in,
        }
    response = render(request, "503.html", context, status=503)
    response.headers["Retry-After"] = "30"
    return response


def _is_read_only(error: BaseException) -> bool:
    return isinstance(error, InternalError) and isinstance(error.__cause__, ReadOnlySqlTransaction)
