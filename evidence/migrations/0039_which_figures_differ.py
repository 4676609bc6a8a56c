"""The comparison that ends a centre's confirmation says in which figures, so that a draft can warn beforehand."""

from django.db import migrations

from portal.sql_files import InstallSqlFile


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0038_one_name_for_product_lines'),
    ]

    operations = [
        InstallSqlFile('evidence/sql/confirmations.sql', '6142c8a2e12e5110'),
    ]
