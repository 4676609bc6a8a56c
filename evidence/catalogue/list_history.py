"""The history of the lists that editors keep, in memory: what readers may know of each change, and no person's name."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

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
    """The states of each approach, by its key, the earliest first."""

    checksums: tuple[str, ...]
    approaches: Mapping[int, Sequence[KeptState]]

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Read them, if any was added."""
        checksums = published.checksums([ListChange])
        if before is not None and before.checksums == checksums:
            return before
        changes: Any = ListChange.objects.made().filter(
            list_name=ListChange.List.APPROACH, after__isnull=False
        )
        approaches: dict[int, list[KeptState]] = {}
        columns = ("row_id", "made_at", "after", "reason", "role", "decided_role")
        for key, *state in changes.values_list(*columns):
            approaches.setdefault(key, []).append(KeptState(*state))
        return cls(checksums, approaches)
