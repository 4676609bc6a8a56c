"""Giving rights to the roles that 0006 made."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations


def give(app_label: str, rights: dict[str, list[str]]) -> migrations.RunPython:
    """Return the operation that gives rights on models of an app to roles, by name."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        grant(apps, app_label, rights)

    return migrations.RunPython(forwards, migrations.RunPython.noop)


def grant(apps: Any, app_label: str, rights: dict[str, list[str]]) -> None:
    """Give them now. A role that people have renamed or deleted since is theirs to keep."""
    # Django makes permissions only after all migrations have run; roles need them now.
    config = apps.get_app_config(app_label)
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    Permission = apps.get_model("auth", "Permission")
    for group in apps.get_model("auth", "Group").objects.filter(name__in=rights):
        for codename in rights[group.name]:
            group.permissions.add(
                Permission.objects.get(content_type__app_label=app_label, codename=codename)
            )
