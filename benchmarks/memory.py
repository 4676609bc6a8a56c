"""Measure the memory of one worker while very many different addresses are asked for.

    .venv/bin/python -m benchmarks.memory [addresses] [--summaries 332]

No two requests are alike: real filters in new combinations, words that were never searched for, pages that do not exist,
lists as JSON, suggestions, and every seventh with HEAD. Whatever a worker remembers must have a bound, so its memory must
stop growing.
"""

import argparse
import http.client
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from . import ground

PORT = 8098
LINES = 20  # of the table
START_SECONDS = 300
WORDS = [
    "reading",
    "school",
    "police",
    "housing",
    "tutoring",
    "debt",
    "sleep",
    "parents",
    "crime",
    "jobs",
    "stroke",
    "care",
    "maths",
    "youth",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("addresses", nargs="?", type=int, default=200_000)
    parser.add_argument("--summaries", type=int, default=332)
    arguments = parser.parse_args()
    with (
        ground.server() as server,
        ground.filled_database(server, arguments.summaries) as environment,
    ):
        began = time.monotonic()
        gunicorn = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"],
            env=environment | {"PORT": str(PORT), "WEB_CONCURRENCY": "1"},
            stderr=subprocess.DEVNULL,
        )
        try:
            connection = connect()
            print(f"The first page came after {time.monotonic() - began:.1f} s.")
            [worker] = ground.children(gunicorn.pid)
            measure(connection, worker, arguments.addresses)
        finally:
            gunicorn.send_signal(signal.SIGTERM)
            gunicorn.wait()


def measure(connection: http.client.HTTPConnection, worker: int, number: int) -> None:
    """Send the requests, and print the worker's memory after each part of them."""
    page = text(connection, "/evidence/")
    filters, summaries = filters_of(page), summaries_of(page)
    began, answers = time.monotonic(), Counter[int]()
    step = max(number // LINES, 1)
    print(f"{'requests':>9} {'memory, MB':>11} {'PSS, MB':>8} {'seconds':>8}  answers")
    for count, address in enumerate(addresses(number, filters, summaries), 1):
        connection.request("GET" if count % 7 else "HEAD", address)
        response = connection.getresponse()
        response.read()
        answers[response.status] += 1
        if count == 1 or count % step == 0:
            seconds = time.monotonic() - began
            said = ", ".join(f"{status}: {times:,}" for status, times in sorted(answers.items()))
            resident, shared_out = megabytes(worker, "Rss"), megabytes(worker, "Pss")
            print(
                f"{count:9,} {resident:11.1f} {shared_out:8.1f} {seconds:8.0f}  {said}", flush=True
            )


def addresses(number: int, filters: list[tuple[str, str]], summaries: list[str]) -> Iterator[str]:
    """Yield different addresses of every kind, the same ones in every run."""
    chance = random.Random(1)
    for count in range(number):
        chosen = chance.sample(filters, 3)
        compared = chance.sample(summaries, 3)
        words = f"{' '.join(chance.sample(WORDS, 2))} {count}"
        yield (
            f"/evidence/?{urlencode([*chosen, ('n', count)])}",
            f"/evidence/?{urlencode([('q', words)])}",
            f"/evidence/?{urlencode([*chosen, ('q', words)])}",
            f"/evidence/?{urlencode([*chosen, ('view', 'table'), ('n', count)])}",
            f"/map/?{urlencode([*chosen, ('n', count)])}",
            f"/compare/?{urlencode([*(('summary', one) for one in compared), ('n', count)])}",
            f"/evidence.json?{urlencode([*chosen, ('n', count)])}",
            f"/suggest?{urlencode([('q', words)])}",
            f"/evidence/nothing-{count}/",
            f"/topics/nothing-{count}/",
            f"/nothing/{count}",
            f"/approaches/?policy_area={count}",
            f"/evidence/?page={count + 2}",
        )[count % 13]


def filters_of(page: str) -> list[tuple[str, str]]:
    """Return every filter of the find page: its parameter and a value."""
    boxes = re.findall(r'<input type="checkbox" name="(\w+)" value="([^"]+)"', page)
    return [(name, value) for name, value in boxes if name != "summary"]


def summaries_of(page: str) -> list[str]:
    """Return the summaries that a page of the find page offers to compare."""
    return re.findall(r'<input type="checkbox" name="summary" value="([^"]+)"', page)


def megabytes(pid: int, kind: str) -> float:
    """Return the memory of a process: what is resident (Rss), or with what is shared divided by those who share it (Pss)."""
    counted = Path(f"/proc/{pid}/smaps_rollup").read_text()
    [kilobytes] = re.findall(rf"^{kind}:\s+(\d+) kB", counted, re.MULTILINE)
    return int(kilobytes) / 1024


def connect() -> http.client.HTTPConnection:
    """Return a connection to the server, once it answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        try:
            text(connection, "/evidence/")
            return connection
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def text(connection: http.client.HTTPConnection, address: str) -> str:
    """Return the text of a page."""
    connection.request("GET", address)
    return connection.getresponse().read().decode()


if __name__ == "__main__":
    main()
