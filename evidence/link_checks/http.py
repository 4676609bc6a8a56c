"""Asks whether an address on the web works, and reads pages: politely, in limited time, and only on the public internet.

To check an address it sends HEAD first, and GET if the site does not answer HEAD properly; of a body it then reads only the
beginning. It reads a page only where the site lets programs do so, and no more of it than PAGE_BYTES. For each redirect it
looks the host name up once, checks all its IP addresses, and connects to exactly an address that was checked.
"""

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InvalidHeader,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util import parse_url

from evidence.models import LinkCheck

from . import public_addresses
from .robots import Robots, TooManyRules

Outcome = LinkCheck.Outcome

PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT_REDIRECTS = {301, 308}
OK = 200
GONE = {404: "The page does not exist (404).", 410: "The page is gone for good (410)."}
TOO_MANY_REQUESTS = 429
BODY_BYTES = 1024  # the most that is read of a body that nobody needs
PAGE_BYTES = 1024 * 1024  # the most that is read of a page, before it is unpacked and after
READ = {"text/html", "application/xhtml+xml", "text/plain"}  # other files are only asked for
UNPACKED = {"gzip": 31, "x-gzip": 31, "deflate": 47}  # how zlib calls them
MAX_LENGTH = 2000  # characters in an address that a site redirects to


@dataclass(frozen=True)
class Limits:
    """Limits of one check, and of the requests to one host. Times are in seconds."""

    connect: float = 5
    read: float = 10
    # For one check with all redirects and attempts, without waiting for the host's turn.
    total: float = 90
    attempts: int = 3
    backoff: float = 2  # before the second attempt; doubled before each further one
    longest_wait: float = 30  # a longer Retry-After ends the check
    pause: float = 1  # between two requests to a host
    redirects: int = 5


@dataclass(frozen=True)
class Result:
    """The result of one check.

    `retry_after` is set if another attempt may succeed: the seconds that the host asked to wait, or 0. `reached` says whether
    anything answered at all, which shows that this machine has a network.
    """

    outcome: Outcome
    reason: str
    status: int | None = None
    final_url: str = ""
    retry_after: float | None = None
    reached: bool = True

    @property
    def is_rate_limited(self) -> bool:
        """Whether the host has asked for no more requests for now."""
        return self.status == TOO_MANY_REQUESTS


@dataclass(frozen=True)
class Answer:
    """The answer of a site to one request, with its body as it was sent, or the beginning of that."""

    url: str
    status: int
    headers: Any
    body: bytes

    @property
    def media_type(self) -> str:
        """What the site calls the kind of file, such as text/html."""
        return _parameter(self.headers.get("Content-Type", ""), "")

    @property
    def charset(self) -> str:
        """What the site calls the encoding of the text; empty if it does not say."""
        return _parameter(self.headers.get("Content-Type", ""), "charset")

    def unpacked(self) -> bytes:
        """Return the body without compression. Raises CheckFailed if it is too long, or is not what it is called."""
        packing, body = self.headers.get("Content-Encoding", "identity").strip().lower(), self.body
        if packing in UNPACKED:
            unpacking = zlib.decompressobj(UNPACKED[packing])
            with suppress(zlib.error):
                # As much as is needed to see that it is too long: a small file may unpack to a thousand times its size.
                body = unpacking.decompress(body, PAGE_BYTES + 1)
            if not unpacking.eof and len(body) <= PAGE_BYTES:
                raise CheckFailed(Outcome.NOT_ASKED, "It is not compressed as it says.")
        elif packing != "identity":
            raise CheckFailed(
                Outcome.NOT_ASKED, "It is compressed in a way that the portal does not read."
            )
        if len(body) > PAGE_BYTES:
            reason = f"It is longer than {PAGE_BYTES // 1024:,} KB."
            raise CheckFailed(Outcome.NOT_ASKED, reason)
        return body


class CheckFailed(Exception):
    """There was no response, or nothing was sent. `result` says why."""

    def __init__(
        self, outcome: Outcome, reason: str, *, may_retry: bool = False, reached: bool = False
    ) -> None:
        super().__init__(reason)
        self.result = Result(outcome, reason, retry_after=0 if may_retry else None, reached=reached)


class Stopped(Exception):
    """The run has been stopped."""


class Deadline:
    """The time limit of one check. When it passes, open connections are shut, whatever they are doing."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        """How long the check may still take; never below 0."""
        return max(self.until - time.monotonic(), 0)

    @contextmanager
    def shutting_connections(self) -> Iterator[Callable[[socket.socket], None]]:
        """Yield a function that must be called with each new connection, for the deadline to shut it."""
        handles: list[socket.socket] = []

        def shut() -> None:
            for handle in handles:
                with suppress(OSError):  # the connection may have ended by itself
                    handle.shutdown(socket.SHUT_RDWR)

        def watch(connection: socket.socket) -> None:
            # A duplicate, because the TLS handshake takes over the connection's own handle.
            handles.append(connection.dup())
            if not self.seconds_left:
                shut()

        timer = threading.Timer(self.seconds_left, shut)
        timer.daemon = True
        timer.start()
        try:
            yield watch
        finally:
            timer.cancel()
            timer.join()
            for handle in handles:
                handle.close()


@dataclass
class HostTurns:
    """Allows one request at a time to each host, with a pause of `pause` seconds after it."""

    pause: float
    stop: threading.Event
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _free_at: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def wait_for(self, host: str) -> Iterator[None]:
        """Wait for the turn of a request to this host, and hold it. Raises Stopped if the run stops."""
        with self._lock:
            lock = self._locks.setdefault(host, threading.Lock())
        with lock:
            if self.stop.wait(max(self._free_at.get(host, 0) - time.monotonic(), 0)):
                raise Stopped
            try:
                yield
            finally:
                self._free_at[host] = time.monotonic() + self.pause


@dataclass(frozen=True)
class Target:
    """Where one request goes: a web address in its parts, and the checked IP addresses of its host."""

    url: str
    scheme: str
    host: str
    port: int
    host_header: str  # the host, with its port unless that is the usual one
    path: str  # with the query
    ip_addresses: list[str]


@dataclass
class LinkClient:
    """Checks links.

    `resolve` returns the IP addresses of a host name, given a port and a time limit in seconds. `is_allowed` and `ports` say
    which IP addresses and ports it may connect to. `tls` says which certificates are trusted. Setting `stop` ends all checks.
    """

    user_agent: str
    limits: Limits = field(default_factory=Limits)
    resolve: Callable[[str, int, float], list[str]] = public_addresses.resolve
    is_allowed: Callable[[str], bool] = public_addresses.is_public
    ports: Collection[int] = (80, 443)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    stop: threading.Event = field(default_factory=threading.Event)
    _robots: dict[str, Robots | None] = field(default_factory=dict)

    @cached_property
    def turns(self) -> HostTurns:
        """The turns of all checks of this client."""
        return HostTurns(self.limits.pause, self.stop)

    def check(self, url: str) -> Result:
        """Return whether an address works, after as many attempts as may help. Raises Stopped if the run stops."""
        deadline = Deadline(self.limits.total)
        backoff = self.limits.backoff
        for _ in range(self.limits.attempts):
            result = self._attempt(url, deadline)
            if result.retry_after is None:
                break
            wait = max(backoff, result.retry_after)
            if result.retry_after > self.limits.longest_wait or wait >= deadline.seconds_left:
                break
            if self.stop.wait(wait):
                raise Stopped
            backoff *= 2
        return result

    def read(self, url: str) -> Answer:
        """Return a page with its text, or another file without. Raises CheckFailed if the site does not let programs read it.

        It is tried once. Raises Stopped if the run stops.
        """
        answer, _ = self._follow(url, Deadline(self.limits.total), self._page)
        if answer.status != OK:
            reason = f"The site does not give it to a program ({answer.status})."
            raise CheckFailed(Outcome.REFUSES, reason, reached=True)
        return answer

    def _attempt(self, url: str, deadline: Deadline) -> Result:
        try:
            answer, moved = self._follow(url, deadline, self._response)
        except CheckFailed as failed:
            return failed.result
        return _result(url, answer.url, answer.status, answer.headers, moved=moved)

    def _follow(
        self, url: str, deadline: Deadline, ask: Callable[[Target, Deadline], Answer]
    ) -> tuple[Answer, bool]:
        """Ask for an address, and those that it redirects to. Return the last answer, and whether the page moved for good."""
        here, seen, permanent, cookies = url, set[str](), True, False
        for _ in range(self.limits.redirects + 1):
            target = self._target(here, deadline)
            if target.url in seen:
                if cookies:
                    reason = "It redirects in a circle unless it can set cookies."
                    raise CheckFailed(Outcome.REFUSES, reason, reached=True)
                raise CheckFailed(Outcome.FAILS, "It redirects in a circle.", reached=True)
            seen.add(target.url)
            answer = ask(target, deadline)
            if answer.status not in REDIRECTS or not answer.headers.get("Location"):
                return answer, permanent and len(seen) > 1
            permanent = permanent and answer.status in PERMANENT_REDIRECTS
            cookies = cookies or "Set-Cookie" in answer.headers
            here = _redirect(target.url, answer.headers["Location"])
        reason = f"It redirects more than {self.limits.redirects} times."
        raise CheckFailed(Outcome.FAILS, reason, reached=True)

    def _target(self, url: str, deadline: Deadline) -> Target:
        """Look up the host of an address and check all its IP addresses. A user name and password in it are left out."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
            if not host.isascii():
                host = host.encode("idna").decode()
            host_header = f"[{host}]" if ":" in host else host
            if port not in {None, PORTS.get(parts.scheme)}:
                host_header = f"{host_header}:{port}"
            path = parts._replace(scheme="", netloc="", fragment="").geturl()
            normal = parse_url(f"{parts.scheme}://{host_header}{path}")
        except ValueError as error:
            raise CheckFailed(Outcome.NOT_ASKED, "This is not a web address.") from error
        if parts.scheme not in PORTS or not host:
            raise CheckFailed(Outcome.NOT_ASKED, "Only http and https addresses are checked.")
        port = PORTS[parts.scheme] if port is None else port
        if port not in self.ports:
            raise CheckFailed(Outcome.NOT_ASKED, f"It has an unusual port ({port}).")
        ip_addresses = self._resolve(host, port, deadline)
        return Target(
            normal.url, parts.scheme, host, port, host_header, normal.request_uri, ip_addresses
        )

    def _resolve(self, host: str, port: int, deadline: Deadline) -> list[str]:
        try:
            found = self.resolve(host, port, min(self.limits.connect, deadline.seconds_left))
        except OSError as error:
            may_retry = getattr(error, "errno", None) != socket.EAI_NONAME
            reason = f"The name {host} cannot be found."
            raise CheckFailed(Outcome.FAILS, reason, may_retry=may_retry) from error
        if not found or not all(map(self.is_allowed, found)):
            reason = f"{host} is not on the public internet, so it was not checked."
            raise CheckFailed(Outcome.NOT_ASKED, reason)
        return found

    def _response(self, target: Target, deadline: Deadline) -> Answer:
        """Return the answer to a HEAD request, or to GET if HEAD does not work."""
        try:
            answer = self._request("HEAD", target, deadline)
            if answer.status < 400 or answer.status == TOO_MANY_REQUESTS:
                return answer
        except CheckFailed as failed:
            if not failed.result.reached:
                raise
        return self._request("GET", target, deadline)

    def _page(self, target: Target, deadline: Deadline) -> Answer:
        """Return a page with its text, if the site lets programs read it."""
        if not self._may_read(target, deadline):
            raise CheckFailed(Outcome.REFUSES, "The site asks programs not to read it.")
        return self._text(target, deadline)

    def _text(self, target: Target, deadline: Deadline) -> Answer:
        return self._request("GET", target, deadline, PAGE_BYTES + 1)

    def _may_read(self, target: Target, deadline: Deadline) -> bool:
        """Say whether the robots.txt of a site lets this program read an address (RFC 9309). It is read once in a run."""
        site = f"{target.scheme}://{target.host_header}"
        if site not in self._robots:
            self._robots[site] = self._read_robots(f"{site}/robots.txt", deadline)
        rules = self._robots[site]
        return rules is not None and rules.allow(target.path)

    def _read_robots(self, url: str, deadline: Deadline) -> Robots | None:
        """Return the rules of a site, which allow all if it has none; None, so nothing is allowed, if they cannot be had."""
        try:
            answer, _ = self._follow(url, deadline, self._text)
            if answer.status == TOO_MANY_REQUESTS or answer.status >= 500:
                return None
            is_file = answer.status == OK and answer.media_type == "text/plain"
            # Many sites without one answer with a page that says so.
            text = answer.unpacked().decode("utf-8-sig", errors="replace") if is_file else ""
            return Robots.read(text, self.user_agent.partition("/")[0])
        except (CheckFailed, TooManyRules):
            return None

    def _request(
        self, method: str, target: Target, deadline: Deadline, size: int = BODY_BYTES
    ) -> Answer:
        """Send one request, to the first of the checked IP addresses that can be reached. Read `size` bytes at most."""
        waiting_since = time.monotonic()
        with self.turns.wait_for(target.host):
            deadline.until += time.monotonic() - waiting_since
            for ip_address in target.ip_addresses[:-1]:
                try:
                    return self._send(method, target, ip_address, deadline, size)
                except CheckFailed as failed:
                    if failed.result.reached:
                        raise
            return self._send(method, target, target.ip_addresses[-1], deadline, size)

    def _send(
        self, method: str, target: Target, ip_address: str, deadline: Deadline, size: int
    ) -> Answer:
        if not deadline.seconds_left:
            raise self._too_long()
        with (
            deadline.shutting_connections() as watch,
            self._pool(target, ip_address, watch, deadline.seconds_left) as pool,
        ):
            try:
                response = pool.urlopen(
                    method,
                    target.path,
                    headers={
                        "Host": target.host_header,
                        "User-Agent": self.user_agent,
                        "Accept": "*/*",
                        "Connection": "close",
                    },
                    retries=False,
                    redirect=False,
                    assert_same_host=False,
                    preload_content=False,
                    decode_content=False,
                )
                try:
                    kind = _parameter(response.headers.get("Content-Type", ""), "")
                    size = size if kind in READ and response.status == OK else BODY_BYTES
                    body = response.read(size, decode_content=False)
                finally:
                    response.close()
            except (HTTPError, OSError, ValueError) as error:
                if not deadline.seconds_left:
                    raise self._too_long() from error
                raise _failure(error) from error
            if not deadline.seconds_left:  # the response was cut off, and may look complete
                raise self._too_long()
        return Answer(target.url, response.status, response.headers, body)

    def _pool(
        self, target: Target, ip_address: str, watch: Callable[[socket.socket], None], left: float
    ) -> HTTPConnectionPool:
        """Return connections to exactly this IP address, which must have a certificate for the host name."""
        limits = self.limits
        timeout = Timeout(connect=min(limits.connect, left), read=min(limits.read, left))
        options: dict[str, Any] = {"timeout": timeout, "retries": False, "watch": watch}
        if target.scheme == "http":
            return _Pool(ip_address, target.port, **options)
        options |= {"ssl_context": self.tls, "server_hostname": target.host}
        return _TlsPool(ip_address, target.port, **options)

    def _too_long(self) -> CheckFailed:
        reason = f"The check took longer than {self.limits.total:g} seconds."
        return CheckFailed(Outcome.FAILS, reason)


class _WatchedConnection(HTTPConnection):
    """A connection that the deadline can shut."""

    def __init__(self, *args: Any, watch: Callable[[socket.socket], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watch = watch

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        self.watch(connection)
        return connection


class _WatchedTlsConnection(_WatchedConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTlsConnection


def _parameter(header: str, name: str) -> str:
    """Return the value of a Content-Type header, or that of one of its parameters, in lower case."""
    value, *parameters = header.split(";")
    if not name:
        return value.strip().lower()
    for one in parameters:
        key, _, said = one.partition("=")
        if key.strip().lower() == name:
            return said.strip("\"' ").lower()
    return ""


def _redirect(url: str, location: str) -> str:
    """Return the address that a Location header leads to."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()  # as browsers do
    try:
        address = urljoin(url, location.strip())
    except ValueError as error:
        reason = "It redirects to something that is not an address."
        raise CheckFailed(Outcome.FAILS, reason) from error
    if len(address) > MAX_LENGTH:
        raise CheckFailed(Outcome.FAILS, "It redirects to an address that is far too long.")
    return address


def _result(url: str, final_url: str, status: int, headers: Any, *, moved: bool) -> Result:
    """Return what a status means for readers. `moved`: whether all redirects on the way were permanent."""
    if status in GONE:
        return Result(Outcome.GONE, GONE[status], status)
    if status == TOO_MANY_REQUESTS:
        reason = "The site asks for fewer requests (429)."
        return Result(Outcome.REFUSES, reason, status, retry_after=_retry_after(headers))
    if status in {408, 425} or 500 <= status < 600:
        reason = f"The site has an error ({status})."
        return Result(Outcome.FAILS, reason, status, retry_after=_retry_after(headers))
    if status >= 400:
        reason = f"The site refuses to be checked ({status}); people may still be able to read it."
        return Result(Outcome.REFUSES, reason, status)
    if status >= 300:
        return Result(Outcome.FAILS, f"It redirects, but does not say where to ({status}).", status)
    if not moved:
        return Result(Outcome.ANSWERS, "It works.", status)
    if urlsplit(final_url).path == "/" and urlsplit(url).path.strip("/"):
        reason = "It now redirects to the front page of a site. The page may be gone."
    else:
        reason = "It has moved permanently, and its new address works."
    return Result(Outcome.MOVED, reason, status, final_url)


def _retry_after(headers: Any) -> float:
    try:
        return Retry().parse_retry_after(headers.get("Retry-After", "0"))
    except (InvalidHeader, ValueError, OverflowError):  # the header may be any text
        return 0


def _failure(error: Exception) -> CheckFailed:
    """Return why there was no response. Texts that the site sent are left out, because the reason is stored."""
    fails = Outcome.FAILS
    if isinstance(error, NewConnectionError):
        return CheckFailed(fails, "No connection could be made.", may_retry=True)
    if isinstance(error, ConnectTimeoutError):
        return CheckFailed(fails, "Connecting took too long.", may_retry=True)
    if isinstance(error, SSLError | ssl.SSLError):
        cause = error.args[0] if error.args else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = f"Its certificate is not valid: {cause.verify_message.rstrip('.')}."
        else:
            reason = "No secure connection could be made."
        return CheckFailed(fails, reason)
    if isinstance(error, ReadTimeoutError):
        reason = "It did not answer in time."
    else:
        reason = "It closed the connection without a valid response."
    return CheckFailed(fails, reason, may_retry=True, reached=True)
