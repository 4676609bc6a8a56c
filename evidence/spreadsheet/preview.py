"""The preview of an import: what the rows of a sheet would do."""

from collections.abc import Generator
from typing import Any

from django.db import transaction

from .columns import COLUMNS
from .comparison import RowComparison
from .current import CurrentContent
from .plan import Plan, PlannedDraft
from .sheet import Sheet
from .steps import OnStep, finished

Planning = Generator[int, None, Plan]  # yields how many rows are done, and returns the plan


def preview_import(
    sheet: Sheet, *, user: Any, file_name: str, on_row: OnStep = lambda: None
) -> Plan:
    """Return what the rows would do, and write nothing. `on_row` is called after each row.

    The number of queries is the same for any number of rows.
    """
    return finished(previewing(sheet, user=user, file_name=file_name), on_row)


def previewing(sheet: Sheet, *, user: Any, file_name: str) -> Planning:
    """Do the same row by row."""
    with transaction.atomic():
        return (yield from planning(sheet, CurrentContent(sheet, user), file_name))


def planning(sheet: Sheet, current: CurrentContent, file_name: str) -> Planning:
    """Make the plan of a sheet, its rows compared with what the portal has now."""
    plan = Plan(file_name, sheet.notes, sheet.unknown)
    for done, row in enumerate(sheet.rows, start=1):
        comparison = RowComparison(row, current)
        if comparison.faults:
            plan.faults += comparison.faults
        elif comparison.draft:
            _add(plan, comparison, comparison.draft)
        else:
            plan.unchanged += 1
        yield done
    return plan


def _add(plan: Plan, comparison: RowComparison, draft: PlannedDraft) -> None:
    plan.drafts.append(draft)
    plan.notes += comparison.notes
    for name in comparison.emptied:
        plan.emptied.setdefault(COLUMNS[name].label, []).append(comparison.row.number)
    if comparison.near:
        plan.near[comparison.slug] = comparison.near
