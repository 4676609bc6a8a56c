"""Prepare the portal and serve it: `python -m portal.run.serve`, the last step of script/server.

This process owns everything that it starts. It starts the embedded database (unless DATABASE_URL names another), brings the
data up to date (unless PREPARE=0 says that the owner of the database has done that), runs gunicorn as a child process, and
stops both when it is told to. What ends by itself is started again. If this process is killed, the kernel stops both.

The port is this process's own. So nobody is refused when gunicorn is killed: the workers that it leaves behind go on serving
until those of the next one do.
"""

import contextlib
import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

import django
import psycopg
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections

from . import embedded, handover, stop_signals

PR_SET_PDEATHSIG = 1
NO_SIGNAL = 0  # only asks whether somebody is there
START_SECONDS = 900  # with 100,000 summaries a start took 110 s
LEAVE_SECONDS = 10  # for workers to answer what they have begun, as gunicorn gives them
MOST_RESTARTS = 6  # in a minute, one after the other
PAUSE_SECONDS = 10  # before each further try


class CannotServe(Exception):
    """The portal cannot start; the message says why and what to do."""


def main() -> int:
    """Serve until a signal stops it, and return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        with ExitStack() as stack:
            return serve(stack)
    except (CannotServe, embedded.EmbeddedError) as error:
        print(f"\nThe portal cannot be served.\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def serve(stack: ExitStack) -> int:
    """Start everything, leave its stopping to `stack`, and return 0 once gunicorn was told to stop.

    Raises CannotServe or EmbeddedError if something is in the way, and KeyboardInterrupt on a signal to stop.
    """
    environment = dict(os.environ)  # for gunicorn
    os.environ["STATEMENT_TIMEOUT_MS"] = "0"  # pages have a limit; a migration may take longer
    host, port = os.environ.get("HOST", "127.0.0.1"), _port()
    settings.DATABASES  # noqa: B018 - wrong settings must stop us here
    listener = _listener(stack, host, port)
    _stop_on_signals()
    database = _start_database(stack)
    if settings.PREPARE:
        _prepare()
    report("Starting the web server")
    web = WebServer(environment, listener)
    with stop_signals.held():
        web.start()
        stack.callback(web.stop)
    _wait_until_served(web)
    print(_welcome(host, port), flush=True)
    keep_running(web, database)
    return 0


class WebServer:
    """gunicorn, as our child process, with its workers in a group of processes."""

    command = ["-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    process: subprocess.Popen[bytes]
    workers: "Workers"

    def __init__(self, environment: dict[str, str], listener: socket.socket) -> None:
        self.environment, self.listener = environment, listener
        self.left_behind: list[Workers] = []

    def start(self) -> None:
        """Start it. Its workers take a moment to answer."""
        ours, theirs = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        before = [workers.pipe for workers in self.left_behind]
        handed = {
            handover.SOCKET: f"{self.listener.fileno()}",
            handover.PIPE: f"{theirs}",
            handover.PIPES_BEFORE: " ".join(map(str, before)),
        }
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, *self.command],
            env=self.environment | handed,
            pass_fds=(self.listener.fileno(), theirs, *before),
            start_new_session=True,  # Ctrl-C reaches only us, and we stop the child in order
            preexec_fn=_die_with_parent(),
        )
        os.close(theirs)
        self.workers = Workers(self.process.pid, ours)

    def start_again(self) -> None:
        """Start another after it has ended by itself. The workers that it left behind serve until those of the other do."""
        with stop_signals.held():
            self.left_behind.append(self.workers)
            self.start()

    def end_what_is_needed_no_more(self) -> None:
        """End workers that were left behind, once others serve."""
        if self.left_behind and self.workers.have_said(handover.SERVES):
            self.left_behind = [workers for workers in self.left_behind if not workers.end()]

    def stop(self) -> None:
        """Stop it, and wait until it has ended."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        left = [*self.left_behind, self.workers]
        while left := [workers for workers in left if not workers.end()]:
            time.sleep(0.05)


class Workers:
    """The workers of a gunicorn: a group of processes, which may outlive it."""

    def __init__(self, group: int, pipe: int) -> None:
        self._group, self.pipe = group, pipe
        self._said = b""
        self._deadline = 0.0  # until when they may take their time to end

    def have_said(self, word: bytes) -> bool:
        """Say whether one of them has said this word of `handover`."""
        with contextlib.suppress(BlockingIOError):  # nobody says anything at present
            self._said += os.read(self.pipe, 1000)
        return word in self._said

    def end(self) -> bool:
        """Tell them to finish what they have begun, and end them by force if that takes long. Call it until it is true."""
        number: int = signal.SIGTERM
        is_over = False
        if self._deadline:
            is_over = time.monotonic() > self._deadline
            number = signal.SIGKILL if is_over else NO_SIGNAL
        else:
            self._deadline = time.monotonic() + LEAVE_SECONDS
        has_ended = not self._signal(number) or is_over
        if has_ended:
            os.close(self.pipe)
        return has_ended

    def _signal(self, number: int) -> bool:
        """Send a signal, and say whether somebody was there to get it."""
        # Those that have ended are to be buried by us where we are the first process, as in a container.
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-self._group, os.WNOHANG)[0]:
                pass
        try:
            os.killpg(self._group, number)
        except ProcessLookupError:
            return False
        return True


def keep_running(web: WebServer, database: embedded.Server | None) -> None:
    """Start again what ends by itself, until gunicorn ends because it was told to.

    Raises CannotServe if that does not help gunicorn. The database is tried for ever, because pages are served without it.
    """
    of_web, of_database = Restarts(), Restarts()
    while True:
        web.end_what_is_needed_no_more()
        try:
            code = web.process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            if database and database.has_ended() and of_database.may_be_tried():
                of_database.note("The embedded PostgreSQL")
                database.start_again()
            continue
        if code == 0:
            return
        if of_web.lately() >= MOST_RESTARTS:
            raise CannotServe("The web server ends again and again. The lines above say why.")
        of_web.note("The web server")
        web.start_again()


class Restarts:
    """How often something was started again in the last minute."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def note(self, name: str) -> None:
        """Note that something is started again, and say so."""
        report(f"{name} has ended by itself: starting it again")
        self.times.append(time.monotonic())

    def lately(self) -> int:
        """Return how often that was."""
        self.times = [when for when in self.times if time.monotonic() - when < 60]
        return len(self.times)

    def may_be_tried(self) -> bool:
        """Say whether to try again now: after a few times in a row there is a pause before each."""
        return self.lately() < MOST_RESTARTS or time.monotonic() - self.times[-1] > PAUSE_SECONDS


def report(step: str) -> None:
    """Print what is being done, as one line of a list."""
    print(f"• {step}", flush=True)


def second_factor_note() -> str:
    """Say whether signing in needs a second factor, and why not."""
    if settings.TWO_FACTOR:
        return "Everybody sets up a second factor when they first sign in, with an app on a phone."
    if settings.EMBEDDED:
        return "This is a demonstration: the second factor of signing in is off (TWO_FACTOR=1 turns it on)."
    return "The second factor of signing in is off, because of TWO_FACTOR or DEBUG."


def _welcome(host: str, port: int) -> str:
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104 - compared only
    own_port = "" if port == 8000 else f"PORT={port} "  # to which links in mail lead
    return (
        f"\nThe portal is at http://{shown}:{port}  (Ctrl-C stops it)"
        "\nTo edit content at /admin/, first make an account in another window:"
        "\n  .venv/bin/python manage.py createsuperuser     # or create_demo_users: a person in each role"
        "\nWhat is scheduled goes live, mail is sent, and links are checked, only when these run:"
        f"\n  {own_port}.venv/bin/python manage.py publish_due"
        f"\n  {own_port}.venv/bin/python manage.py send_mail_due"
        f"\n  {own_port}.venv/bin/python manage.py check_links"
        f"\n{second_factor_note()}\n"
    )


def _stop_on_signals() -> None:
    """Stop in order on each of these signals.

    A shell that starts us in the background tells us to ignore Ctrl-C, and we don't; nohup ignores SIGHUP on purpose.
    """
    for number in stop_signals.STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _start_database(stack: ExitStack) -> embedded.Server | None:
    """Start the embedded server and return it; with DATABASE_URL only check that the database answers."""
    if url := os.environ.get("DATABASE_URL"):
        report("Using the database in DATABASE_URL")
        if settings.PREPARE:  # or else it may be away: pages are served without it
            _check_reachable(url)
        return None
    report("Starting the embedded PostgreSQL in .local/")
    server = embedded.Server()
    stack.callback(server.stop)
    server.start()
    return server


def _port() -> int:
    text = os.environ.get("PORT", "8000")
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise CannotServe(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _listener(stack: ExitStack, host: str, port: int) -> socket.socket:
    """Return a socket that has the port. gunicorn listens on it, so until then everybody is refused.

    Until then the system gives the same port to another script/server too, but not the same name, which ends with us.
    """
    listener = stack.enter_context(socket.socket())
    name = stack.enter_context(socket.socket(socket.AF_UNIX))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        name.bind(f"\0portal {listener.getsockname()}")  # no file has it
    except OSError as error:
        raise CannotServe(
            f"Port {port} cannot be used on {host} ({error.strerror}). Is the portal already running? "
            f"Stop it, or choose another port: PORT={max(port, 8000) + 1} script/server"
        ) from None
    return listener


def _check_reachable(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        raise CannotServe(
            f"The database in DATABASE_URL cannot be reached:\n{error}\n"
            "Check that it is running, that the address, user and password are right, and that this machine may connect."
        ) from None


def _prepare() -> None:
    """Migrate, load the data set and collect static files."""
    gc.set_threshold(20_000)  # as in manage.py
    try:
        django.setup()
        report("Bringing the database up to date")
        call_command("migrate", verbosity=0, interactive=False)
        report("Loading the data set")
        call_command("load_network")
        report("Collecting static files")
        call_command("collectstatic", verbosity=0, interactive=False)
    except OperationalError as error:
        raise CannotServe(f"The database cannot be reached:\n{error}") from None
    except CommandError as error:
        raise CannotServe(str(error)) from None
    finally:
        connections.close_all()
        pool = getattr(connections["default"], "pool", None)
        if pool:
            pool.close()


def _wait_until_served(web: WebServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not web.workers.have_said(handover.ANSWERS):
        if web.process.poll() is not None:
            raise CannotServe("The web server stopped. The lines above say why.")
        if time.monotonic() > deadline:
            raise CannotServe(f"The web server did not answer in {START_SECONDS} s.")
        time.sleep(0.1)


def _die_with_parent() -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        stop_signals.let_through()
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return prepare


def _interrupt(number: int, frame: object) -> None:
    for other in stop_signals.STOP_SIGNALS:
        signal.signal(other, signal.SIG_IGN)  # a second Ctrl-C must not stop the stopping
    print("\nStopping", flush=True)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
