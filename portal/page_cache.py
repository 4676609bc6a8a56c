"""A cache of public pages in each worker, compressed and ready to send.

A public page depends on its address and on a stamp that names the content version, the code and the day. So the stamp is an
exact validator, and no page in the cache is ever stale: when the content changes, so does the stamp, and old pages go.
"""

import functools
import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, overload

import brotli
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags

from . import published

View = Callable[..., HttpResponseBase]

MAX_PAGES = 500
MAX_BYTES = 32 * 1024 * 1024
MAX_PARAMETERS = 20  # an address with more is not cached: nobody sends round a longer one
# What a cache between us and a reader (a CDN, a proxy) may do with a page that is no longer fresh: send it for 10 s more
# while it asks for the new one, and for a day if we do not answer. "must-revalidate" or "s-maxage" would forbid both. A page
# is fresh for a second, because some caches, such as nginx, store nothing that is never fresh.
WHEN_STALE = "stale-while-revalidate=10, stale-if-error=86400"


@dataclass(frozen=True)
class Page:
    """An answer as it is sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes  # compressed, if the browser takes that


class Pages:
    """The pages of one stamp. The least recently used are dropped first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[tuple[Any, ...], Page] = OrderedDict()
        self._stamp = ""
        self._bytes = 0

    def get(self, stamp: str, key: tuple[Any, ...]) -> Page | None:
        """Return the page under this key, if there is one. A new stamp drops all pages of the one before."""
        with self._lock:
            if stamp != self._stamp:
                self._pages.clear()
                self._stamp, self._bytes = stamp, 0
            if page := self._pages.get(key):
                self._pages.move_to_end(key)
            return page

    def clear(self) -> None:
        """Drop all pages."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def put(self, stamp: str, key: tuple[Any, ...], page: Page) -> None:
        """Add a page, unless the stamp has changed meanwhile."""
        with self._lock:
            if stamp != self._stamp or key in self._pages:
                return
            self._pages[key] = page
            self._bytes += len(page.body)
            while len(self._pages) > MAX_PAGES or self._bytes > MAX_BYTES:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)


pages = Pages()


@overload
def public_page(view: View) -> View: ...
@overload
def public_page(*, max_age: int) -> Callable[[View], View]: ...
def public_page(view: View | None = None, *, max_age: int = 1) -> View | Callable[[View], View]:
    """Cache what a view answers, for everybody. Only for views that depend on nothing but the address and what is published.

    A browser may use the answer for `max_age` seconds without asking. Who asks with the ETag of an answer that has not changed
    gets 304, and the view does not run for it. An answer that is a stream is not stored.
    """
    if view is None:
        return functools.partial(public_page, max_age=max_age)
    policy = f"public, max-age={max_age}, {WHEN_STALE}"

    @functools.wraps(view)
    def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            snapshot = published.current()
        except (InterfaceError, OperationalError):
            # What is published has not been read yet; some pages need nothing of it.
            return view(request, *args, **kwargs)
        stamp = snapshot.stamp
        encoding = _encoding(request.headers.get("Accept-Encoding", ""))
        query = request.META.get("QUERY_STRING", "")
        place = (request.get_host(), request.scheme, request.path, query)
        key = (*place, encoding, settings.CONTACT_EMAIL)  # a setting that pages show
        theirs = parse_etags(request.headers.get("If-None-Match", ""))
        etag = _etag(stamp, key)
        if etag in theirs:  # then we gave it for this page, and the page is still the same
            return _unchanged(etag, policy)
        page = pages.get(stamp, key)
        if page is None:
            with published.only(snapshot):
                response = view(request, *args, **kwargs)
            if response.status_code not in (200, 410) or response.cookies:
                return response  # an error, a redirect, or for one visitor
            response.headers["Cache-Control"] = policy
            response.headers["ETag"] = _etag(stamp, key, response.status_code)
            patch_vary_headers(response, ["Accept-Encoding"])
            if response.streaming:
                return _unchanged(etag, policy) if "*" in theirs else response
            page = _page(response, encoding)
            if query.count("&") < MAX_PARAMETERS:
                pages.put(stamp, key, page)
        if "*" in theirs and page.status == 200:
            return _unchanged(etag, policy)
        return _answer(page)

    return cached


@functools.lru_cache(MAX_PAGES)
def _etag(stamp: str, key: tuple[Any, ...], status: int = 200) -> str:
    """Return what names an answer, which follows from the request and the stamp alone.

    Nobody else can make one, so who has it had the answer. An answer of another status has another, which is never asked for.
    """
    made_from = repr((stamp, key, status))
    name = salted_hmac("portal.page_cache", made_from, algorithm="sha256").hexdigest()[:16]
    return f'W/"{name}"'


def _unchanged(etag: str, policy: str) -> HttpResponse:
    headers = {"ETag": etag, "Cache-Control": policy, "Vary": "Accept-Encoding"}
    return HttpResponseNotModified(headers=headers)


def _page(response: Any, encoding: str) -> Page:
    if not getattr(response, "is_rendered", True):
        response.render()
    body = response.content
    # Low levels of compression: a page is made so often that its time matters more than a tenth of its size.
    if encoding == "br":
        body = brotli.compress(body, quality=1)
    elif encoding == "gzip":
        body = gzip.compress(body, 2, mtime=0)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Content-Length"] = str(len(body))
    return Page(response.status_code, tuple(response.items()), body)


def _answer(page: Page) -> HttpResponse:
    return HttpResponse(page.body, status=page.status, headers=dict(page.headers))


def _encoding(accepted: str) -> str:
    offered = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        offered[name.strip()] = parameters.replace(" ", "") not in {
            "q=0",
            "q=0.0",
            "q=0.00",
            "q=0.000",
        }
    return next((name for name in ("br", "gzip") if offered.get(name)), "")
