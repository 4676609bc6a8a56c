"""Indexes that have all by which admin's lists and its first page sort, filter and count."""

from django.db import migrations, models

from portal.at_once import at_once


class Migration(migrations.Migration):
    dependencies = [("evidence", "0029_only_the_approved_words")]

    operations = at_once([
        migrations.AddIndex(
            "edition",
            models.Index(
                models.F("title"), models.OrderBy(models.F("number"), descending=True),
                models.OrderBy(models.F("id"), descending=True), name="edition_in_lists",
                include=(
                    "summary", "state", "code", "product", "kind", "direction", "strength", "cost", "submitted_at"
                ),
            ),
        ),
        migrations.AddIndex(
            "edition",
            models.Index(
                fields=["product"], name="edition_needs", condition=models.Q(state="published"),
                include=(
                    "id", "summary", "review_due", "doubts", "strength", "strength_native", "cost", "cost_native",
                    "studies", "missing",
                ),
            ),
        ),
        migrations.AddIndex(
            "linkcheck",
            models.Index(fields=["first_failed_at", "url"], name="link_by_failure", include=("id",)),
        ),
        migrations.RemoveIndex("edition", "edition_by_title"),
        migrations.RemoveIndex("linkcheck", "link_that_is_broken"),
    ])  # fmt: skip
