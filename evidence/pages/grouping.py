"""The history of an approach: which summaries joined or left it, what else of it changed, when and why."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from evidence.catalogue.documents import Documents
from evidence.catalogue.list_history import KeptState, ListHistory
from evidence.catalogue.reading import edition
from evidence.editorial.diff import Change, entry_changes
from evidence.models import Approach
from portal import published

# What readers see of an approach beside its members, and what the history calls it.
TEXTS = {
    "label": "Name",
    "description": "What it is",
    "also_known_as": "Also known as",
    "why_ratings_differ": "Why ratings differ",
}


class Member(NamedTuple):
    """A summary that joined or left."""

    title: str
    centre: str  # by its short name
    url: str  # empty if it is not published today
    note: str  # what happened to the summary itself; empty if only the grouping changed


@dataclass(frozen=True)
class Step:
    """Something that changed in a grouping."""

    at: datetime.datetime
    joined: Sequence[Member]
    left: Sequence[Member]
    changes: Sequence[Change] = ()
    reviewed_on: datetime.date | None = None  # if it was reviewed
    reason: str = ""
    role: str = ""  # of the person who proposed it; empty where it was the system
    decided_role: str = ""  # of the person who approved it
    is_of_a_summary: bool = False  # the grouping stayed: a summary of it was published or withdrawn

    @property
    def is_seen(self) -> bool:
        """Whether readers see anything of it."""
        return bool(self.joined or self.left or self.changes or self.reviewed_on)


class Grouping:
    """What is kept of the history of an approach."""

    def __init__(self, approach: Approach) -> None:
        snapshot = published.current()
        self.states = snapshot[ListHistory].approaches.get(approach.pk, ())
        self.documents = snapshot[Documents]

    @property
    def kept_from(self) -> datetime.datetime | None:
        """When the history begins, if it has begun."""
        return self.states[0].at if self.states else None

    @cached_property
    def at_first(self) -> list[Member]:
        """The summaries that were in it when the history begins."""
        first = self.states[0]
        return [self._member(slug) for slug in self._public_members(first, first.at)]

    @cached_property
    def steps(self) -> list[Step]:
        """What changed since then, the latest first."""
        return [step for step in self._steps() if step.is_seen][::-1]

    def _steps(self) -> Iterator[Step]:
        """Yield what may have changed each time that the approach was saved, or a summary of it published or withdrawn."""
        before = self.states[:1]
        ends = [state.at for state in self.states[1:]]
        for state, end in zip(self.states, [*ends, None], strict=True):
            earlier = before[0]
            if state is not earlier:
                yield self._change(earlier, state)
            for at, then in pairwise([state.at, *self._moments(state, end)]):
                yield self._of_summaries(state, at, then)
            before = [state]

    def _change(self, earlier: KeptState, state: KeptState) -> Step:
        """Return what a person, or a load of the data, changed."""
        joined, left = _differing(
            self._public_members(earlier, state.at), self._public_members(state, state.at)
        )
        reviewed = state.entry["reviewed_on"]
        return Step(
            state.at,
            [self._member(slug) for slug in joined],
            [self._member(slug) for slug in left],
            changes=entry_changes(earlier.entry, state.entry, TEXTS),
            reviewed_on=datetime.date.fromisoformat(reviewed)
            if reviewed != earlier.entry["reviewed_on"]
            else None,
            reason=state.reason,
            role=state.role,
            decided_role=state.decided_role,
        )

    def _of_summaries(
        self, state: KeptState, before: datetime.datetime, at: datetime.datetime
    ) -> Step:
        """Return which summaries were published or withdrawn at a moment, while they were in the grouping."""
        joined, left = _differing(
            self._public_members(state, before), self._public_members(state, at)
        )
        return Step(
            at,
            [self._member(slug, "published then") for slug in joined],
            [self._member(slug, self._withdrawn(slug, at)) for slug in left],
            is_of_a_summary=True,
        )

    def _public_members(self, state: KeptState, at: datetime.datetime) -> list[str]:
        """Return the slugs of those members of a state that the public could read at a time."""
        return [
            slug
            for slug in state.entry["members"]
            if any(start <= at and (end is None or at < end) for _, start, end in self._spans[slug])
        ]

    def _moments(self, state: KeptState, end: datetime.datetime | None) -> list[datetime.datetime]:
        """Return when summaries of a state became public or stopped being so, until the next state."""
        moments = {
            moment
            for slug in state.entry["members"]
            for _, *span in self._spans[slug]
            for moment in span
            if moment is not None and state.at < moment and (end is None or moment < end)
        }
        return sorted(moments)

    @cached_property
    def _spans(self) -> Mapping[str, list[Any]]:
        """The editions of each summary that was ever a member: the key of each, and from when until when it was public."""
        slugs = {slug for state in self.states for slug in state.entry["members"]}
        return {
            slug: [
                (key, document.value("published_at"), document.value("closed_at"))
                for key in self.documents.history(slug)
                for document in [self.documents.document(key)]
            ]
            for slug in slugs
        }

    def _withdrawn(self, slug: str, at: datetime.datetime) -> str:
        reasons = (
            self.documents.reasons.get(key) for key, _, end in self._spans[slug] if end == at
        )
        reason = next(filter(None, reasons), "")
        return f"withdrawn, because: {reason}" if reason else "withdrawn"

    def _member(self, slug: str, note: str = "") -> Member:
        latest = edition(self.documents.history(slug)[0])
        url = latest.get_absolute_url() if slug in self.documents.published else ""
        return Member(latest.title, latest.summary.centre.short_name, url, note)


def _differing(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what is only in the second, and what is only in the first."""
    return [one for one in after if one not in before], [one for one in before if one not in after]
