"""What the pages of an import show of a plan, as plain values, so that its pages need not make the plan again."""

from dataclasses import asdict
from typing import Any

from django.core.paginator import Page, Paginator

from evidence.editorial.diff import Change

from .plan import Plan, PlannedDraft

ON_A_PAGE = 50  # rows
NOTES_SHOWN = 100

Shown = dict[str, Any]


def shown_refusal(file_name: str, messages: list[str]) -> Shown:
    """Return what is shown of a file that cannot be read."""
    return {"file_name": file_name, "refused": messages}


def shown_plan(plan: Plan) -> Shown:
    """Return what is shown of a plan."""
    notes = plan.grouped_notes
    return {
        "file_name": plan.file_name,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "errors": len(plan.faults),
        "faults": [[one.row, one.column, one.message] for one in plan.faults],
        "drafts": [_shown_draft(one) for one in plan.changed + plan.new],
        "sheet_notes": plan.sheet_notes,
        "notes": notes[:NOTES_SHOWN],
        "more_notes": max(0, len(notes) - NOTES_SHOWN),
        "left_out": plan.left_out,
        "questions": [asdict(question) for question in plan.questions],
    }


def faults_of(shown: Shown, number: Any) -> Page:
    """Return one page of what is wrong."""
    return Paginator(shown.get("faults", []), ON_A_PAGE).get_page(number)


def drafts_of(shown: Shown, number: Any) -> Page:
    """Return one page of what the rows would make."""
    page: Page = Paginator(shown.get("drafts", []), ON_A_PAGE).get_page(number)
    for draft in page.object_list:
        draft["changes"] = [
            Change(label, label, before, after) for label, before, after in draft["cells"]
        ]
    return page


def _shown_draft(draft: PlannedDraft) -> Shown:
    return {
        "row": draft.row,
        "id": draft.record.key,
        "title": draft.title,
        "before": draft.before and draft.before.pk,
        "replaces": draft.replaces,
        "cells": [[one.label, one.before, one.after] for one in draft.changes],
    }
