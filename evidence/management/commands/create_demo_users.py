"""Make people with each role, to try the workflow. Only on the embedded database."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Count, Q

from centres.models import Centre, Membership
from portal.models import TemporaryPassword

# One administrator proposes a publisher or administrator, and another agrees.
TWO = "Administrator"


class Command(BaseCommand):
    """Makes the users, or gives them new passwords."""

    help = "Make one user with each role and two administrators, and print their passwords once."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Print the name and password of each user. Raises CommandError on any other database."""
        if not settings.EMBEDDED:
            raise CommandError("Demonstration users are only for the embedded database.")
        if Group._meta.db_table not in connection.introspection.table_names():
            raise CommandError(
                "The database is empty. Start the portal once with script/server, which fills it, and then run this again."
            )
        # The one that rates most, so that there is much to look at.
        rated = Count("summaries", filter=Q(summaries__editions__strength_step__isnull=False))
        centre = Centre.objects.alias(rated=rated).order_by("-rated", "order").first()
        for role in Group.objects.order_by("name"):
            name = role.name.lower().replace(" ", "-")
            for one in [name, f"second-{name}"] if role.name == TWO else [name]:
                self._make(one, role, centre if role.name == "Centre editor" else None)
        self.stdout.write(
            "Each password is for signing in once, and the person then chooses their own. "
            "They are not shown again. For new ones, run the command again."
        )

    def _make(self, name: str, role: Group, centre: Centre | None) -> None:
        password = secrets.token_urlsafe(12)
        person, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        person.set_password(password)
        person.save()
        TemporaryPassword.objects.get_or_create(user=person)
        person.groups.set([role])
        if centre:
            Membership.objects.get_or_create(user=person, centre=centre)
        self.stdout.write(
            f"{name:20} {password}" + (f"  for {centre.short_name}" if centre else "")
        )
