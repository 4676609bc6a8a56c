"""Measures admin's lists and first page: `.venv/bin/python -m benchmarks.admin [summaries]`.

Every page is asked for in this process, by a superuser; what counts is processor time a request (this process and PostgreSQL's
together, from /proc) and the number of statements. See benchmarks/README.md.
"""

import argparse
import os
import statistics
import subprocess
import sys

from benchmarks import ground

ROUNDS = 15
PAGES = {
    "first page": "/admin/",
    "editions": "/admin/evidence/edition/",
    "editions, waiting for review": "/admin/evidence/edition/?state__exact=in-review",
    "editions, filtered": "/admin/evidence/edition/?needs=cost&strength__exact=high",
    "editions, searched": "/admin/evidence/edition/?q=mentoring",
    "editions, the last page": "/admin/evidence/edition/?p=400",
    "summaries": "/admin/evidence/summary/",
    "summaries, searched": "/admin/evidence/summary/?q=mentoring",
    "audit log": "/admin/evidence/auditentry/",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("summaries", nargs="?", type=int, default=20_000)
    parser.add_argument("--postmaster", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.postmaster:
        measure(arguments.postmaster)
        return
    with (
        ground.server() as server,
        ground.filled_database(server, arguments.summaries) as environment,
    ):
        postmaster = str(server.process.pid if server.process else 0)
        command = [sys.executable, "-m", "benchmarks.admin", "--postmaster", postmaster]
        subprocess.run(command, env=environment, check=True)


def measure(postmaster: int) -> None:
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from evidence.editorial import actions
    from evidence.models import Edition

    setup_test_environment()
    person = User.objects.create_superuser("measuring")
    client = Client()
    client.force_login(person)
    draft = actions.open_edition(
        summary=Edition.objects.published().latest("pk").summary, by=person
    )
    pages = PAGES | {"a draft": f"/admin/evidence/edition/{draft.pk}/change/"}
    print(f"{Edition.objects.published().count():,} summaries, median of {ROUNDS}\n")
    print("| page | statements | processor ms |\n|---|---|---|")
    for name, address in pages.items():
        times = []
        for _ in range(ROUNDS):
            before = _spent(postmaster)
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            times.append(1000 * (_spent(postmaster) - before))
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
        print(f"| {name} | {len(queries)} | {statistics.median(times):.0f} |")


def _spent(postmaster: int) -> float:
    return ground.processor_seconds(os.getpid(), *ground.children(postmaster))


if __name__ == "__main__":
    main()
