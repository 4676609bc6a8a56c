"""Write the data set out (see evidence.dataset)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from evidence.dataset.export import export


class Command(BaseCommand):
    help = "Write the data set as the files that load_network reads, from what is published now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="where to; files of the same name are replaced"
        )

    def handle(self, *, folder: Path, **options: Any) -> None:
        number = export(folder)
        self.stdout.write(f"Wrote {number} files to {folder}.")
