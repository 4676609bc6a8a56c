"""How an import becomes drafts: all of them or none, and never live."""

from typing import Any

from django.db import IntegrityError, connection, transaction

from centres.models import Centre
from evidence.dataset.primary_keys import PrimaryKeys
from evidence.editorial import actions
from evidence.editorial.content import NewSummary
from evidence.models import Edition

from .current import IMPORTED, CurrentContent
from .plan import Plan, PlanChanged
from .preview import planning
from .sheet import Sheet
from .steps import OnStep, finished


def import_drafts(
    sheet: Sheet,
    *,
    user: Any,
    fingerprint: str,
    file_name: str,
    on_row: OnStep = lambda: None,
) -> Plan:
    """Plan the import again under locks, and make its drafts if the plan still has this fingerprint.

    Raise PlanChanged, with nothing written, if it has not. `on_row` is called after each row that is compared.
    """
    try:
        with transaction.atomic():
            current = CurrentContent(sheet, user, lock=True)
            plan = finished(planning(sheet, current, file_name), on_row)
            if plan.faults or plan.fingerprint != fingerprint:
                raise PlanChanged
            plan.made = len(_make_drafts(plan, current.keys, user))
            connection.check_constraints()  # a topic may have been deleted a moment ago
            return plan
    except (IntegrityError, actions.AlreadyOpen) as error:
        raise PlanChanged from error  # somebody was quicker by less than a second


def _make_drafts(plan: Plan, keys: PrimaryKeys, user: Any) -> list[Edition]:
    first, following, again = [], [], []
    for draft in plan.drafts:
        content = keys.content(draft.record)
        if draft.before and draft.imported_at:
            again.append((draft.before, content))
        elif draft.summary:
            following.append((draft.summary, content))
        else:
            centre = keys[Centre][draft.record.references["summary__centre"] or ""]
            first.append(NewSummary(str(draft.record.key), centre, content))
    comment = f"{IMPORTED}{plan.file_name}."
    actions.rewrite_drafts(contents=again, by=user, comment=comment)
    made = actions.make_drafts(first=first, following=following, by=user, comment=comment)
    return [*(edition for edition, _ in again), *made]
