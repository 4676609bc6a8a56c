"""What script/server hands to the gunicorn that it starts: the socket to listen on, and a pipe.

Through the pipe a worker says that it serves. For as long as somebody could read that, script/server is there, and a worker may
go on serving although the gunicorn that started it was killed: script/server starts another, and then ends the worker.
"""

import contextlib
import os
import select

# Environment variables with the numbers of the two files.
SOCKET, PIPE = "HANDED_SOCKET", "HANDED_PIPE"


def handed_socket() -> str:
    """Return the number of the socket to listen on, or an empty text if this process was not started by script/server."""
    return os.environ.get(SOCKET, "")


def say_that_we_serve() -> None:
    """Tell script/server that a worker answers."""
    if pipe := os.environ.get(PIPE):
        with contextlib.suppress(OSError):  # it has ended, or has not read what many others said
            os.write(int(pipe), b".")


def is_supervised() -> bool:
    """Say whether script/server started this process and is still there."""
    if not (pipe := os.environ.get(PIPE)):
        return False
    poll = select.poll()
    poll.register(int(pipe), 0)  # an error is reported even if nothing is asked for
    return not poll.poll(0)
