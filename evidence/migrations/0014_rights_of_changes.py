from typing import Any

from django.db import migrations

from evidence.roles import grant

RIGHTS = {
    "Secretariat editor": ["view_listchange"],
    "Publisher": ["view_listchange", "decide_listchange"],
    "Auditor": ["view_listchange"],
}


def give_rights(apps: Any, schema_editor: Any) -> None:
    """Let the secretariat and auditors see changes of lists, and publishers decide on them."""
    grant(apps, RIGHTS)


class Migration(migrations.Migration):

    dependencies = [
        ("evidence", "0013_proposed_changes"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
