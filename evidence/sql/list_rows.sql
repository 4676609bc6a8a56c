-- A row of a list that two people change is changed only together with the change that one proposed and another made, in the
-- same transaction (evidence/dataset/list_changes.py), and then it gets no words and no figures that the change does not have.
-- It is asked at the end of the transaction, because admin tries what a form would say and undoes that. Whoever owns the tables
-- loads the data set without it. The place of a row in its list is free.

-- Whether each text and number that a row did not have before is somewhere in an entry, and each flag under its own name. An
-- entry names other rows by words and not by their keys, and not every entry has places.
CREATE OR REPLACE FUNCTION evidence_says_only(entry jsonb, before jsonb, after jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp
AS $$
    SELECT NOT EXISTS (
        SELECT FROM jsonb_each(after) AS field (name, value), jsonb_path_query(value, '$[*]') AS said
        WHERE value IS DISTINCT FROM before -> name AND name <> 'order' AND name !~ '^id$|_id$'
          AND jsonb_typeof(said) IN ('string', 'number', 'boolean') AND said <> '""'
          AND NOT jsonb_path_exists(
              coalesce(entry, '{}'),
              format('$.**%s ? (@ == $said)', CASE jsonb_typeof(said) WHEN 'boolean' THEN format('.%I', name) END)::jsonpath,
              jsonb_build_object('said', said))
    )
$$;

-- Arguments: the name of the list, and the column with the key of the row in it.
CREATE OR REPLACE FUNCTION evidence_list_row_was_proposed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
    list text := TG_ARGV[0];
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    key bigint;
    present jsonb;
BEGIN
    IF TG_ARGV[1] = 'id' AND old_row - 'order' = new_row - 'order' THEN RETURN NULL; END IF;
    FOR key IN SELECT (old_row ->> TG_ARGV[1])::bigint UNION SELECT (new_row ->> TG_ARGV[1])::bigint LOOP
        CONTINUE WHEN key IS NULL;
        IF NOT EXISTS (
            SELECT FROM evidence_listchange
            WHERE list_name = list AND row_id = key AND state = 'made' AND decided_at >= now()
        ) THEN RAISE EXCEPTION 'another person must agree to this change of a list'; END IF;
    END LOOP;
    -- What it says in the end: on the way there, places and ranks make room for each other.
    EXECUTE format('SELECT to_jsonb(present) FROM %I AS present WHERE id = $1', TG_TABLE_NAME)
    INTO present USING (coalesce(new_row, old_row) ->> 'id')::bigint;
    IF present IS NULL AND (TG_ARGV[1] <> 'id' OR old_row IS NULL) THEN RETURN NULL; END IF;
    IF NOT EXISTS (
        SELECT FROM evidence_listchange AS change
        WHERE list_name = list AND row_id = (coalesce(present, old_row) ->> TG_ARGV[1])::bigint
          AND state = 'made' AND decided_at >= now()
          AND CASE WHEN present IS NULL THEN change.after IS NULL
              ELSE change.after IS NOT NULL AND evidence_says_only(change.after, old_row, present) END
    ) THEN RAISE EXCEPTION 'this is not what another person agreed to'; END IF;
    RETURN NULL;
END;
$$;

DO $$
DECLARE
    list text;
    part text;
    key text;
BEGIN
    FOR list, part, key IN VALUES
        ('approach', 'evidence_approach', 'id'),
        ('approach', 'evidence_approachmember', 'approach_id'),
        ('topic', 'evidence_topic', 'id'),
        ('topic', 'evidence_topic_policy_areas', 'topic_id'),
        ('audience', 'evidence_audience', 'id'),
        ('setting', 'evidence_setting', 'id'),
        ('kind', 'evidence_kind', 'id'),
        ('outcome', 'evidence_outcome', 'id'),
        ('synonyms', 'evidence_synonymgroup', 'id'),
        ('common-level', 'centres_commonlevel', 'id'),
        ('rating-scale', 'centres_ratingscale', 'id'),
        ('rating-scale', 'centres_ratinglevel', 'scale_id'),
        ('rating-scale', 'centres_ratingdimension', 'scale_id'),
        ('rating-scale', 'centres_ratingscale_used_by', 'ratingscale_id'),
        ('network-total', 'centres_networktotal', 'id'),
        ('membership-value', 'centres_membershipvalue', 'id'),
        ('centre', 'centres_centre', 'id'),
        ('centre', 'centres_centrename', 'centre_id'),
        ('centre', 'centres_centrenote', 'centre_id'),
        ('centre', 'centres_centrehost', 'centre_id'),
        ('centre', 'centres_centrefunder', 'centre_id'),
        ('centre', 'centres_centre_successors', 'from_centre_id'),
        ('network-event', 'centres_networkevent', 'id'),
        ('network-event', 'centres_networkevent_centres', 'networkevent_id'),
        ('network-statement', 'centres_networkstatement', 'id'),
        ('network-statement', 'centres_networkstatement_centres', 'networkstatement_id'),
        ('policy-area', 'centres_policyarea', 'id'),
        ('policy-area', 'centres_spendingfigure', 'policy_area_id'),
        ('product-line', 'evidence_product', 'id'),
        ('product-line', 'evidence_productrule', 'product_id'),
        ('organisation', 'centres_organisation', 'id'),
        ('rating-reference', 'centres_ratingreference', 'id'),
        ('publication', 'centres_publication', 'id'),
        ('network-function', 'centres_networkfunction', 'id'),
        ('network-source', 'centres_networksource', 'id'),
        ('network-audience', 'centres_networkaudience', 'id'),
        ('network-audience', 'centres_networkaudience_named_in', 'networkaudience_id'),
        ('network-note', 'centres_networknote', 'id')
    LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS list_row_was_proposed ON %I', part);
        EXECUTE format(
            'CREATE CONSTRAINT TRIGGER list_row_was_proposed AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED '
            'FOR EACH ROW WHEN (NOT portal_is_owner(%L::regclass)) EXECUTE FUNCTION evidence_list_row_was_proposed(%L, %L)',
            part, part, list, key);
    END LOOP;
END $$;
