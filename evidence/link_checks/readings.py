"""Whether the pages that published editions rest on have changed: what is read in a run of link checks, and what is kept of it.

No text is kept: a fingerprint of the words of each page, which of the edition's figures stand on it, and the page's own date.
One reading proves little: a page may be away for an hour, or show something else to every second visitor. So a page counts as
changed when two readings agree.
"""

import datetime
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from evidence.models import Edition, PageReading

from .figures import Figure, found_on, held_figures
from .http import Answer, CheckFailed, LinkClient, Stopped
from .pages import NotComparable, day_of, read_html
from .words import fingerprint_of, share_changed

log = logging.getLogger(__name__)

Change = PageReading.Change

HTML = {"text/html", "application/xhtml+xml"}
# How long a reading is good for, a few hours less than the days between two runs. What differed once is read again next night.
WEEKLY = datetime.timedelta(days=6, hours=12)
NEXT_NIGHT = datetime.timedelta(hours=20)
# Per cent of the words: a few sentences of a long page, and more than a date or a counter.
CHANGED_FROM = 5
BATCH = 100
WRITTEN = [field.name for field in PageReading._meta.concrete_fields if not field.primary_key]


@dataclass(frozen=True)
class PageRead:
    """What one reading of a page found: which figures of each edition stand on it, or else why it could not be read."""

    url: str
    at: datetime.datetime
    fingerprint: bytes = b""
    figures: Mapping[int, list[str]] = field(default_factory=dict)
    dated: datetime.date | None = None
    problem: str = ""


class PageReader:
    """Reads the pages that are due, in any thread, and stores what was found, in the thread that made it."""

    def __init__(self, client: LinkClient) -> None:
        self._client = client
        self._held: dict[str, dict[int, dict[str, Figure]]] = defaultdict(dict)
        self._summaries: dict[int, int] = {}
        editions = Edition.objects.published().prefetch_related("findings", "sources")
        shown = ["summary", "source_url", "studies", "bottom_line", "key_findings"]
        for edition in editions.only(*shown, "impact_native", "strength_native", "cost_native"):
            figures = held_figures(edition)
            self._summaries[edition.pk] = edition.summary_id
            for url in {edition.source_url, *(source.url for source in edition.sources.all())}:
                self._held[url][edition.pk] = figures
        self._due = self._forget_unused()
        self._unsaved: list[PageRead] = []
        self.changes: Counter[str] = Counter()  # pages of an edition each, by what was found

    def read(self, url: str) -> PageRead | None:
        """Return what a page says now; None if it is not due."""
        if url not in self._due:
            return None
        at = timezone.now()
        try:
            answer = self._client.read(url)
            if answer.media_type not in HTML:
                return _of_file(url, answer, at)
            page = read_html(answer.unpacked(), answer.charset)
        except (CheckFailed, NotComparable) as error:
            return PageRead(url, at, problem=str(error))
        except Stopped:
            raise
        except Exception:  # of our own code: the link works all the same
            log.exception("Reading %s failed.", url)
            return PageRead(url, at, problem="Reading it failed because of an error in the portal.")
        figures = {key: found_on(page.words, held) for key, held in self._held[url].items()}
        return PageRead(url, at, page.fingerprint, figures, page.dated)

    def keep(self, found: PageRead) -> None:
        """Store a reading, with others."""
        self._unsaved.append(found)
        if len(self._unsaved) >= BATCH:
            self.save()

    @transaction.atomic
    def save(self) -> None:
        """Store what is not stored yet, in three statements."""
        found = {one.url: one for one in self._unsaved}
        self._unsaved.clear()
        if not found:
            return
        # An editor may settle a change meanwhile, so they are read again, and nobody else writes them until this is done.
        rows = PageReading.objects.filter(url__in=found).select_related("edition").order_by("pk")
        rows = rows.only(*WRITTEN, "edition__summary").select_for_update(of=["self"])
        kept = {(row.edition.summary_id, row.url): row for row in rows}
        written = []
        for url, one in found.items():
            for edition, held in self._held[url].items():
                row = kept.get((self._summaries[edition], url)) or PageReading(url=url)
                _take(row, edition, held, one)
                self.changes[row.change] += 1
                written.append(row)
        PageReading.objects.bulk_create(
            written, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
        )

    def _forget_unused(self) -> set[str]:
        """Delete readings of pages that no published edition rests on any more. Return the pages that are due."""
        now = timezone.now()
        rows = PageReading.objects.values_list(
            "pk", "url", "edition__summary", "edition", "change", "tried_at"
        )
        wanted = {
            (self._summaries[edition], url): edition
            for url, editions in self._held.items()
            for edition in editions
        }
        unused, fresh = [], set()
        for pk, url, summary, edition, change, tried_at in rows:
            good_for = NEXT_NIGHT if change == Change.ONCE else WEEKLY
            if (summary, url) not in wanted:
                unused.append(pk)
            elif wanted[summary, url] == edition and now - tried_at < good_for:
                fresh.add((summary, url))
        if unused:
            PageReading.objects.filter(pk__in=unused).delete()
        return {url for _, url in wanted.keys() - fresh}


def _of_file(url: str, answer: Answer, at: datetime.datetime) -> PageRead:
    """Return what is known of a file that is not read: how long it is, or else when or as what the site last changed it."""
    said = answer.headers
    mark = said.get("Content-Length") or said.get("Last-Modified") or said.get("ETag")
    if not mark:
        return PageRead(url, at, problem="It is a file, and the site does not say how long it is.")
    return PageRead(url, at, fingerprint_of([[mark]]), dated=_day_in_header(said))


def _day_in_header(headers: Any) -> datetime.date | None:
    try:
        at = parsedate_to_datetime(headers.get("Last-Modified", ""))
    except (ValueError, OverflowError):
        return None
    return day_of(at.date().isoformat())


def _take(row: PageReading, edition: int, held: Mapping[str, Figure], found: PageRead) -> None:
    """Set the fields of what is kept of a page for an edition from a new reading, without saving it."""
    is_new = row.edition_id != edition
    row.tried_at, row.problem = found.at, found.problem
    if found.problem and row.edition_id:
        return
    if is_new:  # never read, or another edition has been published since
        if row.change in PageReading.CHANGED:
            row.begin_again()  # somebody knew of the change when they published
        row.edition_id = edition
        row.figures, row.now_figures = _among(held, row.figures), _among(held, row.now_figures)
    if found.problem:
        return
    figures = found.figures.get(edition, [])
    if is_new:
        row.figures = sorted({*row.figures, *figures})
    is_first = row.read_at is None
    was_other = share_changed(row.fingerprint, row.now_fingerprint) >= CHANGED_FROM
    lost_before = set(row.figures) - set(row.now_figures)
    row.now_at, row.now_dated = found.at, found.dated
    row.now_fingerprint, row.now_figures = found.fingerprint, figures
    if is_first:
        row.begin_again()
    else:
        _compare(row, held, was_other=was_other, lost_before=lost_before)


def _among(held: Mapping[str, Figure], lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line in held]


def _compare(
    row: PageReading, held: Mapping[str, Figure], *, was_other: bool, lost_before: set[str]
) -> None:
    """Set what has changed beside the page as it was; `was_other` and `lost_before` say so of the reading before this one."""
    before = row.change
    lost_now = set(_among(held, row.figures)) - set(row.now_figures)
    lost = lost_now & lost_before
    row.share = share_changed(row.fingerprint, row.now_fingerprint)
    row.lost = sorted(line for line in lost if held[line].of not in lost)  # parts go unsaid
    if row.lost:
        row.change = Change.FIGURE
    elif was_other and row.share >= CHANGED_FROM:
        row.change = Change.TEXT
    elif lost_now or row.share >= CHANGED_FROM:
        row.change = Change.ONCE
    else:
        row.change = Change.SAME
    if row.change in PageReading.CHANGED:
        row.changed_at = row.changed_at if row.change == before else row.now_at
    else:
        row.changed_at = None
