"""Check that nobody has changed, removed or put in an entry of the audit log. For whoever watches over the portal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.models import AuditEntry, AuditLink


class Command(BaseCommand):
    """Makes every link of the chain anew and compares."""

    help = "Check that the audit log is as it was written, and print its last link."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a link that an earlier run printed."""
        parser.add_argument(
            "--expect",
            metavar="LINK",
            help="A link that an earlier run printed: it must still be there.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many entries fit, and the last link. Raises CommandError that names the first entry that does not."""
        previous, number, expected = "", 0, options["expect"]
        is_there = expected is None
        links = AuditLink.objects.select_related("entry__summary", "entry__by")
        for link in links.iterator(chunk_size=1000):
            if link.hash != link.entry.hash_after(previous):
                raise CommandError(
                    f"{_name(link.entry)} does not fit: it was changed, or an entry before it was removed or put in. "
                    f"The {number} before it fit."
                )
            previous, number = link.hash, number + 1
            is_there = is_there or link.hash == expected
        if loose := AuditEntry.objects.filter(link=None).order_by("pk").first():
            raise CommandError(
                f"{_name(loose)} has no link: it was put in while the chain was off."
            )
        if not is_there:
            raise CommandError(
                f"The entries fit each other, but {expected} is not among their links: "
                "the log was written anew, or its end was removed."
            )
        self.stdout.write(f"{number} entries fit. The last link is {previous or 'none'}")


def _name(entry: AuditEntry) -> str:
    return f"Entry {entry.pk} ({entry}, {entry.at:%d %B %Y %H:%M:%S} UTC)"
