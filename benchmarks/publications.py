"""Measures what publications cost readers: `.venv/bin/python -m benchmarks.publications [summaries ...]`.

Two workers of gunicorn serve a steady stream of requests for every kind of public page, first in peace and then while
corrections are published one after another. It prints how long requests took in both cases, how soon each correction was
seen by all, and the processor time that a worker spends on one. See benchmarks/README.md.
"""

import argparse
import os
import signal
import subprocess
import time
from pathlib import Path
from statistics import median

from benchmarks import ground
from benchmarks.faults import PAGES, ROOT, Publisher, Reads, Site, children, readers, wait_until

PORT = int(os.environ.get("PORT", "8768"))
PUBLICATIONS = 20
EVERY = 1.5  # seconds
# Not the file of all rows, which takes a second however quiet it is.
KINDS = [page for page in PAGES if "csv" not in page]
READERS, PAUSE = (
    2,
    0.1,
)  # a load that leaves a processor free: what is measured is the wait for one another


def main() -> None:
    """Measure with each number of summaries in turn."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("summaries", nargs="*", type=int, default=[332, 20_000])
    arguments = parser.parse_args()
    with ground.server() as server:
        for number in arguments.summaries:
            with ground.filled_database(server, number) as environment:
                ours = {"PORT": str(PORT), "DJANGO_SETTINGS_MODULE": "portal.settings"}
                _measure(number, Site(ROOT, PORT, environment | ours))


def _measure(number: int, site: Site) -> None:
    began = time.monotonic()
    gunicorn = site.python(
        "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi", stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: site.get("/health/ready")[0] == 200, 300)
        started = time.monotonic() - began
        publisher = Publisher(site)
        publisher.seconds_until_seen(publisher.publish())
        with readers(site, READERS, PAUSE, KINDS):
            time.sleep(5)  # what is made at first is made
        with readers(site, READERS, PAUSE, KINDS) as in_peace:
            time.sleep(PUBLICATIONS * EVERY)
        seen = []
        with readers(site, READERS, PAUSE, KINDS) as meanwhile:
            for _ in range(PUBLICATIONS):
                title, next_at = publisher.publish(), time.monotonic() + EVERY
                seen.append(publisher.seconds_until_seen(title))
                time.sleep(max(0, next_at - time.monotonic()))
        workers = children(gunicorn.pid)
        alone = _of_one(publisher, workers)
        memory = [_megabytes(worker) for worker in workers]
        publisher.end()
    finally:
        gunicorn.send_signal(signal.SIGTERM)
        gunicorn.wait()
    print(f"\n{number:,} summaries, started in {started:.1f} s\n")
    print("| | requests | failed | median, ms | 99%, ms | slowest, ms |\n|---|---|---|---|---|---|")
    print(_row("in peace", in_peace))
    print(_row(f"during {PUBLICATIONS} publications", meanwhile))
    print(
        f"\nSeen by all workers after {median(seen):.2f} s (median), {max(seen):.2f} s (slowest)."
        f"\nA worker spends {alone * 1000:.0f} ms of processor time on one."
        f"\nMemory of a worker: {max(one for one, _ in memory):.0f} MB resident, "
        f"of which {max(own for _, own in memory):.0f} MB its own.",
        flush=True,
    )


def _row(name: str, reads: Reads) -> str:
    times = sorted(1000 * seconds for seconds in reads.seconds)
    figures = (median(times), times[len(times) * 99 // 100], times[-1])
    shown = " | ".join(f"{figure:.0f}" for figure in figures)
    return f"| {name} | {len(times)} | {len(reads.failed)} | {shown} |"


def _of_one(publisher: Publisher, workers: list[int]) -> float:
    """Return the processor time that one worker spends on one publication, beyond what it spends on looking for one."""
    spent = []
    for publishes in (False, True):
        before = ground.processor_seconds(*workers)
        for _ in range(5):
            if publishes:
                publisher.publish()
            time.sleep(EVERY)
        spent.append(ground.processor_seconds(*workers) - before)
    return (spent[1] - spent[0]) / 5 / len(workers)


def _megabytes(pid: int) -> tuple[float, float]:
    """Return the memory of a process that is resident, and the part that it shares with no other."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}
    return sizes["Rss"], sizes["Private_Clean"] + sizes["Private_Dirty"]


if __name__ == "__main__":
    main()
