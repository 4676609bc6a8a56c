from django.db import migrations

from evidence.roles import NETWORK_STATEMENTS, grant


def grant_network_statements(apps, schema_editor):
    """Let the Secretariat change what the founding texts say of the network, and auditors read it."""
    grant(apps, NETWORK_STATEMENTS)


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0003_network_statements'),
        ('evidence', '0016_checked'),
    ]

    operations = [migrations.RunPython(grant_network_statements, migrations.RunPython.noop)]
