"""Every edition that the public has seen, packed: a page about an edition is made from this and asks no database.

What a public edition says never changes, so it is packed once. The editions that were public when the process started lie in a
temporary file without a name, which all workers of a machine share; those that became so later are in each worker's memory.
"""

import datetime
import os
import pickle
import tempfile
import weakref
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any, NamedTuple, Self

from django.db import models
from django.db.models import Count, OuterRef, Subquery, Sum

from evidence.models import (
    AuditEntry,
    Edition,
    EditionAudience,
    EditionPolicyArea,
    EditionSetting,
    EditionTopic,
    Finding,
    PublicChange,
    Source,
    Summary,
)
from portal.published import OutOfStep, Part, Snapshot, register

from .layered import Layered

# Editions that are read together. The memory that more of them take for a while would not be given back: objects that stay,
# of which there are a few all over it, keep it.
AT_ONCE = 500
MAX_EVENTS = 50  # of the latest are remembered: more than any page shows

COLUMNS = [field.attname for field in Edition._meta.concrete_fields]
FINDING_COLUMNS = [field.attname for field in Finding._meta.concrete_fields]
SOURCE_COLUMNS = [field.attname for field in Source._meta.concrete_fields]
PLACES = {name: place for place, name in enumerate(COLUMNS)}
# The table of each many-to-many field, and its column with the key of what is linked.
LINKS: dict[str, tuple[type[models.Model], str]] = {
    "policy_areas": (EditionPolicyArea, "policyarea"),
    "topics": (EditionTopic, "topic"),
    "audiences": (EditionAudience, "audience"),
    "settings": (EditionSetting, "setting"),
}


class Document(NamedTuple):
    """An edition as plain values: those of its own columns, the keys of what it links to, and the rows that belong to it."""

    values: tuple[Any, ...]  # as in COLUMNS
    slug: str  # of its summary
    centre: int
    policy_areas: tuple[int, ...]
    topics: tuple[int, ...]
    audiences: tuple[int, ...]
    settings: tuple[int, ...]
    findings: tuple[tuple[Any, ...], ...]  # each as in FINDING_COLUMNS
    sources: tuple[tuple[Any, ...], ...]  # each as in SOURCE_COLUMNS

    @property
    def key(self) -> int:
        """The primary key of the edition."""
        return int(self.values[PLACES["id"]])

    @property
    def is_published(self) -> bool:
        """Whether it is what the public sees today."""
        return bool(self.value("state") == Edition.State.PUBLISHED)

    def value(self, column: str) -> Any:
        """Return the value of one of the edition's own columns."""
        return self.values[PLACES[column]]

    def outcomes_and_effects(self) -> set[tuple[int, str]]:
        """Return the outcome, by its key, and the direction of each of its findings."""
        outcome, direction = map(FINDING_COLUMNS.index, ("outcome_id", "direction"))
        return {(finding[outcome], finding[direction]) for finding in self.findings}

    def pack(self) -> bytes:
        """Return it as a few compressed bytes, for this process and those that it starts."""
        return zlib.compress(pickle.dumps(tuple(self)), 1)

    @classmethod
    def unpack(cls, packed: bytes) -> "Document":
        """Return what was packed."""
        return cls._make(pickle.loads(zlib.decompress(packed)))  # noqa: S301 - packed by this process


class Withdrawal(NamedTuple):
    """What a summary that is withdrawn says of that."""

    at: datetime.datetime
    reason: str
    replaced_by: str  # the slug of a summary; empty if nothing replaces it


class Event(NamedTuple):
    """Something that happened to an edition in public: it was published, or withdrawn. Events are in the order of time."""

    at: datetime.datetime
    edition: int
    is_withdrawal: bool


@register
@dataclass(frozen=True)
class Documents(Part):
    """The documents of all public editions, and which of them are published. Keys are those of editions."""

    version: int
    key_sum: int  # of those published
    published: Layered[int]  # by the slugs of summaries
    # Those superseded or withdrawn, newest first; by the slugs of summaries.
    closed: Layered[Sequence[int]]
    withdrawn: Mapping[str, Withdrawal]  # by the slugs of summaries that are withdrawn now
    reasons: Mapping[int, str]  # why editions were withdrawn, even of summaries that came back
    # The latest, newest first, without the editions that came with the portal.
    events: Sequence[Event]
    # What is published now and was not in the snapshot before, and the other way round.
    added: Sequence[int]
    removed: Sequence[int]
    stored: "PackedFile"
    later: Mapping[int, bytes]

    @classmethod
    def load(cls, before: Self | None, snapshot: Snapshot) -> Self:
        """Read what became public or stopped being so since the snapshot before, or everything."""
        if before is None:
            return cls._load_all(snapshot.version)
        changes = PublicChange.objects.filter(version__gt=before.version)
        changed = Edition.objects.filter(pk__in=changes.values("edition_id"))
        public = changed.filter(state__in=Edition.CLOSED).order_by("pk")
        keys = list(public.values_list("pk", flat=True))
        later = dict(before.later)
        current: dict[str, int | None] = {}
        closed: dict[str, Sequence[int] | None] = {}
        added, removed = [], []
        events = set(before.events)
        for document in read(keys):
            key, slug = document.key, document.slug
            later[key] = document.pack()
            events.update(_events_of(document))
            was_published = before.published.get(slug) == key
            if document.is_published:
                current[slug] = key
                added += [] if was_published else [key]
            else:
                # An edition is closed before one with a higher number can be.
                earlier = closed.get(slug) or before.closed.get(slug, ())
                closed[slug] = (key, *(one for one in earlier if one != key))
                removed += [key] if was_published else []
                if was_published:
                    current.setdefault(slug, None)
        key_sum = before.key_sum + sum(added) - sum(removed)
        now_published = before.published.changed(current)
        if (len(now_published), key_sum) != _published_now():
            raise OutOfStep  # such as after a backup was restored that has a higher version
        return cls(
            snapshot.version,
            key_sum=key_sum,
            published=now_published,
            closed=before.closed.changed(closed),
            withdrawn=_withdrawn(),
            reasons={**before.reasons, **_reasons(Edition.objects.filter(pk__in=keys))},
            events=nlargest(MAX_EVENTS, events),
            added=added,
            removed=removed,
            stored=before.stored,
            later=later,
        )

    @classmethod
    def _load_all(cls, version: int) -> Self:
        stored = PackedFile()
        current: dict[str, int] = {}
        closed: dict[str, list[tuple[int, int]]] = {}
        events: list[Event] = []
        public = Edition.objects.filter(state__in=Edition.CLOSED).order_by("pk")
        for document in read(list(public.values_list("pk", flat=True))):
            stored.append(document.key, document.pack())
            events += _events_of(document)
            if document.is_published:
                current[document.slug] = document.key
            else:
                closed.setdefault(document.slug, []).append(
                    (document.value("number"), document.key)
                )
        newest_first: dict[str, Sequence[int]] = {
            slug: tuple(key for _, key in sorted(numbered, reverse=True))
            for slug, numbered in closed.items()
        }
        stored.finish()
        return cls(
            version,
            key_sum=sum(current.values()),
            published=Layered(current, is_packed=_always),
            closed=Layered(newest_first),
            withdrawn=_withdrawn(),
            reasons=_reasons(public),
            events=nlargest(MAX_EVENTS, events),
            added=array("I", current.values()),
            removed=(),
            stored=stored,
            later={},
        )

    def document(self, key: int) -> Document:
        """Return the document of a public edition. KeyError for any other key."""
        return Document.unpack(self.later.get(key) or self.stored[key])

    def keys_of(self, slugs: Iterable[str]) -> list[int]:
        """Return the keys of the published editions of these summaries, in this order; none for those that have none."""
        return [key for slug in slugs if (key := self.published.get(slug)) is not None]

    def history(self, slug: str) -> list[int]:
        """Return the keys of all public editions of a summary, newest first; none for an unknown slug."""
        newest = [self.published[slug]] if slug in self.published else []
        return [*newest, *self.closed.get(slug, ())]


def _always(_: int) -> bool:
    return True


class PackedFile:
    """Packed documents in a file that is gone when the last process closes it. Written once, by one process."""

    def __init__(self) -> None:
        self._keys, self._ends = array("q"), array("Q")
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as it is used
        weakref.finalize(self, self._file.close)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Come from another process."""
        self.__dict__.update(state)
        # Not in __del__: of what garbage collection ends together the file might come first, and would say that it was open.
        weakref.finalize(self, self._file.close)

    def append(self, key: int, packed: bytes) -> None:
        """Add a document. The keys must come in rising order."""
        self._file.write(packed)
        self._keys.append(key)
        self._ends.append(len(packed) + (self._ends[-1] if self._ends else 0))

    def finish(self) -> None:
        """End the writing."""
        self._file.flush()

    def __getitem__(self, key: int) -> bytes:
        """Return a document. KeyError if there is none under this key."""
        place = bisect_left(self._keys, key)
        if place == len(self._keys) or self._keys[place] != key:
            raise KeyError(key)
        start, end = self._ends[place - 1] if place else 0, self._ends[place]
        # Workers share the open file and its position, so the position is not used.
        return os.pread(self._file.fileno(), end - start, start)


def _published_now() -> tuple[int, int]:
    """Return how many editions the database has published, and the sum of their keys."""
    found = Edition.objects.published().aggregate(number=Count("pk"), key_sum=Sum("pk"))
    return found["number"], found["key_sum"] or 0


def read(keys: Sequence[int]) -> Iterator[Document]:
    """Yield the documents of these editions, in this order, in seven queries for every AT_ONCE of them."""
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        own = Edition.objects.filter(pk__in=some).order_by()
        rows = {
            row[PLACES["id"]]: (row[:-2], *row[-2:])
            for row in own.values_list(*COLUMNS, "summary__slug", "summary__centre_id")
        }
        linked = [_linked(some, table, column) for table, column in LINKS.values()]
        findings = _rows(Finding, some, FINDING_COLUMNS)
        sources = _rows(Source, some, SOURCE_COLUMNS)
        for key in some:
            yield Document(  # type: ignore[call-arg]  # the first three are in the row
                *rows[key],
                *(tuple(of.get(key, ())) for of in linked),
                tuple(findings.get(key, ())),
                tuple(sources.get(key, ())),
            )


def _linked(keys: Sequence[int], table: type[models.Model], column: str) -> dict[int, list[int]]:
    """Return the keys of what each edition links to. Their order is that of a list, which may change, so it is put on later."""
    rows = table._default_manager.filter(edition__in=keys).order_by(f"{column}_id")
    found: dict[int, list[int]] = {}
    for edition, linked in rows.values_list("edition_id", f"{column}_id"):
        found.setdefault(edition, []).append(linked)
    return found


def _rows(
    model: type[models.Model], keys: Sequence[int], columns: Sequence[str]
) -> dict[int, list[tuple[Any, ...]]]:
    """Return the rows that belong to each edition, in their order."""
    place = columns.index("edition_id")
    found: dict[int, list[tuple[Any, ...]]] = {}
    rows = model._default_manager.filter(edition__in=keys).order_by("order", "pk")
    for row in rows.values_list(*columns):
        found.setdefault(row[place], []).append(row)
    return found


def _events_of(document: Document) -> Iterator[Event]:
    """Yield what happened to an edition. The first one of a summary, where nobody made it, came with the portal."""
    if document.value("number") > 1 or document.value("made_by_id") is not None:
        yield Event(document.value("published_at"), document.key, is_withdrawal=False)
    if document.value("state") == Edition.State.WITHDRAWN:
        yield Event(document.value("closed_at"), document.key, is_withdrawal=True)


def _withdrawn() -> dict[str, Withdrawal]:
    """Return what the summaries that are withdrawn now say of that, by their slugs."""
    withdrawn = Summary.objects.filter(withdrawn_at__isnull=False).select_related("replaced_by")
    return {
        one.slug: Withdrawal(
            one.withdrawn_at,  # type: ignore[arg-type]  # those without are left out
            one.withdrawn_reason,
            one.replaced_by.slug if one.replaced_by else "",
        )
        for one in withdrawn
    }


def _reasons(editions: models.QuerySet[Edition]) -> dict[int, str]:
    """Return why those of some editions that were withdrawn were so, from the log: a summary that came back forgets it."""
    entries = AuditEntry.objects.filter(
        action=AuditEntry.Action.WITHDRAWN,
        summary=OuterRef("summary"),
        edition_number=OuterRef("number"),
    )
    withdrawn = editions.filter(state=Edition.State.WITHDRAWN).order_by()
    return dict(
        withdrawn.annotate(reason=Subquery(entries.values("comment")[:1]))
        .exclude(reason=None)
        .values_list("pk", "reason")
    )
