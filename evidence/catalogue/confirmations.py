"""Which summaries have figures that their centre has confirmed, in memory."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from evidence.models import Confirmation
from portal import published

TABLES = (Confirmation,)


@published.register
@dataclass(frozen=True)
class Confirmations(published.Part):
    """The confirmations that hold. Who gave them is not public."""

    checksums: tuple[str, ...]
    days: Mapping[str, datetime.date]  # by the slug of a summary

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Read them, if any has changed."""
        checksums = published.checksums(TABLES)
        if before is not None and before.checksums == checksums:
            return before
        held = Confirmation.objects.held().select_related("summary").order_by("summary__slug")
        return cls(checksums, {one.summary.slug: one.day for one in held})
