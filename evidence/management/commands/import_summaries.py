"""The command that imports a spreadsheet, as the import page in admin does (see evidence.spreadsheet)."""

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from evidence.spreadsheet.drafts import import_drafts
from evidence.spreadsheet.files import read_sheet, refuse_by_name_or_size
from evidence.spreadsheet.import_pages import may_import
from evidence.spreadsheet.plan import Plan, PlanChanged, PlannedDraft
from evidence.spreadsheet.preview import preview_import
from evidence.spreadsheet.sheet import Refused, Sheet


class Command(BaseCommand):
    """Make drafts of the rows of a file."""

    help = "Make drafts of the rows of a CSV or XLSX file: all or nothing, and never live."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the person who imports it, and --dry-run to import nothing."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--by", required=True, help="the username of the person who imports, with their rights"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what it would do")
        parser.add_argument(
            "--agree",
            action="append",
            default=[],
            choices=["unknown", "emptied", "near"],
            help="do what the command asks about: leave out unknown columns, empty what has an empty cell, or make "
            "summaries whose ids are much like others",
        )

    def handle(
        self, *, file: Path, by: str, dry_run: bool, agree: list[str], **options: Any
    ) -> None:
        """Print what each row would do, and make the drafts unless a row is wrong."""
        person = User.objects.filter(username=by, is_active=True).first()
        if person is None or not may_import(person):
            raise CommandError(f"{by!r} is not somebody with the right to import.")
        sheet = _sheet_of(file)
        about: Any = {"user": person, "file_name": file.name}
        with _progress_bar("Comparing", sheet) as bar:
            plan = preview_import(sheet, on_row=bar.update, **about)
        self._show(plan)
        if plan.faults:
            number = len(plan.faults)
            errors = "1 error" if number == 1 else f"{number} errors"
            raise CommandError(f"{errors} in {file.name}; nothing was imported.")
        if dry_run or not plan.drafts:
            self.stdout.write("Nothing was imported.")
            return
        if asked := plan.unanswered(agree):
            options_needed = " ".join(f"--agree {question.name}" for question in asked)
            raise CommandError(f"Nothing was imported. To agree to it, add {options_needed}.")
        with _progress_bar("Importing", sheet) as bar:
            try:
                plan = import_drafts(
                    sheet, fingerprint=plan.fingerprint, on_row=bar.update, **about
                )
            except PlanChanged:
                raise CommandError(
                    "Somebody changed something since the rows were compared, so nothing was imported. Run the command again."
                ) from None
        drafts = "1 draft was" if plan.made == 1 else f"{plan.made} drafts were"
        self.stdout.write(f"{drafts} made{plan.of_which_replaced}. Nothing is public yet.")

    def _show(self, plan: Plan) -> None:
        for note in (*plan.sheet_notes, *plan.grouped_notes):
            self.stdout.write(note)
        for draft in plan.drafts:
            self.stdout.write(f"Row {draft.row}: {draft.record.key}: {_what(draft)}")
        for fault in plan.faults:
            self.stderr.write(str(fault))
        for question in plan.questions:
            self.stdout.write(f"To agree to: {question.text}")
        self.stdout.write(
            f"New {len(plan.new)}, changed {len(plan.changed)}, unchanged {plan.unchanged}, "
            f"errors {len(plan.faults)}."
        )


def _what(draft: PlannedDraft) -> str:
    if not draft.before:
        return "new"
    labels = ", ".join(change.label for change in draft.changes)
    return f"changed{f' ({draft.replaces})' if draft.replaces else ''}: {labels}"


def _progress_bar(what: str, sheet: Sheet) -> "tqdm[Any]":
    """Return a progress bar of rows, which only a terminal shows."""
    return tqdm(total=len(sheet), desc=what, unit=" rows", leave=False, disable=None)


def _sheet_of(file: Path) -> Sheet:
    try:
        refuse_by_name_or_size(file.name, file.stat().st_size)
        return read_sheet(file.name, file.read_bytes())
    except Refused as refused:
        raise CommandError("\n".join(refused.messages)) from refused
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
