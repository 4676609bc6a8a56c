"""Put before the public what is scheduled and due. For cron or a systemd timer, every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from evidence.editorial import actions
from evidence.models import ImportFile


class Command(BaseCommand):
    help = "Publish the editions whose time has come. Safe to run again, and twice at once."

    def handle(self, *args: Any, **options: Any) -> None:
        ImportFile.objects.forgotten().delete()  # there is no better minute to forget uploads in
        published = actions.publish_due()
        for edition in published:
            self.stdout.write(f"Published {edition.summary}, edition {edition.number}.")
        if not published:
            self.stdout.write("Nothing is due.")
