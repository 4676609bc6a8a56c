"""Tell the editors of each centre by mail which summaries are due for review. For cron or a systemd timer, once a week."""

from typing import Any

from django.core.management.base import BaseCommand

from evidence.editorial.reminders import remind_reviews


class Command(BaseCommand):
    """Puts a reminder for the editors of each centre into the outbox."""

    help = (
        "Tell the editors of each centre which summaries are overdue for review or due in 30 days. "
        "Running it again in the same week tells nobody anything twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many are told, and on stderr the centres with nobody to tell, which the secretariat is told."""
        for one in remind_reviews():
            if one.reached:
                self.stdout.write(f"{one.centre}: {one.due} due, {one.told} told.")
            else:
                self.stderr.write(
                    f"{one.centre}: {one.due} due, and nobody with an email address. "
                    f"{one.told} of the secretariat told."
                )
