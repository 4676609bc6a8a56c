"""The preview of an import: what the rows of a sheet would do."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from .comparison import CurrentContent, RowComparison
from .plan import Plan
from .sheet import Sheet

OnRow = Callable[[], Any]


def preview_import(
    sheet: Sheet, *, user: Any, file_name: str, on_row: OnRow = lambda: None
) -> Plan:
    """Return what the rows would do, and write nothing. `on_row` is called after each row.

    The number of queries is the same for any number of rows.
    """
    with transaction.atomic():
        return plan_of(sheet, CurrentContent(sheet, user), file_name, on_row)


def plan_of(sheet: Sheet, current: CurrentContent, file_name: str, on_row: OnRow) -> Plan:
    """Return the plan of a sheet, its rows compared with what the portal has now."""
    plan = Plan(file_name)
    for row in sheet.rows:
        comparison = RowComparison(row, current)
        if comparison.faults:
            plan.faults += comparison.faults
        elif comparison.draft:
            plan.drafts.append(comparison.draft)
        else:
            plan.unchanged += 1
        on_row()
    return plan
