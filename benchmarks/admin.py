"""Measures admin's lists and first page: `.venv/bin/python -m benchmarks.admin [summaries]`.

Every page is asked for in this process, by a superuser; what counts is processor time a request (this process and PostgreSQL's
together, from /proc) and the number of statements. See benchmarks/README.md.
"""

import argparse
import gc
import os
import statistics
import subprocess
import sys

import psycopg

from benchmarks import ground

ROUNDS = 15
EDITIONS, SUMMARIES = "/admin/evidence/edition/", "/admin/evidence/summary/"
PAGES = {
    "first page": "/admin/",
    "editions": EDITIONS,
    "editions, waiting for review": f"{EDITIONS}?state__exact=in-review",
    "editions, two filters": f"{EDITIONS}?needs=cost&strength__exact=high",
    "editions of a topic, searched": f"{EDITIONS}?topic={{topic}}&q=mentoring",
    "editions of a product line and a centre": f"{EDITIONS}?line={{line}}&summary__centre__id__exact={{centre}}",
    "editions with a link that fails": f"{EDITIONS}?needs=links",
    "editions with links to pages that have changed": f"{EDITIONS}?needs=page",
    "editions whose scale gives another level": f"{EDITIONS}?needs=level",
    "editions, strength not yet read": f"{EDITIONS}?needs=strength",
    "editions, searched": f"{EDITIONS}?q=mentoring",
    "editions, two words searched": f"{EDITIONS}?q=mentoring+commonplace",
    "editions, page 100": f"{EDITIONS}?p=100",
    "editions, the last page": f"{EDITIONS}?p=400",
    "editions by centre": f"{EDITIONS}?o=2",
    "editions by strength, page 100": f"{EDITIONS}?o=5&p=100",
    "summaries": SUMMARIES,
    "summaries of a topic and a centre": f"{SUMMARIES}?topic={{topic}}&centre__id__exact={{centre}}",
    "summaries, searched": f"{SUMMARIES}?q=mentoring",
    "summaries, page 100": f"{SUMMARIES}?p=100",
    "summaries by centre, page 100": f"{SUMMARIES}?o=2&p=100",
    "audit log": "/admin/evidence/auditentry/",
    "audit log, filtered": "/admin/evidence/auditentry/?action__exact=published&summary__centre__id__exact={centre}",
    "audit log, searched": "/admin/evidence/auditentry/?q=synthetic-77",
    "audit log, page 100": "/admin/evidence/auditentry/?p=100",
    "changes of lists": "/admin/evidence/listchange/",
    "changes in admin": "/admin/portal/adminchange/",
    "changes in admin, page 100": "/admin/portal/adminchange/?p=100",
    "topics": "/admin/evidence/topic/",
    "topics, searched": "/admin/evidence/topic/?q=school",
    "outcomes": "/admin/evidence/outcome/",
    "approaches": "/admin/evidence/approach/",
    "synonyms": "/admin/evidence/synonymgroup/",
    "product lines": "/admin/evidence/product/",
    "links": "/admin/evidence/linkcheck/",
    "links that fail": "/admin/evidence/linkcheck/?failing=yes",
    "links of a centre": "/admin/evidence/linkcheck/?centre={centre}",
    "links, searched": "/admin/evidence/linkcheck/?q=youth",
    "links, page 100": "/admin/evidence/linkcheck/?p=100",
    "people": "/admin/auth/user/",
    "people, searched": "/admin/auth/user/?q=person-7",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("summaries", nargs="?", type=int, default=20_000)
    parser.add_argument("--only", nargs="*", default=[], help="words of the names of pages")
    parser.add_argument("--postmaster", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.postmaster:
        measure(arguments.postmaster, arguments.only)
        return
    with (
        ground.server() as server,
        ground.filled_database(server, arguments.summaries) as environment,
    ):
        postmaster = str(server.process.pid if server.process else 0)
        command = [
            sys.executable,
            "-m",
            "benchmarks.admin",
            "--postmaster",
            postmaster,
            "--only",
            *arguments.only,
        ]
        subprocess.run(command, env=environment, check=True)


def measure(postmaster: int, words: list[str]) -> None:
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.db import connection
    from django.db.models import Count
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks import synthetic
    from evidence.editorial import actions
    from evidence.models import AuditEntry, Edition, Product, Topic

    if AuditEntry.objects.count() < Edition.objects.count():
        synthetic.make_long_lists()
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as direct:
            direct.execute("VACUUM ANALYZE")  # PostgreSQL does so by itself within minutes
    person = User.objects.filter(username="measuring").first()
    person = person or User.objects.create_superuser("measuring")
    client = Client()
    client.force_login(person)
    draft = Edition.objects.open().first() or actions.open_edition(
        summary=Edition.objects.published().latest("pk").summary, by=person
    )
    topic = Topic.objects.annotate(number=Count("editions")).order_by("-number")[0]
    line = Product.objects.get(slug="eef-teaching-and-learning-toolkit")
    keys = {"topic": topic.pk, "line": line.pk, "centre": line.centre_id}
    pages = PAGES | {"a draft": f"/admin/evidence/edition/{draft.pk}/change/"}
    for (
        address
    ) in pages.values():  # a worker has served pages before, and what it then has is left alone
        client.get(address.format(**keys))
    gc.collect()
    gc.freeze()  # as portal.gunicorn does
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{Edition.objects.published().count():,} summaries, {ROUNDS} rounds, load {load}\n")
    print(
        "| page | statements | processor ms, best | of it PostgreSQL | median |\n|---|---|---|---|---|"
    )
    for name, address in pages.items():
        if not all(word in name for word in words):
            continue
        times = []
        # Apart from the rounds, because Django then writes down each statement with what it was given.
        with CaptureQueriesContext(connection) as queries:
            client.get(address.format(**keys))
            statements = len(queries)
        for _ in range(ROUNDS):
            before, of_database = _spent(postmaster)
            answer = client.get(address.format(**keys))
            after, database = _spent(postmaster)
            if (
                database > of_database
            ):  # no process of PostgreSQL has ended in between, with its time
                times.append((1000 * (after - before), 1000 * (database - of_database)))
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
        best, database = min(times)
        usual = statistics.median(time for time, _ in times)
        print(f"| {name} | {statements} | {best:.0f} | {database:.0f} | {usual:.0f} |", flush=True)


def _spent(postmaster: int) -> tuple[float, float]:
    """Return the processor time so far: of this process and PostgreSQL's together, and of PostgreSQL's alone."""
    database = ground.processor_seconds(*ground.children(postmaster))
    return ground.processor_seconds(os.getpid()) + database, database


if __name__ == "__main__":
    main()
