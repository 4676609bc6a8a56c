"""The command that reads the log of second readings (see evidence.dataset.provenance)."""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.dataset.provenance import (
    CONTRADICTED,
    CORRECTED,
    READ_AGAIN,
    VERDICTS,
    Tally,
    in_groups,
    read_log,
)

HEAD = (
    "",
    "Summaries",
    "Fields",
    *(verdict.capitalize() for verdict in VERDICTS),
    "% contradicted",
    "% contradicted or corrected",
)


class Command(BaseCommand):
    """Prints what second readers found, and what is wrong in their log."""

    help = (
        "Print the verdicts of the log in data/provenance by file and in all, and the error rates of first readings: the part "
        "of the fields that could be checked which the page contradicts, or which needed a correction. Every row whose "
        "summary, field or verdict is unknown is a fault."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder of the data set."""
        default = settings.BASE_DIR / "data"
        parser.add_argument("folder", nargs="?", type=Path, default=default, help="default: data/")

    def handle(self, *, folder: Path, **options: Any) -> None:
        """Print a table for each sort of file, all of them together, and then every fault."""
        log, faults = read_log(folder)
        groups = in_groups(log)

        def tally(title: str, names: Iterable[str]) -> Tally:
            return Tally.of(title, chain(*(log[name] for name in names)))

        for group, names in groups.items():
            tallies = [*(tally(name, [name]) for name in names), tally("Together", names)]
            self._table(
                group.title, [_row(one, with_rates=group.rates_readings) for one in tallies]
            )
        first = tally(
            "First readings, read a second time", chain(*(groups[one] for one in READ_AGAIN))
        )
        every = tally("Together", log)
        self._table("In all", [_row(first, with_rates=True), _row(every, with_rates=False)])
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
            raise CommandError(f"{number} in the log of {folder}.")

    def _table(self, title: str, rows: Sequence[Sequence[str]]) -> None:
        rows = [(title, *HEAD[1:]), *rows]
        widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
        self.stdout.write("")


def _row(tally: Tally, *, with_rates: bool) -> tuple[str, ...]:
    numbers = (tally.entries, tally.rows, *(tally.verdicts[one] for one in VERDICTS))
    shares = (tally.share(CONTRADICTED), tally.share(CONTRADICTED, CORRECTED))
    rates = ("–" if share is None or not with_rates else f"{share:.1f}" for share in shares)
    return (tally.name, *(f"{number:,}" for number in numbers), *rates)
