"""An index of the pages that could not be read, which the first page of admin counts.

It is made CONCURRENTLY, and may be interrupted and run again, as those of migration 0033.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("evidence", "0039_which_figures_differ")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS page_not_read", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "pagereading",
            models.Index(fields=["edition"], name="page_not_read", condition=~models.Q(problem="")),
        ),
    ]
