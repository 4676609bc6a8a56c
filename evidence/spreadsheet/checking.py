"""The check of an uploaded file: it is read, what it would do is planned, and both are kept until somebody confirms it."""

import json
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

from django.urls import reverse

from evidence.models import ImportFile

from .files import reading_file
from .plan import Plan
from .preview import previewing
from .sheet import Refused, Sheet
from .shown import Shown, shown_plan, shown_refusal

STEPS_SHOWN = 100  # how often the comparison says how far it is
ROWS_READ = 50  # after so many rows the reading says how far it is


class Progress(NamedTuple):
    """How far a check is, in words. How many rows of how many are compared: of how many is known once all are read."""

    said: str
    done: int = 0
    rows: int = 0


Checking = Generator[Progress, None, ImportFile]


def checking(person: Any, name: str, content: bytes) -> Checking:
    """Read a file, plan what it would do, and keep both. A person has one file at a time."""
    try:
        sheet = yield from _reading(name, content)
    except Refused as refused:
        return _keep(person, name, shown_refusal(name, list(refused.messages)))
    plan = yield from _planning(sheet, person, name)
    if plan.drafts and not plan.faults:
        return _keep(person, name, shown_plan(plan), content, plan.fingerprint)
    return _keep(person, name, shown_plan(plan))


def _reading(name: str, content: bytes) -> Generator[Progress, None, Sheet]:
    work = reading_file(name, content)
    while True:
        try:
            read = next(work)
        except StopIteration as end:
            sheet: Sheet = end.value
            return sheet
        if read % ROWS_READ == 0:
            yield Progress(f"Read {read:,} rows.")


def _planning(sheet: Sheet, person: Any, name: str) -> Generator[Progress, None, Plan]:
    rows, shown = len(sheet), 0
    yield Progress(f"Read {rows:,} row{'s' if rows != 1 else ''}. Fetching what the portal has.")
    work = previewing(sheet, user=person, file_name=name)
    while True:
        try:
            done = next(work)
        except StopIteration as end:
            plan: Plan = end.value
            return plan
        if done * STEPS_SHOWN // rows > shown:
            shown = done * STEPS_SHOWN // rows
            yield Progress(f"Compared {done:,} of {rows:,} rows.", done, rows)


def _keep(
    person: Any, name: str, shown: Shown, content: bytes = b"", fingerprint: str = ""
) -> ImportFile:
    """Keep a file until it is confirmed; without its content, if it cannot be."""
    ImportFile.objects.filter(person=person).delete()
    return ImportFile.objects.create(
        person=person, name=name, content=content, fingerprint=fingerprint, shown=shown
    )


def progress_of(work: Checking) -> Iterator[str]:
    """Yield how far the work is as lines of JSON, and at last where its outcome is shown."""
    while True:
        try:
            progress = next(work)
        except StopIteration as end:
            address = reverse("admin:evidence_summary_import_file", args=[end.value.pk])
            yield json.dumps({"address": address}) + "\n"
            return
        yield json.dumps(progress._asdict()) + "\n"
