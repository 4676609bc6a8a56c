"""Indexes for searches of admin's lists: the pieces of three letters of each title, reference and comment; and of links that fail.

They are made CONCURRENTLY, and may be interrupted and run again, as those of migration 0033.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from portal.lookups import trigrams

INDEXES = (
    ("edition", GinIndex(trigrams("title"), name="edition_by_title")),
    ("edition", GinIndex(trigrams("code"), name="edition_by_code")),
    ("auditentry", GinIndex(trigrams("comment"), name="audit_by_comment")),
    (
        "linkcheck",
        models.Index(
            fields=["url"],
            name="link_failing",
            condition=models.Q(first_failed_at__isnull=False),
            include=["first_failed_at", "checked_at"],
        ),
    ),
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("evidence", "0040_pages_not_read")]

    operations = [
        operation
        for model, index in INDEXES
        for operation in (
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}", migrations.RunSQL.noop
            ),
            AddIndexConcurrently(model, index),
        )
    ]
