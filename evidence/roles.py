"""The five roles: which role may do what, until somebody changes it with `manage.py change_role`.

The first migration makes them with the rights of `ROLES`. From then on they belong to the people who run the portal, who may
change or rename them; so a right that comes later is given by a migration of its own, with `grant`. (A change in `ROLES`
reaches new databases only.)
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.management import create_permissions

APPS = ("auth", "contenttypes", "portal", "centres", "evidence")


def view(*models: str) -> list[str]:
    """Return the rights to see rows of these models."""
    return [f"view_{model}" for model in models]


def write(*models: str) -> list[str]:
    """Return the rights to see, add, change and delete rows of these models."""
    return [f"{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")]


TERMS = ["topic", "audience", "setting", "kind", "outcome"]
LISTS = [*TERMS, "synonymgroup", "approach", "approachmember"]
CONTENT = [
    *TERMS, "summary", "edition", "finding", "source",
    "policyarea", "centre", "ratingscale", "ratinglevel",
]  # fmt: skip
NETWORK = [
    "centre", "centrename", "centrehost", "centrefunder", "centrenote", "commonlevel",
    "membershipvalue", "networkaudience", "networkevent", "networkfunction", "networknote",
    "networksource", "networktotal", "organisation", "policyarea", "publication",
    "ratingdimension", "ratinglevel", "ratingreference", "ratingscale", "spendingfigure",
]  # fmt: skip

EDIT = [
    *view(*CONTENT, "linkcheck"),
    "add_summary",
    *write("edition", "finding", "source"),
    "submit_edition",
    "import_summary",
    "export_summary",
]
ROLES = {
    "Centre editor": EDIT,
    "Secretariat editor": [*EDIT, "all_centres", *write(*LISTS, *NETWORK)],
    "Publisher": [
        *view(*CONTENT, "auditentry", "adminchange", "linkcheck"),
        "all_centres",
        "approve_edition",
        "publish_in_emergency",
        "withdraw_summary",
        "export_summary",
    ],
    "Auditor": [
        *view(*CONTENT, *LISTS, *NETWORK, "auditentry", "adminchange", "linkcheck", "membership"),
        "all_centres",
        "export_summary",
    ],
    "Administrator": [
        *write("user", "membership"),
        *view("group", "auditentry", "adminchange", "centre"),
    ],
}
# Rights that came after the first migration, which gives ROLES as they are above.
STATEMENTS = {
    "Secretariat editor": write("networkstatement"),
    "Auditor": view("networkstatement"),
}
PRODUCT_LINES = {
    "Centre editor": view("product", "productrule"),
    "Secretariat editor": write("product", "productrule"),
    "Publisher": view("product", "productrule"),
    "Auditor": view("product", "productrule"),
}
CONFIRMATION = {"Centre editor": ["confirm_figures"]}


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Make the roles with their rights, in a migration: `migrations.RunPython(make_roles)`."""
    Group = apps.get_model("auth", "Group")
    for name in ROLES:
        Group.objects.get_or_create(name=name)
    grant(apps, ROLES)


def grant(apps: Any, rights: Mapping[str, Iterable[str]]) -> None:
    """Give rights (codenames) to roles by name, in a migration; `apps` is the registry that it is handed.

    A role that people have renamed or deleted since is left alone. Raises ValueError if there is no such right.
    """
    _make_permissions(apps)
    permissions = {
        permission.codename: permission
        for permission in apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label__in=APPS
        )
    }
    missing = {codename for codenames in rights.values() for codename in codenames}
    if missing := missing - set(permissions):
        raise ValueError(f"There are no such rights: {', '.join(sorted(missing))}")
    for group in apps.get_model("auth", "Group").objects.filter(name__in=rights):
        group.permissions.add(*(permissions[codename] for codename in rights[group.name]))


def _make_permissions(apps: Any) -> None:
    """Make the rights now: Django itself does so only after the last migration has run."""
    for label in APPS:
        config = apps.get_app_config(label)
        # In a migration there is none, and Django would pass by.
        before = getattr(config, "models_module", None)
        config.models_module = before or True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = before
