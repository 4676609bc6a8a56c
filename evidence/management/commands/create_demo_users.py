"""Make one user with each role, to try the workflow. Only on the embedded database."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from centres.models import Centre, Membership
from portal.models import TemporaryPassword


class Command(BaseCommand):
    """Makes the users, or gives them new passwords."""

    help = "Make one user with each role, and print their passwords once."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Print the name and password of each user. Raises CommandError on any other database."""
        if not settings.EMBEDDED:
            raise CommandError("Demonstration users are only for the embedded database.")
        centre = Centre.objects.filter(summaries__isnull=False).first()
        for role in Group.objects.order_by("name"):
            name = role.name.lower().replace(" ", "-")
            password = secrets.token_urlsafe(12)
            person, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True})
            person.set_password(password)
            person.save()
            TemporaryPassword.objects.get_or_create(user=person)
            person.groups.set([role])
            if centre and role.name == "Centre editor":
                Membership.objects.get_or_create(user=person, centre=centre)
            self.stdout.write(f"{name:20} {password}")
        self.stdout.write(
            "Each password is for signing in once, and the person then chooses their own. "
            "They are not shown again. For new ones, run the command again."
        )
