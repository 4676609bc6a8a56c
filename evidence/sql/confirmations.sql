-- A centre confirms the figures of a summary (evidence/models/confirmations.py). The database ends that as soon as the public reads
-- another figure, whatever published it.

-- The figures of an edition by the names of their fields. What is one is declared in FIELDS of evidence/models/content_fields.py;
-- a test changes every field and compares. A step of a scale counts by its words, as the centre's own, and an outcome by the one
-- that it was merged into.
CREATE OR REPLACE FUNCTION evidence_figures_said(of_edition bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT jsonb_build_object(
        'direction', direction, 'impact_native', impact_native,
        'strength', strength, 'strength_native', strength_native, 'strength_scale', strength_scale_id,
        'strength_step', (SELECT label FROM centres_ratinglevel WHERE id = strength_step_id),
        'cost', cost, 'cost_native', cost_native, 'cost_scale', cost_scale_id,
        'cost_step', (SELECT label FROM centres_ratinglevel WHERE id = cost_step_id),
        'studies', studies, 'countries', countries, 'updated', updated,
        'missing', ARRAY(SELECT unnest(missing) ORDER BY 1), 'doubts', ARRAY(SELECT unnest(doubts) ORDER BY 1),
        'data_note', data_note,
        'findings', (
            SELECT jsonb_agg(said ORDER BY said) FROM (
                SELECT jsonb_build_array(
                    CASE outcome.ended WHEN 'merged' THEN outcome.instead_id ELSE outcome.id END,
                    finding.measured, finding.direction, finding.effect, finding.strength_native)
                FROM evidence_finding AS finding JOIN evidence_outcome AS outcome ON outcome.id = finding.outcome_id
                WHERE finding.edition_id = edition.id
            ) AS findings (said)
        )
    )
    FROM evidence_edition AS edition WHERE id = of_edition
$$;

-- The figures, by the names of their fields, in which an edition says something else than its centre has confirmed: none where
-- nothing is confirmed. If there are any, publishing it ends the confirmation; admin asks beforehand, of a draft.
CREATE OR REPLACE FUNCTION evidence_lost_figures(of_edition bigint) RETURNS text[]
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT ARRAY(
        SELECT key
        FROM evidence_edition AS edition
        JOIN evidence_confirmation AS confirmation ON confirmation.summary_id = edition.summary_id AND ended_at IS NULL
        JOIN evidence_edition AS confirmed
            ON confirmed.summary_id = edition.summary_id AND confirmed.number = confirmation.edition_number
        CROSS JOIN jsonb_each(evidence_figures_said(confirmed.id)) AS held (key, value)
        JOIN jsonb_each(evidence_figures_said(edition.id)) AS said (key, value) USING (key)
        WHERE edition.id = of_edition AND held.value <> said.value
        ORDER BY key
    )
$$;

-- End the confirmation of an edition that the public reads, or read last, if it has one; and put that into the audit log.
CREATE OR REPLACE FUNCTION evidence_lose_confirmation(edition evidence_edition, why text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO evidence_auditentry (at, action, summary_id, edition_number, comment, digest)
    SELECT now(), 'confirmation-lost', summary_id, edition.number, why, '' FROM evidence_confirmation
    WHERE summary_id = edition.summary_id AND ended_at IS NULL;
    IF NOT FOUND THEN RETURN; END IF;  -- an update of no row would move the content version all the same
    UPDATE evidence_confirmation SET ended_at = clock_timestamp(), reason = why
    WHERE summary_id = edition.summary_id AND ended_at IS NULL;
END;
$$;

CREATE OR REPLACE FUNCTION evidence_edition_loses_confirmation() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
    IF NEW.state = 'withdrawn' THEN
        PERFORM evidence_lose_confirmation(NEW, 'The summary was withdrawn.');
    ELSIF evidence_lost_figures(NEW.id) <> '{}' THEN
        PERFORM evidence_lose_confirmation(NEW, format('A figure or rating changed with edition %s.', NEW.number));
    END IF;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE TRIGGER edition_loses_confirmation AFTER UPDATE OF state ON evidence_edition FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND NEW.state IN ('published', 'withdrawn'))
    EXECUTE FUNCTION evidence_edition_loses_confirmation();

CREATE OR REPLACE FUNCTION evidence_step_loses_confirmation() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM evidence_lose_confirmation(
        edition, format('A step of the rating scale is called “%s” now, and was called “%s”.', NEW.label, OLD.label))
    FROM evidence_edition AS edition JOIN evidence_confirmation AS confirmation USING (summary_id)
    WHERE edition.state = 'published' AND NEW.id IN (edition.strength_step_id, edition.cost_step_id)
      AND confirmation.ended_at IS NULL;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE TRIGGER step_loses_confirmation AFTER UPDATE OF label ON centres_ratinglevel FOR EACH ROW
    WHEN (OLD.label IS DISTINCT FROM NEW.label)
    EXECUTE FUNCTION evidence_step_loses_confirmation();

-- A fingerprint of them, which told that one had changed and not which.
DROP FUNCTION IF EXISTS evidence_figures(bigint);
