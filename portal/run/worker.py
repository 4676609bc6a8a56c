"""gunicorn's worker with threads, made patient: clients that are slow to send wait in its loop and not in its threads.

gunicorn's own worker (gthread) gives a connection to a thread when its first byte has come, and that thread then waits for the
rest of the request for as long as the client likes: a few half-sent requests hold all threads. Here the loop, which waits for
all connections at once, also receives the requests, and a thread gets one that is complete. Only for plain HTTP/1.1: TLS and
HTTP/2 are for a proxy. See docs/decisions/0015-slow-clients.md.
"""

import errno
import re
import resource
import selectors
import socket
import struct
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from gunicorn.workers.gthread import TConn, ThreadWorker

REQUEST_SECONDS = 60  # for a request to arrive: a file of 10 MB at 1.4 Mbit/s
STALL_SECONDS = 10  # for a client to take any more of its answer
GOODBYE_SECONDS = 2  # for a client to close its side of a connection that we have closed
MAX_HEAD = 64 * 1024  # bytes of the request line and headers
MAX_BODY = 11 * 1024 * 1024  # bytes; admin itself refuses a file of more than 10 MB
MAX_HELD = 64 * 1024 * 1024  # bytes of all requests that are arriving or are being answered
# Bytes of an answer that the system keeps for a client that is slow to read, so that no thread waits for it. Pages are smaller.
SEND_BUFFER = 256 * 1024
SPARE_FILES = 200  # of the files that a process may open: for everything but connections
# Requests that wait for a database that may be silent, or for a client that is slow to read a long answer, have threads of
# their own and queue for those alone. So they never hold the threads of pages. By the start of the path.
THREADS_APART = {"/admin/": 64, "/evidence/preview/": 2, "/evidence.csv": 6}

END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
CODED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue", re.IGNORECASE)


class Refused(Exception):  # not an error of ours: the client is told, in the text of a status line
    """A request that no thread will see; the message is its status."""


class Arriving:
    """A request of which a part has come."""

    def __init__(self) -> None:
        self.count = 0  # bytes that have come
        self.received = bytearray()
        self._size: int | None = None  # bytes of the whole request, once the head is here
        self._asked = False

    def add(self, data: bytes) -> bool:
        """Take more bytes, and say whether the request is complete. Raises Refused if it is not one for us."""
        searched = max(len(self.received) - len(END_OF_HEAD), 0)
        self.received += data
        self.count += len(data)
        if self._size is None:
            end = self.received.find(END_OF_HEAD, searched, MAX_HEAD)
            if end >= 0:
                self._size = end + len(END_OF_HEAD) + self._length_of_body(end)
            elif len(self.received) >= MAX_HEAD:
                raise Refused("431 Request Header Fields Too Large")
        return self._size is not None and len(self.received) >= self._size

    def asks_to_go_on(self) -> bool:
        """Say, once, whether the client sends the body only when it is told to."""
        if self._asked or self._size is None:
            return False
        self._asked = True
        return EXPECTS.search(self.received, 0, MAX_HEAD) is not None

    @property
    def path(self) -> str:
        """The path that is asked for, as a view would see it; empty if the request makes no sense."""
        target = bytes(self.received[:MAX_HEAD]).split(b"\r\n", 1)[0].split(b" ")[1:2]
        try:
            return unquote(urlsplit(target[0].decode("latin-1")).path)
        except (IndexError, ValueError):
            return ""

    def take(self) -> bytes:
        """Return all that has come, and keep only how much it was."""
        received, self.received = bytes(self.received), bytearray()
        return received

    def _length_of_body(self, end: int) -> int:
        # gunicorn reads the head again, strictly: it refuses all that is ambiguous, such as two lengths.
        head = bytes(self.received[: end + 2])
        if CODED.search(head):
            raise Refused("411 Length Required")  # no browser sends a form in chunks
        lengths = LENGTH.findall(head)
        length = max(map(int, lengths), default=0)
        if length > MAX_BODY:
            raise Refused("413 Content Too Large")
        return length


class PatientWorker(ThreadWorker):
    """Receives requests in the loop, and gives a thread only those that are complete.

    A connection is in one place at a time: `pending_conns` while its request arrives, a thread, `keepalived_conns` between two
    requests, or `leaving`. All that is here runs in the loop, but for `handle_request`.
    """

    worker_connections: int
    nr_conns: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaving: deque[TConn] = deque()
        self.held = 0
        self.apart: dict[str, ThreadPoolExecutor] = {}

    def init_process(self) -> None:
        """Let this process have enough open files for its connections, or as many connections as it may have files."""
        limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = self.worker_connections + SPARE_FILES
        if resource.RLIM_INFINITY != limit < wanted:
            limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
            self.worker_connections = limit - SPARE_FILES
        self.apart = {
            path: ThreadPoolExecutor(max_workers=threads) for path, threads in THREADS_APART.items()
        }
        super().init_process()

    def accept(self, listener: Any) -> None:
        """Accept a connection. If there are too many, the one that has been silent for longest has to go."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in {errno.EAGAIN, errno.ECONNABORTED, errno.EMFILE, errno.ENFILE}:
                return
            raise
        self.nr_conns += 1
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        stall = struct.pack("ll", STALL_SECONDS, 0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, stall)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, stall)
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.init()
        self.enqueue_req(conn)
        if self.nr_conns >= self.worker_connections:
            for waiting in (self.leaving, self.keepalived_conns, self.pending_conns):
                if waiting:
                    self._drop(waiting, waiting[0])
                    break

    def enqueue_req(self, conn: TConn) -> None:
        """Begin to receive a request, of which some may have come with the one before."""
        conn.arriving = Arriving()
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + REQUEST_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(
            conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn)
        )
        if early := conn.parser.unreader.take_buffered():
            self._take(conn, early)
        else:
            self.on_pending_socket_readable(conn, conn.sock)

    def on_pending_socket_readable(self, conn: TConn, client: Any) -> None:
        """Receive what has come."""
        try:
            data = client.recv(MAX_HEAD)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(conn, data)
        else:
            self._drop(self.pending_conns, conn)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer a request, in a thread. A client that takes nothing of its answer for a while is left."""
        try:
            return bool(super().handle_request(req, conn))
        except BlockingIOError:
            self.log.debug("A client did not read its answer.")
            return False

    def finish_request(self, conn: TConn, future: Future[Any]) -> None:
        """Go on with a connection that a thread has answered: wait for its next request, or take leave without waiting."""
        self.held -= conn.arriving.count
        if future.cancelled() or future.exception() or future.result():
            super().finish_request(conn, future)
        else:
            self._take_leave(conn)

    def murder_pending(self) -> None:
        """Close connections whose time is over. Those of a worker that is to stop have little left."""
        now = time.monotonic()
        for waiting in (self.pending_conns, self.leaving):
            if not self.alive:
                for conn in waiting:
                    conn.timeout = min(conn.timeout, now + GOODBYE_SECONDS)
            while waiting and waiting[0].timeout <= now:
                self._drop(waiting, waiting[0])

    def _take(self, conn: TConn, data: bytes) -> None:
        """Add to a request. When it is complete, a thread gets it."""
        self.held += len(data)
        try:
            complete = conn.arriving.add(data)
        except Refused as status:
            self._forget(self.pending_conns, conn)
            self.held -= conn.arriving.count
            self._say(conn, f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self._take_leave(conn)
            return
        if complete:
            self._forget(self.pending_conns, conn)
            self._hand_over(conn)
            return
        if conn.arriving.asks_to_go_on():
            self._say(conn, "HTTP/1.1 100 Continue\r\n\r\n")
        if self.held > MAX_HELD:
            largest = max(self.pending_conns, key=lambda one: one.arriving.count)
            self._drop(self.pending_conns, largest)

    def _hand_over(self, conn: TConn) -> None:
        path = conn.arriving.path
        pools = (pool for start, pool in self.apart.items() if path.startswith(start))
        conn.parser.unreader.unread(conn.arriving.take())
        answered = next(pools, self.tpool).submit(self.handle, conn)
        answered.add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, conn, future)
        )

    def _take_leave(self, conn: TConn) -> None:
        """Close our side, and the rest when the client has closed its own: a reset could cost it the end of its answer."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:  # it is closed already
            self.nr_conns -= 1
            conn.close()
            return
        conn.timeout = time.monotonic() + GOODBYE_SECONDS
        self.leaving.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._listen_no_more, conn))

    def _listen_no_more(self, conn: TConn, client: Any) -> None:
        try:
            ended = not client.recv(MAX_HEAD)
        except BlockingIOError:
            return
        except OSError:
            ended = True
        if ended:
            self._drop(self.leaving, conn)

    def _drop(self, waiting: "deque[TConn]", conn: TConn) -> None:
        self._forget(waiting, conn)
        if waiting is self.pending_conns:
            self.held -= conn.arriving.count
        self.nr_conns -= 1
        conn.close()

    def _forget(self, waiting: "deque[TConn]", conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        waiting.remove(conn)

    def _say(self, conn: TConn, text: str) -> None:
        try:
            conn.sock.send(text.encode())
        except OSError:
            return  # it has gone, and the loop will notice
