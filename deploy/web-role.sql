-- What the role of the web may do. Run it as the owner of the database after the first migration and after each upgrade:
--   psql --set ON_ERROR_STOP=1 --single-transaction --file deploy/web-role.sql "$DATABASE_URL"
-- What it may write there is held by triggers to the rules of the content.

GRANT USAGE ON SCHEMA public TO portal_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO portal_web;

-- Only migrations, loads of the data set and the command line write these. Rights come through roles, and what a role may do is
-- changed at the command line only.
REVOKE INSERT, UPDATE, DELETE
    ON django_migrations, django_content_type, auth_permission, auth_group, auth_group_permissions, auth_user_user_permissions,
       evidence_auditlink, evidence_datasetentry
    FROM portal_web;

-- These only grow. The content version only moves forward.
REVOKE UPDATE, DELETE
    ON evidence_auditentry, evidence_listchange, evidence_publicchange, django_admin_log
    FROM portal_web;
-- Of a proposed change of a list only the decision is written later.
GRANT UPDATE (state, row_id, comment, decided_at, decided_by_id, decided_role) ON evidence_listchange TO portal_web;
REVOKE DELETE
    ON evidence_summary, portal_contentversion, auth_user, portal_roleproposal, portal_formeraddress
    FROM portal_web;

-- A confirmation by a centre only ends.
REVOKE UPDATE, DELETE ON evidence_confirmation FROM portal_web;
GRANT UPDATE (ended_at, ended_by_id, reason) ON evidence_confirmation TO portal_web;

-- Comments and fact checks are kept as they were written; later a comment is dealt with, a check ends, and names are forgotten.
REVOKE UPDATE, DELETE ON evidence_comment, evidence_factcheck, evidence_factcheckanswer FROM portal_web;
GRANT UPDATE (dealt_with_at, dealt_with_by_id) ON evidence_comment TO portal_web;
GRANT UPDATE (asked_of, ended_at, ended_by_id) ON evidence_factcheck TO portal_web;
GRANT UPDATE (name) ON evidence_factcheckanswer TO portal_web;
