"""Middleware: headers of every response, and what is refused or handled before a view sees it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import add_never_cache_headers

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
    """Tell browsers to load only our own files. On every response, errors included."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


def no_body_for_head(get_response: GetResponse) -> GetResponse:
    """Leave the body out of the answer to HEAD, after all its headers are there. Otherwise gunicorn does, with a warning.

    And leave the length out of 304: it would be that of the page (RFC 9110, 8.6), and CommonMiddleware says 0.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response: Any = get_response(request)
        if response.status_code == 304:
            del response.headers["Content-Length"]
        elif request.method == "HEAD":
            if response.streaming:
                response.streaming_content = ()
            else:
                response.headers.setdefault("Content-Length", str(len(response.content)))
                response.content = b""
        return response

    return middleware


def caching_is_never_guessed(get_response: GetResponse) -> GetResponse:
    """Let caches ask again for what does not say how long it may be kept, such as a page that does not exist yet."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


def admin_is_never_cached(get_response: GetResponse) -> GetResponse:
    """Tell browsers and proxies not to cache any response of admin, redirects and errors included."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith("/admin"):
            add_never_cache_headers(response)
        return response

    return middleware


PROGRESS = "application/x-ndjson"  # how far some work is, line by line


class Compression(GZipMiddleware):
    """Compresses responses, except public pages, which the page cache has compressed already (portal.page_cache)."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Leave responses of the page cache, which have an ETag, as they are, unless they are streams; and progress too.

        Progress is lines of JSON that should arrive one by one: compressed, they would wait for each other.
        """
        compressed = "ETag" in response and not response.streaming
        is_progress = response.headers.get("Content-Type") == PROGRESS
        return (
            response if compressed or is_progress else super().process_response(request, response)
        )


def clean_address(get_response: GetResponse) -> GetResponse:
    """Answer 400 to an address with a NUL byte, which PostgreSQL cannot store and nobody types.

    Public pages ignore such a parameter themselves; admin would pass it to the database.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        in_admin = request.path_info.startswith("/admin/")
        if "\x00" in request.path_info or (in_admin and "%00" in request.META["QUERY_STRING"]):
            raise BadRequest("The address contains a NUL byte.")
        return get_response(request)

    return middleware
