import django.contrib.postgres.search
from django.db import migrations, models

# Words as they are written, for telling typing errors from rare words.
CONFIGURATION = """
    CREATE TEXT SEARCH CONFIGURATION portal_words (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION portal_words
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""

# As in 0004, with the title and the words as written beside it, and the centre.
REFRESH = """
CREATE OR REPLACE FUNCTION evidence_refresh_search(editions bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM evidence_searchdocument WHERE edition_id = ANY(editions);
    INSERT INTO evidence_searchdocument (edition_id, centre_id, title, words, written)
    SELECT id, centre_id, to_tsvector('portal', title),
        setweight(to_tsvector('portal', concat_ws(' . ', title, approaches)), 'A')
        || setweight(to_tsvector('portal', concat_ws(' . ', topics, outcomes, areas, audiences)), 'B')
        || setweight(to_tsvector('portal', bottom_line || ' ' || findings), 'C')
        || setweight(to_tsvector('portal', concat_ws(' . ', centre, measured, rest)), 'D'),
        strip(to_tsvector('portal_words', concat_ws(
            ' . ', title, approaches, topics, outcomes, areas, audiences, bottom_line, findings, measured, centre, rest)))
    FROM (
        SELECT e.id, s.centre_id, concat_ws(' ', e.title, e.code) AS title, e.bottom_line,
            array_to_string(e.key_findings, ' ') AS findings,
            (SELECT string_agg(concat_ws(' . ', a.label, array_to_string(a.also_known_as, ' . ')), ' . ')
             FROM evidence_approach a JOIN evidence_approachmember m ON m.approach_id = a.id
             WHERE m.summary_id = e.summary_id) AS approaches,
            (SELECT string_agg(concat_ws(' . ', t.label, array_to_string(t.also_known_as, ' . ')), ' . ')
             FROM evidence_topic t JOIN evidence_edition_topics j ON j.topic_id = t.id
             WHERE j.edition_id = e.id) AS topics,
            (SELECT string_agg(DISTINCT o.label, ' . ')
             FROM evidence_outcome o JOIN evidence_finding f ON f.outcome_id = o.id
             WHERE f.edition_id = e.id) AS outcomes,
            (SELECT string_agg(f.measured, ' . ') FROM evidence_finding f WHERE f.edition_id = e.id) AS measured,
            (SELECT string_agg(p.label, ' . ')
             FROM centres_policyarea p JOIN evidence_edition_policy_areas j ON j.policyarea_id = p.id
             WHERE j.edition_id = e.id) AS areas,
            (SELECT string_agg(d.label, ' . ')
             FROM evidence_audience d JOIN evidence_edition_audiences j ON j.audience_id = d.id
             WHERE j.edition_id = e.id) AS audiences,
            concat_ws(' ', c.name, '.', c.acronym) AS centre,
            concat_ws(' . ', e.product, array_to_string(e.implementation, ' '),
                array_to_string(e.caveats, ' '), e.countries) AS rest
        FROM evidence_edition e
        JOIN evidence_summary s ON s.id = e.summary_id
        JOIN centres_centre c ON c.id = s.centre_id
        WHERE e.id = ANY(editions) AND e.state = 'published'
    ) AS text
$$;
"""

# Two more tables that a document is made from (the others are in 0004).
TOUCHED = {
    "evidence_audience": """
        SELECT j.edition_id FROM changed JOIN evidence_edition_audiences j ON j.audience_id = changed.id""",
    "evidence_summary": """
        SELECT e.id FROM changed JOIN evidence_edition e ON e.summary_id = changed.id AND e.state = 'published'""",
}
TRIGGER = """
CREATE FUNCTION {table}_refresh_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refresh_search(ARRAY({touched}));
    RETURN NULL;
END $$;
CREATE TRIGGER refresh_search_update AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_refresh_search();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0006_roles")]

    operations = [
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION portal_words"),
        migrations.RunSQL("DELETE FROM evidence_searchdocument", migrations.RunSQL.noop),
        migrations.AddField("searchdocument", "centre_id", models.BigIntegerField()),
        migrations.AddField(
            "searchdocument", "title", django.contrib.postgres.search.SearchVectorField()
        ),
        migrations.AddField(
            "searchdocument", "written", django.contrib.postgres.search.SearchVectorField()
        ),
        migrations.RunSQL(REFRESH, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table, touched=touched),
                f"DROP FUNCTION {table}_refresh_search() CASCADE",
            )
            for table, touched in TOUCHED.items()
        ),
        migrations.RunSQL(
            "SELECT evidence_refresh_search(ARRAY(SELECT id FROM evidence_edition))",
            migrations.RunSQL.noop,
        ),
    ]
