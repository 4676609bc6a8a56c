"""Constraints and triggers that the database enforces on editions and summaries, whatever code writes.

`CONSTRAINTS` say what one row may hold and `TRIGGERS` what may happen to it; `PART_TRIGGERS` keep the rows that belong to an
edition (findings, sources, links to topics and the like) as fixed as the edition itself; `SUMMARY_TRIGGERS` keep its identity.
`evidence.editorial.actions` works within these rules. To break one raises IntegrityError (constraints) or InternalError
(triggers).
"""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q

from centres.vocabulary import MISSING, AgeGroup, Direction, Doubt, Strength
from portal import guards
from portal.content_version import MovesContentVersionOnUpdate
from portal.models import ALL_LISTED, LISTED, partial_date_constraint

from .list_links import links
from .public_changes import RecordsPublicChange

# The columns that a decision about an edition writes: to approve, schedule, publish or withdraw it.
DECISION = (
    "{state,published_at,closed_at,approved_by_id,approved_at,publish_at,"
    "emergency_by_id,emergency_reason,checked_by_id}"
)
# The columns of an edition that say nothing of the evidence.
NOT_SAID = (
    "{id,number,state,change_note,created_at,published_at,closed_at,review_due,minor,made_by_id,edited_by_id,"
    "assigned_to_id,submitted_by_id,submitted_at,approved_by_id,approved_at,publish_at,emergency_by_id,"
    "emergency_reason,checked_by_id}"
)
# The tables of what belongs to an edition.
PART_TABLES = [
    "evidence_finding", "evidence_source", "evidence_edition_policy_areas",
    "evidence_edition_topics", "evidence_edition_audiences", "evidence_edition_settings",
]  # fmt: skip


def _newly_retired() -> str:
    """Return the SQL of the labels of retired rows that NEW has and that no public edition of its summary had."""
    uses = [
        (
            f"SELECT {link.row} AS row_id, {_as(link.edition, 'edition_id')} FROM {link.table}",  # noqa: S608  # our own
            link.model._meta.db_table,
        )
        for link in links()
        if link.table
    ]
    # Of a merged row, what counts is the one that it was merged into: a draft has that since.
    present = "CASE {0}.ended WHEN 'merged' THEN {0}.instead_id ELSE {0}.id END".format
    return " UNION ALL ".join(
        f"""SELECT now.label FROM ({use}) AS own
            JOIN {rows} AS chosen ON chosen.id = own.row_id
            JOIN {rows} AS now ON now.id = {present("chosen")}
            WHERE own.edition_id = NEW.id AND now.ended = 'retired' AND NOT EXISTS (
                SELECT FROM ({use}) AS earlier JOIN evidence_edition AS edition ON edition.id = earlier.edition_id
                JOIN {rows} AS had ON had.id = earlier.row_id
                WHERE edition.summary_id = NEW.summary_id AND edition.published_at IS NOT NULL
                AND now.id = {present("had")})"""  # noqa: S608  # only names of our own
        for use, rows in uses
    )


def _as(column: str, name: str) -> str:
    return column if column == name else f"{column} AS {name}"


class RefusesNewlyRetired(guards.Guard):
    """Refuses to submit an edition with a row that was retired and that the public has not read with it yet."""

    declare = [("retired", "text")]

    def get_func(self, model: Any) -> str:
        """Return the body, which depends on the fields of models that do not exist yet when this one is declared."""
        return f"""
            SELECT label INTO retired FROM ({_newly_retired()}) AS newly LIMIT 1;
            IF retired IS NOT NULL THEN RAISE EXCEPTION '“%” is retired', retired; END IF;
            RETURN NEW;
        """  # noqa: S608  # only names of our own


UNEXPLAINED = "Explain the doubts, or choose none."

CONSTRAINTS = [
    models.UniqueConstraint(fields=["summary", "number"], name="edition_number_once"),
    models.UniqueConstraint(
        fields=["summary"],
        condition=Q(state="published"),
        name="one_published_edition_a_summary",
        violation_error_message="A summary can have only one published edition at a time.",
    ),
    models.UniqueConstraint(
        fields=["summary"],
        condition=Q(state__in=["draft", "in-review", "scheduled"]),
        name="one_open_edition_a_summary",
        violation_error_message="A summary can have only one draft at a time.",
    ),
    models.CheckConstraint(
        condition=Q(
            state__in=[
                "draft", "in-review", "scheduled", "published", "superseded", "withdrawn"
            ]
        ),
        name="edition_state_is_listed", violation_error_message=LISTED,
    ),
    models.CheckConstraint(
        condition=Q(direction__in=Direction.values), name="direction_is_listed",
        violation_error_message=LISTED
    ),
    models.CheckConstraint(
        condition=Q(strength__in=Strength.values), name="strength_is_listed",
        violation_error_message=LISTED
    ),
    models.CheckConstraint(
        condition=Q(cost=None) | Q(cost__range=(1, 5)), name="cost_is_from_1_to_5",
        violation_error_message="The cost must be a band from 1 to 5, or empty."
    ),
    models.CheckConstraint(
        condition=Q(strength_step=None) | Q(strength_scale__isnull=False),
        name="strength_step_needs_its_scale",
        violation_error_message="Choose the scale of the step of strength too.",
    ),
    models.CheckConstraint(
        condition=Q(cost_step=None) | Q(cost_scale__isnull=False),
        name="cost_step_needs_its_scale",
        violation_error_message="Choose the scale of the step of cost too.",
    ),
    models.CheckConstraint(
        condition=Q(age_groups__contained_by=AgeGroup.values),
        name="age_groups_are_listed", violation_error_message=ALL_LISTED,
    ),
    models.CheckConstraint(
        condition=Q(doubts__contained_by=Doubt.values), name="doubts_are_listed",
        violation_error_message=ALL_LISTED
    ),
    models.CheckConstraint(
        condition=Q(missing__contained_by=list(MISSING)), name="reasons_for_missing_are_listed",
        violation_error_message=ALL_LISTED
    ),
    models.CheckConstraint(
        condition=Q(doubts=[]) | ~Q(data_note=""),
        name="doubts_are_explained",
        violation_error_message=UNEXPLAINED,
    ),
    models.CheckConstraint(
        condition=~Q(title="") & ~Q(bottom_line="") & ~Q(source_url=""),
        name="edition_has_title_text_and_source",
        violation_error_message="Give the title, the bottom line and the centre’s page.",
    ),
    partial_date_constraint("updated", name="edition_updated_is_partial_date"),
    models.CheckConstraint(
        condition=Q(state__in=["draft", "in-review", "scheduled"], published_at=None)
        | Q(state__in=["published", "superseded", "withdrawn"], published_at__isnull=False),
        name="published_edition_says_when",
        violation_error_message="An edition has a time of publication once it is published, and not before.",
    ),
    models.CheckConstraint(
        condition=Q(state__in=["superseded", "withdrawn"], closed_at__isnull=False)
        | ~Q(state__in=["superseded", "withdrawn"]) & Q(closed_at=None),
        name="closed_edition_says_when",
        violation_error_message="An edition has a time at which it ended once it is superseded or withdrawn, and not before.",
    ),
    models.CheckConstraint(
        condition=Q(published_at=None) | Q(published_at__gte=F("created_at")),
        name="edition_made_before_published",
        violation_error_message="An edition cannot be published before it was made.",
    ),
    models.CheckConstraint(
        condition=Q(closed_at=None) | Q(closed_at__gte=F("published_at")),
        name="edition_published_before_closed",
        violation_error_message="An edition cannot end before it was published.",
    ),
    models.CheckConstraint(
        condition=Q(approved_by=None, approved_at=None)
        | Q(submitted_by__isnull=False, approved_at__isnull=False)
        & ~Q(approved_by=F("submitted_by"))
        & (Q(edited_by=None) | ~Q(approved_by=F("edited_by")))
        & (Q(emergency_by=None) | ~Q(approved_by=F("emergency_by"))),
        name="approver_is_another_person",
        violation_error_message="The approver must be somebody who neither wrote nor submitted it.",
    ),
    models.CheckConstraint(
        condition=Q(state__in=["draft", "in-review", "scheduled"])
        | Q(approved_by__isnull=False)
        | Q(emergency_by__isnull=False)
        | Q(checked_by__isnull=False)
        | Q(made_by=None, edited_by=None, submitted_by=None),
        name="public_edition_was_approved",
        violation_error_message="What somebody wrote is public only once approved, published in an emergency or checked.",
    ),
    models.CheckConstraint(
        condition=~Q(state__in=["draft", "in-review"])
        | Q(approved_by=None, publish_at=None, emergency_by=None),
        name="unreviewed_edition_has_no_approval",
        violation_error_message="A draft or an edition in review has no approval and no time to go live.",
    ),
    # "Checked, still true" needs one person: it moves the review date, and what it says is as it was (TRIGGERS).
    models.CheckConstraint(
        condition=Q(checked_by=None)
        | Q(
            state__in=["published", "superseded", "withdrawn"],
            approved_by=None,
            emergency_by=None,
            review_due__isnull=False,
        ),
        name="check_is_public_and_has_a_review_date",
        violation_error_message="An edition that was only checked is public, and has a date of its next review.",
    ),
    models.CheckConstraint(
        condition=~Q(state="scheduled")
        | Q(approved_by__isnull=False, publish_at__isnull=False),
        name="scheduled_edition_was_approved",
        violation_error_message="A scheduled edition was approved, and has a time to go live.",
    ),
    models.CheckConstraint(
        condition=Q(emergency_by=None, emergency_reason="")
        | Q(emergency_by__isnull=False) & ~Q(emergency_reason=""),
        name="emergency_has_a_reason",
        violation_error_message="A publication in an emergency says who did it and why.",
    ),
]  # fmt: skip

TRIGGERS = [
    # A public edition is one that is in a list or on a page of history. An approval after an emergency shows in admin alone.
    MovesContentVersionOnUpdate(
        name="moves_content_version",
        when_some_row=(
            "(before.state IN ('published', 'superseded', 'withdrawn')"
            " OR after.state IN ('published', 'superseded', 'withdrawn'))"
            " AND to_jsonb(before) - '{approved_by_id,approved_at}'::text[]"
            " IS DISTINCT FROM to_jsonb(after) - '{approved_by_id,approved_at}'::text[]"
        ),
    ),
    RecordsPublicChange(name="records_public_change"),
    guards.FSM(
        name="edition_moves_by_the_rules",
        field="state",
        transitions=[
            ("draft", "in-review"),
            ("in-review", "draft"),
            ("in-review", "scheduled"),
            ("in-review", "published"),
            ("scheduled", "draft"),
            ("scheduled", "published"),
            ("published", "superseded"),
            ("published", "withdrawn"),
        ],
    ),
    guards.Protect(
        name="published_edition_is_fixed",
        operation=pgtrigger.Update,
        # It may still be superseded or withdrawn, and nothing else.
        condition=pgtrigger.Condition(
            "OLD.state IN ('published', 'superseded', 'withdrawn')"
            " AND OLD.* IS DISTINCT FROM NEW.*"
            " AND (OLD.state = NEW.state"
            " OR to_jsonb(OLD) - '{state,closed_at}'::text[]"
            " IS DISTINCT FROM to_jsonb(NEW) - '{state,closed_at}'::text[])"
            # What was published in an emergency may be approved afterwards, once.
            " AND NOT (OLD.emergency_by_id IS NOT NULL AND OLD.approved_by_id IS NULL"
            " AND NEW.approved_by_id IS NOT NULL"
            " AND to_jsonb(OLD) - '{approved_by_id,approved_at}'::text[]"
            " = to_jsonb(NEW) - '{approved_by_id,approved_at}'::text[])"
        ),
    ),
    guards.Protect(
        name="submitted_edition_is_fixed",
        operation=pgtrigger.Update,
        # What is approved is exactly what was submitted; only the decision about it may be added.
        condition=pgtrigger.Condition(
            f"OLD.state IN ('in-review', 'scheduled') AND to_jsonb(OLD) - '{DECISION}'::text[]"
            f" IS DISTINCT FROM to_jsonb(NEW) - '{DECISION}'::text[]"
        ),
    ),
    guards.Protect(
        name="edition_keeps_its_people",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.made_by_id IS NOT NULL AND NEW.made_by_id IS DISTINCT FROM OLD.made_by_id"
            " OR OLD.edited_by_id IS NOT NULL AND NEW.edited_by_id IS NULL"
            " OR OLD.submitted_by_id IS NOT NULL AND NEW.submitted_by_id IS NULL"
        ),
    ),
    RefusesNewlyRetired(
        name="submitted_edition_has_nothing_newly_retired",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        # The data set has what was published elsewhere, before the row was retired.
        condition=pgtrigger.Condition(
            "OLD.state = 'draft' AND NEW.state <> 'draft' AND NEW.submitted_by_id IS NOT NULL"
        ),
    ),
    # The data set is loaded by whoever owns the tables; the role of the web does not.
    guards.OwnerOnly(
        name="only_the_owner_publishes_for_the_system",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.state <> 'published' AND NEW.state = 'published'"
            " AND NEW.approved_by_id IS NULL AND NEW.emergency_by_id IS NULL"
            " AND NEW.checked_by_id IS NULL"
        ),
        refusal="nobody has approved this edition",
    ),
    guards.Guard(
        name="withdrawal_is_in_the_log",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.state = 'published' AND NEW.state = 'withdrawn'"),
        func="""
            IF NOT EXISTS (
                SELECT FROM evidence_auditentry
                WHERE summary_id = NEW.summary_id AND edition_number = NEW.number AND action = 'withdrawn'
            ) THEN RAISE EXCEPTION 'this withdrawal is not in the audit log'; END IF;
            RETURN NEW;
        """,
    ),
    guards.Guard(
        name="check_changes_nothing",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.state <> 'published' AND NEW.state = 'published' AND NEW.checked_by_id IS NOT NULL"
        ),
        declare=[("before_it", "evidence_edition"), ("part", "text"), ("differing", "bigint")],
        func=f"""
            SELECT * INTO before_it FROM evidence_edition
            WHERE summary_id = NEW.summary_id AND number < NEW.number AND published_at IS NOT NULL
            ORDER BY number DESC LIMIT 1;
            IF before_it.id IS NULL OR before_it.state = 'withdrawn'
                OR to_jsonb(before_it) - '{NOT_SAID}'::text[] <> to_jsonb(NEW) - '{NOT_SAID}'::text[]
            THEN RAISE EXCEPTION 'a check changes nothing but the review date'; END IF;
            FOREACH part IN ARRAY '{{{",".join(PART_TABLES)}}}'::text[] LOOP
                EXECUTE format(
                    'WITH old AS (SELECT to_jsonb(a) - ''{{id,edition_id}}''::text[] FROM %1$I a WHERE edition_id = $1),'
                    ' new AS (SELECT to_jsonb(b) - ''{{id,edition_id}}''::text[] FROM %1$I b WHERE edition_id = $2)'
                    ' SELECT count(*) FROM ((TABLE old EXCEPT ALL TABLE new)'
                    ' UNION ALL (TABLE new EXCEPT ALL TABLE old)) AS apart', part
                ) INTO differing USING before_it.id, NEW.id;
                IF differing > 0
                THEN RAISE EXCEPTION 'a check changes nothing but the review date'; END IF;
            END LOOP;
            RETURN NEW;
        """,  # noqa: S608  # only names of our own
    ),
    guards.Protect(
        name="edition_begins_as_a_draft",
        operation=pgtrigger.Insert,
        condition=~pgtrigger.Q(new__state="draft"),
    ),
    guards.Protect(
        name="published_edition_is_kept",
        operation=pgtrigger.Delete,
        condition=pgtrigger.Q(old__state__in=["published", "superseded", "withdrawn"]),
    ),
    guards.NeverEmptied(name="editions_are_never_emptied"),
]


class FixedWithEdition(guards.Guard):
    """Refuses to add, change or remove the rows of an edition that is no longer a draft.

    So a public edition's findings, sources and links never change, and only its own state moves the content version.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("fixed", "text")]
    # With the lock, this waits for anybody who is deciding about the edition now, and they wait for this.
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


# For every table whose rows belong to one edition, the tables of its many-to-many fields included.
PART_TRIGGERS = [
    FixedWithEdition(name="fixed_with_edition"),
    guards.NeverEmptied(name="parts_are_never_emptied"),
]

SUMMARY_TRIGGERS = [
    # A new summary has nothing public yet: its first published edition moves the content version.
    MovesContentVersionOnUpdate(
        name="moves_content_version",
        when_some_row=(
            "(before.withdrawn_at, before.withdrawn_reason, before.replaced_by_id)"
            " IS DISTINCT FROM (after.withdrawn_at, after.withdrawn_reason, after.replaced_by_id)"
        ),
    ),
    guards.Protect(name="summary_is_never_deleted", operation=pgtrigger.Delete),
    guards.NeverEmptied(name="summaries_are_never_emptied"),
    guards.Guard(
        name="summary_keeps_its_address",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.slug <> NEW.slug OR OLD.centre_id <> NEW.centre_id"),
        # Until somebody submits its first edition, nobody but its editors has seen it.
        func="""
            PERFORM FROM evidence_edition WHERE summary_id = OLD.id FOR SHARE;
            IF EXISTS (
                SELECT FROM evidence_edition WHERE summary_id = OLD.id AND state <> 'draft'
            ) THEN RAISE EXCEPTION 'the address of a summary is fixed once it was submitted'; END IF;
            RETURN NEW;
        """,
    ),
    guards.Guard(
        name="withdrawn_summary_has_left",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="""
            IF NEW.withdrawn_at IS NOT NULL AND EXISTS (
                SELECT FROM evidence_edition WHERE summary_id = NEW.id AND state = 'published'
            ) THEN RAISE EXCEPTION 'an edition of this summary is still published'; END IF;
            -- The reason that the public reads is the one in the log.
            IF NEW.withdrawn_at IS NOT NULL AND NEW.withdrawn_reason <> ''
                AND (NEW.withdrawn_at, NEW.withdrawn_reason)
                IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_reason)
                AND NOT EXISTS (
                    SELECT FROM evidence_auditentry
                    WHERE summary_id = NEW.id AND action = 'withdrawn' AND comment = NEW.withdrawn_reason
                )
            THEN RAISE EXCEPTION 'this withdrawal is not in the audit log'; END IF;
            RETURN NEW;
        """,
    ),
]
