"""Asks an address on the web whether it answers: politely, in a bounded time, and nowhere but on the public web.

HEAD first, and GET where a site misanswers that; of a body only the beginning is read. A name is looked up once for each
step of a redirect, all its addresses are checked, and the connection goes to exactly what was checked.
"""

import socket
import ssl
import threading
import time
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

from . import public_addresses as outside

Outcome = LinkCheck.Outcome

PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
FOR_GOOD = {301, 308}
GONE = {404: "The page is not there (404).", 410: "The page is gone for good (410)."}
LITTLE = 1024  # bytes of a body
LONGEST = 2000  # characters of an address that somebody leads on to


@dataclass(frozen=True)
class Manners:
    """What one check may take, and how a host is treated; times in seconds."""

    connect: float = 5
    read: float = 10
    whole: float = (
        90  # of one check with all its steps and tries, but for the wait for a host's turn
    )
    tries: int = 3
    backoff: float = 2  # before the second try; doubled before each further one
    patience: float = 30  # the longest that a host's own "try again after" is waited for
    pause: float = 1  # between two requests to a host
    redirects: int = 5


@dataclass(frozen=True)
class Answer:
    """What came of asking. `retry_in` is set where it may pass: the seconds that the host asks to wait, or 0."""

    outcome: Outcome
    reason: str
    status: int | None = None
    final_url: str = ""
    retry_in: float | None = None
    heard: bool = True  # did anybody at all take part, so that this machine has a network?

    @property
    def wants_quiet(self) -> bool:
        """Has the host asked not to be asked any more for now?"""
        return self.status == 429


class NoAnswer(Exception):
    """It was not asked, or said nothing; `answer` says why."""

    def __init__(
        self, outcome: Outcome, reason: str, *, may_pass: bool = False, connected: bool = False
    ) -> None:
        super().__init__(reason)
        self.answer = Answer(outcome, reason, retry_in=0 if may_pass else None, heard=connected)


class Stopped(Exception):
    """Somebody has ended the run."""


class Deadline:
    """The limit of one check. When it passes, the connection in use is shut, whatever it is in the middle of."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return max(self.until - time.monotonic(), 0)

    @contextmanager
    def shutting(self) -> Iterator[Callable[[socket.socket], None]]:
        """Give a function to call with each new connection."""
        handles: list[socket.socket] = []

        def shut() -> None:
            for handle in handles:
                with suppress(OSError):  # it may have ended by itself
                    handle.shutdown(socket.SHUT_RDWR)

        def watch(connection: socket.socket) -> None:
            # A handle of its own, because TLS takes the connection's own away while it begins.
            handles.append(connection.dup())
            if not self.left:
                shut()

        timer = threading.Timer(self.left, shut)
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
class Turns:
    """One request at a time to a host, and a pause after each."""

    pause: float
    stop: threading.Event
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _free_at: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def at(self, host: str) -> Iterator[None]:
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
class Place:
    """Where one request goes: an address of the web, and the checked addresses of its host."""

    url: str
    scheme: str
    host: str
    port: int
    name: str  # of the host, with a port that is not the usual one
    target: str
    addresses: list[str]


@dataclass
class Asker:
    """Asks. `look_up`, `may_reach` and `ports` say where it may go, `tls` whose certificates it believes."""

    agent: str
    manners: Manners = field(default_factory=Manners)
    look_up: Callable[[str, int, float], list[str]] = outside.look_up
    may_reach: Callable[[str], bool] = outside.is_public
    ports: Collection[int] = (80, 443)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    stop: threading.Event = field(default_factory=threading.Event)

    @cached_property
    def turns(self) -> Turns:
        return Turns(self.manners.pause, self.stop)

    def ask(self, url: str) -> Answer:
        """Return whether an address answers, after as many tries as are worth it. Stopped if the run ends."""
        deadline = Deadline(self.manners.whole)
        backoff = self.manners.backoff
        for _ in range(self.manners.tries):
            answer = self._try(url, deadline)
            if answer.retry_in is None:
                break
            wait = max(backoff, answer.retry_in)
            if answer.retry_in > self.manners.patience or wait >= deadline.left:
                break
            if self.stop.wait(wait):
                raise Stopped
            backoff *= 2
        return answer

    def _try(self, url: str, deadline: Deadline) -> Answer:
        try:
            return self._follow(url, deadline)
        except NoAnswer as none:
            return none.answer

    def _follow(self, url: str, deadline: Deadline) -> Answer:
        """Ask, and go where the answers lead."""
        here, seen, for_good, cookies = url, set[str](), True, False
        for _ in range(self.manners.redirects + 1):
            place = self._place(here, deadline)
            if place.url in seen:
                if cookies:
                    reason = "It leads those who keep no cookies in a circle."
                    raise NoAnswer(Outcome.REFUSES, reason, connected=True)
                raise NoAnswer(Outcome.FAILS, "It leads in a circle.", connected=True)
            seen.add(place.url)
            status, headers = self._page(place, deadline)
            if status not in REDIRECTS or not headers.get("Location"):
                return _judged(url, place.url, status, headers, for_good and len(seen) > 1)
            for_good = for_good and status in FOR_GOOD
            cookies = cookies or "Set-Cookie" in headers
            here = _led_on(place.url, headers["Location"])
        reason = f"It leads on more than {self.manners.redirects} times."
        raise NoAnswer(Outcome.FAILS, reason, connected=True)

    def _place(self, url: str, deadline: Deadline) -> Place:
        """Look a host up and check all its addresses. Whoever's name and password the address holds are left out."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
            if not host.isascii():
                host = host.encode("idna").decode()
            name = f"[{host}]" if ":" in host else host
            name = name if port in {None, PORTS.get(parts.scheme)} else f"{name}:{port}"
            target = parts._replace(scheme="", netloc="", fragment="").geturl()
            whole = parse_url(f"{parts.scheme}://{name}{target}")
        except ValueError as error:
            raise NoAnswer(Outcome.NOT_ASKED, "This is no address of the web.") from error
        if parts.scheme not in PORTS or not host:
            raise NoAnswer(Outcome.NOT_ASKED, "Only http and https addresses are asked.")
        port = PORTS[parts.scheme] if port is None else port
        if port not in self.ports:
            raise NoAnswer(Outcome.NOT_ASKED, f"It leads to an unusual port ({port}).")
        try:
            addresses = self.look_up(host, port, min(self.manners.connect, deadline.left))
        except OSError as error:
            may_pass = getattr(error, "errno", None) != socket.EAI_NONAME
            reason = f"The name {host} cannot be found."
            raise NoAnswer(Outcome.FAILS, reason, may_pass=may_pass) from error
        if not addresses or not all(map(self.may_reach, addresses)):
            reason = f"{host} is not on the public internet, so it was not asked."
            raise NoAnswer(Outcome.NOT_ASKED, reason)
        return Place(whole.url, parts.scheme, host, port, name, whole.request_uri, addresses)

    def _page(self, place: Place, deadline: Deadline) -> tuple[int, Any]:
        """Return status and headers, by HEAD or else by GET."""
        try:
            status, headers = self._request("HEAD", place, deadline)
            if status < 400 or status == 429:
                return status, headers
        except NoAnswer as none:
            if not none.answer.heard:
                raise
        return self._request("GET", place, deadline)

    def _request(self, method: str, place: Place, deadline: Deadline) -> tuple[int, Any]:
        """Make one request, to the first of the checked addresses that can be reached."""
        asked_at = time.monotonic()
        with self.turns.at(place.host):
            deadline.until += time.monotonic() - asked_at
            for address in place.addresses[:-1]:
                try:
                    return self._exchange(method, place, address, deadline)
                except NoAnswer as none:
                    if none.answer.heard:
                        raise
            return self._exchange(method, place, place.addresses[-1], deadline)

    def _exchange(
        self, method: str, place: Place, address: str, deadline: Deadline
    ) -> tuple[int, Any]:
        if not deadline.left:
            raise self._too_long()
        with deadline.shutting() as watch, self._pool(place, address, watch, deadline.left) as pool:
            try:
                response = pool.urlopen(
                    method,
                    place.target,
                    headers={
                        "Host": place.name,
                        "User-Agent": self.agent,
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
                    response.read(LITTLE, decode_content=False)
                finally:
                    response.close()
            except (HTTPError, OSError, ValueError) as error:
                if not deadline.left:
                    raise self._too_long() from error
                raise _silence(error) from error
            if not deadline.left:  # it was cut short, and may look as if it had ended
                raise self._too_long()
        return response.status, response.headers

    def _pool(
        self, place: Place, address: str, watch: Callable[[socket.socket], None], left: float
    ) -> HTTPConnectionPool:
        """Return a way to exactly this address, which proves with its certificate that it is the host."""
        manners = self.manners
        timeout = Timeout(connect=min(manners.connect, left), read=min(manners.read, left))
        said: dict[str, Any] = {"timeout": timeout, "retries": False, "watch": watch}
        if place.scheme == "http":
            return _Pool(address, place.port, **said)
        return _TlsPool(
            address, place.port, ssl_context=self.tls, server_hostname=place.host, **said
        )

    def _too_long(self) -> NoAnswer:
        reason = f"It took longer than {self.manners.whole:g} seconds in all."
        return NoAnswer(Outcome.FAILS, reason)


class _Watched(HTTPConnection):
    """A connection that can be shut from outside."""

    def __init__(self, *args: Any, watch: Callable[[socket.socket], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watch = watch

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        self.watch(connection)
        return connection


class _WatchedTls(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTls


def _led_on(url: str, location: str) -> str:
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()  # as browsers read it
    try:
        led = urljoin(url, location.strip())
    except ValueError as error:
        raise NoAnswer(Outcome.FAILS, "It leads on to what is no address.") from error
    if len(led) > LONGEST:
        raise NoAnswer(Outcome.FAILS, "It leads on to an address that is far too long.")
    return led


def _judged(url: str, final_url: str, status: int, headers: Any, moved: bool) -> Answer:
    """Return what a status means for readers."""
    if status in GONE:
        return Answer(Outcome.GONE, GONE[status], status)
    if status == 429:
        reason = "The site asks for fewer requests (429)."
        return Answer(Outcome.REFUSES, reason, status, retry_in=_retry_after(headers))
    if status in {408, 425} or 500 <= status < 600:
        reason = f"The site has a fault ({status})."
        return Answer(Outcome.FAILS, reason, status, retry_in=_retry_after(headers))
    if status >= 400:
        reason = f"The site refuses to be checked ({status}); people may still be able to read it."
        return Answer(Outcome.REFUSES, reason, status)
    if status >= 300:
        return Answer(Outcome.FAILS, f"It leads on, but not where to ({status}).", status)
    if not moved:
        return Answer(Outcome.ANSWERS, "It answers.", status)
    if urlsplit(final_url).path == "/" and urlsplit(url).path.strip("/"):
        reason = "It now leads to the front page of a site: what it was about may be gone."
    else:
        reason = "It has moved for good, and answers at its new address."
    return Answer(Outcome.MOVED, reason, status, final_url)


def _retry_after(headers: Any) -> float:
    try:
        return Retry().parse_retry_after(headers.get("Retry-After", "0"))
    except (InvalidHeader, ValueError, OverflowError):  # it may be any text
        return 0


def _silence(error: Exception) -> NoAnswer:
    """Return in words why nothing was heard. No words of the other side's: they would go into the database."""
    fails = Outcome.FAILS
    if isinstance(error, NewConnectionError):
        return NoAnswer(fails, "It cannot be connected to.", may_pass=True)
    if isinstance(error, ConnectTimeoutError):
        return NoAnswer(fails, "It did not take the connection in time.", may_pass=True)
    if isinstance(error, SSLError | ssl.SSLError):
        cause = error.args[0] if error.args else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = f"Its certificate is not valid: {cause.verify_message.rstrip('.')}."
        else:
            reason = "No secure connection with it could be made."
        return NoAnswer(fails, reason)
    if isinstance(error, ReadTimeoutError):
        return NoAnswer(fails, "It did not answer in time.", may_pass=True, connected=True)
    return NoAnswer(
        fails, "It ended the connection without a proper answer.", may_pass=True, connected=True
    )
