"""A cache of public pages in each worker, compressed and ready to send.

A public page depends on its address and on a stamp that names the content version, the code and the day. So the stamp is an
exact validator, and no page in the cache is ever stale: pages belong to a snapshot and go with it. Those that are asked for
most are made from the next snapshot before anybody sees it.
"""

import contextlib
import functools
import gzip
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from heapq import nlargest
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, overload

import brotli
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags

from . import published
from .kept import Recent

View = Callable[..., HttpResponseBase]
GetResponse = Callable[[HttpRequest], HttpResponse]

MAX_PAGES = 500
MAX_BYTES = 8 * 1024 * 1024  # so many pages are smaller, as browsers take them: compressed
MAX_PATHS = 500  # of which a worker knows how often they were asked for
MAX_READY = 50  # pages are made from a new snapshot before anybody sees it
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


@dataclass(frozen=True)
class Asked:
    """How often a path was asked for, and the request for it that took longest."""

    number: int
    seconds: float  # of the processor, to make the page
    again: Callable[[], object]  # makes it

    @property
    def worth(self) -> float:
        """About how much readers would wait, all together, if nothing were ready."""
        return self.number * self.seconds


class Pages:
    """The pages that were made from a snapshot, and what was asked for."""

    def __init__(self) -> None:
        self.made = Recent[Page](MAX_PAGES, MAX_BYTES, lambda page: len(page.body))
        self.asked = Recent[Asked](MAX_PATHS, MAX_PATHS, lambda _: 1)

    def count(self, path: str, seconds: float, again: Callable[[], object]) -> None:
        """Count a request. Where two threads do so at once, one may get lost."""
        asked = self.asked.get(path) or Asked(0, -1, again)
        seconds, again = max((asked.seconds, asked.again), (seconds, again), key=itemgetter(0))
        self.asked.put(path, Asked(asked.number + 1, seconds, again))

    def count_again(self, path: str) -> None:
        """Count a request for a page that was made before."""
        if asked := self.asked.get(path):
            self.asked.put(path, replace(asked, number=asked.number + 1))


def pages_of(snapshot: published.Snapshot) -> Pages:
    """Return the pages of a snapshot."""
    return snapshot.get_or_make("pages", Pages)


@published.register_to_make_ready
def most_asked(
    before: published.Snapshot, after: published.Snapshot
) -> Iterator[Callable[[], object]]:
    """Yield what makes the pages that readers have asked for most: once pinned, from the snapshot after."""
    asked = nlargest(MAX_READY, pages_of(before).asked.values(), key=attrgetter("worth"))
    yield from (one.again for one in asked)


@overload
def public_page(view: View) -> View: ...
@overload
def public_page(*, max_age: int) -> Callable[[View], View]: ...
def public_page(view: View | None = None, *, max_age: int = 1) -> View | Callable[[View], View]:
    """Cache what a view answers, for everybody. Only for views that depend on nothing but the address and what is published.

    A browser may use the answer for `max_age` seconds without asking. Who asks with the ETag of an answer that has not changed
    gets 304, and the view does not run for it. An answer that is a stream is not stored. What is stored is sent by the
    middleware `stored_pages`, and never comes here.
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
        stamp, pages = snapshot.stamp, pages_of(snapshot)
        key, theirs = _key(request), _theirs(request)
        etag = _etag(stamp, key)
        if etag in theirs:  # then we gave it for this page, and the page is still the same
            return _unchanged(etag, policy)
        began = time.thread_time()
        with published.only(snapshot):
            response = view(request, *args, **kwargs)
        if response.status_code not in (200, 410) or response.cookies:
            return response  # an error, a redirect, or for one visitor
        response.headers["Cache-Control"] = policy
        response.headers["ETag"] = _etag(stamp, key, response.status_code)
        patch_vary_headers(response, ["Accept-Encoding"])
        if response.streaming:
            return _unchanged(etag, policy) if "*" in theirs else response
        page = _page(response, key.encoding)
        seconds = time.thread_time() - began
        if key.query.count("&") < MAX_PARAMETERS:
            pages.made.put(key, page)
        pages.count(request.path, seconds, _again(cached, request, args, kwargs))
        return _answer(page, theirs)

    return cached


def stored_pages(get_response: GetResponse) -> GetResponse:
    """Middleware that answers with a page that is made, before all that only pages for one visitor need, such as sessions."""
    elsewhere = ("/admin/", settings.STATIC_URL)

    def middleware(request: HttpRequest) -> HttpResponse:
        may_be_stored = request.method in ("GET", "HEAD") and not request.path.startswith(elsewhere)
        answer = _stored(request) if may_be_stored else None
        return answer or get_response(request)

    return middleware


def _stored(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a request for a page that is made, as the view would give it; None if there is none."""
    key, latest = _key(request), published.latest()
    if latest is None or pages_of(latest).made.get(key) is None:
        return (
            None  # what is no public page, such as /health/live, asks nothing of the database here
        )
    try:
        pages = pages_of(published.current())
    except (InterfaceError, OperationalError):
        return None
    if (page := pages.made.get(key)) is None:
        return None
    pages.count_again(request.path)
    return _answer(page, _theirs(request))


class Key(NamedTuple):
    """What a page depends on, besides what is published."""

    host: str
    scheme: str
    path: str
    query: str
    encoding: str
    contact: str  # a setting that pages show


def _key(request: HttpRequest) -> Key:
    asked = request.META
    return Key(
        request.get_host(),
        request.scheme or "",
        request.path,
        asked.get("QUERY_STRING", ""),
        _encoding(asked.get("HTTP_ACCEPT_ENCODING", "")),
        settings.CONTACT_EMAIL,
    )


def _theirs(request: HttpRequest) -> list[str]:
    """Return the ETags of the answers that whoever asks has, as ours are written: "W/" makes no difference here."""
    names = request.META.get("HTTP_IF_NONE_MATCH", "")
    found = parse_etags(names) if names else []
    return [f"W/{name}" if name.startswith('"') else name for name in found]


def _again(
    view: View, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Callable[[], object]:
    """Return what asks for the same page again. It knows the address and nothing of who asked."""
    environ = {
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": request.get_host(),
        "HTTP_ACCEPT_ENCODING": request.headers.get("Accept-Encoding", ""),
        "PATH_INFO": request.META["PATH_INFO"],
        "QUERY_STRING": request.META.get("QUERY_STRING", ""),
        "wsgi.url_scheme": request.scheme,
    }

    def ask() -> None:
        with contextlib.suppress(Http404):  # it was there before
            view(WSGIRequest(environ | {"wsgi.input": io.BytesIO()}), *args, **kwargs)

    return ask


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
    # The lowest levels of compression: a page is made so often that its time matters more than a tenth of its size.
    if encoding == "br":
        body = brotli.compress(body, quality=0)
    elif encoding == "gzip":
        body = gzip.compress(body, 1, mtime=0)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Content-Length"] = str(len(body))
    return Page(response.status_code, tuple(response.items()), body)


def _answer(page: Page, theirs: list[str]) -> HttpResponse:
    """Return a page, or 304 if whoever asks has it already. What is gone is said to be gone every time."""
    headers = dict(page.headers)
    if theirs and page.status == 200 and ("*" in theirs or headers["ETag"] in theirs):
        return _unchanged(headers["ETag"], headers["Cache-Control"])
    return HttpResponse(page.body, status=page.status, headers=headers)


@functools.lru_cache(MAX_PAGES)
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
