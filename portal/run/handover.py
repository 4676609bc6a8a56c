"""What script/server hands to the gunicorn that it starts: the socket to listen on, and pipes.

Through the pipe a worker says how far it is. For as long as somebody could read that, script/server is there, and a worker may
go on serving although the gunicorn that started it was killed: script/server starts another, and then ends the worker.
"""

import contextlib
import os
import select

# Environment variables with the numbers of these files: the socket, the end of the pipe to write to, and the ends to read from
# of the pipes of workers that were left behind.
SOCKET, PIPE, PIPES_BEFORE = "HANDED_SOCKET", "HANDED_PIPE", "HANDED_PIPES_BEFORE"
# What a worker says: that it takes requests; and that it has what is published, which it may lack while the database is away.
ANSWERS, SERVES = b"a", b"s"


def handed_socket() -> str:
    """Return the number of the socket to listen on, or an empty text if this process was not started by script/server."""
    return os.environ.get(SOCKET, "")


def say(word: bytes) -> None:
    """Tell script/server how far this worker is."""
    if pipe := os.environ.get(PIPE):
        with contextlib.suppress(OSError):  # it has ended, or has not read what many others said
            os.write(int(pipe), word)


def is_supervised() -> bool:
    """Say whether script/server started this process and is still there."""
    if not (pipe := os.environ.get(PIPE)):
        return False
    return _other_end_is_open(int(pipe))


def others_serve() -> bool:
    """Say whether workers are there that were left behind when the gunicorn before was killed."""
    return any(map(_other_end_is_open, map(int, os.environ.get(PIPES_BEFORE, "").split())))


def _other_end_is_open(pipe: int) -> bool:
    poll = select.poll()
    poll.register(pipe, 0)  # that the other end was closed is reported even if nothing is asked for
    return not poll.poll(0)
