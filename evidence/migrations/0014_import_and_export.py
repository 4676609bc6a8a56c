import uuid

import django.db.models.deletion
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

RIGHTS = {
    "Centre editor": ["import_summary", "export_summary"],
    "Secretariat editor": ["import_summary", "export_summary"],
    "Publisher": ["export_summary"],
    "Auditor": ["export_summary"],
}


def give_rights(apps, schema_editor):
    # Django makes permissions only after all migrations have run; roles need them now.
    config = apps.get_app_config("evidence")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    Permission = apps.get_model("auth", "Permission")
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        found = Permission.objects.filter(
            codename__in=RIGHTS[group.name], content_type__app_label="evidence"
        )
        group.permissions.add(*found)


class Migration(migrations.Migration):
    """The rights to import and export, and where an uploaded file waits to be confirmed."""

    dependencies = [
        ("evidence", "0012_other_names"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="summary",
            options={
                "ordering": ["slug"],
                "permissions": [
                    ("import_summary", "Can import summaries from a spreadsheet, as drafts"),
                    ("export_summary", "Can export summaries, drafts included, to a spreadsheet"),
                ],
                "verbose_name_plural": "summaries",
            },
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                ("key", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("name", models.CharField(max_length=255)),
                ("content", models.BinaryField()),
                (
                    "fingerprint",
                    models.CharField(help_text="Of the plan that the person was shown.", max_length=64),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
