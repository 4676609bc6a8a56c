"""Publish what is scheduled and due, and withdraw what is planned to be. For cron or a systemd timer, every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from evidence.editorial import actions
from evidence.models import AuditEntry, ImportFile
from portal.clock import clock_warning, database_now


class Command(BaseCommand):
    """Publishes and withdraws what is due, and deletes what is kept no longer: old uploads, names of fact checks."""

    help = "Publish and withdraw what is scheduled and due. Safe to run again, and twice at the same time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was published, and warn of clocks that disagree."""
        for warning in filter(None, [clock_warning(), _jump_warning()]):
            self.stderr.write(self.style.WARNING(warning))
        # Here because this command runs every minute.
        ImportFile.objects.expired().delete()
        actions.forget_names()
        published = actions.publish_due()
        for edition in published:
            self.stdout.write(f"Published {edition.summary}, edition {edition.number}.")
        withdrawn = actions.withdraw_due()
        for summary in withdrawn:
            self.stdout.write(f"Withdrew {summary}.")
        if not published and not withdrawn:
            self.stdout.write("Nothing is due.")


def _jump_warning() -> str:
    """Say whether the database's clock has jumped back, to before the newest entry of its own log."""
    newest, now = AuditEntry.objects.first(), database_now()
    if newest is None or newest.at <= now:
        return ""
    return (
        f"The database's clock says {now:%d %B %Y %H:%M:%S} UTC, before the newest entry of its audit log "
        f"({newest.at:%d %B %Y %H:%M:%S} UTC): it has jumped back. Editions go live late until it is corrected."
    )
