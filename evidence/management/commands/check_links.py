"""Check whether the pages that the portal links to still work, and whether those that summaries rest on have changed.

For cron or a systemd timer, once a day.
"""

import argparse
import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from centres.models import Centre
from evidence.editorial.reminders import tell_of_changed_pages
from evidence.link_checks.http import LinkClient
from evidence.link_checks.run import WORKERS, CannotCheck, Report, check_links, user_agent
from evidence.models import LinkCheck, PageReading

INTERRUPTED = 130  # the exit code of a program that Ctrl-C has stopped


class Command(BaseCommand):
    """Checks the links, and says how many had which result."""

    help = (
        "Check whether the pages that the portal links to still work, and once a week whether those that summaries rest on "
        "have changed. Show the results in admin."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--max-age", type=_positive, metavar="HOURS",
            help="skip links that were checked less than this many hours ago",
        )  # fmt: skip
        parser.add_argument(
            "--limit", type=_positive, metavar="LINKS",
            help="check at most this many, those that have gone unchecked for longest",
        )  # fmt: skip
        parser.add_argument("--centre", metavar="SLUG", help="only the links of one centre")
        parser.add_argument(
            "--workers", type=_positive, default=WORKERS, metavar="NUMBER",
            help=f"sites to check at the same time, each one link at a time (default: {WORKERS})",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the links. Raises CommandError if that was not possible for all of them."""
        hours, began = options["max_age"], timezone.now()
        try:
            report = check_links(
                self.link_client(),
                centre=_centre(options["centre"]),
                max_age=datetime.timedelta(hours=hours) if hours else None,
                limit=options["limit"],
                workers=options["workers"],
                progress=lambda results, total: tqdm(
                    results, total=total, unit="link", desc="Checking links", disable=None
                ),
            )
        except CannotCheck as error:
            raise CommandError(str(error)) from error
        tell_of_changed_pages(began)
        for line in _summary(report):
            self.stdout.write(line)
        if report.stopped:
            raise CommandError("Stopped. The results so far are stored.", returncode=INTERRUPTED)
        if report.errors:
            raise CommandError(
                f"{report.errors} could not be checked because of an error in the portal."
            )

    def link_client(self) -> LinkClient:
        """Return what sends the requests."""
        return LinkClient(user_agent())


def _positive(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _centre(slug: str | None) -> Centre | None:
    if slug is None:
        return None
    found = Centre.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no centre {slug!r}.")
    return found


def _summary(report: Report) -> list[str]:
    lines = [f"Checked {report.checked} of {report.planned} links."]
    lines += [
        f"{report.outcomes[outcome.value]:6} {outcome.label.lower()}"
        for outcome in LinkCheck.Outcome
        if report.outcomes[outcome.value]
    ]
    if report.deleted:
        lines.append(f"Removed {report.deleted} that nothing links to any more.")
    if pages := report.read.total():
        lines.append(f"{pages} of the pages that editions rest on were due:")
        lines += [
            f"{report.read[change.value]:6} {change.label.lower()}"
            for change in PageReading.Change
            if report.read[change.value]
        ]
    failing = LinkCheck.objects.failing().count()
    lines.append("1 link is failing." if failing == 1 else f"{failing} links are failing.")
    return lines
