"""Checks the links: asks each address that the portal links to, and keeps what came of it.

Threads ask, each one host at a time; only the caller's thread writes to the database, as the answers come.
"""

import datetime
import logging
import queue
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from centres.models import Centre
from evidence.models import LinkCheck

from .http import Answer, Asker, Stopped
from .inventory import all_links

log = logging.getLogger(__name__)

WORKERS = 8
WITNESSES = 3  # links that answered before, asked where nothing answers now
Found = tuple[str, Answer | Exception]
Progress = Callable[[Iterator[Found], int], Iterable[Found]]
LOCK = 7_318_442  # of PostgreSQL's advisory locks, held by the one run that may go on


class CannotCheck(Exception):
    """There is no sense in going on; the message tells a person why."""


@dataclass
class Report:
    """What a run did."""

    planned: int = 0
    forgotten: int = 0  # rows of links that nothing uses any more
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: int = 0  # links that a fault of our own kept from being checked; the log has it
    stopped: bool = False

    @property
    def checked(self) -> int:
        return self.outcomes.total()


def agent() -> str:
    """Return who the portal says that it is."""
    contact = f"; {settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else ""
    return f"What-Works-evidence-portal/1.0 (checks its links{contact})"


def check_links(
    asker: Asker,
    *,
    centre: Centre | None = None,
    max_age: datetime.timedelta | None = None,
    limit: int | None = None,
    workers: int = WORKERS,
    progress: Progress = lambda answers, total: answers,
) -> Report:
    """Check links, of all or of one centre, those first that were not checked for longest.

    `progress` is given the answers to come and their number, and hands them on. Ctrl-C ends the run and keeps what was
    found. CannotCheck if another run is at it, or this machine seems to have no network: then nothing is recorded.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,):
            raise CannotCheck("Links are being checked already.")
        try:
            return _check(asker, centre, max_age, limit, workers, progress)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _check(
    asker: Asker,
    centre: Centre | None,
    max_age: datetime.timedelta | None,
    limit: int | None,
    workers: int,
    progress: Progress,
) -> Report:
    before = {check.url: check for check in LinkCheck.objects.all()}
    used = all_links()
    report = Report()
    if gone := before.keys() - used:
        LinkCheck.objects.filter(url__in=gone).delete()
        report.forgotten = len(gone)
    links = _due(all_links(centre) if centre else used, before, max_age)[:limit]
    report.planned = len(links)

    kept: list[LinkCheck] = []  # until it is sure that there is a network
    network = False
    try:
        for url, answer in progress(_answers(links, asker, workers), len(links)):
            if isinstance(answer, Exception):
                log.error("Checking %s failed.", url, exc_info=answer)
                report.faults += 1
                continue
            check = _checked(before.get(url) or LinkCheck(url=url), answer)
            kept.append(check)
            network = network or answer.heard
            if network:
                _record(kept, report)
        if kept and not _has_network(kept, before, asker):
            raise CannotCheck(
                f"None of {len(kept)} links answers, so this machine seems to have no network. Nothing was recorded."
            )
    except KeyboardInterrupt:
        report.stopped = True
    finally:
        asker.stop.set()
    if not report.stopped:
        _record(kept, report)
    return report


def _due(
    urls: Iterable[str], before: dict[str, LinkCheck], max_age: datetime.timedelta | None
) -> list[str]:
    """Return the addresses to ask, those first that were never asked or not for longest."""
    since = timezone.now() - max_age if max_age is not None else None

    new = sorted(url for url in urls if url not in before)
    old = [url for url in urls if url in before]
    if since:
        old = [url for url in old if before[url].checked_at < since]
    return [*new, *sorted(old, key=lambda url: (before[url].checked_at, url))]


def _answers(urls: Iterable[str], asker: Asker, workers: int) -> Iterator[Found]:
    """Yield each address with its answer, as they come: hosts side by side, the links of a host one by one."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_host[_host(url)].append(url)
    hosts: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    for links in sorted(by_host.values(), key=len, reverse=True):  # the longest work first
        hosts.put(links)
    found: queue.SimpleQueue[Found | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            while True:
                for url in hosts.get_nowait():
                    answer = _asked(url, asker)
                    found.put((url, answer))
                    if isinstance(answer, Answer) and answer.wants_quiet:
                        break  # the rest of this host's links wait for the next run
        except (queue.Empty, Stopped):
            found.put(None)

    number = min(workers, len(by_host))
    for _ in range(number):
        # Daemons, so that whoever presses Ctrl-C need not wait for a slow site.
        threading.Thread(target=work, daemon=True).start()
    while number:
        result = found.get()
        if result is None:
            number -= 1
        else:
            yield result


def _asked(url: str, asker: Asker) -> Answer | Exception:
    """Ask, and let no fault of our own keep the other links from being checked."""
    try:
        return asker.ask(url)
    except Stopped:
        raise
    except Exception as error:
        return error


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _checked(check: LinkCheck, answer: Answer) -> LinkCheck:
    """Write an answer into the row of its link."""
    check.checked_at = timezone.now()
    check.outcome, check.reason = answer.outcome, answer.reason
    check.status, check.final_url = answer.status, answer.final_url
    if answer.outcome in LinkCheck.BROKEN:
        check.failures += 1
        check.first_failed_at = check.first_failed_at or check.checked_at
    else:
        check.failures, check.first_failed_at = 0, None
    return check


def _record(checks: list[LinkCheck], report: Report) -> None:
    """Save what was found and empty the list."""
    for check in checks:
        check.save()
        report.outcomes[check.outcome] += 1
    checks.clear()


def _has_network(checks: list[LinkCheck], before: dict[str, LinkCheck], asker: Asker) -> bool:
    """Say whether silence is the links' own fault: where others that answered before answer now."""
    if all(check.outcome == LinkCheck.Outcome.NOT_ASKED for check in checks):
        return True
    asked = {check.url for check in checks}
    answered = [
        check.url
        for check in before.values()
        if check.url not in asked
        and check.outcome in {LinkCheck.Outcome.ANSWERS, LinkCheck.Outcome.MOVED}
    ]
    return any(asker.ask(url).heard for url in answered[:WITNESSES])
