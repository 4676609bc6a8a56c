"""The command that loads the data set (see evidence.dataset)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from evidence.dataset.checks import Records
from evidence.dataset.faults import DatasetError
from evidence.dataset.load import Report, load
from evidence.dataset.membership import difference_of_files
from evidence.dataset.read_dataset import read_dataset
from evidence.dataset.tables import TOTALS
from evidence.link_checks.inventory import note_centres


class Command(BaseCommand):
    """Load the data set in data/, as every start does."""

    help = "Check the data set and load what is new or changed in it: all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, and --check to load nothing."""
        default = settings.BASE_DIR / "data"
        parser.add_argument("folder", nargs="?", type=Path, default=default, help="default: data/")
        parser.add_argument("--check", action="store_true", help="only check; load nothing")

    def handle(self, *, folder: Path, check: bool, **options: Any) -> None:
        """Print what was done, or every fault of the files."""
        try:
            records = read_dataset(folder, lambda remark: self.stdout.write(str(remark)))
            self.stdout.write(f"Checked {sum(map(len, records.values()))} entries: all fit.")
            if differing := difference_of_files(records):
                self.stdout.write(self.style.WARNING(f"{TOTALS.file}: {differing}"))
            if not check:
                self._show(_load(records))
                note_centres()
        except DatasetError as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            number = len(error.faults)
            faults = "1 fault" if number == 1 else f"{number} faults"
            raise CommandError(f"{faults} in {folder}; nothing was changed.") from None

    def _show(self, report: Report) -> None:
        counts = report.counts
        self.stdout.write(
            f"New {counts['new']}, changed {counts['changed']}, removed {counts['removed']}, "
            f"unchanged {counts['unchanged']}, left alone {counts['left']}."
        )
        for remark in report.remarks:
            self.stdout.write(self.style.WARNING(remark))


def _load(records: Records) -> Report:
    """Load with a progress bar on a terminal, and without one elsewhere."""
    with tqdm(desc="Loading", unit=" entries", leave=False, disable=None) as bar:

        def update(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return load(records, update)
