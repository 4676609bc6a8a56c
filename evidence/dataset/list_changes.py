"""The only code that changes the lists that editors keep: one person proposes a change, and another makes it.

Every action is one transaction and takes keyword arguments only. If it is not possible, it raises an ActionError with a
message that says why. What proposes or approves waits for others who do, because it reads more than the row that it changes.
The database holds the same rules (see evidence.models.list_changes). The load of the data set writes without a proposal, as it
publishes editions without an approval.
"""

from typing import Any

from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils.text import capfirst

from evidence.editorial import mail
from evidence.editorial.actions import ActionError, SamePerson, Stale, WrongState
from evidence.models import Confirmation, ListChange, ListRow

from . import list_mail
from .checks import unknown_names
from .endings import InTheWay, refuse_crossing, refuse_wrong_ending, what_follows
from .faults import DatasetError, Fault, Location
from .list_history import LISTS, List, entry_of, list_of
from .parts import Links, Reference
from .paths import Entry
from .primary_keys import PrimaryKeys
from .records import Record, Table
from .tables import IN_USE
from .write_rows import RowWriter, reason_of, removed_unless_used

State = ListChange.State
FOUR_EYES = (
    "You proposed this change, so somebody else must decide on it. This rule has no exceptions."
)
WAITING = "A change of it waits for approval. It has to be decided on, or taken back, before it can be changed again."
TWICE = "A new one with the same {} waits for approval. It has to be decided on, or taken back, before another can be proposed."
NO_ROLE = "Technical administrator"  # of a person who may do everything without having a role
LOCK = 3_140_592_718  # one proposal or approval at a time; any number that nothing else uses


def wait_for_others() -> None:
    """Wait until nobody else proposes or approves, and make others wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def propose(
    *,
    name: List,
    row: int | None,
    after: Entry | None,
    reason: str,
    by: User,
    part_of: ListChange | None = None,
) -> ListChange:
    """Propose what a row should say, or with None that it should go. `row` is None for a new one.

    `part_of` is a proposal for another row by the same person: both are made, or neither is.
    InTheWay if another change of it waits, or one that cannot be made if this is; WrongState if it would change nothing.
    """
    wait_for_others()
    if waiting := open_change(name, row):
        raise InTheWay(WAITING, waiting)
    before = entry_of(name, row)
    if before == after:
        raise WrongState("This would change nothing that is published.")
    if row is None and after:
        refuse_twice(name, after[LISTS[name].key])
    refuse_wrong_ending(name, before, after)
    refuse_crossing(name, before, after)
    change = ListChange.objects.create(
        list_name=name,
        row_id=row,
        before=before,
        after=after,
        reason=reason,
        by=by,
        role=role_of(by, f"change_{LISTS[name].model._meta.model_name}"),
        state=State.PROPOSED,
        part_of=part_of,
    )
    if part_of is None:
        list_mail.proposed(change)  # a part is decided with its whole
    return change


@transaction.atomic
def propose_ending(
    *, row: ListRow, ended: str, instead: ListRow | None = None, reason: str, by: User
) -> ListChange:
    """Propose that a row is retired or merged into `instead` (ListRow.Ended), or, with an empty `ended`, used again.

    ActionError if it cannot be: what it leads to has ended itself, or means another thing.
    """
    wait_for_others()
    name = list_of(type(row))
    entry = entry_of(name, row.pk) or {}
    after = {key: value for key, value in entry.items() if key not in IN_USE}
    if ended:
        after |= {"ended": ended, **({"instead": instead.slug} if instead else {})}
    return propose(name=name, row=row.pk, after=after, reason=reason, by=by)


@transaction.atomic
def approve(*, change: ListChange, by: User) -> None:
    """Make a change that somebody else proposed, with its parts and what follows from it. Stale if a row has changed since."""
    wait_for_others()
    _decide(change, by, State.PROPOSED)
    for one in (change, *change.parts.order_by("pk")):
        name = List(one.list_name)
        if entry_of(name, one.row_id) != one.before:
            raise Stale("What it changes has changed since. Send it back, and propose it anew.")
        refuse_wrong_ending(name, one.before, one.after)
        for row, after, reason in what_follows(name, one):
            _make_too(change, name, row, after, reason)
        one.row_id = _make(LISTS[name], one)
        one.save(update_fields=["row_id"])
    _save(change, State.MADE, by)
    mail.lost_confirmations(Confirmation.objects.all(), by)


def _make_too(change: ListChange, name: List, row: int, after: Entry, reason: str) -> None:
    """Change another row of the list, as a part of the change: it is in the history, by the same two people."""
    if waiting := open_change(name, row):
        raise InTheWay(f"A change of “{waiting.name}” waits too. Decide on that first.", waiting)
    part = ListChange.objects.create(
        list_name=name,
        row_id=row,
        before=entry_of(name, row),
        after=after,
        reason=reason,
        by=change.by,
        role=change.role,
        state=State.PROPOSED,
        part_of=change,
    )
    _make(LISTS[name], part)


@transaction.atomic
def send_back(*, change: ListChange, by: User, comment: str) -> None:
    """Refuse a change that somebody else proposed, with a comment for them."""
    _decide(change, by, State.PROPOSED)
    change.comment = comment
    _save(change, State.SENT_BACK, by)


@transaction.atomic
def take_back(*, change: ListChange, by: User) -> None:
    """End one's own proposal, or put one away that was sent back. SamePerson for anybody else."""
    _lock(change, State.PROPOSED, State.SENT_BACK)
    if change.by_id != by.pk:
        raise SamePerson("Only the person who proposed it can take it back.")
    _save(change, State.WITHDRAWN, by)


def values_of(change: ListChange) -> dict[str, Any]:
    """Return what a change says of a row, by the fields of its model, for a form; without what is not sound any more."""
    table, keys = LISTS[List(change.list_name)], PrimaryKeys()
    record, _ = table.parse(_whole(table, change), Location(table.file), 0)
    values = {table.key_attribute: record.key, **record.values}
    for part in table.all(Reference):
        name = record.references.get(part.attribute)
        values[part.attribute] = name and keys.find(part.model, name)
    for link in table.all(Links):
        found = (keys.find(link.model, name) for name in record.links.get(link.attribute, ()))
        values[link.attribute] = [key for key in found if key]
    return values


def open_change(name: List, row: int | None) -> ListChange | None:
    """Return the change of a row that waits, if one does."""
    return ListChange.objects.proposed().filter(list_name=name, row_id=row).first() if row else None


def refuse_twice(name: List, key: Any) -> None:
    """Raise InTheWay if a new row of this key is proposed already."""
    table = LISTS[name]
    if not (field := _key_field(table)).unique:
        return
    waiting = ListChange.objects.proposed().filter(list_name=name, row_id=None)
    if same := waiting.filter(**{f"after__{table.key}": key}).first():
        raise InTheWay(TWICE.format(field.verbose_name), same)


def _key_field(table: Table) -> Any:
    return table.model._meta.get_field(table.key_attribute)


def role_of(person: User, codename: str) -> str:
    """Return the role by which a person has a right."""
    roles = Group.objects.filter(user=person, permissions__codename=codename)
    role = roles.order_by("name").first()
    return role.name if role else NO_ROLE


def _decide(change: ListChange, by: User, *states: str) -> None:
    """Lock a proposal for a decision. SamePerson if it is one's own, WrongState if it is decided."""
    _lock(change, *states)
    if change.by_id == by.pk:
        raise SamePerson(FOUR_EYES)


def _lock(change: ListChange, *states: str) -> None:
    if change.part_of_id:
        raise WrongState("It is part of another change, and is decided with that.")
    locked = ListChange.objects.select_for_update().get(pk=change.pk)
    if locked.state not in states:
        raise WrongState(f"This change is {locked.get_state_display().lower()} already.")


def _save(change: ListChange, state: State, by: User) -> None:
    change.state, change.decided_by = state, by
    if by.pk != change.by_id:
        change.decided_role = role_of(by, "decide_listchange")
    decision = ("state", "comment", "decided_by", "decided_role")
    whole = ListChange.objects.filter(Q(pk=change.pk) | Q(part_of=change))
    whole.update(**{name: getattr(change, name) for name in decision})
    list_mail.decided(change)


def _make(table: Table, change: ListChange) -> int:
    """Write what a change says, and return the key of the row. ActionError if that is not possible any more."""
    row: Any = table.queryset().filter(pk=change.row_id).first() if change.row_id else None
    if change.after is None:
        return _remove(row)
    keys = PrimaryKeys()
    record, faults = table.parse(_whole(table, change), Location(table.file), _place(table, row))
    faults = faults or list(unknown_names(record, keys))
    if not faults:
        _refuse_taken(table, record.key, row)
    try:
        if faults:
            raise DatasetError(faults)
        with transaction.atomic():
            made = _write(table, keys, record, row)
    except DatasetError as error:
        raise ActionError(
            " ".join(f"{one.field}: {one.message}." for one in error.faults)
        ) from error
    return int(made.pk)


def _whole(table: Table, change: ListChange) -> Entry:
    """Return what a change says, with the keys that an entry leaves out."""
    return {**table.values_if_missing, **(change.after or {})}


def _refuse_taken(table: Table, key: Any, row: Any) -> None:
    """Raise ActionError if another row has the key, such as one that was proposed at the same time and approved before."""
    field, model = _key_field(table), table.model
    others = model._default_manager.filter(**{field.name: key}).exclude(pk=row and row.pk)
    if field.unique and (other := others.first()):
        raise ActionError(
            f"{capfirst(model._meta.verbose_name)} “{other}” has the {field.verbose_name} “{key}” since this was "
            "proposed, and no two can have the same. Nothing was changed. Send this back and say what should be different."
        )


def _write(table: Table, keys: PrimaryKeys, record: Record, row: Any) -> Any:
    try:
        made = RowWriter(keys).write(table, [] if row else [record], [(record, row)] if row else [])
    except DatabaseError as error:
        raise DatasetError([Fault(Location(table.file), reason_of(error))]) from error
    return row or made[0]


def _remove(row: Any) -> int:
    key = int(row.pk)
    if users := removed_unless_used(row):
        raise ActionError(f"It cannot be deleted, because it is used by {users}.")
    return key


def _place(table: Table, row: Any) -> int:
    """Return how many rows come before this one, or before a new one; 0 where that is no part of the list."""
    if not table.order_from:
        return 0
    if row:
        return int(row.order - table.order_from)
    last = table.queryset().order_by("-order").values_list("order", flat=True).first()
    return 0 if last is None else last + 1 - table.order_from
