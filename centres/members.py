"""How many members the network has, counted from its centres, and whether the total that it last stated agrees."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from .models import Centre, NetworkTotal

Status = Centre.Status


@dataclass(frozen=True)
class Members:
    """The numbers of centres by status. As text: "9 What Works Centres and 3 affiliates"."""

    centres: int
    affiliates: int
    former: int = 0

    @classmethod
    def of(cls, statuses: Iterable[str]) -> Self:
        """Count the statuses of all centres."""
        number = Counter(statuses)
        return cls(
            number[Status.WHAT_WORKS_CENTRE], number[Status.AFFILIATE], number[Status.FORMER]
        )

    @classmethod
    def now(cls) -> Self:
        """Count what is in the database."""
        return cls.of(Centre.objects.values_list("status", flat=True))

    def with_change(self, before: str | None, after: str) -> "Members":
        """Return the numbers after one centre has another status; None before if it is new."""
        number = Counter(self.by_status)
        number.subtract([before] if before else [])
        number.update([after])
        return Members(*(number[status] for status in Status))

    @property
    def by_status(self) -> dict[str, int]:
        """The numbers by status."""
        return dict(zip(Status, (self.centres, self.affiliates, self.former), strict=True))

    def __bool__(self) -> bool:
        """Say whether there is any member today."""
        return bool(self.centres or self.affiliates)

    def __str__(self) -> str:
        centres = f"{self.centres} What Works Centre{'' if self.centres == 1 else 's'}"
        if not self.affiliates:
            return centres
        return f"{centres} and {self.affiliates} affiliate{'' if self.affiliates == 1 else 's'}"

    def differs_from(self, total: NetworkTotal | None) -> str:
        """Return what a stated total counts, in words, if these are other numbers; else an empty text."""
        if total is None:
            return ""
        if total.counts == NetworkTotal.Counts.ALL_MEMBERS:
            agrees = total.centres == self.centres + self.affiliates
            return "" if agrees else f"{total.centres} members of every kind"
        affiliates = self.affiliates if total.affiliates is None else total.affiliates
        stated = Members(total.centres, affiliates)
        agrees = (stated.centres, stated.affiliates) == (self.centres, self.affiliates)
        return "" if agrees else str(stated)


def difference(members: Members, total: NetworkTotal | None) -> str:
    """Return a sentence that says how the latest stated total differs from the members; empty if it does not."""
    stated = members.differs_from(total)
    return stated and (
        f"The latest stated total counts {stated}; the centres held here are {members}."
    )
