"""Indexes for the search of the list of links: the pieces of three letters of each address, and of what is wrong.

They are made CONCURRENTLY, which keeps nobody from reading or writing, and waits for transactions that are under way. It may be
interrupted and run again: what it left, perhaps unfinished, is dropped first. pg_trgm comes with PostgreSQL, and the owner of the
database may add it.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, TrigramExtension
from django.db import migrations, models

from portal.lookups import trigrams


def drop(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("evidence", "0032_centres_of_links")]

    operations = [
        TrigramExtension(),
        drop("link_by_address"),
        AddIndexConcurrently("linkcheck", GinIndex(trigrams("url"), name="link_by_address")),
        drop("link_by_reason"),
        AddIndexConcurrently(
            "linkcheck",
            GinIndex(
                trigrams("reason"), name="link_by_reason", condition=~models.Q(outcome="answers")
            ),
        ),
    ]
