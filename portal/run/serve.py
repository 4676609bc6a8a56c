"""Prepares the portal and serves it: `python -m portal.run.serve`, which script/server ends in.

This process owns all that it starts. It starts the embedded database (unless DATABASE_URL names another), brings the data up to
date, runs gunicorn as a child, and stops both when it is told to. If it is killed, the kernel tells both to stop.
"""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

import psycopg

from . import embedded

PR_SET_PDEATHSIG = 1
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
START_SECONDS = 60


class CannotServe(Exception):
    """What is in the way, and what to do about it."""


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        with ExitStack() as stack:
            return serve(stack)
    except (CannotServe, embedded.EmbeddedError) as error:
        print(f"\nThe portal cannot start.\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def serve(stack: ExitStack) -> int:
    web = dict(os.environ)
    # The limit for a statement is the web's; a migration may take longer.
    os.environ["STATEMENT_TIMEOUT_MS"] = "0"
    from django.conf import settings

    host, port = os.environ.get("HOST", "127.0.0.1"), _port()
    settings.DATABASES  # noqa: B018 - settings that make no sense end us here
    _check_free(host, port)
    # Each ends us in order. A shell that starts us in the background would have us ignore Ctrl-C; nohup means what it says.
    for number in ENDING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)

    server = None
    if url := os.environ.get("DATABASE_URL"):
        step("Using the database that DATABASE_URL names")
        _check_reachable(url)
    else:
        step("Starting the embedded PostgreSQL in .local/")
        server = embedded.Server()
        stack.callback(server.stop)
        server.start()
    _prepare()
    step("Starting the web server")
    gunicorn = _start_gunicorn(web)
    stack.callback(_stop, gunicorn)
    _wait_until_served(gunicorn, host, port)

    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104 - compared only
    print(
        f"\nThe portal is at http://{shown}:{port}  (Ctrl-C stops it)"
        "\nTo edit content at /admin/, make an account first, in another window:"
        "\n  .venv/bin/python manage.py createsuperuser"
        f"\n{_second_factor()}\n",
        flush=True,
    )
    while True:
        try:
            return gunicorn.wait(timeout=1)
        except subprocess.TimeoutExpired:
            if server:
                server.keep_running()


def _second_factor() -> str:
    from django.conf import settings

    if settings.TWO_FACTOR:
        return (
            "Whoever signs in for the first time sets up a second factor, with an app on a phone."
        )
    if settings.EMBEDDED:
        return "This is a demonstration: the second factor of signing in is off (TWO_FACTOR=1 turns it on)."
    return "The second factor of signing in is off, as TWO_FACTOR or DEBUG says."


def step(what: str) -> None:
    print(f"• {what}", flush=True)


def _port() -> int:
    text = os.environ.get("PORT", "8000")
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise CannotServe(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServe(
                f"Port {port} cannot be used on {host} ({error.strerror}). Is the portal running already? "
                f"Stop it, or choose another port: PORT={max(port, 8000) + 1} script/server"
            ) from None


def _check_reachable(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        raise CannotServe(
            f"The database that DATABASE_URL names cannot be reached:\n{error}\n"
            "Check that it runs, that its address, user and password are right, and that this machine may connect."
        ) from None


def _prepare() -> None:
    """Migrate, load the data set and collect static files, each with its own output."""
    import django
    from django.core.management import CommandError, call_command
    from django.db import OperationalError, connections

    try:
        django.setup()
        step("Bringing the database up to date")
        call_command("migrate", verbosity=0, interactive=False)
        step("Loading the data set")
        call_command("load_network")
        step("Collecting static files")
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


def _start_gunicorn(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"],
        env=environment,
        start_new_session=True,  # Ctrl-C reaches us alone; we stop the child in order
        preexec_fn=_die_with_parent(),
    )


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(timeout=20)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _wait_until_served(gunicorn: subprocess.Popen[bytes], host: str, port: int) -> None:
    """Wait for any answer: which hosts are ours is for the settings to say."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if gunicorn.poll() is not None:
            raise CannotServe("The web server has stopped. The lines above say why.")
        connection = http.client.HTTPConnection(host, port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise CannotServe(f"The web server did not answer in {START_SECONDS} s.")


def _die_with_parent() -> Callable[[], None]:
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _interrupt(number: int, frame: object) -> None:
    for ending in ENDING:
        signal.signal(ending, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
    print("\nStopping", flush=True)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
