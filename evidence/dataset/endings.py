"""What it takes to retire or merge a row of a list, and what else a merge changes in the list."""

from collections.abc import Iterator
from typing import Any

from evidence.editorial.actions import ActionError, AlreadyOpen
from evidence.models import ListChange, ListRow

from .list_history import LISTS, List, entry_of
from .paths import Entry
from .tables import IN_USE

MERGED = ListRow.Ended.MERGED


class InTheWay(AlreadyOpen):
    """Another change of a list has to be decided first: `change`."""

    def __init__(self, message: str, change: ListChange) -> None:
        super().__init__(message)
        self.change = change


def refuse_wrong_ending(name: List, before: Entry | None, after: Entry | None) -> None:
    """Raise ActionError if an entry says that its row leads to one that it cannot lead to."""
    if not (after and after.get("ended")):
        return
    slug = after.get("instead")
    other: Any = LISTS[name].model._default_manager.filter(slug=slug).first() if slug else None
    if slug and other is None:
        raise ActionError(f"What it leads to, “{slug}”, is not in the list any more.")
    if other is None:
        if after["ended"] == MERGED:
            raise ActionError("Choose what it is merged into.")
        return
    if before and other.slug == before["slug"]:
        raise ActionError("Choose another one than itself.")
    if other.ended:
        is_new = (before or {}).get("instead") != slug
        if is_new or other.ended == MERGED:
            raise ActionError(f"“{other}” is {_ended(other)} itself. Choose one that is in use.")
    if after["ended"] == MERGED and after.get("better_when", "") != getattr(
        other, "better_when", ""
    ):
        raise ActionError(
            f"Of “{after['label']}” {after['better_when']} is better, and of “{other}” {other.better_when}. "
            "They mean opposite things, so neither can stand for the other."
        )


def refuse_crossing(name: List, before: Entry | None, after: Entry | None) -> None:
    """Raise InTheWay if a change that waits ends what this one leads to, or leads to what this one ends."""
    if not _ends(before, after):
        return
    slug, instead = (before or {})["slug"], (after or {}).get("instead")
    for other in ListChange.objects.proposed().filter(list_name=name):
        if not _ends(other.before, other.after):
            continue
        its_slug, its_instead = (other.before or {})["slug"], (other.after or {}).get("instead")
        if its_slug == instead or its_instead == slug:
            said = f"A change of “{other.name}” waits, and only one of the two can be made."
            raise InTheWay(f"{said} Decide on that first, or have it taken back.", other)


def _ends(before: Entry | None, after: Entry | None) -> bool:
    """Say whether a row is merged, retired or deleted by a change."""
    if not before or "slug" not in before:
        return False
    return after is None or (
        bool(after.get("ended")) and any(after.get(key) != before.get(key) for key in IN_USE)
    )


def _ended(row: ListRow) -> str:
    return "merged" if row.ended == MERGED else "retired"


def what_follows(name: List, change: ListChange) -> Iterator[tuple[int, Entry, str]]:
    """Yield the key of each other row that a merge changes, what it will say, and why: before the merge itself is made.

    What led to the merged row leads to the other one from now on, and that one takes over its names, by which people search,
    and, of an approach, its members.
    """
    after = change.after or {}
    if after.get("ended") != MERGED or (change.before or {}).get("instead") == after["instead"]:
        return
    rows: Any = LISTS[name].model._default_manager
    into = rows.get(slug=after["instead"])
    reason = f"“{after['label']}” is merged into “{into}”. {change.reason}"
    for key in rows.filter(instead=change.row_id).values_list("pk", flat=True):
        yield key, {**(entry_of(name, key) or {}), "instead": into.slug}, reason
    entry = entry_of(name, into.pk) or {}
    combined = entry | {
        key: taken_over(entry, after)[key] for key in ("also_known_as", "members") if key in entry
    }
    if combined != entry:
        yield into.pk, combined, reason


def taken_over(entry: Entry, merged: Entry) -> dict[str, list[str]]:
    """Return the other names and the members of an entry with those of another one that is merged into it."""
    names = {name.casefold(): name for name in [entry["label"], *entry.get("also_known_as", [])]}
    for name in [merged["label"], *merged.get("also_known_as", [])]:
        names.setdefault(name.casefold(), name)
    members = dict.fromkeys([*entry.get("members", []), *merged.get("members", [])])
    return {"also_known_as": list(names.values())[1:], "members": list(members)}
