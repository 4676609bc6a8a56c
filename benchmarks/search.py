"""Measures how fast the search is: `.venv/bin/python -m benchmarks.search [summaries ...]`.

It prints the database time of one search, planning included, and the time of one suggestion in Python: the best of seven
rounds, on a database of its own. See docs/search.md.
"""

import argparse
import os
import subprocess
import sys
import time
from typing import Any

from benchmarks import ground

ROUNDS = 7
WORDS = {
    "a common word (15%)": "commonplace",
    "a rare word (0.1%)": "rarity",
    "mentoring": "mentoring",
    "stop people sleeping rough": "stop people sleeping rough",
    "reduce depression and anxiety in pupils": "reduce depression and anxiety in pupils",
    "holding a child back a year": "holding a child back a year",
    "children (57%)": "children",
}
TYPED = ["m", "ment", "rough sle", "naughty kids"]


def main() -> None:
    """Measure the search with each number of summaries in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("summaries", nargs="*", type=int, default=[20_000])
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        measure()
        return
    with ground.server() as server:
        for number in arguments.summaries:
            with ground.filled_database(server, number) as environment:
                command = [sys.executable, "-m", "benchmarks.search", "--here"]
                subprocess.run(command, env=environment | {"STATEMENT_TIMEOUT_MS": "0"}, check=True)


def measure() -> None:
    """Print the times on the database of DATABASE_URL."""
    import django

    django.setup()
    from django.db import connection

    from evidence.models import Edition
    from evidence.search.lexicon import current_lexicon
    from evidence.search.results import search
    from evidence.search.suggestions import suggest

    spent: list[float] = []

    def timed(execute: Any, *rest: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*rest)
        finally:
            spent.append(time.perf_counter() - began)

    print(f"\n{Edition.objects.published().count():,} summaries, load {os.getloadavg()[0]:.1f}\n")
    print("| words | matches | database ms |\n|---|---|---|")
    current_lexicon()  # read once for each content version and worker
    for name, words in WORDS.items():
        times = []
        for _ in range(ROUNDS):
            spent.clear()
            with connection.execute_wrapper(timed):
                results = search(words)
            times.append(1000 * sum(spent))
        print(f"| {name} | {len(results.ranks):,} | {min(times):.1f} |")
    print("\n| typed | suggestion ms |\n|---|---|")
    for typed_so_far in TYPED:
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            suggest(typed_so_far)
            times.append(1000 * (time.perf_counter() - began))
        print(f"| {typed_so_far} | {min(times):.1f} |")


if __name__ == "__main__":
    main()
