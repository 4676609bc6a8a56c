"""Settings of gunicorn (see docs/operations.md), and what it does before and after it starts a worker."""

import contextlib
import ctypes
import gc
import logging
import os
import sys
import threading
import time
from typing import Any

from portal.run.handover import ANSWERS, SERVES, handed_socket, others_serve, say
from portal.run.in_a_child import made_in_a_child

if handed_socket():
    bind = f"fd://{handed_socket()}"
else:
    bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "portal.run.worker.PatientWorker"
threads = 16  # of a worker, for pages; requests that wait for the database have others (portal.run.worker)
worker_connections = 2000  # of a worker; each costs a few kilobytes while its client is slow
timeout = 30
graceful_timeout = 10
keepalive = 15
limit_request_line = 8190  # enough for many filters; a longer address gets 414
forwarder_headers = ""  # no header says under which path the portal is
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
accesslog = "-" if os.environ.get("ACCESS_LOG") == "1" else None
control_socket_disable = True
LOOK_SECONDS = 5  # between two looks for changes of the process that starts the workers
# After so many new objects (and so many rounds) Python looks for those that hold only each other. Its own 700, 10 and 10 take
# up to a tenth of the time of a page, and a page leaves hardly any.
GARBAGE = (5000, 20, 20)
SWITCH_SECONDS = 0.0005  # after which a thread that computes lets another go on, if it waits
preload_app = True  # what is published is read once, before any worker starts


def on_starting(server: Any) -> None:
    """Read what is published, for all workers. If the database is away, each worker reads it when it can."""
    # Imported here because Django must be set up, which gunicorn does when it has read these settings.
    from portal import published

    # Garbage collection would take half of the reading: it looks again and again at millions of objects, all of which stay.
    gc.disable()
    # What the reading takes for a while, and what it remembers, must not become part of every worker.
    try:
        published.set_snapshot(made_in_a_child(_what_is_published))
    except Exception:
        logging.getLogger(__name__).exception("What is published is read without a child process.")
        _read_what_is_published()
    gc.enable()
    published.let_go_of_the_database()
    # A worker that is started later begins with what was published then, even if the database is away by that time.
    published.keep_up_to_date(every=LOOK_SECONDS, may_fork=True)
    # Workers share the memory of what is there now for as long as nobody touches it, garbage collection included.
    gc.collect()
    gc.freeze()
    with contextlib.suppress(AttributeError):  # a system library without it
        ctypes.CDLL(None).malloc_trim(0)  # gives the system back what was taken for a while


def post_worker_init(worker: Any) -> None:
    """Keep what this worker serves up to date, from its first answer on."""
    # Imported here because Django must be set up.
    from portal import published

    # While another thread computes, such as that which reads what has changed, a request would wait 5 ms for each of its turns.
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(*GARBAGE)
    _read_what_is_published()
    published.keep_up_to_date()
    # While the database is away we have nothing, but workers that were left behind have what was published.
    while published.latest() is None and others_serve() and worker.alive:
        worker.notify()
        time.sleep(LOOK_SECONDS / 10)
    say(ANSWERS)
    threading.Thread(target=_say_once_we_serve, daemon=True).start()


def _say_once_we_serve() -> None:
    """Say that this worker has what is published, at once or when the database has come back."""
    # Imported here because Django must be set up.
    from portal import published

    while published.latest() is None:
        time.sleep(LOOK_SECONDS / 10)
    say(SERVES)


def _what_is_published() -> Any:
    """Return the snapshot of what is published, or None if the database is away."""
    # Imported here because Django must be set up.
    from portal import published

    _read_what_is_published()
    return published.latest()


def _read_what_is_published() -> None:
    # Imported here because Django must be set up.
    from django.db import DatabaseError

    from portal import published

    try:
        published.check(now=True)
    except DatabaseError as error:
        logging.getLogger(__name__).warning("What is published could not be read yet: %s", error)
