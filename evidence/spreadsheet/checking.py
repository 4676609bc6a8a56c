"""The check of an uploaded file: it is read, what it would do is planned, and both are kept until somebody confirms it."""

import json
from collections.abc import Generator, Iterator
from typing import Any

from django.urls import reverse

from evidence.models import ImportFile

from .files import read_sheet
from .plan import Plan
from .preview import previewing
from .sheet import Refused
from .shown import Shown, shown_plan, shown_refusal

STEPS_SHOWN = 100  # how often the work says how far it is

Checking = Generator[tuple[int, int], None, ImportFile]  # yields how many rows of how many are done


def checking(person: Any, name: str, content: bytes) -> Checking:
    """Read a file, plan what it would do, and keep both. A person has one file at a time."""
    try:
        sheet = read_sheet(name, content)
    except Refused as refused:
        return _keep(person, name, shown_refusal(name, list(refused.messages)))
    work = previewing(sheet, user=person, file_name=name)
    while True:
        try:
            yield next(work), len(sheet)
        except StopIteration as end:
            plan: Plan = end.value
            break
    if plan.drafts and not plan.faults:
        return _keep(person, name, shown_plan(plan), content, plan.fingerprint)
    return _keep(person, name, shown_plan(plan))


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
    shown = 0
    while True:
        try:
            done, rows = next(work)
        except StopIteration as end:
            address = reverse("admin:evidence_summary_import_file", args=[end.value.pk])
            yield json.dumps({"address": address}) + "\n"
            return
        if done * STEPS_SHOWN // rows > shown:
            shown = done * STEPS_SHOWN // rows
            yield json.dumps({"done": done, "rows": rows}) + "\n"
