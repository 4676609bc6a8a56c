"""The one source of the SQL that keeps the search documents, for all migrations that need it."""

# Until 0012 a document lacks columns and its sources lack other names: nothing is kept before.
KEEP_NOTHING = """
CREATE OR REPLACE FUNCTION evidence_refresh_search(editions bigint[]) RETURNS void LANGUAGE sql AS $$ $$;
"""

# The words of published editions, weighted: A title, reference and approach; B what it is about, with other words for it;
# C what it says; D the rest. Beside them the title, the words as they are written, and the centre.
KEEP = """
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
            (SELECT string_agg(DISTINCT concat_ws(' . ', o.label, nullif(array_to_string(o.also_known_as, ' . '), '')), ' . ')
             FROM evidence_outcome o JOIN evidence_finding f ON f.outcome_id = o.id
             WHERE f.edition_id = e.id) AS outcomes,
            (SELECT string_agg(f.measured, ' . ') FROM evidence_finding f WHERE f.edition_id = e.id) AS measured,
            (SELECT string_agg(concat_ws(' . ', p.label, nullif(array_to_string(p.also_known_as, ' . '), '')), ' . ')
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
KEEP_ALL_ANEW = "SELECT evidence_refresh_search(ARRAY(SELECT id FROM evidence_edition))"


def refresh_on(table: str, touched: str, *events: str) -> str:
    """Return SQL for triggers on a table that refresh the editions which `touched` selects from its `changed` rows."""
    triggers = "".join(
        f"""
        CREATE TRIGGER refresh_search_{event} AFTER {event.upper()} ON {table}
            REFERENCING {"OLD" if event == "delete" else "NEW"} TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_refresh_search();"""
        for event in events
    )
    return f"""
        CREATE FUNCTION {table}_refresh_search() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM evidence_refresh_search(ARRAY({touched}));
            RETURN NULL;
        END $$;{triggers}
    """


def no_refresh_on(table: str) -> str:
    return f"DROP FUNCTION {table}_refresh_search() CASCADE"


def refresh_on_change(table: str, touched: str, columns: list[str]) -> str:
    """Return SQL that lets an update refresh only for rows in which one of these columns differs."""
    after, before = (", ".join(f"{side}.{name}" for name in columns) for side in ("new_row", "old_row"))
    return f"""
        CREATE FUNCTION {table}_refresh_search_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM evidence_refresh_search(ARRAY(
                WITH changed AS (
                    SELECT new_row.id FROM new_rows AS new_row JOIN old_rows AS old_row USING (id)
                    WHERE ROW({after}) IS DISTINCT FROM ROW({before})
                )
                {touched}
            ));
            RETURN NULL;
        END $$;
        DROP TRIGGER refresh_search_update ON {table};
        CREATE TRIGGER refresh_search_update AFTER UPDATE ON {table}
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_refresh_search_changed();
    """
