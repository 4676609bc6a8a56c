"""Ask whether the pages that the portal links to still answer. For cron or a systemd timer, once a day."""

import argparse
import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from centres.models import Centre
from evidence.link_checks.http import Asker
from evidence.link_checks.run import WORKERS, CannotCheck, Report, agent, check_links
from evidence.models import LinkCheck

INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C has ended


class Command(BaseCommand):
    help = "Ask whether the pages that the portal links to still answer, and record it for admin."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--max-age", type=_positive, metavar="HOURS",
            help="skip links that were checked within so many hours",
        )  # fmt: skip
        parser.add_argument(
            "--limit", type=_positive, metavar="LINKS",
            help="check at most so many, those that were not checked for longest",
        )  # fmt: skip
        parser.add_argument("--centre", metavar="SLUG", help="only the links of one centre")
        parser.add_argument(
            "--workers", type=_positive, default=WORKERS, metavar="NUMBER",
            help=f"sites to ask at the same time, each one link at a time ({WORKERS})",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        hours = options["max_age"]
        try:
            report = check_links(
                self.asker(),
                centre=_centre(options["centre"]),
                max_age=datetime.timedelta(hours=hours) if hours else None,
                limit=options["limit"],
                workers=options["workers"],
                progress=lambda answers, total: tqdm(
                    answers, total=total, unit="link", desc="Checking links", disable=None
                ),
            )
        except CannotCheck as error:
            raise CommandError(str(error)) from error
        for line in _said(report):
            self.stdout.write(line)
        if report.stopped:
            raise CommandError("Stopped. What was found is kept.", returncode=INTERRUPTED)
        if report.faults:
            raise CommandError(f"A fault of the portal kept {report.faults} from being checked.")

    def asker(self) -> Asker:
        return Asker(agent())


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


def _said(report: Report) -> list[str]:
    lines = [f"Checked {report.checked} of {report.planned} links."]
    lines += [
        f"{report.outcomes[outcome.value]:6} {outcome.label.lower()}"
        for outcome in LinkCheck.Outcome
        if report.outcomes[outcome.value]
    ]
    if report.forgotten:
        lines.append(f"Forgot {report.forgotten} that nothing links to any more.")
    lines.append(f"{LinkCheck.objects.failing().count()} links fail by now.")
    return lines
