"""Rehearses more than one machine: `.venv/bin/python -m benchmarks.machines [--failovers 3] [--kills 20] [--pauses 10]`.

Two groups of web processes on this machine stand behind HAProxy. They write to a PostgreSQL primary and read what is published
from a streaming replica that confirms every commit. While people read and editors save drafts, the replica stops following the
primary for a while, again and again, and /health/ready must say so. Then the primary is killed (SIGKILL) and

- the replica is promoted after three checks a second apart, and the old primary becomes its replica (a failover), or
- it is started again where it was (a kill).

Afterwards every save that was acknowledged must be in the database and in both logs. Needs HAProxy (`apt-get install haproxy`).
See docs/scale.md.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg

from benchmarks import ground
from benchmarks.faults import PAGES
from portal.run import embedded

READERS, EDITORS = 4, 2
CODE = Path(__file__).resolve().parent.parent
LOG = embedded.LOCAL / "machines.log"  # of web processes and HAProxy
ALIKE = (
    20  # answers in a row, from two workers in each of two groups, that count as the answer of all
)
CHECKS = 3  # failed ones, a second apart, after which the replica is promoted
ROUND_SECONDS = 60  # a round in which edits do not come back by then is given up
HAPROXY = """
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  option redispatch
  retry-on conn-failure empty-response
frontend portal
  bind 127.0.0.1:{port}
  default_backend web
backend web
  option httpchk GET /health/ready
  http-check send hdr Host localhost
  http-request disable-l7-retry if METH_POST
{servers}
"""
PREPARE = """
import json, sys, django
django.setup()
from django.contrib.auth.models import User
from django.test import Client
from evidence.editorial import actions
from evidence.models import Edition
made = []
for number, edition in enumerate(Edition.objects.published().order_by("pk")[:int(sys.argv[1])]):
    person = User.objects.create_superuser(f"editor-{number}")
    client = Client()
    client.force_login(person)
    draft = actions.open_edition(summary=edition.summary, by=person)
    made.append({"edition": draft.pk, "person": person.pk, "session": client.cookies["sessionid"].value})
print(json.dumps(made))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--failovers", type=int, default=3)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pauses", type=int, default=10)
    arguments = parser.parse_args()
    require_haproxy()
    with ExitStack() as stack:
        pair = stack.enter_context(database_pair())
        port, editors = stack.enter_context(portal(pair))
        load = stack.enter_context(people(port, editors))
        time.sleep(3)
        if arguments.pauses:
            pause(arguments.pauses, pair, port)
        print("| fault | rounds | saves acknowledged, lost | back after, median and worst, s |")
        print("|---|---|---|---|")
        for name, fault, rounds in (
            ("primary killed, replica promoted", pair.fail_over, arguments.failovers),
            ("primary killed, started again", pair.restart, arguments.kills),
        ):
            run(name, fault, rounds, pair, load)
    print(f"\n| reads tried | failed | slowest, s |\n|---|---|---|\n{load.reads()}")


def require_haproxy() -> None:
    if not shutil.which("haproxy"):
        sys.exit("HAProxy is missing. On Debian: apt-get install haproxy")


def pause(rounds: int, pair: "DatabasePair", port: int) -> None:
    """Let the replica stop following, again and again, and print a table of when /health/ready says so and when no longer."""
    stale, fresh = [], []
    for _ in range(rounds):
        time.sleep(random.uniform(0.5, 1.5))
        paused = time.monotonic()
        pair.execute("SELECT pg_wal_replay_pause()", on=pair.replica)
        pair.execute(
            "UPDATE evidence_topic SET id = id"
        )  # whatever it writes, it counts as a publication
        stale.append(seconds_until_all_say(port, "ready, stale since", paused))
        resumed = time.monotonic()
        pair.execute("SELECT pg_wal_replay_resume()", on=pair.replica)
        fresh.append(seconds_until_all_say(port, "ready\n", resumed))
    print("| replay of the replica | rounds | said by all workers after, median and worst, s |")
    print("|---|---|---|")
    for name, times in (("paused: stale", stale), ("resumed: ready", fresh)):
        print(f"| {name} | {rounds} | {statistics.median(times):.1f}, {max(times):.1f} |")
    print(flush=True)


def seconds_until_all_say(port: int, words: str, since: float) -> float:
    """Return the seconds until /health/ready says this in every worker."""
    alike, began = 0, since
    while alike < ALIKE:
        asked = time.monotonic()
        if asked - since > ROUND_SECONDS:
            sys.exit(f"/health/ready does not say {words!r}.")
        if ask(port, "GET", "/health/ready", {})[2].startswith(words):
            began = began if alike else asked
            alike += 1
        else:
            alike = 0
        time.sleep(0.02)
    return began - since


def run(
    name: str, fault: Callable[[], None], rounds: int, pair: "DatabasePair", load: "Load"
) -> None:
    """Let a fault happen, again and again, and print a line of the table."""
    before, back = load.saves(), []
    for _ in range(rounds):
        time.sleep(random.uniform(0.5, 1.5))
        killed = time.monotonic()
        fault()
        back.append(load.seconds_until_saved(killed))
        pair.repair()
    lost = sum(editor.lost(pair.primary.url) for editor in load.editors)
    if rounds:
        times = f"{statistics.median(back):.1f}, {max(back):.1f}"
        print(f"| {name} | {rounds} | {load.saves() - before:,}, {lost} | {times} |", flush=True)


# The database: a primary, and a replica that confirms every commit


class Replica(embedded.Server):
    """A server whose data is a copy of another's, which it follows from then on."""

    def __init__(self, name: str, of: embedded.Server) -> None:
        super().__init__(name)
        self.of = of

    def _password(self) -> str:
        return self.of._password()

    def _make_data(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self._make_own(self.data, 0o700, for_postgres=True)
        address = self.of.url.replace(f"/{embedded.DATABASE}?", "/postgres?")
        self._run(
            "pg_basebackup",
            *("-D", str(self.data), "-d", address, "-R", "-X", "stream", "--checkpoint=fast"),
        )


class DatabasePair:
    """A primary and its replica, which change places when the primary is killed."""

    def __init__(self) -> None:
        self.primary: embedded.Server = embedded.Server("postgres-machine-1")
        self.replica = Replica("postgres-machine-2", self.primary)
        self.password = self.primary._password()

    def url(self, *servers: embedded.Server, wanted: str) -> str:
        hosts = ",".join(quote(str(server.sockets)) for server in servers)
        return (
            f"postgresql://postgres:{quote(self.password)}@/{embedded.DATABASE}"
            f"?host={hosts}&target_session_attrs={wanted}"
        )

    def start(self) -> None:
        self.primary.start()
        self.execute("ALTER SYSTEM SET wal_retrieve_retry_interval = '500ms'")
        self.replica.start()
        self.repair()

    def fail_over(self) -> None:
        """Kill the primary, notice it as a monitor would, and promote the replica."""
        kill(self.primary)
        for _ in range(CHECKS):
            time.sleep(1)
        self.replica._run("pg_ctl", "promote", "-w", "-D", str(self.replica.data))
        old, self.primary = self.primary, self.replica
        old.stop()
        self.replica = Replica(old.home.name, self.primary)

    def restart(self) -> None:
        """Kill the primary and start it again."""
        kill(self.primary)
        self.primary.stop()
        self.primary.start()

    def repair(self) -> None:
        """Make sure that a replica follows the primary and confirms every commit."""
        if not self.replica.process:
            shutil.rmtree(self.replica.data, ignore_errors=True)
            self.replica.start()
        self.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + ROUND_SECONDS
        while not self.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"):
            if time.monotonic() > deadline:
                sys.exit("The replica does not follow the primary.")
            time.sleep(0.1)

    def stop(self) -> None:
        for server in (self.replica, self.primary):
            server.stop()
            shutil.rmtree(server.home, ignore_errors=True)

    def execute(self, sql: str, on: embedded.Server | None = None) -> list[Any]:
        """Run a statement on the primary, or another server, and return its rows."""
        with psycopg.connect((on or self.primary).url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def database_pair() -> Iterator[DatabasePair]:
    pair = DatabasePair()
    for server in (pair.primary, pair.replica):
        shutil.rmtree(server.home, ignore_errors=True)  # of a run that was cut short
    try:
        pair.start()
        yield pair
    finally:
        pair.stop()


def kill(server: embedded.Server) -> None:
    """End all processes of a server at once, as when its machine loses its power."""
    assert server.process
    postmaster = server.process.pid
    os.kill(postmaster, signal.SIGSTOP)  # so that it starts no others meanwhile
    children = ground.children(postmaster)
    for process in [*children, postmaster]:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    server.process.wait()
    while any(Path(f"/proc/{child}").exists() for child in children):
        time.sleep(0.01)  # they still hold the shared memory


# The portal: two groups of web processes behind a load balancer


@contextmanager
def portal(pair: DatabasePair) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Serve the shipped data set; yield the port of the load balancer and what each editor needs."""
    servers = (pair.primary, pair.replica)
    environment = environment_for(
        DATABASE_URL=pair.url(*servers, wanted="read-write"),
        DATABASE_REPLICA_URL=pair.url(*reversed(servers), wanted="prefer-standby"),
    )
    editors = prepare(environment)
    groups = free_ports(2)
    with ExitStack() as stack:
        for port in groups:
            stack.enter_context(web(port, environment))
        yield stack.enter_context(balancer(groups)), editors


def environment_for(**databases: str) -> dict[str, str]:
    secret = "only for rehearsing, on this machine"
    ours = {"DJANGO_SETTINGS_MODULE": "portal.settings", "SECRET_KEY": secret, "TWO_FACTOR": "0"}
    return os.environ | ours | databases


def prepare(environment: dict[str, str], code: Path = CODE) -> list[dict[str, Any]]:
    """Bring the database to what this code needs, load the data set, and return what each editor needs."""
    bring_up_to_date(environment, code)
    done = subprocess.run(
        [sys.executable, "-c", PREPARE, str(EDITORS)],
        env=environment | {"STATEMENT_TIMEOUT_MS": "0"},
        cwd=code,
        check=True,
        capture_output=True,
        text=True,
    )
    made: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return made


def bring_up_to_date(environment: dict[str, str], code: Path = CODE) -> None:
    for arguments in (["migrate", "-v0"], ["load_network"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=environment | {"STATEMENT_TIMEOUT_MS": "0"},
            cwd=code,
            check=True,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def web(
    port: int, environment: dict[str, str], code: Path = CODE
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a group of web processes until the end, and wait until they answer."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    with running(command, environment | {"PORT": str(port)}, code) as process:
        wait_for(port)
        yield process


@contextmanager
def balancer(groups: list[int]) -> Iterator[int]:
    """Run HAProxy in front of the web processes on these ports, and yield its own port."""
    (port,) = free_ports(1)
    servers = [f"  server web{one} 127.0.0.1:{one} check inter 500 fall 2 rise 1" for one in groups]
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as config:
        config.write(HAPROXY.format(port=port, servers="\n".join(servers)))
        config.flush()
        with running(["haproxy", "-db", "-q", "-f", config.name], dict(os.environ), CODE):
            wait_for(port)
            yield port


@contextmanager
def running(
    command: list[str], environment: dict[str, str], code: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with LOG.open("a") as log:
        process = subprocess.Popen(command, env=environment, cwd=code, stdout=log, stderr=log)
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def wait_for(port: int) -> None:
    deadline = time.monotonic() + ROUND_SECONDS
    while ask(port, "GET", "/health/ready", {})[0] != 200:
        if time.monotonic() > deadline:
            sys.exit(f"Port {port} does not answer. See {LOG}.")
        time.sleep(0.2)


# The people: readers, and editors who save again and again


def ask(
    port: int, method: str, address: str, headers: dict[str, str], body: str = ""
) -> tuple[int, str, str]:
    """Return status, place of a redirect and text of an answer; status 0 if there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, address, body, {"Host": "localhost", **headers})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location", ""), answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, "", ""
    finally:
        connection.close()


class DraftForm(HTMLParser):
    """What a browser would post from the form of a draft."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._select = self._textarea = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, value = given.get("name") or "", given.get("value") or ""
        kind = given.get("type")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.fields.append((self._select, value))
        elif tag == "textarea":
            self._textarea = name
            self.fields.append((name, ""))
        elif tag == "input" and name and kind not in {"submit", "file", "search"}:
            is_box = kind in {"checkbox", "radio"}
            self.fields += [(name, value)] if not is_box or "checked" in given else []

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[-1] = (self._textarea, self.fields[-1][1] + data)


@dataclass
class Editor:
    """Somebody who saves a draft under a new title as often as they can, and notes what was acknowledged."""

    port: int
    edition: int
    person: int
    session: str
    tried: int = 0
    acknowledged: dict[str, float] = field(default_factory=dict)  # title: when (monotonic)
    refused: int = 0

    def save(self) -> None:
        address = f"/admin/evidence/edition/{self.edition}/change/"
        token = "a" * 32
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={token}"}
        status, _, page = ask(self.port, "GET", address, headers)
        if status != 200:
            self._refuse()
            return
        self.tried += 1
        title = f"Save {self.tried} of editor {self.person}"
        kept = [(name, value) for name, value in DraftForm(page).fields if name != "title"]
        posted = {"csrfmiddlewaretoken": token, "title": title}
        body = urlencode([one for one in kept if one[0] not in posted] + list(posted.items()))
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        status, place, page = ask(self.port, "POST", address, headers, body)
        if status == 302 and "login" not in place:
            self.acknowledged[title] = time.monotonic()
        else:
            if status not in {0, 502, 503, 504}:
                print(f"A save was answered with {status}:\n{page[:2000]}", file=sys.stderr)
            self._refuse()

    def _refuse(self) -> None:
        self.refused += 1
        time.sleep(0.1)

    def lost(self, url: str) -> int:
        """Return how many acknowledged saves are missing, from the log of admin, the audit log or the draft itself."""
        known = set(self.acknowledged)
        with psycopg.connect(url) as connection:
            logged = {
                title
                for (title,) in connection.execute(
                    "SELECT object_repr FROM django_admin_log WHERE user_id = %s", [self.person]
                )
            }
            audited = connection.execute(
                "SELECT count(*) FROM evidence_auditentry WHERE by_id = %s AND action = 'edited'",
                [self.person],
            ).fetchone()
        missing = 0 if not audited else len(known) - audited[0]
        return max(len(known - logged), missing)


@dataclass
class Load:
    """Readers and editors at work, and what they met."""

    port: int
    editors: list[Editor]
    answered: list[float] = field(default_factory=list)  # seconds of each read
    failed: list[str] = field(default_factory=list)

    def read(self) -> None:
        address = random.choice(PAGES).format(n=random.random())
        began = time.monotonic()
        status, _, _ = ask(self.port, "GET", address, {})
        self.answered.append(time.monotonic() - began)
        if status != 200:
            self.failed.append(f"{status} {address}")
        time.sleep(0.05)

    def saves(self) -> int:
        return sum(len(editor.acknowledged) for editor in self.editors)

    def seconds_until_saved(self, since: float) -> float:
        """Wait for a save that was acknowledged later, and return the seconds between."""
        while time.monotonic() - since < ROUND_SECONDS:
            for editor in self.editors:
                last = max(list(editor.acknowledged.values()), default=0)
                # What was on its way to the old primary just then does not count.
                if last > since + 0.2:
                    return last - since
            time.sleep(0.02)
        sys.exit(f"No edit was possible for {ROUND_SECONDS} s.")

    def reads(self) -> str:
        for one in sorted(set(self.failed))[:10]:
            print(one)
        return f"| {len(self.answered):,} | {len(self.failed)} | {max(self.answered):.2f} |"


@contextmanager
def people(port: int, editors: list[dict[str, Any]]) -> Iterator[Load]:
    load = Load(port, [Editor(port, **one) for one in editors])
    ended = threading.Event()

    def repeat(action: Callable[[], None]) -> None:
        while not ended.is_set():
            action()

    actions = [load.read] * READERS + [editor.save for editor in load.editors]
    threads = [threading.Thread(target=repeat, args=[action], daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        ended.set()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
