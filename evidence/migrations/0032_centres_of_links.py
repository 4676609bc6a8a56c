"""Whose each checked link is, and an index that has all to list the editions that need something."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from portal.at_once import at_once


class Migration(migrations.Migration):
    dependencies = [("evidence", "0031_words_that_people_use")]

    operations = at_once([
        migrations.AddField(
            "linkcheck",
            "centres",
            ArrayField(
                models.BigIntegerField(), default=list, db_default=[], blank=True, editable=False,
                help_text="The keys of the centres that linked to it at the last check or load.",
            ),
        ),
        migrations.AddIndex(
            "linkcheck", GinIndex(fields=["centres"], name="link_by_centre", fastupdate=False)
        ),
        migrations.RemoveIndex("edition", "edition_needs"),
        migrations.AddIndex(
            "edition",
            models.Index(
                fields=["product"], name="edition_needs", condition=models.Q(state="published"),
                include=(
                    "id", "summary", "review_due", "doubts", "strength", "strength_native", "cost", "cost_native",
                    "studies", "missing", "title", "number",
                ),
            ),
        ),
    ])  # fmt: skip
