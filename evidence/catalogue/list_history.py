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
    role: str  # of the person who changed it; empty where it was the system


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
        changes = ListChange.objects.filter(
            list_name=ListChange.List.APPROACH, after__isnull=False
        ).order_by("pk")
        approaches: dict[int, list[KeptState]] = {}
        rows: Any = changes.values_list("row_id", "at", "after", "reason", "role")
        for key, *state in rows:
            approaches.setdefault(key, []).append(KeptState(*state))
        return cls(checksums, approaches)
