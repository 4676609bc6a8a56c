"""A cache of public pages in each worker, compressed and ready to send.

A public page depends on its address and on a stamp that names the content version, the code and the day. So the stamp is an
exact validator, and no page in the cache is ever stale: when the content changes, so does the stamp, and old pages go.
"""

import functools
import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from portal import published

View = Callable[..., HttpResponseBase]

MAX_PAGES = 500
MAX_BYTES = 32 * 1024 * 1024
MAX_PARAMETERS = 20  # an address with more is not cached: nobody sends round a longer one


@dataclass(frozen=True)
class Page:
    """An answer as it is sent."""

    etag: str
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


def public_page(view: View) -> View:
    """Cache what a view answers, for everybody. Only for views that depend on nothing but the address."""

    @functools.wraps(view)
    def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stamp = published.current().stamp
        encoding = _encoding(request.headers.get("Accept-Encoding", ""))
        query = request.META.get("QUERY_STRING", "")
        key = (request.get_host(), request.scheme, request.path, query, encoding)
        page = pages.get(stamp, key)
        if page is None:
            response = view(request, *args, **kwargs)
            if not isinstance(response, HttpResponse) or response.status_code not in (200, 410):
                return response
            if response.cookies:  # it is for one visitor
                return response
            page = _page(stamp, key, response, encoding)
            if query.count("&") < MAX_PARAMETERS:
                pages.put(stamp, key, page)
        return _answer(request, page)

    return cached


def _page(stamp: str, key: tuple[Any, ...], response: HttpResponse, encoding: str) -> Page:
    name = hashlib.sha256(repr((stamp, key)).encode()).hexdigest()[:16]
    body = response.content
    # Low levels of compression: a page is made so often that its time matters more than a tenth of its size.
    if encoding == "br":
        body = brotli.compress(body, quality=2)
    elif encoding == "gzip":
        body = gzip.compress(body, 2, mtime=0)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Content-Length"] = str(len(body))
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["ETag"] = f'W/"{name}"'
    patch_vary_headers(response, ["Accept-Encoding"])
    return Page(f'W/"{name}"', response.status_code, tuple(response.items()), body)


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    client_etags = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]
    unchanged = page.status == 200 and (page.etag in client_etags or "*" in client_etags)
    response = HttpResponse(
        b"" if unchanged else page.body, status=304 if unchanged else page.status
    )
    for name, value in page.headers:
        if not unchanged or name in {"ETag", "Cache-Control", "Vary"}:
            response.headers[name] = value
    if unchanged:
        del response.headers["Content-Type"]
    return response


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
