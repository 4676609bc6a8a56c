"""Make drafts of the rows of a spreadsheet, as the import page in admin does (see evidence.spreadsheet)."""

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from evidence.spreadsheet.admin import may_import
from evidence.spreadsheet.files import Refused, Sheet, read, refuse_by_outside
from evidence.spreadsheet.resource import Draft, Moved, Plan, check, confirm


class Command(BaseCommand):
    help = "Make drafts of the rows of a CSV or XLSX file: all or nothing, and never live."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--by", required=True, help="the username of who imports, with their rights"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what it would do")

    def handle(self, *, file: Path, by: str, dry_run: bool, **options: Any) -> None:
        person = User.objects.filter(username=by, is_active=True).first()
        if person is None or not may_import(person):
            raise CommandError(f"{by!r} is not somebody with the right to import.")
        sheet = _read(file)
        with tqdm(
            total=len(sheet), desc="Comparing", unit=" rows", leave=False, disable=None
        ) as bar:
            plan = check(sheet, user=person, file_name=file.name, progress=bar.update)
        self._tell(plan)
        if plan.faults:
            number = len(plan.faults)
            errors = "1 error" if number == 1 else f"{number} errors"
            raise CommandError(f"{errors} in {file.name}; nothing was imported.")
        if dry_run or not plan.drafts:
            self.stdout.write("Nothing was imported.")
            return
        with tqdm(
            total=len(sheet), desc="Importing", unit=" rows", leave=False, disable=None
        ) as bar:
            try:
                made = confirm(
                    sheet,
                    user=person,
                    checked=plan.fingerprint,
                    file_name=file.name,
                    progress=bar.update,
                ).made
            except Moved:
                raise CommandError(
                    "Somebody changed something meanwhile; nothing was imported. Run it again."
                ) from None
        drafts = "1 draft was" if made == 1 else f"{made} drafts were"
        self.stdout.write(f"{drafts} made. Nothing is public yet.")

    def _tell(self, plan: Plan) -> None:
        for draft in plan.drafts:
            self.stdout.write(f"Row {draft.row}: {draft.record.key}: {_what(draft)}")
        for fault in plan.faults:
            self.stderr.write(str(fault))
        self.stdout.write(
            f"New {len(plan.new)}, changed {len(plan.changed)}, unchanged {plan.unchanged}, "
            f"errors {len(plan.faults)}."
        )


def _what(draft: Draft) -> str:
    if not draft.before:
        return "new"
    return f"changed: {', '.join(change.label for change in draft.changes)}"


def _read(file: Path) -> Sheet:
    try:
        refuse_by_outside(file.name, file.stat().st_size)
        return read(file.name, file.read_bytes())
    except Refused as refused:
        raise CommandError("\n".join(refused.messages)) from refused
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
