"""No session switches the rules of the content off: not by the library's setting, not by a table in the way."""

import datetime

import pgtrigger
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from evidence.editorial import actions
from evidence.editorial.content import digest_of
from evidence.models import AuditEntry, Edition, ListChange
from evidence.models.public_changes import RecordsPublicChange
from portal.content_version import MovesContentVersion, MovesContentVersionOnUpdate
from portal.guards import Guard
from portal.models import RecordsFormerAddress
from tests.factories import make_centre, make_draft, make_edition, make_outcome
from tests.web_role import web_role

pytestmark = pytest.mark.django_db

TRIGGERS = {
    (model._meta.label, trigger.name): trigger
    for model in apps.get_app_config("evidence").get_models()
    for trigger in getattr(model._meta, "triggers", [])
}

# These only record what happened and refuse nothing.
RECORDING = (
    MovesContentVersion,
    MovesContentVersionOnUpdate,
    RecordsFormerAddress,
    RecordsPublicChange,
)

TRICKS = {
    "a published figure": "UPDATE evidence_edition SET studies = 999",
    "a published edition removed": "DELETE FROM evidence_edition",
    "back to draft": "UPDATE evidence_edition SET state = 'draft', published_at = NULL",
    "a published finding": "UPDATE evidence_finding SET effect = 'Made up'",
    "a published finding moved": "UPDATE evidence_finding SET edition_id = 0",
    "a published source": "DELETE FROM evidence_source",
    "a published topic": "DELETE FROM evidence_edition_topics",
    "a published policy area": "DELETE FROM evidence_edition_policy_areas",
    "a published audience": "UPDATE evidence_edition_audiences SET audience_id = 0",
    "another published source": """
        INSERT INTO evidence_source ("order", url, note, edition_id)
        SELECT 9, 'https://example.org/9', '', id FROM evidence_edition""",
    "an address": "UPDATE evidence_summary SET slug = slug || '-x'",
    "a summary removed": "DELETE FROM evidence_summary",
    "the log changed": "UPDATE evidence_auditentry SET comment = 'Never happened'",
    "the log removed": "DELETE FROM evidence_auditentry",
}


def run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def publish_a_figure() -> None:
    figure = {"outcome": make_outcome(), "direction": "beneficial", "effect": "+5 months"}
    make_edition(findings=[figure])


def test_every_rule_is_one_that_cannot_be_switched_off() -> None:
    assert len(TRIGGERS) > 20
    for name, trigger in TRIGGERS.items():
        assert isinstance(trigger, (Guard, *RECORDING)), name


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_a_session_that_switches_every_trigger_off_is_still_refused(trick: str) -> None:
    publish_a_figure()
    names = ",".join(
        trigger.get_pgid(apps.get_model(label)) for (label, _), trigger in TRIGGERS.items()
    )

    with pytest.raises(DatabaseError, match=r"Cannot|fixed|Invalid transition"):
        run(f"SELECT set_config('pgtrigger.ignore', '{{{names}}}', true)", trick)
    with pytest.raises(DatabaseError, match=r"Cannot|fixed|Invalid transition"), pgtrigger.ignore():
        run(trick)


def test_a_table_of_the_session_hides_nothing() -> None:
    publish_a_figure()
    with pytest.raises(DatabaseError, match="fixed"):
        run(
            "CREATE TEMPORARY TABLE evidence_edition ON COMMIT DROP"
            " AS SELECT id, 'draft' AS state FROM public.evidence_edition",
            TRICKS["a published finding"],
        )


@pytest.mark.parametrize(
    "table",
    [
        "auditentry", "listchange", "edition", "summary", "finding", "source", "edition_topics",
        "comment", "confirmation", "factcheck", "factcheckanswer",
    ],
)  # fmt: skip
def test_what_is_kept_cannot_be_emptied_at_once(table: str) -> None:
    make_draft()
    connection.check_constraints()  # PostgreSQL empties nothing that it still has to look at
    with pytest.raises(DatabaseError, match="never emptied"):
        run(f"TRUNCATE evidence_{table} CASCADE")


# What the role of the web could write, whatever the application does.


PUBLISH = "UPDATE evidence_edition SET state = 'published', published_at = clock_timestamp()"


def test_the_role_of_the_web_publishes_nothing_that_nobody_approved() -> None:
    draft = make_draft()
    actions.submit(edition=draft)
    with web_role(), pytest.raises(DatabaseError, match="nobody has approved"):
        run(f"{PUBLISH} WHERE id = {draft.pk}")
    run(f"{PUBLISH} WHERE id = {draft.pk}")  # the owner loads the data set
    assert Edition.objects.published().get().pk == draft.pk


def test_the_role_of_the_web_does_what_editors_do_and_withdraws_nothing_in_silence() -> None:
    ed, pat = User.objects.create_user("ed"), User.objects.create_user("pat")
    draft = make_draft()
    with web_role():
        actions.submit(edition=draft, by=ed, review_due=datetime.date(2100, 1, 1))
        actions.approve(edition=draft, by=pat, digest=digest_of(draft))
        later = actions.open_edition(summary=draft.summary, by=ed)
        actions.discard(edition=later, by=ed)
        with pytest.raises(DatabaseError, match="not in the audit log"):
            run("UPDATE evidence_edition SET state = 'withdrawn', closed_at = clock_timestamp()")
        actions.withdraw(summary=draft.summary, reason="Out of date.", by=pat)
        with pytest.raises(DatabaseError, match="not in the audit log"):
            run("UPDATE evidence_summary SET withdrawn_reason = 'It was wrong.'")
    assert Edition.objects.get().state == "withdrawn"


@pytest.mark.parametrize("person", ["made_by_id", "edited_by_id", "submitted_by_id"])
def test_who_wrote_an_edition_is_not_forgotten(person: str) -> None:
    draft = make_draft()
    who = User.objects.create_user("ed")
    run(f"UPDATE evidence_edition SET {person} = {who.pk} WHERE id = {draft.pk}")
    with pytest.raises(DatabaseError, match="Cannot update"):
        run(f"UPDATE evidence_edition SET {person} = NULL WHERE id = {draft.pk}")


def test_a_summary_stays_with_its_centre_and_is_not_called_withdrawn_while_it_is_read() -> None:
    summary = make_edition().summary
    other = make_centre("eef")
    with pytest.raises(DatabaseError, match="address of a summary is fixed"):
        run(f"UPDATE evidence_summary SET centre_id = {other.pk} WHERE id = {summary.pk}")
    with pytest.raises(DatabaseError, match="still published"):
        run("UPDATE evidence_summary SET withdrawn_at = now(), withdrawn_reason = 'None'")


def test_no_entry_of_the_log_is_dated_back() -> None:
    summary = make_draft().summary
    entry = AuditEntry(summary=summary, edition_number=1, action="approved")
    entry.save()
    run(
        "INSERT INTO evidence_auditentry (at, action, summary_id, edition_number, comment, digest)"
        f" VALUES ('2020-01-01', 'approved', {summary.pk}, 1, '', '')"
    )
    assert all(one.at.year > 2020 for one in AuditEntry.objects.all())


def test_the_history_of_lists_is_never_changed_nor_dated_back() -> None:
    change = ListChange.objects.create(list_name="approach", row_id=1, after={"label": "Pets"})
    for refused in (
        "UPDATE evidence_listchange SET reason = 'x'",
        "DELETE FROM evidence_listchange",
    ):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            run(refused)
    run(
        "INSERT INTO evidence_listchange"
        " (at, list_name, row_id, reason, role, state, decided_role, comment)"
        " VALUES ('2020-01-01', 'approach', 2, '', '', 'made', '', '')"
    )
    assert all(one.at.year > 2020 for one in ListChange.objects.all())
    assert change in ListChange.objects.all()
