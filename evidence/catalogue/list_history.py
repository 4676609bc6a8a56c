"""The history of the lists that editors keep, in memory: what readers may know of each change, and no person's name."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.db.models import Q

from evidence.models import ListChange
from portal import published


class KeptState(NamedTuple):
    """What a row said from a time on, and why. It is as in the files of data/."""

    at: datetime.datetime
    entry: Mapping[str, Any]
    reason: str
    role: str  # of the person who proposed it; empty where it was the system
    decided_role: str  # of the person who approved it


@published.register
@dataclass(frozen=True)
class ListHistory(published.Part):
    """The states of each approach, by its key, the earliest first; and how each row ended, by its list and its key."""

    checksums: tuple[str, ...]
    approaches: Mapping[int, Sequence[KeptState]]
    endings: Mapping[tuple[str, int], KeptState]

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Read them, if any was added."""
        checksums = published.checksums([ListChange])
        if before is not None and before.checksums == checksums:
            return before
        is_approach = Q(list_name=ListChange.List.APPROACH)
        changes: Any = ListChange.objects.made().filter(
            is_approach | Q(after__has_key="ended"), after__isnull=False
        )
        approaches: dict[int, list[KeptState]] = {}
        endings: dict[tuple[str, int], KeptState] = {}
        columns = (
            "list_name",
            "row_id",
            "before",
            "made_at",
            "after",
            "reason",
            "role",
            "decided_role",
        )
        for name, key, before_it, *rest in changes.values_list(*columns):
            state = KeptState(*rest)
            if name == ListChange.List.APPROACH:
                approaches.setdefault(key, []).append(state)
            if _ending(state.entry) not in (_ending({}), _ending(before_it or {})):
                endings[name, key] = state
        return cls(checksums, approaches, endings)


def _ending(entry: Mapping[str, Any]) -> tuple[Any, Any]:
    return entry.get("ended"), entry.get("instead")
