import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

# English stems, blind to accents.
CONFIGURATION = """
    CREATE TEXT SEARCH CONFIGURATION portal (COPY = english);
    ALTER TEXT SEARCH CONFIGURATION portal
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""

# The weighted words of published editions: A title, reference and approach; B what it is about, with other words for it;
# C what it says; D the rest.
REFRESH = """
CREATE FUNCTION evidence_refresh_search(editions bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM evidence_searchdocument WHERE edition_id = ANY(editions);
    INSERT INTO evidence_searchdocument (edition_id, words)
    SELECT e.id,
        setweight(to_tsvector('portal', concat_ws(' ', e.title, e.code, (
            SELECT string_agg(concat_ws(' ', a.label, array_to_string(a.also_known_as, ' . ')), ' . ')
            FROM evidence_approach a JOIN evidence_approachmember m ON m.approach_id = a.id
            WHERE m.summary_id = e.summary_id))), 'A')
        || setweight(to_tsvector('portal', concat_ws(' . ', (
            SELECT string_agg(concat_ws(' . ', t.label, array_to_string(t.also_known_as, ' . ')), ' . ')
            FROM evidence_topic t JOIN evidence_edition_topics j ON j.topic_id = t.id
            WHERE j.edition_id = e.id), (
            SELECT string_agg(concat_ws(' . ', o.label, f.measured), ' . ')
            FROM evidence_outcome o JOIN evidence_finding f ON f.outcome_id = o.id
            WHERE f.edition_id = e.id), (
            SELECT string_agg(p.label, ' . ')
            FROM centres_policyarea p JOIN evidence_edition_policy_areas j ON j.policyarea_id = p.id
            WHERE j.edition_id = e.id))), 'B')
        || setweight(to_tsvector('portal', concat_ws(' ', e.bottom_line, array_to_string(e.key_findings, ' '))), 'C')
        || setweight(to_tsvector('portal', concat_ws(' . ', c.name, c.acronym, e.product,
            array_to_string(e.implementation, ' '), array_to_string(e.caveats, ' '), e.countries)), 'D')
    FROM evidence_edition e
    JOIN evidence_summary s ON s.id = e.summary_id
    JOIN centres_centre c ON c.id = s.centre_id
    WHERE e.id = ANY(editions) AND e.state = 'published'
$$;
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

TRIGGER = """
CREATE FUNCTION {table}_refresh_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refresh_search(ARRAY({touched}));
    RETURN NULL;
END $$;
CREATE TRIGGER refresh_search_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_refresh_search();
CREATE TRIGGER refresh_search_update AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_refresh_search();
CREATE TRIGGER refresh_search_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_refresh_search();
"""
UNDO = "DROP FUNCTION {table}_refresh_search() CASCADE"


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
        migrations.RunSQL(REFRESH, "DROP FUNCTION evidence_refresh_search(bigint[])"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table, touched=touched), UNDO.format(table=table)
            )
            for table, touched in TOUCHED.items()
        ),
        migrations.RunSQL(
            "SELECT evidence_refresh_search(ARRAY(SELECT id FROM evidence_edition))",
            migrations.RunSQL.noop,
        ),
    ]
