"""Send the mail that waits in the outbox. For cron or a systemd timer, every minute."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import pluralize

from portal.mail import outbox, sending


class Command(BaseCommand):
    """Sends mail at once or as a daily mail, as each person chose, and tries again what failed."""

    help = "Send the mail that is due. Safe to run again, and twice at the same time."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument(
            "--again", action="store_true", help="first let what was given up wait again"
        )

    def handle(self, *, again: bool, **options: Any) -> None:
        """Print what was sent, and on stderr what could not be."""
        if again:
            waiting = outbox.wait_again()
            self.stdout.write(f"{waiting} notice{pluralize(waiting, ' waits,s wait')} again.")
        report = sending.send_due()
        sent, dropped = report.sent, report.dropped
        self.stdout.write(
            f"Sent {sent} mail{pluralize(sent)}, dropped {dropped} notice{pluralize(dropped)}."
        )
        if report.failed:
            self.stderr.write(
                self.style.WARNING(
                    f"{report.failed} notices could not be sent. They are tried again, and the first page of "
                    "administrators says why."
                )
            )
