import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

from ._search import KEEP_NOTHING, no_refresh_on, refresh_on

# English stems, blind to accents.
CONFIGURATION = """
    CREATE TEXT SEARCH CONFIGURATION portal (COPY = english);
    ALTER TEXT SEARCH CONFIGURATION portal
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""

# Every table that a document is made from, and the editions that a change of its rows touches. A published edition's own
# classification and findings are fixed, so that its change of state covers them.
TOUCHED = {
    "evidence_edition": "SELECT id FROM changed",
    "evidence_approach": """
        SELECT e.id FROM changed JOIN evidence_approachmember m ON m.approach_id = changed.id
        JOIN evidence_edition e ON e.summary_id = m.summary_id AND e.state = 'published'""",
    "evidence_approachmember": """
        SELECT e.id FROM changed
        JOIN evidence_edition e ON e.summary_id = changed.summary_id AND e.state = 'published'""",
    "evidence_topic": """
        SELECT j.edition_id FROM changed JOIN evidence_edition_topics j ON j.topic_id = changed.id""",
    "evidence_outcome": """
        SELECT f.edition_id FROM changed JOIN evidence_finding f ON f.outcome_id = changed.id""",
    "centres_policyarea": """
        SELECT j.edition_id FROM changed
        JOIN evidence_edition_policy_areas j ON j.policyarea_id = changed.id""",
    "centres_centre": """
        SELECT e.id FROM changed JOIN evidence_summary s ON s.centre_id = changed.id
        JOIN evidence_edition e ON e.summary_id = s.id AND e.state = 'published'""",
}


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_dataset_entry")]

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION portal"),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_document",
                        serialize=False,
                        to="evidence.edition",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["words"], name="search_document_words"
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP_NOTHING, "DROP FUNCTION evidence_refresh_search(bigint[])"),
        *(
            migrations.RunSQL(
                refresh_on(table, touched, "insert", "update", "delete"), no_refresh_on(table)
            )
            for table, touched in TOUCHED.items()
        ),
    ]
