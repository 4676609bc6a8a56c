"""Publish the editions that are scheduled and due. For cron or a systemd timer, every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from evidence.editorial import actions
from evidence.models import ImportFile


class Command(BaseCommand):
    """Publishes what is due, and deletes uploaded files that nobody confirmed."""

    help = "Publish the editions that are scheduled and due. Safe to run again, and twice at the same time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was published."""
        ImportFile.objects.expired().delete()  # here because this command runs every minute
        published = actions.publish_due()
        for edition in published:
            self.stdout.write(f"Published {edition.summary}, edition {edition.number}.")
        if not published:
            self.stdout.write("Nothing is due.")
