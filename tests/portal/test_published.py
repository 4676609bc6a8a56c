"""The snapshot of what is published, whoever asks for it and whatever the database does."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any, Self

import pytest
from django.db import OperationalError, connection, connections

from centres.models import Centre, PolicyArea
from portal import published
from portal.content_version import ContentVersion
from portal.published import Snapshot
from tests.factories import make_centre

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Recorder(published.Part):
    """Remembers what it was loaded from."""

    version: int
    before: Self | None

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        return cls(snapshot.version, before)


@pytest.fixture
def content(monkeypatch: pytest.MonkeyPatch) -> "Content":
    monkeypatch.setattr(published, "_parts", [Recorder])
    monkeypatch.setattr(published, "CHECK_SECONDS", 0)
    monkeypatch.setattr(published, "_fresh_at", None)
    published.set_snapshot(None)
    made = Content()
    monkeypatch.setattr(ContentVersion, "present", made.present)
    return made


class Content:
    """What the database says of its content version, while it can be reached."""

    def __init__(self) -> None:
        self.version, self.moved_at, self.is_away = 1, NOON, False

    def present(self) -> tuple[int, datetime]:
        if self.is_away:
            raise OperationalError
        return self.version, self.moved_at

    def move(self, version: int, minutes: int = 0) -> None:
        self.version, self.moved_at = version, NOON + timedelta(minutes=minutes)


def test_it_is_read_anew_only_when_the_version_has_moved(content: Content) -> None:
    first = published.current()
    assert published.current() is first
    content.move(2, minutes=1)
    second = published.current()
    assert second[Recorder] == Recorder(2, first[Recorder])
    assert second.stamp != first.stamp


@pytest.mark.parametrize(("version", "minutes"), [(3, 9), (5, 9), (4, 9)])
def test_a_restored_backup_is_no_later_state_of_what_was_there(
    content: Content, version: int, minutes: int
) -> None:
    content.move(5)
    before = published.current()
    content.move(version, minutes)
    assert published.current()[Recorder].before is None
    assert published.current().stamp != before.stamp


def test_while_the_database_is_away_what_was_read_stays(content: Content) -> None:
    snapshot, fresh_at = published.current(), published.fresh_at()
    content.is_away = True
    assert published.current() is snapshot
    assert published.fresh_at() == fresh_at
    content.is_away = False
    content.move(2, minutes=1)
    assert published.current().version == 2
    assert published.fresh_at() != fresh_at


def test_without_the_database_from_the_start_nothing_is_published(content: Content) -> None:
    content.is_away = True
    with pytest.raises(OperationalError):
        published.current()
    content.is_away = False
    assert published.current().version == 1


@pytest.fixture
def makers(monkeypatch: pytest.MonkeyPatch) -> list[published.MakeReady]:
    """What makes anything ready, for a test to add to."""
    made: list[published.MakeReady] = []
    monkeypatch.setattr(published, "_makers", made)
    return made


@pytest.fixture
def keeper() -> Iterator[None]:
    end = published.keep_up_to_date()
    yield
    end()


def test_with_a_thread_of_its_own_nobody_waits_for_the_database(
    content: Content, keeper: None
) -> None:
    wait_for(lambda: published.current().version == 1)
    content.move(2, minutes=1)
    wait_for(lambda: published.current().version == 2)
    content.is_away = True
    assert published.current().version == 2


def test_its_thread_makes_ready_what_changes_before_anybody_sees_it(
    content: Content, makers: list[published.MakeReady], keeper: None
) -> None:
    seen: list[tuple[int, int, int]] = []

    def maker(before: Snapshot, after: Snapshot) -> Iterator[Callable[[], object]]:
        in_place = published._snapshot
        assert in_place is not None
        yield lambda: seen.append((before.version, in_place.version, published.current().version))

    makers.append(maker)
    wait_for(lambda: published.current().version == 1)
    content.move(2, minutes=1)
    wait_for(lambda: published.current().version == 2)
    assert seen == [(1, 1, 2)]


def test_who_has_no_such_thread_makes_nothing_ready(
    content: Content, makers: list[published.MakeReady]
) -> None:
    published.current()
    makers.append(lambda before, after: pytest.fail("a command has other work"))
    content.move(2, minutes=1)
    assert published.current().version == 2


def test_a_process_that_forks_makes_nothing_ready(
    content: Content, makers: list[published.MakeReady]
) -> None:
    made: list[int] = []
    makers.append(lambda before, after: iter([lambda: made.append(after.version)]))
    end = published.keep_up_to_date(every=0.01, may_fork=True)
    try:
        wait_for(lambda: published.current().version == 1)
        content.move(2, minutes=1)
        wait_for(lambda: published.current().version == 2)
    finally:
        end()
    assert not made


def test_whoever_makes_ready_leaves_no_connection_behind(
    content: Content, makers: list[published.MakeReady]
) -> None:
    published.current()
    used: list[Any] = []

    def use() -> None:
        connection.ensure_connection()
        used.append(connections[connection.alias])

    makers.append(lambda before, after: iter([use]))
    content.move(2, minutes=1)
    published.check(now=True, make_ready=True)
    wait_for(lambda: used and used[0].connection is None)


def test_what_cannot_be_made_ready_holds_nothing_up(
    content: Content, makers: list[published.MakeReady], caplog: pytest.LogCaptureFixture
) -> None:
    published.current()
    makers.append(lambda before, after: iter([lambda: 1 / 0]))
    content.move(2, minutes=1)
    published.check(now=True, make_ready=True)
    assert published.current().version == 2
    assert "could not be made ready" in caplog.text


def test_to_make_ready_takes_no_longer_than_it_may(
    content: Content, makers: list[published.MakeReady], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "READY_SECONDS", 0.05)
    published.current()
    made: list[int] = []
    makers.append(lambda before, after: repeat(lambda: made.append(1), 2000))
    content.move(2, minutes=1)
    published.check(now=True, make_ready=True)
    assert published.current().version == 2
    assert 0 < len(made) < 2000


def test_nobody_waits_for_a_page_that_takes_long_to_make_ready(
    content: Content, makers: list[published.MakeReady], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "READY_SECONDS", 0.05)
    published.current()
    is_seen, waited = threading.Event(), threading.Event()

    def wait() -> None:
        if is_seen.wait(10):
            waited.set()

    makers.append(lambda before, after: iter([wait]))
    content.move(2, minutes=1)
    published.check(now=True, make_ready=True)
    assert published.current().version == 2
    is_seen.set()
    assert waited.wait(10)


def wait_for(condition: object) -> None:
    """Wait until a condition holds, for at most half a minute."""
    deadline = time.monotonic() + 30
    while True:
        try:
            if condition():  # type: ignore[operator]
                return
        except published.NothingPublished:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_checksum_tells_whether_a_table_has_changed() -> None:
    make_centre(slug="one")
    before = published.checksums([Centre, PolicyArea])
    assert published.checksums([Centre, PolicyArea]) == before
    make_centre(slug="two")
    after = published.checksums([Centre, PolicyArea])
    assert after[0] != before[0]
    assert after[1] == before[1]
    Centre.objects.filter(slug="two").update(name="Another name")
    assert published.checksums([Centre])[0] != after[0]


def test_the_version_says_when_it_moved() -> None:
    make_centre(slug="one")
    _, before = ContentVersion.present()
    with connection.cursor() as cursor:  # whoever writes what
        cursor.execute("UPDATE portal_contentversion SET moved_at = '2000-01-01'")
    _, after = ContentVersion.present()
    assert before is not None
    assert after is not None
    assert after > before
