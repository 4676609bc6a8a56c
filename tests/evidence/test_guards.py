"""No session switches the rules of the content off: not by the library's setting, not by a table in the way."""

import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from portal.guards import Guard
from portal.models import CountsChanges, KeepsFormerAddress
from tests.factories import make_draft, make_edition, make_outcome

pytestmark = pytest.mark.django_db

TRIGGERS = {
    (model._meta.label, trigger.name): trigger
    for model in apps.get_app_config("evidence").get_models()
    for trigger in getattr(model._meta, "triggers", [])
}

TRICKS = {
    "a published figure": "UPDATE evidence_edition SET studies = 999",
    "a published edition removed": "DELETE FROM evidence_edition",
    "back to draft": "UPDATE evidence_edition SET state = 'draft', published_at = NULL",
    "a published finding": "UPDATE evidence_finding SET effect = 'Made up'",
    "a published topic": "DELETE FROM evidence_edition_topics",
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
        # The last two only note what happened; nothing is refused by them.
        assert isinstance(trigger, Guard | CountsChanges | KeepsFormerAddress), name


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


@pytest.mark.parametrize("table", ["auditentry", "edition", "summary"])
def test_what_is_kept_cannot_be_emptied_at_once(table: str) -> None:
    make_draft()
    connection.check_constraints()  # PostgreSQL empties nothing that it still has to look at
    with pytest.raises(DatabaseError, match="never emptied"):
        run(f"TRUNCATE evidence_{table} CASCADE")
