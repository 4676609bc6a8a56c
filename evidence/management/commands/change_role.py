"""Change what a role may do, or make a role of your own. For whoever owns the database: the web server may not."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from evidence.roles import APPS
from portal.role_proposals import combine_too_much


class Command(BaseCommand):
    """Gives rights to a role and takes rights from it, all or none, and prints what it may do since."""

    help = (
        "Change what a role may do, or make a role. Without options it prints what the role may do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the role and what changes."""
        parser.add_argument("role", help='Its name, such as "Publisher".')
        parser.add_argument("--new", action="store_true", help="Make this role.")
        parser.add_argument("--rename", metavar="NAME", help="What it is called from now on.")
        parser.add_argument("--give", nargs="+", default=[], metavar="RIGHT")
        parser.add_argument("--take", nargs="+", default=[], metavar="RIGHT")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Change the role. CommandError for a role or right that does not exist, and for rights that nobody has together."""
        role = _role(options["role"], new=options["new"])
        if new_name := options["rename"]:
            if Group.objects.filter(name=new_name).exists():
                raise CommandError(f"There is a role “{new_name}” already.")
            role.name = new_name
            role.save()
        role.permissions.add(*_rights(options["give"]))
        role.permissions.remove(*_rights(options["take"]))
        if combine_too_much([role]):
            raise CommandError(
                "No role both approves evidence and manages accounts. Nothing was changed."
            )
        rights = role.permissions.order_by("codename").values_list("codename", flat=True)
        self.stdout.write(f"{role.name}: {', '.join(rights) or 'nothing'}")


def _role(name: str, *, new: bool) -> Group:
    role, made = Group.objects.get_or_create(name=name)
    if made and not new:
        known = Group.objects.exclude(pk=role.pk).order_by("name").values_list("name", flat=True)
        raise CommandError(
            f"There is no role “{name}”. The roles are: {', '.join(known)}. To make one, add --new."
        )
    return role


def _rights(codenames: list[str]) -> list[Permission]:
    rights = list(
        Permission.objects.filter(content_type__app_label__in=APPS, codename__in=codenames)
    )
    if missing := set(codenames) - {right.codename for right in rights}:
        raise CommandError(f"There are no such rights: {', '.join(sorted(missing))}.")
    return rights
