"""Mail the editors of each centre which summaries are due for review. For cron or a systemd timer, once a week."""

from typing import Any

from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.core.management.base import BaseCommand
from django.utils import timezone

from centres.models import Centre
from evidence.editorial.dashboard import DUE_SOON
from evidence.models import Edition


class Command(BaseCommand):
    """Sends one mail to the editors of each centre."""

    help = (
        "Mail the editors of each centre which summaries are overdue for review or due in 30 days."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was mailed, and on stderr the centres with nobody to mail."""
        until = timezone.localdate() + DUE_SOON
        editors = User.objects.with_perm(
            "evidence.submit_edition",
            include_superusers=False,
            backend="django.contrib.auth.backends.ModelBackend",
        )
        due = Edition.objects.published().filter(review_due__lte=until).order_by("review_due")
        for centre in Centre.objects.filter(summaries__editions__in=due).distinct():
            editions = due.filter(summary__centre=centre).select_related("summary")
            people = editors.filter(memberships__centre=centre)
            addresses = [person.email for person in people.exclude(email="")]
            if not addresses:
                self.stderr.write(
                    f"{centre}: {len(editions)} due, and nobody with an email address."
                )
                continue
            send_mail(
                f"{centre.short_name}: {len(editions)} to review",
                _text(centre, list(editions)),
                None,
                addresses,
            )
            self.stdout.write(f"{centre}: {len(editions)} due, mailed to {len(addresses)}.")


def _text(centre: Centre, editions: list[Edition]) -> str:
    today = timezone.localdate()
    lines = [f"These summaries of {centre} are due for review. Is each still true?", ""]
    for edition in editions:
        due = edition.review_due
        late = " (overdue)" if due and due < today else ""
        lines.append(f"- {edition.title} ({edition.summary.slug}), due {due:%-d %B %Y}{late}")
    lines += [
        "",
        "If it is, or when you have corrected it, open a new edition with a new review date.",
    ]
    return "\n".join(lines)
