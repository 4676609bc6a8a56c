"""What every answer gets, and what no request gets past."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from psycopg.errors import QueryCanceled

GetResponse = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ["script", "style", "img", "font", "connect"]),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), browsing-topics=()"


def security_headers(get_response: GetResponse) -> GetResponse:
    """Let a page load nothing but our own files, on every answer, errors included."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


def admin_is_never_kept(get_response: GetResponse) -> GetResponse:
    """Let no browser or proxy keep an answer of admin: its pages, files, redirects and errors."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith("/admin"):
            add_never_cache_headers(response)
        return response

    return middleware


def database_outage(get_response: GetResponse) -> GetResponse:
    """Answer 503 while the database cannot be reached; it is the service that is down, not the page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        if isinstance(exception.__cause__, QueryCanceled):
            return None  # a statement of ours took too long: a fault of the page, not an outage
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = "30"
        return response

    middleware.process_exception = process_exception  # type: ignore[attr-defined]  # Django's hook
    return middleware


class Compression(GZipMiddleware):
    """Compresses what is not compressed yet. Public pages are as their visitor can read them (portal.page_cache)."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        return response if "ETag" in response else super().process_response(request, response)


def clean_address(get_response: GetResponse) -> GetResponse:
    """Refuse an address with a NUL byte, which PostgreSQL cannot hold and nobody types.

    Public pages read their own parameters and leave such a one out; admin hands them to the database.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        in_admin = request.path_info.startswith("/admin/")
        if "\x00" in request.path_info or (in_admin and "%00" in request.META["QUERY_STRING"]):
            raise BadRequest("The address holds a NUL byte.")
        return get_response(request)

    return middleware
