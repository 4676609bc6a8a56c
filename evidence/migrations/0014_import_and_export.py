import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ._roles import give

RIGHTS = {
    "Centre editor": ["import_summary", "export_summary"],
    "Secretariat editor": ["import_summary", "export_summary"],
    "Publisher": ["export_summary"],
    "Auditor": ["export_summary"],
}


class Migration(migrations.Migration):
    """The rights to import and export, and where an uploaded file waits to be confirmed."""

    dependencies = [
        ("evidence", "0013_link_checks"),
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
        give("evidence", RIGHTS),
    ]
