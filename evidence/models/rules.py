"""Rules that the database keeps for every edition."""

import pgtrigger

from portal import guards

# The columns of an edition that a decision about it writes.
FATE = (
    "{state,published_at,closed_at,approved_by_id,approved_at,publish_at,"
    "emergency_by_id,emergency_reason}"
)


class FixedWithEdition(guards.Guard):
    """Keeps the rows that belong to an edition from being changed once it was submitted."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("fixed", "text")]
    # The lock lets this wait for whoever decides about the edition now, and them for this.
    func = """
        PERFORM FROM evidence_edition
        WHERE TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id
        FOR SHARE;
        SELECT state INTO fixed FROM evidence_edition
        WHERE state <> 'draft'
          AND (TG_OP <> 'INSERT' AND id = OLD.edition_id OR TG_OP <> 'DELETE' AND id = NEW.edition_id);
        IF fixed IS NOT NULL THEN
            RAISE EXCEPTION 'the edition is %, so its % are fixed', fixed, TG_TABLE_NAME;
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """
