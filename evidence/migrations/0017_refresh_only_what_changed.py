from django.db import migrations

from ._search import refresh_on_change

# The columns of a label's row that a document has, and the editions that it is about (see 0004 and 0007).
LABELS = {
    "evidence_approach": (
        ["label", "also_known_as"],
        """SELECT e.id FROM changed JOIN evidence_approachmember m ON m.approach_id = changed.id
        JOIN evidence_edition e ON e.summary_id = m.summary_id AND e.state = 'published'""",
    ),
    "evidence_topic": (
        ["label", "also_known_as"],
        "SELECT j.edition_id FROM changed JOIN evidence_edition_topics j ON j.topic_id = changed.id",
    ),
    "evidence_outcome": (
        ["label", "also_known_as"],
        "SELECT f.edition_id FROM changed JOIN evidence_finding f ON f.outcome_id = changed.id",
    ),
    "evidence_audience": (
        ["label"],
        """SELECT j.edition_id FROM changed
        JOIN evidence_edition_audiences j ON j.audience_id = changed.id""",
    ),
    "centres_policyarea": (
        ["label", "also_known_as"],
        """SELECT j.edition_id FROM changed
        JOIN evidence_edition_policy_areas j ON j.policyarea_id = changed.id""",
    ),
    "centres_centre": (
        ["name", "acronym"],
        """SELECT e.id FROM changed JOIN evidence_summary s ON s.centre_id = changed.id
        JOIN evidence_edition e ON e.summary_id = s.id AND e.state = 'published'""",
    ),
}


class Migration(migrations.Migration):
    """Keep the documents as they are when nothing that they are made of changes: a policy area has thousands."""

    dependencies = [("evidence", "0016_changes_in_admin_are_read")]

    operations = [
        migrations.RunSQL(
            refresh_on_change(table, touched, columns),
            f"""
            DROP TRIGGER refresh_search_update ON {table};
            DROP FUNCTION {table}_refresh_search_changed();
            CREATE TRIGGER refresh_search_update AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION {table}_refresh_search()
            """,
        )
        for table, (columns, touched) in LABELS.items()
    ]
