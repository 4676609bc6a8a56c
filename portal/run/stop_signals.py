"""The signals that stop script/server, and how they wait while it starts a process."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def held() -> Iterator[None]:
    """Let these signals wait until the end of the block.

    What a signal raises while Python makes a child process is only printed, so the signal would be lost. The child has to
    call `let_through`.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def let_through() -> None:
    """Take these signals again, in a child that was made while they were held."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
