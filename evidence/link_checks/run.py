"""A run of link checks: checks the addresses that the portal links to, reads the pages that are due, and stores the results.

Several threads check, each of them one host at a time. Only the calling thread writes to the database, as the results come.
"""

import datetime
import logging
import queue
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from centres.models import Centre
from evidence.models import LinkCheck

from .http import LinkClient, Result, Stopped
from .inventory import all_links, note_centres
from .readings import PageRead, PageReader

log = logging.getLogger(__name__)

WORKERS = 8
WORKS = {LinkCheck.Outcome.ANSWERS, LinkCheck.Outcome.MOVED}
CONTROL_LINKS = 3  # links that worked before, checked if no link works now
# An address with its result, and what its page says if an edition rests on it and it was due.
Checked = tuple[str, Result | Exception, PageRead | None]
Progress = Callable[[Iterator[Checked], int], Iterable[Checked]]
LOCK = 7_318_442  # one of PostgreSQL's advisory locks, so that there is only one run at a time


class CannotCheck(Exception):
    """Links cannot be checked now. The message says why."""


@dataclass
class Report:
    """What a run did, in numbers of links."""

    planned: int = 0
    deleted: int = 0  # checks of links that nothing uses any more
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: int = 0  # not checked because of an error in our own code, which the log has
    stopped: bool = False
    read: Counter[str] = field(default_factory=Counter)  # pages of editions, by what was found

    @property
    def checked(self) -> int:
        """How many links were checked."""
        return self.outcomes.total()


def user_agent() -> str:
    """Return the User-Agent header, which tells sites who checks their pages."""
    contact = f"; {settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else ""
    return f"What-Works-evidence-portal/1.0 (checks its links{contact})"


def check_links(
    client: LinkClient,
    *,
    centre: Centre | None = None,
    max_age: datetime.timedelta | None = None,
    limit: int | None = None,
    workers: int = WORKERS,
    progress: Progress = lambda results, total: results,
) -> Report:
    """Check all links, or those of one centre, beginning with those that have gone unchecked for longest.

    `max_age` leaves out links that were checked more recently, `limit` is the most links to check, and `workers` the number of
    threads. `progress` is given an iterator of the results and their number, and yields the results again. Ctrl-C stops the run
    and keeps the results so far. Raises CannotCheck if another run is going on, or if this machine seems to have no network;
    then nothing is stored.
    """
    with _only_run():
        before = {check.url: check for check in LinkCheck.objects.all()}
        used = all_links()
        unused = before.keys() - used
        LinkCheck.objects.filter(url__in=unused).delete()
        links = _due(all_links(centre) if centre else used, before, max_age)[:limit]
        report = Report(planned=len(links), deleted=len(unused))
        reader = PageReader(client)
        results = progress(_results(links, client, reader, workers), len(links))
        try:
            _store(results, before, client, reader, report)
        except KeyboardInterrupt:
            report.stopped = True
        finally:
            client.stop.set()
            reader.save()
            report.read = reader.changes
            note_centres()
    return report


@contextmanager
def _only_run() -> Iterator[None]:
    """Hold the lock of the one run that may go on, or raise CannotCheck."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,):
            raise CannotCheck("Links are being checked already.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _store(
    results: Iterable[Checked], before: dict[str, LinkCheck], client: LinkClient,
    reader: PageReader, report: Report,
) -> None:  # fmt: skip
    """Store the results as they come, once it is certain that there is a network. Raises CannotCheck if there is none."""
    unsaved: list[LinkCheck] = []
    network = False
    for url, result, page in results:
        if isinstance(result, Exception):
            log.error("Checking %s failed.", url, exc_info=result)
            report.errors += 1
            continue
        check = before.get(url) or LinkCheck(url=url)
        _update(check, result)
        unsaved.append(check)
        if page:
            reader.keep(page)
        network = network or result.reached
        if network:
            _save(unsaved, report)
    if unsaved and not _has_network(unsaved, before, client):
        raise CannotCheck(
            f"None of {len(unsaved)} links answers, so this machine seems to have no network. Nothing was stored."
        )
    _save(unsaved, report)


def _due(
    urls: Iterable[str], before: dict[str, LinkCheck], max_age: datetime.timedelta | None
) -> list[str]:
    """Return the addresses to check: those never checked, then those that have gone unchecked for longest."""
    since = timezone.now() - max_age if max_age is not None else None
    new = sorted(url for url in urls if url not in before)
    old = [url for url in urls if url in before]
    if since:
        old = [url for url in old if before[url].checked_at < since]
    return [*new, *sorted(old, key=lambda url: (before[url].checked_at, url))]


def _results(
    urls: Iterable[str], client: LinkClient, reader: PageReader, workers: int
) -> Iterator[Checked]:
    """Yield each address with its result as it comes. Hosts are checked in parallel, the links of a host one by one."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_host[_host(url)].append(url)
    hosts: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    # The host that takes longest first.
    for links in sorted(by_host.values(), key=len, reverse=True):
        hosts.put(links)
    results: queue.SimpleQueue[Checked | None] = queue.SimpleQueue()  # None: a thread has ended

    def work() -> None:
        try:
            while True:
                for url in hosts.get_nowait():
                    result, page = _check(url, client, reader)
                    results.put((url, result, page))
                    if isinstance(result, Result) and result.is_rate_limited:
                        break  # the other links of this host wait for the next run
        except (queue.Empty, Stopped):
            results.put(None)

    running = min(workers, len(by_host))
    for _ in range(running):
        # Daemon threads, so that Ctrl-C does not wait for a slow site.
        threading.Thread(target=work, daemon=True).start()
    while running:
        checked = results.get()
        if checked is None:
            running -= 1
        else:
            yield checked


def _check(
    url: str, client: LinkClient, reader: PageReader
) -> tuple[Result | Exception, PageRead | None]:
    """Return the result with what the page says, or an error in our own code, so that the other links are still checked."""
    try:
        result = client.check(url)
        return result, reader.read(url) if result.outcome in WORKS else None
    except Stopped:
        raise
    except Exception as error:
        return error, None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _update(check: LinkCheck, result: Result) -> None:
    """Set the fields of a check from its result, without saving it."""
    check.checked_at = timezone.now()
    check.outcome, check.reason = result.outcome, result.reason
    check.status, check.final_url = result.status, result.final_url
    if result.outcome in LinkCheck.BROKEN:
        check.failures += 1
        check.first_failed_at = check.first_failed_at or check.checked_at
    else:
        check.failures, check.first_failed_at = 0, None


def _save(checks: list[LinkCheck], report: Report) -> None:
    """Save the checks, count them, and empty the list."""
    for check in checks:
        check.save()
        report.outcomes[check.outcome] += 1
    checks.clear()


def _has_network(checks: list[LinkCheck], before: dict[str, LinkCheck], client: LinkClient) -> bool:
    """Say whether this machine has a network, by checking links that worked before. Call it if nothing was reached."""
    if all(check.outcome == LinkCheck.Outcome.NOT_ASKED for check in checks):
        return True
    checked = {check.url for check in checks}
    worked = [
        check.url
        for check in before.values()
        if check.url not in checked and check.outcome in WORKS
    ]
    return any(client.check(url).reached for url in worked[:CONTROL_LINKS])
