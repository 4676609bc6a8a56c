-- evidence_searchdocument: the words of each published edition, weighted for ranking. Triggers on every table that a document
-- is made from write it anew, so that no way of changing content can miss it.

-- Ranking reads the words of thousands of editions. Uncompressed and in the row itself they are read twice as fast.
ALTER TABLE evidence_searchdocument SET (toast_tuple_target = 8160);
ALTER TABLE evidence_searchdocument ALTER COLUMN words SET STORAGE EXTERNAL;

-- Write the documents of these editions anew; an edition that is not published has none. The weights: A title, reference and
-- approach; B what it is about, with other words for that; C what it says; D the rest. `written` has every word once, unstemmed.
CREATE OR REPLACE FUNCTION evidence_refresh_search(editions bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM evidence_searchdocument WHERE edition_id = ANY(editions);
    INSERT INTO evidence_searchdocument (edition_id, centre_id, title, words, written)
    SELECT id, centre_id, to_tsvector('portal', title),
        setweight(to_tsvector('portal', concat_ws(' . ', title, approaches)), 'A')
        || setweight(to_tsvector('portal', concat_ws(' . ', topics, outcomes, areas, audiences)), 'B')
        || setweight(to_tsvector('portal', bottom_line || ' ' || findings), 'C')
        || setweight(to_tsvector('portal', concat_ws(' . ', centre, measured, rest)), 'D'),
        strip(to_tsvector('portal_words', concat_ws(
            ' . ', title, approaches, topics, outcomes, areas, audiences, bottom_line, findings,
            measured, centre, rest)))
    FROM (
        SELECT e.id, s.centre_id, concat_ws(' ', e.title, e.code) AS title, e.bottom_line,
            array_to_string(e.key_findings, ' ') AS findings,
            (SELECT string_agg(concat_ws(' . ', a.label, array_to_string(a.also_known_as, ' . ')), ' . ')
             FROM evidence_approach a JOIN evidence_approachmember m ON m.approach_id = a.id
             WHERE m.summary_id = e.summary_id) AS approaches,
            (SELECT string_agg(concat_ws(' . ', t.label, array_to_string(t.also_known_as, ' . ')), ' . ')
             FROM evidence_topic t JOIN evidence_edition_topics j ON j.topic_id = t.id
             WHERE j.edition_id = e.id) AS topics,
            (SELECT string_agg(DISTINCT concat_ws(
                ' . ', o.label, nullif(array_to_string(o.also_known_as, ' . '), '')), ' . ')
             FROM evidence_outcome o JOIN evidence_finding f ON f.outcome_id = o.id
             WHERE f.edition_id = e.id) AS outcomes,
            (SELECT string_agg(f.measured, ' . ')
             FROM evidence_finding f WHERE f.edition_id = e.id) AS measured,
            (SELECT string_agg(concat_ws(
                ' . ', p.label, nullif(array_to_string(p.also_known_as, ' . '), '')), ' . ')
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

-- The triggers run once for each statement; `old_rows` and `new_rows` are the rows that it changed, before and after.

-- An edition: when it becomes public or stops being so. Its own findings and links are fixed by then, and it begins as a draft.
CREATE OR REPLACE FUNCTION evidence_refresh_search_of_editions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refresh_search(ARRAY(
        SELECT id FROM old_rows AS before JOIN new_rows AS after USING (id)
        WHERE 'published' IN (before.state, after.state)
    ));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refresh_search AFTER UPDATE ON evidence_edition
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_editions();

-- A member of an approach: when it joins, leaves or changes places with another.
CREATE OR REPLACE FUNCTION evidence_refresh_search_of_members() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    summaries bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        summaries = ARRAY(SELECT summary_id FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        summaries = ARRAY(SELECT summary_id FROM old_rows);
    ELSE
        summaries = ARRAY(SELECT summary_id FROM old_rows UNION SELECT summary_id FROM new_rows);
    END IF;
    PERFORM evidence_refresh_search(ARRAY(
        SELECT id FROM evidence_edition WHERE summary_id = ANY(summaries) AND state = 'published'
    ));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refresh_search_insert AFTER INSERT ON evidence_approachmember
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_members();
CREATE OR REPLACE TRIGGER refresh_search_update AFTER UPDATE ON evidence_approachmember
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_members();
CREATE OR REPLACE TRIGGER refresh_search_delete AFTER DELETE ON evidence_approachmember
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_members();

-- The labels in a document: when their words change. A new label is in no document yet; one that is in use cannot be removed.
-- Nothing else about them matters: a policy area has thousands of documents.

CREATE OR REPLACE FUNCTION evidence_refresh_search_of_approaches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refresh_search(ARRAY(
        SELECT edition.id
        FROM old_rows AS before JOIN new_rows AS after USING (id)
        JOIN evidence_approachmember AS member ON member.approach_id = after.id
        JOIN evidence_edition AS edition
            ON edition.summary_id = member.summary_id AND edition.state = 'published'
        WHERE (after.label, after.also_known_as) IS DISTINCT FROM (before.label, before.also_known_as)
    ));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refresh_search AFTER UPDATE ON evidence_approach
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_approaches();

CREATE OR REPLACE FUNCTION evidence_refresh_search_of_topics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refresh_search(ARRAY(
        SELECT link.edition_id
        FROM old_rows AS before JOIN new_rows AS after USING (id)
        JOIN evidence_edition_topics AS link ON link.topic_id = after.id
        WHERE (after.label, after.also_known_as) IS DISTINCT FROM (before.label, before.also_known_as)
    ));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refresh_search AFTER UPDATE ON evidence_topic
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_topics();

CREATE OR REPLACE FUNCTION evidence_refresh_search_of_outcomes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refresh_search(ARRAY(
        SELECT finding.edition_id
        FROM old_rows AS before JOIN new_rows AS after USING (id)
        JOIN evidence_finding AS finding ON finding.outcome_id = after.id
        WHERE (after.label, after.also_known_as) IS DISTINCT FROM (before.label, before.also_known_as)
    ));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refresh_search AFTER UPDATE ON evidence_outcome
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_outcomes();

CREATE OR REPLACE FUNCTION evidence_refresh_search_of_audiences() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refresh_search(ARRAY(
        SELECT link.edition_id
        FROM old_rows AS before JOIN new_rows AS after USING (id)
        JOIN evidence_edition_audiences AS link ON link.audience_id = after.id
        WHERE after.label IS DISTINCT FROM before.label
    ));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refresh_search AFTER UPDATE ON evidence_audience
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_audiences();

CREATE OR REPLACE FUNCTION evidence_refresh_search_of_policy_areas() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refresh_search(ARRAY(
        SELECT link.edition_id
        FROM old_rows AS before JOIN new_rows AS after USING (id)
        JOIN evidence_edition_policy_areas AS link ON link.policyarea_id = after.id
        WHERE (after.label, after.also_known_as) IS DISTINCT FROM (before.label, before.also_known_as)
    ));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refresh_search AFTER UPDATE ON centres_policyarea
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_policy_areas();

CREATE OR REPLACE FUNCTION evidence_refresh_search_of_centres() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_refresh_search(ARRAY(
        SELECT edition.id
        FROM old_rows AS before JOIN new_rows AS after USING (id)
        JOIN evidence_summary AS summary ON summary.centre_id = after.id
        JOIN evidence_edition AS edition
            ON edition.summary_id = summary.id AND edition.state = 'published'
        WHERE (after.name, after.acronym) IS DISTINCT FROM (before.name, before.acronym)
    ));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refresh_search AFTER UPDATE ON centres_centre
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refresh_search_of_centres();
