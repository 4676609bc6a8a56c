from django.db import migrations

from portal.sql_files import InstallSqlFile


class Migration(migrations.Migration):
    """Let nobody say who follows a centre without a proposal."""

    dependencies = [("evidence", "0022_the_owner_alone")]

    operations = [InstallSqlFile("evidence/sql/list_rows.sql", "c581ba8f1d40bab2")]
