"""The command that writes the data set (see evidence.dataset)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.dataset.export import export
from evidence.dataset.faults import DatasetError


class Command(BaseCommand):
    """Write what is public as the files of the data set."""

    help = "Write the data set as the files that load_network reads, from what is published now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder to write to."""
        parser.add_argument("folder", type=Path, help="where to; its files are replaced")

    def handle(self, *, folder: Path, **options: Any) -> None:
        """Print the number of files, or why the folder cannot be used."""
        try:
            number = export(folder)
        except DatasetError as error:
            raise CommandError(
                f"{folder} holds other files; choose an empty one.\n{error}"
            ) from None
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Wrote {number} files to {folder}.")
