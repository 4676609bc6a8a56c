"""A web server on this machine that behaves as real sites do, well or badly, and records the requests."""

import ssl
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from evidence.link_checks.http import Limits, LinkClient

QUICK = Limits(
    connect=1, read=0.3, total=20, attempts=3, backoff=0.01, longest_wait=0.2, pause=0, redirects=5
)
HERE = "127.0.0.1"


class Website(ThreadingHTTPServer):
    """Responds by path. Several host names may lead to it."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__((HERE, 0), Page)
        self.lock = threading.Lock()
        self.asked: list[tuple[str, str]] = []  # method and path
        self.headers: list[dict[str, str]] = []
        self.visits: Counter[str] = Counter()  # by path
        self.now: Counter[str] = Counter()  # requests that have no response yet, by host
        self.most: Counter[str] = Counter()  # and the most that there ever were at once
        self.times: dict[str, list[float]] = defaultdict(list)  # begun and ended, by host
        self.sent = 0
        # What is answered instead of a page of this class, by path: status, headers and body.
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str, host: str = "site.example", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def handle_error(self, *args: Any) -> None:
        pass  # those who ask hang up in the middle, as they should


class Page(BaseHTTPRequestHandler):
    server: Website
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        self.host: str | None = None
        site, host = self.server, self.headers["Host"].partition(":")[0]
        if self.path == "/robots.txt" and self.path not in site.pages:
            # Not counted. It lets no program read, so that links are checked and no page is read.
            self.send(200, b"User-agent: *\nDisallow: /", Content_Type="text/plain")
            return
        with site.lock:
            site.asked.append((self.command, self.path))
            site.headers.append(dict(self.headers))
            site.visits[self.path] += 1
            site.now[host] += 1
            site.most[host] = max(site.most[host], site.now[host])
            site.times[host].append(time.monotonic())
        self.host = host
        try:
            self.close_connection = True
            name = self.path.strip("/").partition("/")[0].partition("?")[0]
            if self.path in site.pages:
                self.send_as_told(*site.pages[self.path])
            else:
                getattr(self, f"page_{name.replace('-', '_')}", self.page_fine)()
        finally:
            self.responds()
            with site.lock:
                site.times[host].append(time.monotonic())

    def responds(self) -> None:
        """Count the request as answered. Before the response leaves: whoever asked may ask again at once."""
        with self.server.lock:
            if self.host is not None:
                self.server.now[self.host] -= 1
                self.host = None

    def send_response(self, code: int, message: str | None = None) -> None:
        self.responds()
        super().send_response(code, message)

    do_HEAD = do_GET = answer  # noqa: N815

    def send(self, status: int, body: bytes = b"A page.", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def send_as_told(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send(status, body, **headers)

    def page_endless(self) -> None:
        """Send a page slowly and without end."""
        if self.command == "HEAD":
            self.send(200)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        for _ in range(100):
            time.sleep(0.1)
            self.wfile.write(b"<p>And so on. </p>" * 100)

    def page_fine(self) -> None:
        self.send(200)

    def page_status(self) -> None:
        self.send(int(self.path.rpartition("/")[2]))

    def page_no_head(self) -> None:
        """Respond wrongly to HEAD, with a status or without one."""
        how = self.path.rpartition("/")[2]
        if self.command == "GET":
            self.send(200)
        elif how == "slow":
            time.sleep(QUICK.read * 2)
        elif how.isdecimal():
            self.send(int(how))

    def page_to(self) -> None:
        """Redirect: /to/<status>/<where>."""
        _, _, status, where = unquote(self.path).split("/", 3)
        self.send(int(status), Location=where if ":" in where else f"/{where}")

    def page_circle(self) -> None:
        self.send(302, Location="/circle/2" if self.path == "/circle/1" else "/circle/1")

    def page_cookie(self) -> None:
        self.send(302, Location=self.path, Set_Cookie="seen=1")

    def page_nowhere(self) -> None:
        self.send(302)

    def page_slow(self) -> None:
        time.sleep(QUICK.read * 2)

    def page_drip(self) -> None:
        """Send headers slowly and without end."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100):
            time.sleep(QUICK.read / 3)
            self.wfile.write(f"X-{number}: x\r\n".encode())

    def page_huge(self) -> None:
        if self.command == "HEAD":
            self.send(405)
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(10**9))
            self.end_headers()
            for _ in range(10**6):
                self.server.sent += self.wfile.write(b"x" * 1000)

    def page_busy(self) -> None:
        """Send 429 with /busy/<seconds> as Retry-After, and 200 from the third request on."""
        if self.server.visits[self.path] < 3:
            self.send(429, Retry_After=self.path.rpartition("/")[2])
        else:
            self.send(200)

    def page_flaky(self) -> None:
        """Fail at the first two attempts, each with HEAD and GET."""
        self.send(200 if self.server.visits[self.path] > 4 else 503)

    def page_closed(self) -> None:
        pass

    def page_nonsense(self) -> None:
        self.wfile.write(b"\x00\xff This is no HTTP\r\n\r\n")

    def page_shorter(self) -> None:
        """Send less than Content-Length says."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nA")

    def page_pause(self) -> None:
        time.sleep(0.02)
        self.send(200)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Website]:
    site = Website()
    if tls:
        site.socket = tls.wrap_socket(site.socket, server_side=True)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


def client_for(*sites: Website, **options: Any) -> LinkClient:
    """Return a client that finds every host name on this machine and may connect to it."""
    limits = replace(QUICK, **options.pop("limits", {}))
    options.setdefault(
        "resolve", lambda name, port, seconds: [name if name[:1].isdigit() else HERE]
    )
    options.setdefault("is_allowed", lambda address: address == HERE)
    options.setdefault("user_agent", "Test/1.0")
    return LinkClient(limits=limits, ports=[site.port for site in sites], **options)


def certificate(folder: Path, name: str) -> Path:
    """Make a self-signed certificate for a host name, and its key, in one file."""
    file = folder / "certificate.pem"
    subprocess.run(
        [
            *["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
            *[
                "-nodes",
                "-days",
                "2",
                "-subj",
                f"/CN={name}",
                "-addext",
                f"subjectAltName=DNS:{name}",
            ],
            *["-keyout", str(folder / "key.pem"), "-out", str(file)],
        ],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + (folder / "key.pem").read_bytes())
    return file
