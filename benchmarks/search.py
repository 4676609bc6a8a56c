"""Measures how much search costs: `.venv/bin/python -m benchmarks.search [summaries ...]`.

It prints the processor time of one search for words that this process has not been asked for, of one suggestion and of the
related summaries of one page, the median of rounds in which they take turns; what the parts of the snapshot take of time and
memory; and what one publication takes. On a database of its own. See docs/search.md.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import ground

ROUNDS = 31
WORDS = {
    "a rare word (0.1%)": "rarity",
    "a common word (15%)": "commonplace",
    "children (57%)": "children",
    "mentoring": "mentoring",
    "two typing errors": "behavoir managment",
    '"young people"': '"young people"',
    '"the evidence suggests", which is no known term': '"the evidence suggests"',
    "stop people sleeping rough": "stop people sleeping rough",
    "reduce depression and anxiety in pupils": "reduce depression and anxiety in pupils",
    "holding a child back a year": "holding a child back a year",
    "a question of fourteen words": "which programmes help young people in care leave school with better results and jobs",
    "twelve common words": "children young people schools support programme training evidence community health services work",
}
TYPED = [
    *(
        "me",
        "ment",
        "rough sle",
        "naughty kids",
        "naughty ki",
        "kids who can't sit still in lessons",
    ),
    *("metacogniton", "mental heath", "behavoir managment in clasrooms"),
    "children young people schools support programme training evidence",
    "chidlren yuong peopel shcools suport programe trianing evidnece",
    "qwxzyt brimbolet fantrasical qworetry prenbatilon zxcvbert domblerun ofrastine",
]


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
    """Print the figures of the database of DATABASE_URL."""
    import django

    django.setup()
    from evidence.catalogue import reading
    from evidence.catalogue.documents import Documents
    from evidence.search.related import related
    from evidence.search.results import search
    from evidence.search.suggestions import suggest
    from portal import published

    snapshot = _load()
    published.set_snapshot(snapshot)
    documents = snapshot[Documents].published
    print(f"\n{len(documents):,} summaries, load {os.getloadavg()[0]:.1f}\n")

    def first_page(words: str) -> int:
        results = search(words)
        results.best_first(results.bits, 0, 20)
        return len(results.bits)

    def number_suggested(typed: str) -> int:
        return len(suggest(typed))

    def relate(slug: str) -> int:
        edition = reading.edition(documents[slug])
        began = time.process_time()
        related(edition, list(edition.summary.approaches.all()), 6)
        spent_on_related.append(1000 * (time.process_time() - began))
        return 0

    spent_on_related: list[float] = []
    tasks: dict[str, Callable[[], int]] = {
        **{name: partial(first_page, words) for name, words in WORDS.items()},
        **{f"suggest {typed!r}": partial(number_suggested, typed) for typed in TYPED},
    }
    times: dict[str, list[float]] = {name: [] for name in tasks}
    found: dict[str, int] = {}
    slugs = list(documents)[:: max(1, len(documents) // ROUNDS)]
    for round_ in range(ROUNDS):
        for name, task in tasks.items():
            began = time.process_time()
            found[name] = task()
            times[name].append(1000 * (time.process_time() - began))
        relate(slugs[round_ % len(slugs)])
    print("| words | found | processor ms |\n|---|---|---|")
    for name, spent in times.items():
        print(f"| {name} | {found[name]:,} | {median(spent):.1f} |")
    print(f"| related summaries of one | | {median(spent_on_related):.1f} |")
    _publish(snapshot)


def _load() -> Any:
    """Load a snapshot and print what its parts take."""
    from portal import published

    snapshot = published.without_parts()
    print("\n| part | processor s | memory MB |\n|---|---|---|")
    for part in published.parts():
        memory, began = _own_memory(), time.process_time()
        snapshot.parts[part] = part.load(None, snapshot)
        spent = time.process_time() - began
        print(f"| {part.__name__} | {spent:.1f} | {_own_memory() - memory:.0f} |", flush=True)
    print(f"| the process | | {_own_memory():.0f} |")
    return snapshot


def _publish(before: Any) -> None:
    """Publish corrections and print what each part takes to follow."""
    from django.db import transaction

    from evidence.editorial import actions
    from evidence.models import Edition, Summary
    from portal import published

    times: dict[str, list[float]] = {}
    for number in range(7):
        with transaction.atomic():
            summary = Summary.objects.get(slug=f"synthetic-{number + 1}")
            draft = actions.open_edition(summary=summary)
            Edition.objects.filter(pk=draft.pk).update(title=f"Corrected {number}")
            draft.refresh_from_db()
            actions.submit(edition=draft, change_note="Measuring.")
            actions.publish(edition=draft)
        after = published.without_parts()
        for part in published.parts():
            began = time.process_time()
            after.parts[part] = part.load(before[part], after)
            spent = 1000 * (time.process_time() - began)
            times.setdefault(part.__name__, []).append(spent)
        before = after
    print("\n| one publication | processor ms |\n|---|---|")
    for name, spent_each in times.items():
        print(f"| {name} | {median(spent_each):.1f} |")
    print(f"| all parts | {sum(map(median, times.values())):.1f} |")


def _own_memory() -> float:
    """Return the megabytes that belong to this process alone."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
