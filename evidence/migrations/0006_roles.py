from django.contrib.auth.management import create_permissions
from django.db import migrations

TERMS = ["topic", "audience", "setting", "kind", "outcome"]
READ = [
    *TERMS, "summary", "edition", "finding", "source",
    "policyarea", "centre", "ratingscale", "ratinglevel",
]  # fmt: skip
NETWORK = [
    "centre", "centrename", "centrehost", "centrefunder", "centrenote", "commonlevel",
    "membershipvalue", "networkaudience", "networkevent", "networkfunction", "networknote",
    "networksource", "networktotal", "organisation", "policyarea", "publication",
    "ratingdimension", "ratinglevel", "ratingreference", "ratingscale", "spendingfigure",
]  # fmt: skip
LISTS = [*TERMS, "synonymgroup", "approach", "approachmember"]


def view(*models):
    return [f"view_{model}" for model in models]


def write(*models):
    return [f"{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")]


EDIT = [*view(*READ), "add_summary", *write("edition", "finding", "source"), "submit_edition"]
ROLES = {
    "Centre editor": EDIT,
    "Secretariat editor": [*EDIT, "all_centres", *write(*LISTS, *NETWORK)],
    "Publisher": [
        *view(*READ, "auditentry"),
        "all_centres",
        "approve_edition",
        "publish_in_emergency",
        "withdraw_summary",
    ],
    "Auditor": [*view(*READ, *LISTS, *NETWORK, "auditentry", "membership"), "all_centres"],
    "Administrator": [*write("user", "membership"), *view("group", "auditentry", "centre")],
}


def make_roles(apps, schema_editor):
    # Django makes permissions only after all migrations have run; roles need them now.
    for label in ("auth", "contenttypes", "centres", "evidence"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        found = Permission.objects.filter(
            codename__in=codenames, content_type__app_label__in=["auth", "centres", "evidence"]
        )
        missing = set(codenames) - {permission.codename for permission in found}
        if missing:
            raise ValueError(f"No such permissions: {sorted(missing)}")
        group.permissions.add(*found)


class Migration(migrations.Migration):
    """Make the five roles. People may change them later in admin; they are not made again."""

    dependencies = [
        ("evidence", "0005_people_and_audit"),
        ("centres", "0003_membership"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
