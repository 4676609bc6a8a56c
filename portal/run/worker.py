"""gunicorn's worker with threads, made patient: clients that are slow to send wait in its loop and not in its threads.

gunicorn's own worker (gthread) gives a connection to a thread when its first byte has come, and that thread then waits for the
rest of the request for as long as the client likes: a few half-sent requests hold all threads. Here the loop, which waits for
all connections at once, also receives the requests. A thread gets one that is complete, when the client has taken the answers
before. Only for plain HTTP/1.1: TLS and HTTP/2 are for a proxy. See docs/decisions/0015-slow-clients.md.
"""

import fcntl
import mmap
import os
import resource
import selectors
import socket
import struct
import termios
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import unquote

from gunicorn.http.body import Body, LengthReader
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from portal.middleware import CONTENT_SECURITY_POLICY, PERMISSIONS_POLICY

from .handover import is_supervised

KB, MB = 1024, 1024 * 1024

REQUEST_SECONDS = 60  # for a request to arrive: a file of 10 MB at 1.4 Mbit/s
STALL_SECONDS = 10  # for a client to take any more of its answer
GOODBYE_SECONDS = 2  # for a client to close its side of a connection that we have closed
LOOK_SECONDS = 0.25  # between two looks at whether a client has taken its answer
MAX_HEAD = 64 * KB  # bytes of the request line and headers
# Bytes of a body, by the start of the path; the first that fits counts. Only the import takes files, of up to 10 MB. A form in
# admin may be as long as Django lets it be, also on the pages for signing in, which carry it along if the session has ended.
MAX_BODY = {
    "/admin/evidence/summary/import/": 11 * MB,
    "/admin/": 5 * MB // 2,
    "/fact-check/": MB,  # about thirty answers of up to 5,000 characters, escaped
    "": 4 * KB,
}
MAX_HELD = 64 * MB  # bytes of all requests that are arriving or are being answered
# Bytes of an answer that the system keeps for a client that is slow to read, so that no thread waits for it. Pages are smaller.
SEND_BUFFER = 256 * KB
LITTLE = 4 * KB  # bytes that may be left in it when the next answer begins
SPARE_FILES = 200  # of the files that a process may open: for everything but connections
# Requests that wait for a database that may be silent, or for a client that is slow to read a long answer, have threads of
# their own and queue for those alone. So they never hold the threads of pages. By the start of the path.
THREADS_APART = {"/admin/": 64, "/evidence/preview/": 2, "/fact-check/": 4, "/evidence.csv": 6}

END_OF_HEAD = b"\r\n\r\n"
# Of answers that Django does not give.
SECURITY_HEADERS = (
    f"Content-Security-Policy: {CONTENT_SECURITY_POLICY}\r\n"
    f"Permissions-Policy: {PERMISSIONS_POLICY}\r\n"
    "Referrer-Policy: strict-origin-when-cross-origin\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
)


class Refused(Exception):  # not an error of ours: the client is told
    """A request that no thread will see: the text of its status line, and why in words."""

    def __init__(self, status: str, why: str) -> None:
        super().__init__(status, why)
        self.status, self.why = status, why


class Arriving:
    """A request of which a part may have come. gunicorn itself reads its head, so that we cannot read it otherwise."""

    def __init__(self, cfg: Any, client: Any) -> None:
        self.deadline = time.monotonic() + REQUEST_SECONDS
        self.request: Any = None  # as gunicorn understands it, once the head is here
        self.early = b""  # what has come of the next request
        self._cfg, self._client = cfg, client
        self._head = bytearray()
        self._body: mmap.mmap | None = None
        self._missing = 0  # bytes of the body

    @property
    def path(self) -> str:
        """The path that is asked for, as a view will see it. Only once the head is here."""
        return unquote(self.request.path)

    def add(self, data: bytes) -> bool:
        """Take more bytes, and say whether the request is complete. Raises Refused, or gunicorn's own errors."""
        if self.request is None:
            searched = max(len(self._head) - len(END_OF_HEAD), 0)
            self._head += data
            end = self._head.find(END_OF_HEAD, searched, MAX_HEAD)
            if end < 0:
                if len(self._head) >= MAX_HEAD:
                    raise Refused(
                        "431 Request Header Fields Too Large",
                        f"At most {MAX_HEAD // KB} KB of headers are accepted.",
                    )
                return False
            end += len(END_OF_HEAD)
            self._begin(bytes(self._head[:end]))
            data = bytes(self._head[end:])
            self._head.clear()
        body, self.early = data[: self._missing], data[self._missing :]
        if self._body is not None:
            self._body.write(body)
            self._missing -= len(body)
            if not self._missing:
                self._body.seek(0)
        return not self._missing

    def asks_to_go_on(self) -> bool:
        """Say, once, whether the client sends the body only when it is told to."""
        if self.request is None or not self.request._expected_100_continue:
            return False
        self.request._expected_100_continue = False  # or a thread says it too
        return self._missing > 0

    def close(self) -> None:
        """Let go of the memory of the body."""
        if self._body is not None:
            self._body.close()

    def _begin(self, head: bytes) -> None:
        self.request = Request(self._cfg, IterUnreader(iter([head])), self._client)
        if not isinstance(self.request.body.reader, LengthReader):
            # No browser sends a form in chunks.
            raise Refused("411 Length Required", "The length of what is sent must be given.")
        self._missing = self.request.body.reader.length
        limit = next(most for start, most in MAX_BODY.items() if self.path.startswith(start))
        if self._missing > limit:
            size = f"{limit / MB:g} MB" if limit >= MB else f"{limit // KB} KB"
            raise Refused("413 Content Too Large", f"This page accepts at most {size}.")
        if self._missing:
            # The system has this memory back at once; after many large bodies, Python would keep much of its own.
            self._body = mmap.mmap(-1, self._missing, flags=mmap.MAP_PRIVATE)
            self.request.body = Body(self._body)


class WithSecurityHeaders:
    """The socket of a client, for the pages of gunicorn's own, which it sends in one piece and without these headers."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def sendall(self, page: bytes) -> None:
        """Put the headers after the status line, and send."""
        self._sock.sendall(page.replace(b"\r\n", b"\r\n" + SECURITY_HEADERS.encode(), 1))


class Connection(TConn):
    """A connection, and where it is."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.arriving = Arriving(self.cfg, self.client)
        self.held = 0  # bytes of its request
        self.waiting: deque[Connection] | None = None  # the list that it is in, of those below
        self.gone = False


class PatientWorker(ThreadWorker):
    """Receives requests in the loop, and gives a thread only those that are complete.

    A connection is in one place at a time: a thread, or one of the lists of those that wait: `pending_conns` while its request
    arrives, `unread` while the answers before have not been taken, `keepalived_conns` between two requests, or `leaving`.
    All that is here runs in the loop, but for `handle`.
    """

    worker_connections: int
    nr_conns: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unread: deque[Connection] = deque()
        self.leaving: deque[Connection] = deque()
        self.held = 0
        self.apart: dict[str, ThreadPoolExecutor] = {}

    def init_process(self) -> None:
        """Let this process have enough open files for its connections, or as many connections as it may have files."""
        limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = self.worker_connections + SPARE_FILES
        if resource.RLIM_INFINITY != limit < wanted:
            limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
            self.worker_connections = connections_with(limit)
        self.apart = {
            path: ThreadPoolExecutor(max_workers=threads) for path, threads in THREADS_APART.items()
        }
        super().init_process()

    def is_parent_alive(self) -> bool:
        """Go on while the gunicorn that started us is there, or script/server, which then starts another and ends us."""
        return self.ppid == os.getppid() or is_supervised() or bool(super().is_parent_alive())

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for events, and act on them. One of a connection that an event before it has closed means nothing any more."""
        if self.unread:
            timeout = min(timeout, LOOK_SECONDS)
        for key, _ in self.poller.select(timeout):
            if self.poller.get_map().get(key.fd) is key:
                key.data(key.fileobj)

    def accept(self, listener: Any) -> None:
        """Accept a connection. If there are too many, the one that has been silent for longest has to go."""
        try:
            client, address = listener.accept()
        except OSError:  # the client has gone again, or there is no file left for it
            return
        self.nr_conns += 1
        conn = Connection(self.cfg, client, address, listener.getsockname())
        self._safely(conn, self._welcome)
        if self.nr_conns >= self.worker_connections:
            for waiting in (self.leaving, self.unread, self.keepalived_conns, self.pending_conns):
                if waiting:
                    self._drop(waiting[0])
                    break

    def handle(self, conn: Connection) -> bool:
        """Answer a request, in a thread, and say whether the connection can be used again."""
        request = conn.arriving.request
        try:
            conn.sock.setblocking(True)
            return bool(self.handle_request(request, conn))
        except StopIteration:
            pass  # the answer was cut short by an error, which is logged
        except (ConnectionError, BlockingIOError, TimeoutError):
            self.log.debug("A client has gone, or did not read its answer.")
        except OSError:
            self.log.exception("Error on a connection while a request was answered")
        except Exception as error:
            self.handle_error(request, conn.sock, conn.client, error)
        return False

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        """Answer what gunicorn refuses, or what went wrong, with a page of its own."""
        super().handle_error(req, WithSecurityHeaders(client), addr, exc)

    def murder_pending(self) -> None:
        """Close connections whose time is over. Those of a worker that is to stop have little left."""
        now = time.monotonic()
        for waiting in (self.pending_conns, self.leaving):
            if not self.alive:
                for conn in waiting:
                    conn.timeout = min(conn.timeout, now + GOODBYE_SECONDS)
            while waiting and waiting[0].timeout <= now:
                self._drop(waiting[0])
        while self.unread and self.unread[0].timeout <= now:
            conn = self.unread[0]
            if self.alive and now < conn.arriving.deadline:
                self._safely(conn, self._hand_over)
            else:
                self._drop(conn)

    def _safely(self, conn: Connection, act: Callable[[Connection], None], *_: Any) -> None:
        """Act on a connection. An error costs that connection, and not the worker with all others."""
        try:
            act(conn)
        except Exception:
            self.log.exception("A connection is closed because of an error")
            self._drop(conn)

    def _welcome(self, conn: Connection) -> None:
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        stall = struct.pack("ll", STALL_SECONDS, 0)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, stall)
        self._expect(conn)

    def _expect(self, conn: Connection, early: bytes = b"") -> None:
        """Begin to receive a request, of which some may have come with the one before."""
        conn.arriving = Arriving(self.cfg, conn.client)
        self._wait(self.pending_conns, conn, REQUEST_SECONDS, self._receive)
        if early:
            self._take(conn, early)
        else:
            self._receive(conn)

    def _receive(self, conn: Connection) -> None:
        try:
            data = conn.sock.recv(MAX_HEAD)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(conn, data)
        else:
            self._drop(conn)

    def _take(self, conn: Connection, data: bytes) -> None:
        """Add to a request. When it is complete, a thread gets it."""
        self.held += len(data)
        conn.held += len(data)
        try:
            complete = conn.arriving.add(data)
        except Exception as error:
            self._refuse(conn, error)
            return
        if complete:
            self._hand_over(conn)
        elif conn.arriving.asks_to_go_on():
            self._say(conn, "HTTP/1.1 100 Continue\r\n\r\n")
        if self.held > MAX_HELD:
            waiting = (*self.pending_conns, *self.unread)
            if waiting:
                self._drop(max(waiting, key=lambda one: one.held))

    def _refuse(self, conn: Connection, error: Exception) -> None:
        if isinstance(error, Refused):
            text = f"{error.why}\n"
            self._say(
                conn,
                f"HTTP/1.1 {error.status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
                f"Content-Length: {len(text)}\r\nConnection: close\r\n{SECURITY_HEADERS}\r\n{text}",
            )
        else:
            self.handle_error(None, conn.sock, conn.client, error)
        self._take_leave(conn)

    def _hand_over(self, conn: Connection) -> None:
        """Give a thread a request, or wait until there is room for its answer, so that the thread will not have to."""
        self._wait_no_more(conn)
        if unsent(conn.sock) > LITTLE:
            self._wait(self.unread, conn, LOOK_SECONDS)
            return
        path = conn.arriving.path
        pools = (pool for start, pool in self.apart.items() if path.startswith(start))
        answered = next(pools, self.tpool).submit(self.handle, conn)
        answered.add_done_callback(
            lambda future: self.method_queue.defer(
                self._safely, conn, partial(self._go_on, future=future)
            )
        )

    def _go_on(self, conn: Connection, future: Future[bool]) -> None:
        """Wait for the next request of a connection that a thread has answered, or take leave without waiting."""
        early = conn.arriving.early
        self._release(conn)
        if future.cancelled() or future.exception() or not future.result():
            self._take_leave(conn)
        elif early:
            self._expect(conn, early)
        else:
            seconds = self.cfg.keepalive if self.alive else GOODBYE_SECONDS
            self._wait(self.keepalived_conns, conn, seconds, self._expect)

    def _take_leave(self, conn: Connection) -> None:
        """Close our side, and the rest when the client has closed its own: a reset could cost it the end of its answer."""
        self._release(conn)
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:  # it is closed already
            self._drop(conn)
        else:
            self._wait(self.leaving, conn, GOODBYE_SECONDS, self._listen_no_more)

    def _listen_no_more(self, conn: Connection) -> None:
        try:
            ended = not conn.sock.recv(MAX_HEAD)
        except BlockingIOError:
            return
        except OSError:
            ended = True
        if ended:
            self._drop(conn)

    def _wait(
        self,
        waiting: deque[Connection],
        conn: Connection,
        seconds: float,
        act: Callable[[Connection], None] | None = None,
    ) -> None:
        """Put a connection at the end of a list, for some time. What it is told to do, it does whenever something comes."""
        self._wait_no_more(conn)
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + seconds
        conn.waiting = waiting
        waiting.append(conn)
        if act:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._safely, conn, act))

    def _wait_no_more(self, conn: Connection) -> None:
        if conn.waiting is None:
            return
        conn.waiting.remove(conn)
        conn.waiting = None
        try:
            self.poller.unregister(conn.sock)
        except (KeyError, ValueError):
            return  # it waited for no event, or is closed

    def _release(self, conn: Connection) -> None:
        """Forget a request."""
        self.held -= conn.held
        conn.held = 0
        conn.arriving.close()
        conn.arriving = Arriving(self.cfg, conn.client)

    def _drop(self, conn: Connection) -> None:
        """Close a connection, wherever it waits. One that is gone already is left alone."""
        if conn.gone:
            return
        conn.gone = True
        self._wait_no_more(conn)
        self._release(conn)
        self.nr_conns -= 1
        conn.close()

    def _say(self, conn: Connection, text: str) -> None:
        try:
            conn.sock.send(text.encode())
        except OSError:
            return  # it has gone, and the loop will notice


def connections_with(files: int) -> int:
    """Return how many connections a process can have that may open so many files: at least half as many."""
    return files - min(SPARE_FILES, files // 2)


def unsent(sock: socket.socket) -> int:
    """Return the bytes that were sent and that the client's system has not taken; 0 where our system does not tell."""
    try:
        answer = fcntl.ioctl(sock, termios.TIOCOUTQ, struct.pack("i", 0))
    except OSError:
        return 0
    return int(struct.unpack("i", answer)[0])
