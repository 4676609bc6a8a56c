#!/usr/bin/env python
"""Django's command line for the portal, on the embedded PostgreSQL unless DATABASE_URL names another."""

import contextlib
import gc
import os
import sys


def main() -> None:
    """Run a command of Django, or of a room below management/commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    from portal.run import embedded

    # The limit for a statement is the web's; commands may take longer.
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "0")
    # Python would look for garbage after every 700 new objects: a good part of the time in which a data set is read.
    gc.set_threshold(20_000)
    own_database = os.environ.get("DATABASE_URL")
    try:
        with contextlib.nullcontext() if own_database else embedded.running():
            execute_from_command_line(sys.argv)
    except embedded.EmbeddedError as error:
        sys.exit(f"The command cannot run.\n{error}")


if __name__ == "__main__":
    main()
