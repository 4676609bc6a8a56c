"""Load the data set in data/ (see evidence.dataset)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from evidence.dataset.files import DatasetError
from evidence.dataset.load import load
from evidence.dataset.read import Record, read


class Command(BaseCommand):
    help = "Check the data set and load what is new or changed in it: all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BASE_DIR / "data",
            help="default: data/",
        )
        parser.add_argument("--check", action="store_true", help="only check, load nothing")

    def handle(self, *, folder: Path, check: bool, **options: Any) -> None:
        try:
            records = read(folder)
            self.stdout.write(f"Checked {sum(map(len, records.values()))} entries: all fit.")
            if check:
                return
            report = load(records, _watch)
        except DatasetError as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            number = len(error.faults)
            raise CommandError(f"{number} faults in {folder}; nothing was changed.") from None
        counts = report.counts
        self.stdout.write(
            f"New {counts['new']}, changed {counts['changed']}, removed {counts['removed']}, "
            f"unchanged {counts['unchanged']}."
        )
        for remark in report.remarks:
            self.stdout.write(self.style.WARNING(remark))


def _watch(records: list[Record], label: str) -> Iterable[Record]:
    """Show progress on a terminal, and nothing elsewhere."""
    return tqdm(records, desc=f"Loading {label}", leave=False, disable=None)
