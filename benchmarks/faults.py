"""Breaks what the portal stands on while people read it: `.venv/bin/python -m benchmarks.faults [--quick]`.

The portal runs as `script/server` runs it, in a copy of this folder, with an embedded database of its own. Readers request
every kind of public page in turn, over new connections, while one thing after another fails. The table says for each fault
how many reads were tried, how many failed, the slowest of them, and how soon afterwards the whole portal worked again: a
public page and a page that needs the database were answered, and the snapshot was fresh. See benchmarks/README.md.
"""

import argparse
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, cycle
from pathlib import Path
from urllib.parse import urlencode

import psycopg

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("manage.py", "portal", "centres", "evidence", "templates", "static", "data")
READERS = 4
PAUSE = 0.02  # of each reader between two requests, in seconds
QUICK_PAUSE = 0.2  # in a quick rehearsal, beside which other tests run
WAITED = 0.5  # seconds; an answer that takes longer waited for something
FAILED_AFTER = 10  # seconds; a page that takes longer was not answered
START_SECONDS = 300  # far more than it takes on a machine that does nothing else
DISK = "256m"  # of the database, where it has one of its own
# Every kind of public page, but for Word documents. {n} is new each time, so that no page comes from the page cache.
PAGES = (
    "/?n={n}",
    "/evidence/?n={n}",
    "/evidence/?strength=high&centre=eef&n={n}",
    "/evidence/?q=mentoring&n={n}",
    "/evidence/?q=people+who+slep+rough+{n}",
    "/evidence/?page=3&sort=title&n={n}",
    "/evidence/?view=table&sort=cost&n={n}",
    "/evidence/?view=picture&centre=eef&n={n}",
    "/compare/?summary=eef-mentoring&summary=yef-mentoring&n={n}",
    "/map/?policy_area=homelessness&n={n}",
    "/evidence/eef-mentoring/?n={n}",
    "/evidence/eef-mentoring/history/?n={n}",
    "/evidence.json?topic=mentoring&n={n}",
    "/suggest?q=ment&n={n}",
    "/approaches/?n={n}",
    "/approaches/mentoring/?n={n}",
    "/topics/?n={n}",
    "/topics/mentoring/?n={n}",
    "/for/?n={n}",
    "/for/police/?n={n}",
    "/centres/?n={n}",
    "/centres/eef/?n={n}",
    "/policy-areas/?n={n}",
    "/policy-areas/homelessness/?n={n}",
    "/ratings/?n={n}",
    "/network/?n={n}",
    "/accessibility/?n={n}",
    "/robots.txt?n={n}",
    "/sitemap.xml?n={n}",
    "/evidence.csv?centre=eef&n={n}",
)
PUBLISHER = """
import sys
import django
django.setup()
from django.db import connection
from evidence.editorial import actions
from evidence.models import Summary
for title in sys.stdin:
    connection.close()  # the database may have been away meanwhile
    draft = actions.open_edition(summary=Summary.objects.get(slug="eef-mentoring"))
    draft.title = title.strip()
    draft.save()
    actions.submit(edition=draft, change_note="Another title, to see it.")
    actions.publish(edition=draft)
    print("published", flush=True)
"""


@dataclass
class Reads:
    """What readers met during one fault."""

    failed: list[str] = field(default_factory=list)
    times: list[tuple[float, str]] = field(default_factory=list)  # seconds and kind of page of each
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float, problem: str) -> None:
        """Count one read."""
        with self.lock:
            if problem:
                self.failed.append(f"{kind}: {problem}")
            self.times.append((seconds, kind))


@dataclass(frozen=True)
class Outcome:
    """One row of the table."""

    fault: str
    reads: Reads
    back_after: float  # seconds
    notes: str = ""

    def row(self) -> str:
        """Return it as a row of the table."""
        tried, failed = len(self.reads.times), len(self.reads.failed)
        seconds, kind = max(self.reads.times, default=(0.0, ""))
        slowest = f"{seconds * 1000:.0f} ({kind.split('?')[0]})"
        return f"| {self.fault} | {tried} | {failed} | {slowest} | {self.back_after:.1f} | {self.notes} |"


HEADINGS = "| fault | reads tried | failed | slowest, ms | back after, s | besides |\n|---|---|---|---|---|---|"


class Site:
    """A portal that runs: how to ask it for pages, and how to start programs beside it."""

    def __init__(self, folder: Path, port: int, environment: dict[str, str]) -> None:
        self.folder, self.port, self.environment = folder, port, environment

    def python(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        """Start Python in the folder of the portal."""
        return subprocess.Popen(  # type: ignore[call-overload]  # options of any kind
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment,
            text=True,
            **options,
        )

    def get(self, address: str, **options: object) -> tuple[int, str]:
        """Request a page and return status and body; 0 if there was no answer."""
        return self.request("GET", address, **options)  # type: ignore[arg-type]  # those of `request`

    def request(
        self,
        method: str,
        address: str,
        body: str | None = None,
        headers: dict[str, str] | None = None,
        seconds: float = FAILED_AFTER,
    ) -> tuple[int, str]:
        """Send a request over a new connection and return status and body; 0 if there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, address, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()


class Portal(Site):
    """The portal as `script/server` runs it, in a folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        ours = {"PORT": str(port), "DJANGO_SETTINGS_MODULE": "portal.settings"}
        theirs = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SECRET_KEY"}}
        super().__init__(folder, port, theirs | ours)
        for name in COPIED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy2(source, target)
        # A disk of its own for the database, so that it can be full.
        disk = folder / ".local"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", str(disk)]
        self.has_own_disk = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        with (folder / "log").open("w") as log:
            self.process = self.python("-m", "portal.run.serve", stdout=log, stderr=log)
        self.url = ""

    def wait(self) -> None:
        """Wait until it serves, make an account for editors, and remember how to reach its database."""
        wait_until(lambda: self.get("/health/ready")[0] == 200, START_SECONDS)
        answer = self.python("-c", Editor.MAKE, stdout=subprocess.PIPE).communicate()[0]
        self.url = answer.strip()

    @cached_property
    def publisher(self) -> "Publisher":
        """Who publishes in it, in a process that takes seconds to start."""
        return Publisher(self)

    def postmaster(self) -> int:
        """Return the process of the embedded server."""
        return self._child("postgres")

    def master(self) -> int:
        """Return the process of gunicorn that starts the workers."""
        return self._child("gunicorn")

    def workers(self) -> list[int]:
        """Return the processes of gunicorn that answer."""
        return children(self.master())

    def _child(self, name: str) -> int:
        for pid in children(self.process.pid):
            if name in Path(f"/proc/{pid}/cmdline").read_text():
                return pid
        raise ProcessLookupError(name)

    def stop(self) -> None:
        """Stop it in order."""
        if "publisher" in vars(self):
            self.publisher.end()
        self.process.terminate()
        self.process.wait(60)
        if self.has_own_disk:
            subprocess.run(["umount", str(self.folder / ".local")], check=True)


@contextmanager
def portal(port: int) -> Iterator[Portal]:
    """Run the portal in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="portal-faults-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's account must get through
        running = Portal(Path(folder), port)
        try:
            running.wait()
            yield running
        finally:
            running.stop()


@contextmanager
def readers(
    of: Site,
    number: int = READERS,
    pause: float = PAUSE,
    kinds: Sequence[str] = PAGES,
    reads: Reads | None = None,
) -> Iterator[Reads]:
    """Let so many people read every kind of page again and again, until the end of the block.

    What they meet is added to `reads`, if that is given.
    """
    reads = reads or Reads()
    ended, numbers = threading.Event(), count(time.time_ns())

    def read(first: int) -> None:
        pages = cycle([*kinds[first:], *kinds[:first]])
        while not ended.wait(pause):
            kind = next(pages)
            began = time.monotonic()
            status, body = of.get(kind.format(n=next(numbers)))
            seconds = time.monotonic() - began
            problem = (
                "" if status == 200 and body else f"status {status}" if status else "no answer"
            )
            reads.add(kind, seconds, problem)

    threads = [
        threading.Thread(target=read, args=[place * len(kinds) // number], daemon=True)
        for place in range(number)
    ]
    for thread in threads:
        thread.start()
    try:
        yield reads
    finally:
        ended.set()
        for thread in threads:
            thread.join(FAILED_AFTER + 1)


class Publisher:
    """Somebody who publishes corrections of one summary."""

    def __init__(self, of: Site) -> None:
        self.portal = of
        self.process = of.python(
            "-c",
            PUBLISHER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.numbers = count(1)

    def publish(self) -> str:
        """Publish another title and return it."""
        assert self.process.stdin
        assert self.process.stdout
        title = f"Mentoring, title {next(self.numbers)}"
        self.process.stdin.write(f"{title}\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            raise RuntimeError("The publisher has ended.")
        return title

    def end(self) -> None:
        """Publish no more."""
        self.process.communicate(timeout=20)

    def seconds_until_seen(self, title: str) -> float:
        """Return how long it takes until every worker shows a title: 20 answers in a row have it."""
        began, in_a_row = time.monotonic(), 0
        while in_a_row < 20:
            time.sleep(0.02)  # so that who looks is not a load
            _, page = self.portal.get(f"/evidence/eef-mentoring/?seen={time.monotonic_ns()}")
            in_a_row = in_a_row + 1 if title in page else 0
            if in_a_row == 1:
                first = time.monotonic() - began
            if time.monotonic() - began > 30:
                raise TimeoutError(title)
        return first


# The faults. Each returns what else is worth a note.


def silent_database(of: Portal, seconds: float) -> str:
    """Stop every process of the database without ending any: it neither answers nor refuses."""
    editor = Editor(of)
    stopped = tree(of.postmaster())
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(seconds * 0.7)
        began = time.monotonic()
        live, _ = of.get("/health/live")
        live_ms = (time.monotonic() - began) * 1000
        _, ready = of.get("/health/ready")
        kept = editor.while_away()
        time.sleep(seconds * 0.3)
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    return f"live {live} in {live_ms:.0f} ms; “{ready.strip()}”; {kept}"


def ended_connections(of: Portal, seconds: float) -> str:
    """End every connection, again and again."""
    end, ended = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        with psycopg.connect(of.url, autocommit=True) as connection:
            ended += len(
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                ).fetchall()
            )
        time.sleep(0.5)
    return f"{ended} connections ended"


def too_many_connections(of: Portal, seconds: float) -> str:
    """Take every connection that the database has."""
    editor = Editor(of)
    with ExitStack() as taken:
        number = 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                taken.enter_context(psycopg.connect(of.url, autocommit=True))
                number += 1
            except psycopg.OperationalError:
                time.sleep(0.2)
            if number == 20:
                # Those of the portal itself end, and find no place again.
                with psycopg.connect(of.url, autocommit=True) as connection:
                    connection.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE application_name = '' AND pid <> pg_backend_pid() AND state = 'idle'"
                        " AND backend_start < now() - interval '5 seconds'"
                    )
        kept = editor.while_away()
    return f"{number} taken; {kept}"


def full_disk(of: Portal, seconds: float) -> str:
    """Fill the disk of the database, and edit until that is refused."""
    if not of.has_own_disk:
        return "not tried: only root can give the database a small disk of its own"
    editor, filler = Editor(of), of.folder / ".local" / "filler"
    try:
        with filler.open("wb") as file, suppress(OSError):
            while True:
                file.write(bytes(1024 * 1024))
                file.flush()
        end = time.monotonic() + seconds
        refused = ""
        while not refused and time.monotonic() < end + 20:
            refused = editor.while_away()
            refused = "" if ": 302 " in refused else refused
        time.sleep(max(0, end - time.monotonic()))
    finally:
        filler.unlink()
    return refused or "no edit was refused"


def killed(which: Callable[[Portal], list[int]]) -> Callable[[Portal, float], str]:
    """Return a fault: kill -9, just after a publication. What comes next must not show what was there before."""

    def kill(of: Portal, seconds: float) -> str:
        title = of.publisher.publish()
        of.publisher.seconds_until_seen(title)
        for pid in which(of):
            os.kill(pid, signal.SIGKILL)
        began, old, last_wrong = time.monotonic(), 0, 0.0
        while (looked := time.monotonic()) < began + seconds:
            status, page = of.get(f"/evidence/eef-mentoring/?after={time.monotonic_ns()}")
            old += status == 200 and title not in page
            # An answer that waited until something was back says so as well.
            if not all_is_well(of) or time.monotonic() > looked + WAITED:
                last_wrong = time.monotonic() - began
            time.sleep(0.05)  # so that who looks is not a load
        shown = (
            f"; what was there before was shown {old} times, so what was new is LOST" if old else ""
        )
        return f"all back {last_wrong:.1f} s later" + shown

    return kill


def slow_clients(of: Portal, seconds: float) -> str:
    """Open connections that say nothing, half a request, or a form that never ends."""
    beginnings = [
        *[b"GET / HTTP/1.1\r\nHost: localhost\r\n"] * 500,
        *[
            b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\na"
        ]
        * 100,
        *[b""] * 100,
    ]
    with ExitStack() as opened:
        for beginning in beginnings:
            client = opened.enter_context(socket.create_connection(("127.0.0.1", of.port)))
            client.sendall(beginning)
        time.sleep(seconds)
    return f"{len(beginnings)} at once"


def publications(of: Portal, seconds: float) -> str:
    """Publish again and again."""
    publisher = of.publisher
    seen: list[float] = []
    end = time.monotonic() + seconds
    while len(seen) < 20 and (time.monotonic() < end or len(seen) < 3):
        seen.append(publisher.seconds_until_seen(publisher.publish()))
    return f"{len(seen)} publications, each seen by all within {max(seen):.1f} s"


class Editor:
    """Somebody who sends a form in admin while the database is away: what they typed must not be lost."""

    FORM = "/admin/evidence/synonymgroup/add/"
    TYPED = "words that took an hour"
    MAKE = """
import django
django.setup()
from django.contrib.auth.models import User
from portal.run import embedded
User.objects.create_superuser("editor", password="only for this rehearsal")
print(embedded.Server().url)
"""

    def __init__(self, of: Portal) -> None:
        self.portal = of
        self.cookies: dict[str, str] = {}
        self.numbers = count(time.time_ns())
        sign_in = {"username": "editor", "password": "only for this rehearsal", "next": "/admin/"}
        self.send("/admin/login/", sign_in | {"csrfmiddlewaretoken": self.token("/admin/login/")})
        self.of_form = self.token(self.FORM)

    def token(self, address: str) -> str:
        """Return the token of the form at an address."""
        _, page = self.send(address)
        return page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    def send(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Request a page, or post a form, with the cookies of this person."""
        connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("GET" if form is None else "POST", address, body, headers)
        response = connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        page = response.read().decode()
        connection.close()
        return response.status, page

    def while_away(self) -> str:
        """Send the form and say what came of it."""
        terms = f"{self.TYPED}\nother words {next(self.numbers)}"
        form = {"csrfmiddlewaretoken": self.of_form, "terms": terms, "reason": "A rehearsal"}
        began = time.monotonic()
        status, page = self.send(self.FORM, form)
        seconds = time.monotonic() - began
        if status not in (302, 503):
            raise SystemExit(f"{self.FORM} answered {status}: the form of this rehearsal is wrong")
        kept = "saved" if status == 302 else "kept" if self.TYPED in page else "LOST"
        return f"a form in admin: {status} in {seconds:.1f} s, {kept}"


def nothing(of: Portal, seconds: float) -> str:
    """Let all be well."""
    time.sleep(seconds)
    return ""


@dataclass(frozen=True)
class Fault:
    """Something that fails, for so many seconds, or for fewer in a quick rehearsal."""

    act: Callable[[Portal, float], str]
    seconds: float
    quick: float
    ends_answers: bool = (
        False  # whoever is being answered by a process that is killed gets no answer
    )


FAULTS = {
    "none": Fault(nothing, 10, 2),
    "20 publications": Fault(publications, 60, 4),
    "the database is silent (SIGSTOP)": Fault(silent_database, 60, 6),
    "its connections are ended": Fault(ended_connections, 15, 2),
    "it has no connection left": Fault(too_many_connections, 15, 4),
    "its disk is full": Fault(full_disk, 15, 2),
    "its postmaster is killed": Fault(killed(lambda of: [of.postmaster()]), 8, 5),
    "a worker is killed": Fault(killed(lambda of: of.workers()[:1]), 5, 3, True),
    "all workers are killed": Fault(killed(lambda of: of.workers()), 5, 3, True),
    "the master of the workers is killed": Fault(killed(lambda of: [of.master()]), 8, 5),
    "slow clients": Fault(slow_clients, 20, 3),
}


def rehearse(of: Portal, fault: str, *, quick: bool) -> Outcome:
    """Let one thing fail under load, and wait until all is well again."""
    failing = FAULTS[fault]
    with readers(of, pause=QUICK_PAUSE if quick else PAUSE) as reads:
        time.sleep(0.5)
        notes = failing.act(of, failing.quick if quick else failing.seconds)
        began = time.monotonic()
        wait_until(lambda: all_is_well(of), 60)
        back_after = time.monotonic() - began
        time.sleep(0.5)
    return Outcome(fault, reads, back_after, notes)


def all_is_well(of: Portal) -> bool:
    """Say whether a public page, a page that needs the database, and the snapshot are what they should be."""
    return (
        of.get("/", seconds=1)[0] == 200
        # Whose session this is can only the database say.
        and of.get("/admin/login/", headers={"Cookie": "sessionid=that-of-nobody"}, seconds=1)[0]
        == 200
        and of.get("/health/ready", seconds=1) == (200, "ready\n")
    )


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until a condition holds. TimeoutError after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def tree(pid: int) -> list[int]:
    """Return a process and all that it has started, itself first."""
    return [pid, *(one for child in children(pid) for one in tree(child))]


def main() -> int:
    """Rehearse every fault, print the table, and return 1 if a read failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("faults", nargs="*", help="only those whose name has one of these words")
    parser.add_argument("--quick", action="store_true", help="a few seconds of each")
    arguments = parser.parse_args()
    failed = False
    with portal(int(os.environ.get("PORT", "8767"))) as running:
        print(HEADINGS, flush=True)
        for fault in FAULTS:
            if arguments.faults and not any(word in fault for word in arguments.faults):
                continue
            outcome = rehearse(running, fault, quick=arguments.quick)
            print(outcome.row(), flush=True)
            for problem in outcome.reads.failed[:5]:
                print(f"    {problem}", file=sys.stderr)
            failed = failed or bool(outcome.reads.failed and not FAULTS[fault].ends_answers)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
