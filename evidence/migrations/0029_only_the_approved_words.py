from django.db import migrations

from portal.sql_files import InstallSqlFile


class Migration(migrations.Migration):
    """Let a row of a list get no other words and figures than those that were approved."""

    dependencies = [("evidence", "0028_two_people_for_every_list")]

    operations = [InstallSqlFile("evidence/sql/list_rows.sql", "fc1a453c3ef26220")]
