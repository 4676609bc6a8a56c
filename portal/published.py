"""What readers see: a snapshot of all that is published, in the memory of each worker.

A public page is made from the snapshot alone and never asks the database. The snapshot is immutable. In a worker of the web
server a thread of its own keeps it up to date (`keep_up_to_date`), so that no request waits for that either; elsewhere, as in
commands and tests, whoever asks for the snapshot looks for changes first.

Each room puts its share in as a `Part`. Why this is so, and what it costs: docs/decisions/0014-published-snapshot.md.
"""

import datetime
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    connections,
    models,
    transaction,
)
from django.utils import timezone

from .content_version import ContentVersion
from .database import lift_statement_limit
from .replica import has_replica, reading_from, reading_replica

CHECK_SECONDS = 0.5  # between two looks at the content version
STALE_AFTER = datetime.timedelta(seconds=4)  # without knowing that the snapshot is up to date
READY_SECONDS = 0.3  # for what is made from a snapshot before anybody sees it
BREATH = 0.001  # seconds in which requests go first

T = TypeVar("T")
P = TypeVar("P", bound="Part")

logger = logging.getLogger(__name__)


class NothingPublished(OperationalError):
    """There is no snapshot yet, because the database could not be reached since this process started."""


class OutOfStep(Exception):
    """What has changed since the last snapshot does not lead to what is in the database, so everything has to be read."""


class Part:
    """The share of one room in the snapshot. It is immutable, and made by reading the database."""

    @classmethod
    def load(cls, before: Self | None, snapshot: "Snapshot") -> Self:
        """Return the part at the version of `snapshot`, which has the parts registered earlier.

        `before` is this part of the last snapshot; it is returned itself if nothing in it has changed. It is None if the
        last snapshot is not an earlier state of this one.
        """
        raise NotImplementedError


class MakesOnce:
    """Something that never changes, with what was made from it; that goes when it goes."""

    cache: dict[Any, Any]

    def get_or_make(self, key: Any, make: Callable[[], T]) -> T:
        """Return what was made under this key, or make it now.

        Two threads may make it at once. Both get what was ready first, so nobody notices.
        """
        if key not in self.cache:
            self.cache.setdefault(key, make())
        made: T = self.cache[key]
        return made


@dataclass(frozen=True)
class Snapshot(MakesOnce):
    """All that is published at one content version, on one day (how long ago something was updated changes every day)."""

    version: int
    moved_at: datetime.datetime | None  # when the version became this one
    day: datetime.date
    parts: dict[type[Part], Part] = field(default_factory=dict, repr=False)
    cache: dict[Any, Any] = field(default_factory=dict, repr=False)

    def __getitem__(self, part: type[P]) -> P:
        """Return a part by its class. KeyError for one that is not registered."""
        found: Any = self.parts[part]
        return found  # a class stands for its own instance

    @property
    def identity(self) -> tuple[int, datetime.datetime | None, datetime.date]:
        """What differs between two snapshots of different content, even after a backup was restored."""
        return (self.version, self.moved_at, self.day)

    @cached_property
    def stamp(self) -> str:
        """What names this content and the code: a public page depends on its address and on nothing but this."""
        moved_at = f"{self.moved_at:%Y%m%d%H%M%S%f}" if self.moved_at else ""
        return f"{settings.RELEASE}-{self.version}-{moved_at}-{self.day:%Y%m%d}"


# Yields what to make from the second snapshot before it takes the place of the first.
MakeReady = Callable[[Snapshot, Snapshot], Iterator[Callable[[], object]]]

_parts: list[type[Part]] = []
_makers: list[MakeReady] = []
_pinned: ContextVar[Snapshot | None] = ContextVar("pinned", default=None)
_lock = threading.RLock()
_snapshot: Snapshot | None = None
_checked_at = float(
    "-inf"
)  # time.monotonic() of the last look at the database, even of one that failed
_fresh_at: datetime.datetime | None = None
_is_away = False  # the database was, at the last look, or its replica was behind
_keeper: threading.Thread | None = None


def register(part: type[P]) -> type[P]:
    """Make a class a part of every snapshot. It may use the parts that were registered before it."""
    _parts.append(part)
    return part


def register_to_make_ready(maker: MakeReady) -> MakeReady:
    """Let a function say what the thread that keeps the snapshot up to date makes before readers see a new one."""
    _makers.append(maker)
    return maker


def current() -> Snapshot:
    """Return what is published, less than two seconds behind the database as long as that answers.

    Inside `only` it is the same one every time. Raises NothingPublished, or the database's own error, if there has been no
    answer yet.
    """
    if (snapshot := pinned()) is not None:
        return snapshot
    if _keeper is None:
        check()
    if _snapshot is None:
        raise NothingPublished("What is published has not been read yet.")
    return _snapshot


@contextmanager
def only(snapshot: Snapshot) -> Iterator[None]:
    """Let `current` return this snapshot, so that a page is made from one, whatever is loaded meanwhile."""
    token = _pinned.set(snapshot)
    try:
        yield
    finally:
        _pinned.reset(token)


def pinned() -> Snapshot | None:
    """Return the snapshot that `only` was given, or None outside of it."""
    return _pinned.get()


def fresh_at() -> datetime.datetime | None:
    """Return when this worker last knew that its snapshot was up to date; None if it never did."""
    return _fresh_at


def is_stale() -> bool:
    """Say whether this worker has not known for STALE_AFTER, or ever, that its snapshot is up to date."""
    return _fresh_at is None or timezone.now() - _fresh_at >= STALE_AFTER


def keep_up_to_date(*, every: float = CHECK_SECONDS, may_fork: bool = False) -> Callable[[], None]:
    """Start the thread that keeps the snapshot of this process up to date; return what ends it.

    It looks for changes after so many seconds. In a process that forks it lets go of the database each time, and makes nothing
    ready: nobody asks such a process for a page, and a fork would not wait for the thread that makes them.
    """
    global _keeper
    ended = threading.Event()
    keeper = _keeper = threading.Thread(
        target=_keep, args=[ended, every, may_fork], name="published", daemon=True
    )
    keeper.start()

    def end() -> None:
        global _keeper
        ended.set()
        keeper.join()
        _keeper = None

    return end


def latest() -> Snapshot | None:
    """Return the snapshot as it is, without asking whether there is a newer one, or None if none was loaded yet."""
    return _snapshot


def check(*, now: bool = False, make_ready: bool = False) -> None:
    """Look for changes, if the last look was CHECK_SECONDS ago or `now` is set, and load them.

    With `make_ready`, what readers ask for most is made before they see what has changed. While the database cannot be
    reached, the present snapshot stays; without one, raises the database's own error.
    """
    global _snapshot, _checked_at, _fresh_at, _is_away
    if not now and time.monotonic() - _checked_at < CHECK_SECONDS:
        return
    with _lock:
        if not now and time.monotonic() - _checked_at < CHECK_SECONDS:
            return  # another thread has checked meanwhile
        try:
            with reading_replica():
                after = _snapshot
                if after is None or after.identity != _present():
                    with _reading_one_state():
                        after = load(_snapshot)
            if make_ready and _snapshot is not None and after is not _snapshot:
                _make_ready(_snapshot, after)
            _snapshot = after
            if _is_all_of_the_primary(_snapshot):
                if _is_away:
                    logger.info("What is published is up to date again.")
                _fresh_at, _is_away = timezone.now(), False
            elif not _is_away and is_stale():
                logger.warning("The replica is behind; serving version %s.", _snapshot.version)
                _is_away = True
        except (InterfaceError, OperationalError):
            if _snapshot is None:
                raise
            if not _is_away:
                logger.warning(
                    "The database cannot be reached; serving version %s.", _snapshot.version
                )
            _is_away = True
        finally:
            # After a failure too: to ask a database that is away takes seconds.
            _checked_at = time.monotonic()


def parts() -> tuple[type[Part], ...]:
    """Return the classes of the parts, in the order in which they are loaded."""
    return tuple(_parts)


def without_parts() -> Snapshot:
    """Return the snapshot of the database as it is now, before any of its parts is loaded."""
    return Snapshot(*_present())


def load(before: Snapshot | None) -> Snapshot:
    """Return the snapshot of the database as it is now, reading only what has changed since `before`."""
    after = without_parts()
    if before is not None:
        moved = before.moved_at != after.moved_at
        if after.version < before.version or (moved and after.version == before.version):
            before = None  # a backup was restored, so neither follows from the other
    try:
        return _with_parts(after, before)
    except DatabaseError:
        raise
    except Exception:
        if before is None:
            raise
        logger.exception("What has changed cannot be made out, so everything is read anew.")
        return _with_parts(without_parts(), None)


def _with_parts(after: Snapshot, before: Snapshot | None) -> Snapshot:
    for part in parts():
        after.parts[part] = part.load(before[part] if before else None, after)
    return after


def _make_ready(before: Snapshot, after: Snapshot) -> None:
    """Make what is asked for most, for READY_SECONDS and no longer.

    A thread of its own makes it: where many readers ask at once, one page may take a second, and nobody waits for its end.
    """
    ends_at = time.monotonic() + READY_SECONDS
    making = threading.Thread(target=_make_until, args=[ends_at, before, after], daemon=True)
    making.start()
    making.join(READY_SECONDS)


def _make_until(ends_at: float, before: Snapshot, after: Snapshot) -> None:
    """Make one thing after another until then. What fails here may succeed when somebody asks for it."""
    try:
        with only(after):
            for make in chain.from_iterable(maker(before, after) for maker in _makers):
                if time.monotonic() > ends_at:
                    return
                make()
                time.sleep(BREATH)
    except Exception:
        logger.exception("What readers will ask for could not be made ready.")
    finally:
        connections.close_all()


def set_snapshot(snapshot: Snapshot | None) -> None:
    """Put a snapshot in place of the present one; with None the next call of `current` loads one."""
    global _snapshot, _checked_at
    _snapshot, _checked_at = snapshot, float("-inf")


def checksums(of: Sequence[type[models.Model]]) -> tuple[str, ...]:
    """Return a checksum of all rows of each table, in one query: where it is the same, so are the rows."""
    with connections[reading_from()].cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT {place}, md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) "  # noqa: S608 - names of our own tables
                f'FROM "{model._meta.db_table}" AS t'
                for place, model in enumerate(of)
            )
        )
        return tuple(checksum for _, checksum in sorted(cursor.fetchall()))


def _present() -> tuple[int, datetime.datetime | None, datetime.date]:
    """Return the identity of what is published now."""
    return (*ContentVersion.present(), timezone.localdate())


def _is_all_of_the_primary(snapshot: Snapshot) -> bool:
    """Say whether the primary has nothing newer than this. Without a replica it was just read from there."""
    return not has_replica() or ContentVersion.present() == (snapshot.version, snapshot.moved_at)


def let_go_of_the_database() -> None:
    """Close every connection of this thread and the pools of the process: no connection may be shared with a fork."""
    for connection in connections.all():
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one


def _keep(ended: threading.Event, every: float, may_fork: bool) -> None:
    """Look for changes until that is ended."""
    while not ended.is_set():
        try:
            with _lock:  # a fork waits for its end
                try:
                    check(now=True, make_ready=not may_fork)
                finally:
                    if may_fork:
                        let_go_of_the_database()
            for connection in connections.all(initialized_only=True):
                connection.close_if_unusable_or_obsolete()
        except Exception:
            # Whatever it was, the next look may succeed.
            logger.exception("What has changed could not be read.")
        ended.wait(every)
    connections.close_all()


def _begin_after_fork() -> None:
    """Begin anew in a process that was forked: the thread stayed behind, and so did whoever held the lock."""
    global _lock, _keeper
    _lock, _keeper = threading.RLock(), None


# So that a forked process never finds a snapshot that is being made, or a lock that nobody will release.
os.register_at_fork(
    before=lambda: _lock.acquire(),
    after_in_parent=lambda: _lock.release(),
    after_in_child=_begin_after_fork,
)


@contextmanager
def _reading_one_state() -> Iterator[None]:
    """Read one state of the database, whatever is written meanwhile."""
    alias = reading_from()
    if connections[alias].in_atomic_block:  # of a test or a command
        yield
        return
    with transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        lift_statement_limit(alias)
        yield
