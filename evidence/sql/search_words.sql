-- evidence_searchword: the words of all search documents, with the number of documents that have each. They are counted as
-- documents come and go, so that no visitor waits for a count.

CREATE OR REPLACE FUNCTION evidence_count_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE evidence_searchword AS known
        SET documents = known.documents - gone.documents
        FROM (
            SELECT word, count(*) AS documents
            FROM old_documents, unnest(tsvector_to_array(written)) AS word
            GROUP BY word
        ) AS gone
        WHERE known.word = gone.word;
        DELETE FROM evidence_searchword WHERE documents = 0;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO evidence_searchword (word, stem, documents)
        SELECT word, array_to_string(ts_lexize('english_stem', word), ''), count(*)
        FROM new_documents, unnest(tsvector_to_array(written)) AS word
        WHERE word ~ '^[[:alnum:]]+$' AND length(word) <= 40
        GROUP BY word
        ON CONFLICT (word) DO UPDATE
        SET documents = evidence_searchword.documents + EXCLUDED.documents;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER count_words_insert AFTER INSERT ON evidence_searchdocument
    REFERENCING NEW TABLE AS new_documents
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_count_words();
CREATE OR REPLACE TRIGGER count_words_update AFTER UPDATE ON evidence_searchdocument
    REFERENCING OLD TABLE AS old_documents NEW TABLE AS new_documents
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_count_words();
CREATE OR REPLACE TRIGGER count_words_delete AFTER DELETE ON evidence_searchdocument
    REFERENCING OLD TABLE AS old_documents
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_count_words();
