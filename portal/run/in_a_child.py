"""Makes something in a child process, so that what the making took for a while, and what it remembers, goes with that process.

Python gives a part of its memory back only when nothing is left in it, and a process that makes something large leaves many
parts that are nearly empty. One that is handed it takes only what it needs: docs/decisions/0045-read-in-a-child.md.
"""

import ctypes
import io
import logging
import os
import pickle
import signal
import socket
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar

PR_SET_PDEATHSIG = 1
MOST_FILES = 100  # that are handed over

T = TypeVar("T")

logger = logging.getLogger(__name__)


class NothingMade(Exception):
    """The child process ended before it had made anything. It has said why, unless it was killed."""


def made_in_a_child(make: Callable[[], T]) -> T:
    """Return what a function makes in a fork of this process, which has ended by then. NothingMade if it makes nothing.

    It is pickled, but temporary files in it are handed over open. A Python that was started anew would not do: some things lie
    in memory by the hashes of texts, which are its own in each.
    """
    parent = os.getpid()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        child = os.fork()
        if not child:
            _make_and_end(make, theirs, parent)
        theirs.close()
        try:
            _, received, *_ = socket.recv_fds(ours, 1, MOST_FILES)
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if not received:
        raise NothingMade
    for number in received:
        os.set_inheritable(number, False)
    pickled, *files = (os.fdopen(number, "r+b") for number in received)
    with pickled:
        made: T = _Unpickler(pickled, files).load()
    return made


def _make_and_end(make: Callable[[], object], to: socket.socket, parent: int) -> None:
    """Be the child: hand over what a function makes, and end."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and then ends us
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:  # or else it ended before that
            with tempfile.TemporaryFile() as pickled:
                pickler = _Pickler(pickled)
                pickler.dump(make())
                pickled.seek(0)  # the place goes with the file
                socket.send_fds(to, [b"."], [pickled.fileno(), *pickler.files])
    except BaseException:
        logger.exception("A child process could not hand over what it was to make.")
    finally:
        os._exit(0)


class _Pickler(pickle.Pickler):
    """Pickles everything but open files, of which it gives the places in `files`."""

    def __init__(self, to: BinaryIO) -> None:
        super().__init__(to, pickle.HIGHEST_PROTOCOL)
        self.files: list[int] = []

    def persistent_id(self, one: object) -> int | None:
        if not isinstance(one, io.BufferedRandom):
            return None
        one.flush()
        self.files.append(one.fileno())
        return len(self.files) - 1


class _Unpickler(pickle.Unpickler):
    """Unpickles everything, with these open files."""

    def __init__(self, source: BinaryIO, files: list[Any]) -> None:
        super().__init__(source)
        self._files = files

    def persistent_load(self, place: int) -> Any:
        return self._files[place]
