"""Measures what publications cost readers: `.venv/bin/python -m benchmarks.publications [summaries ...]`.

Two workers of gunicorn serve a steady stream of requests for every kind of public page, in turns in peace and while
corrections are published one after another. It prints how long requests took in both cases, how much longer than is usual for
such a page in peace, how soon each correction was seen by all, and the processor time that a worker spends on one.
See benchmarks/README.md.
"""

import argparse
import os
import signal
import subprocess
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

from benchmarks import ground
from benchmarks.faults import PAGES, ROOT, Publisher, Reads, Site, children, readers, wait_until

PORT = int(os.environ.get("PORT", "8768"))
ROUNDS, PUBLICATIONS = 5, 4  # in each round, so 20
EVERY = 1.5  # seconds
# Not the file of all rows, which takes a second however quiet it is. The history of the summary that is corrected gets longer
# with each correction, so that of another stands for it.
KINDS = [page.replace("eef-mentoring/h", "eef-feedback/h") for page in PAGES if "csv" not in page]
# A load that leaves a processor free: what is measured is the wait for one another.
READERS, PAUSE = 2, 0.05
WAIT = 50  # ms; a request that takes so much longer than is usual has waited


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
        in_peace, meanwhile, seen = Reads(), Reads(), []
        for _ in range(ROUNDS):
            with readers(site, READERS, PAUSE, KINDS, in_peace):
                time.sleep(PUBLICATIONS * EVERY)
            with readers(site, READERS, PAUSE, KINDS, meanwhile):
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
    print(HEADINGS)
    usual = _usual(in_peace)
    print(_row("in peace", in_peace, usual))
    print(_row(f"during {len(seen)} publications", meanwhile, usual))
    longest = sorted(_longer(meanwhile, usual), reverse=True)[:5]
    print(
        "\nLongest, in ms beyond the usual:",
        *(f"{ms:.0f} {kind}" for ms, kind in longest),
        sep="\n- ",
    )
    print(
        f"\nSeen by all workers after {median(seen):.2f} s (median), {max(seen):.2f} s (slowest)."
        f"\nA worker spends {alone * 1000:.0f} ms of processor time on one."
        f"\nMemory of a worker: {max(one for one, _ in memory):.0f} MB resident, "
        f"of which {max(own for _, own in memory):.0f} MB its own.",
        flush=True,
    )


HEADINGS = (
    "| | requests | failed | median, ms | 99%, ms | slowest, ms "
    f"| 99%, ms beyond the usual | slowest, ms beyond the usual | over {WAIT} ms beyond the usual |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def _row(name: str, reads: Reads, usual: dict[str, float]) -> str:
    times = sorted(1000 * seconds for seconds, _ in reads.times)
    longer = sorted(ms for ms, _ in _longer(reads, usual))
    figures = [median(times), *_high(times), *_high(longer)]
    shown = " | ".join(f"{figure:.0f}" for figure in figures)
    waited = sum(ms > WAIT for ms in longer)
    return f"| {name} | {len(times)} | {len(reads.failed)} | {shown} | {waited} |"


def _high(in_order: list[float]) -> tuple[float, float]:
    """Return what 99 of 100 do not exceed, and the highest."""
    return in_order[len(in_order) * 99 // 100], in_order[-1]


def _usual(reads: Reads) -> dict[str, float]:
    """Return the median of each kind of page, in seconds."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for seconds, kind in reads.times:
        by_kind[kind].append(seconds)
    return {kind: median(times) for kind, times in by_kind.items()}


def _longer(reads: Reads, usual: dict[str, float]) -> list[tuple[float, str]]:
    """Return how much longer each request took than is usual for its kind of page, in ms, and that kind."""
    return [(1000 * (seconds - usual[kind]), kind) for seconds, kind in reads.times]


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
