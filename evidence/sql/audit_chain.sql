-- Each entry of the audit log gets a link: the SHA-256 of the link before it and of its own content. So nobody can change, remove
-- or put in an entry later without another link for every entry after it (evidence/models/audit.py, manage.py verify_audit_log).

CREATE OR REPLACE FUNCTION evidence_audit_hash(previous text, entry evidence_auditentry) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT encode(sha256(convert_to(previous || jsonb_build_array(
        entry.id, to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), entry.by_id, entry.action,
        entry.summary_id, entry.edition_number, entry.comment, entry.digest
    )::text, 'UTF8')), 'hex')
$$;

-- With the rights of the owner: nobody else may write to the chain. The lock is taken at the very end of a transaction, when it
-- waits for nothing else, so that it is short and two transactions cannot wait for each other.
CREATE OR REPLACE FUNCTION evidence_link_audit_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('evidence_auditlink'::regclass::oid::bigint);
    INSERT INTO evidence_auditlink (entry_id, hash)
    SELECT NEW.id, evidence_audit_hash(
        coalesce((SELECT hash FROM evidence_auditlink ORDER BY id DESC LIMIT 1), ''), NEW);
    RETURN NULL;
END;
$$;

DROP TRIGGER IF EXISTS audit_entry_is_linked ON evidence_auditentry;
CREATE CONSTRAINT TRIGGER audit_entry_is_linked AFTER INSERT ON evidence_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evidence_link_audit_entry();
