"""The index of what published editions need has the step of strength too, because its scale may give it another level by now.

It is made CONCURRENTLY under another name before the old one goes, and may be interrupted and run again, as those of migration 0033.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("evidence", "0042_taken_back")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS edition_has_needs", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "edition",
            models.Index(
                fields=["product"], name="edition_has_needs", condition=models.Q(state="published"),
                include=[
                    "id", "summary", "review_due", "doubts", "strength", "strength_native", "strength_step", "cost",
                    "cost_native", "studies", "missing", "title", "number",
                ],
            ),
        ),
        RemoveIndexConcurrently("edition", "edition_needs"),
    ]  # fmt: skip
