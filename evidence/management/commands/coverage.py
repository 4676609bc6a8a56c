"""Print how much of each product line of each centre is in the portal, and how complete it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from centres.vocabulary import Rated
from evidence.pages.coverage import LineCoverage, Total, csv_rows, lines
from portal import published
from portal.safe_csv import csv_lines

HEAD = (
    "Product line",
    "Here",
    "Of",
    "Share",
    *(field.value for field in Rated),
    "Newest",
    "Confirmed",
)


class Command(BaseCommand):
    """Prints the page on coverage as a table."""

    help = (
        "Print, for each product line, how many summaries are published here of how many, and how many state each value. "
        "“Confirmed” is of how many of them the centre has confirmed the figures. "
        "“Of” is a number that was read on a page; without one, the real size is not known."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the table be CSV."""
        parser.add_argument("--csv", action="store_true", help="as CSV, like /coverage.csv")

    def handle(self, *, csv: bool, **options: Any) -> None:
        """Print the table, and the total beneath it."""
        published.check(now=True)
        if csv:
            for line in csv_lines(csv_rows("")):
                self.stdout.write(line, ending="")
            return
        every = lines()
        rows = [HEAD, *map(_row, every)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
        total = Total(every)
        self.stdout.write(
            f"{sum(line.held for line in every)} summaries in {len(every)} product lines. "
            f"Of the {len(total.sized)} lines of known size, {total.held} of {total.count} are here."
        )


def _row(line: LineCoverage) -> tuple[str, ...]:
    return (
        f"{line.product.centre.short_name}: {line.product.name}",
        str(line.held),
        line.size or "not known",
        "" if line.percent is None else f"{line.percent}%",
        *(str(one.stated) for one in line.fields),
        line.newest,
        f"{line.confirmed} of {line.held}" if line.held else "",
    )
