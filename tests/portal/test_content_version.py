"""A change that the public can see moves the content version; a draft, a check or an account never does."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, models
from django.test import Client
from django.utils import timezone

from centres.models import Membership
from evidence.editorial import actions
from evidence.editorial.content import Content, NewSummary, content_of, digest_of
from evidence.models import AuditEntry, Edition, Finding, LinkCheck, Summary
from portal.content_version import ContentVersion, MovesContentVersion, MovesContentVersionOnUpdate
from tests.factories import (
    make_approach,
    make_draft,
    make_edition,
    make_editions,
    make_kind,
    make_topic,
    publish_draft,
)
from tests.people import make_person

pytestmark = pytest.mark.django_db

# Every table of the database, by the name of its model. A new model must be added to one of the three.

# The public pages show any row of these.
MOVES = {
    "centres.Centre", "centres.Centre_successors", "centres.CentreFunder", "centres.CentreHost",
    "centres.CentreName", "centres.CentreNote", "centres.CommonLevel", "centres.MembershipValue",
    "centres.NetworkAudience", "centres.NetworkAudience_named_in", "centres.NetworkEvent",
    "centres.NetworkEvent_centres", "centres.NetworkFunction", "centres.NetworkNote",
    "centres.NetworkSource", "centres.NetworkStatement", "centres.NetworkStatement_centres",
    "centres.NetworkTotal", "centres.Organisation", "centres.PolicyArea",
    "centres.Publication", "centres.RatingDimension", "centres.RatingLevel",
    "centres.RatingReference", "centres.RatingScale", "centres.RatingScale_used_by",
    "centres.SpendingFigure",
    "evidence.Approach", "evidence.ApproachMember", "evidence.Audience", "evidence.Confirmation", "evidence.Kind",
    "evidence.ListChange", "evidence.Outcome", "evidence.Product", "evidence.ProductRule", "evidence.Setting",
    "evidence.SynonymGroup", "evidence.Topic", "evidence.Topic_policy_areas",
}  # fmt: skip

# They hold public rows and others; only the public ones count.
MOVES_WHERE_PUBLIC = {"evidence.Edition", "evidence.Summary"}

NEVER = {
    # Parts of an edition are fixed before it is public, so its own row is enough.
    "evidence.Edition_audiences", "evidence.Edition_policy_areas", "evidence.Edition_settings",
    "evidence.Edition_topics", "evidence.Finding", "evidence.Source",
    # The database makes these from other tables.
    "evidence.PublicChange", "portal.ContentVersion",
    # It changes only with the row that had the address, and that row counts.
    "portal.FormerAddress",
    # For editors only: the log, uploads, loads of the data set, checks of links, readings of pages, open drafts, comments.
    "evidence.AuditEntry", "evidence.AuditLink", "evidence.Comment", "evidence.FactCheck", "evidence.FactCheckAnswer",
    "evidence.DatasetEntry", "evidence.ImportFile",
    "evidence.LinkCheck", "evidence.OpenForm", "evidence.PageReading", "evidence.PlannedWithdrawal", "admin.LogEntry",
    # Accounts and sessions.
    "auth.Group", "auth.Group_permissions", "auth.Permission", "auth.User", "auth.User_groups",
    "auth.User_user_permissions", "axes.AccessAttempt", "axes.AccessAttemptExpiration",
    "axes.AccessFailureLog", "axes.AccessLog", "centres.Membership", "contenttypes.ContentType",
    "django_otp_webauthn.WebAuthnAttestation", "django_otp_webauthn.WebAuthnCredential",
    "django_otp_webauthn.WebAuthnUserHandle", "otp_static.StaticDevice", "otp_static.StaticToken", "otp_totp.TOTPDevice",
    "portal.MailChoice", "portal.Notice", "portal.RoleProposal", "portal.TemporaryPassword", "sessions.Session",
}  # fmt: skip


def moves(action: Callable[[], object]) -> int:
    """Do something and return how often the content version moved."""
    before, _ = ContentVersion.present()
    action()
    return ContentVersion.present()[0] - before


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def table_of(label: str) -> str:
    return apps.get_model(label)._meta.db_table


# The tables


def test_every_table_is_known_to_move_it_or_not() -> None:
    tables = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    assert tables == MOVES | MOVES_WHERE_PUBLIC | NEVER
    assert not MOVES & NEVER
    assert not MOVES_WHERE_PUBLIC & (MOVES | NEVER)


@pytest.mark.parametrize("label", sorted(MOVES))
def test_a_statement_that_writes_to_a_public_table_moves_it_once(label: str) -> None:
    table = table_of(label)
    for statement in (
        f"INSERT INTO {table} SELECT * FROM {table} WHERE false",
        f"UPDATE {table} SET id = id WHERE false",
        f"DELETE FROM {table} WHERE false",
    ):
        assert moves(lambda sql=statement: run(sql)) == 1, statement  # type: ignore[misc]


def test_no_other_table_can_move_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE p.prosrc LIKE '%portal_contentversion%'
            """
        )
        able = {table for (table,) in cursor.fetchall()}
    assert able == {table_of(label) for label in MOVES | MOVES_WHERE_PUBLIC}


def test_the_models_say_so_too() -> None:
    """The triggers in the database and those that the models declare are on the same tables."""
    declared: dict[type[Any], set[str]] = {
        MovesContentVersion: set(),
        MovesContentVersionOnUpdate: set(),
    }
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", []):
            if type(trigger) in declared:
                declared[type(trigger)].add(model._meta.db_table)
    assert declared == {
        MovesContentVersion: {table_of(label) for label in MOVES},
        MovesContentVersionOnUpdate: {table_of(label) for label in MOVES_WHERE_PUBLIC},
    }


# What the public sees


def test_each_step_in_and_out_of_the_public_moves_it() -> None:
    first = make_draft()
    actions.submit(edition=first)
    assert moves(lambda: actions.publish(edition=first)) == 1

    second = make_draft(summary=first.summary, title="Mentoring, revised")
    assert (
        moves(lambda: publish_draft(second)) == 2
    )  # the first becomes history, the second is public

    assert moves(lambda: actions.withdraw(summary=first.summary, reason="Out of date.")) == 2

    again = make_draft(summary=Summary.objects.get(pk=first.summary_id))
    assert moves(lambda: publish_draft(again)) == 2  # the summary is no longer withdrawn


def test_a_scheduled_edition_moves_it_when_it_goes_live() -> None:
    editor, publisher = make_person("ed"), make_person("pat")
    draft = make_draft()
    later = timezone.now() + datetime.timedelta(hours=1)

    def schedule() -> None:
        tomorrow = timezone.localdate() + datetime.timedelta(days=1)
        actions.submit(edition=draft, by=editor, review_due=tomorrow)
        digest = digest_of(draft)
        actions.schedule(edition=draft, by=publisher, digest=digest, publish_at=later)

    assert moves(schedule) == 0
    Edition.objects.filter(pk=draft.pk).update(publish_at=timezone.now())
    assert moves(actions.publish_due) == 1
    assert Edition.objects.published().get().pk == draft.pk


def test_an_emergency_moves_it_and_the_approval_afterwards_shows_to_nobody() -> None:
    editor, publisher, other = make_person("ed"), make_person("pat"), make_person("sam")
    draft = make_draft()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    actions.submit(edition=draft, by=editor, review_due=tomorrow)
    digest = digest_of(draft)

    assert moves(
        lambda: actions.publish_in_emergency(
            edition=draft, by=publisher, digest=digest, reason="A wrong dose."
        )
    ) == 1  # fmt: skip
    assert moves(lambda: actions.approve_afterwards(edition=draft, by=other, digest=digest)) == 0
    assert Edition.objects.published().get().approved_by == other


def test_many_first_editions_published_at_once_move_it_once() -> None:
    make_edition()  # makes the lists that they share
    assert moves(lambda: make_editions(20)) == 1


@pytest.mark.parametrize("label", ["topic", "kind", "policy area", "approach", "centre"])
def test_a_public_label_moves_it(label: str) -> None:
    edition = make_edition()
    row: models.Model = {
        "topic": edition.topics.get(),
        "kind": edition.kind,
        "policy area": edition.policy_areas.get(),
        "approach": make_approach(members=[edition]),
        "centre": edition.summary.centre,
    }[label]
    assert moves(row.save) == 1


def test_an_edition_that_the_owner_corrects_with_its_rule_switched_off_moves_it_too() -> None:
    make_edition()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname ~ 'published_edition_is_fixed'")
        [(rule,)] = cursor.fetchall()
    run("SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE evidence_edition DISABLE TRIGGER {rule}")

    assert moves(lambda: run("UPDATE evidence_edition SET title = 'Corrected'")) == 1


# What it does not


def test_a_draft_moves_it_at_no_step() -> None:
    live = make_edition()
    summary, topic, kind = live.summary, make_topic("tutoring"), make_kind("guideline")
    steps: dict[str, Callable[[], object]] = {}

    def draft() -> Edition:
        return Edition.objects.open().get(summary=summary)

    steps["opened"] = lambda: actions.open_edition(summary=summary)
    steps["written"] = lambda: actions.write(
        edition=draft(),
        content=Content(
            {"title": "Tutoring", "kind": kind},
            {"topics": [topic], "settings": []},
            [{"outcome": live.findings.get().outcome, "direction": "mixed"}],
            [{"url": "https://example.org/new"}],
        ),
    )
    steps["saved by a form"] = lambda: draft().save()
    steps["finding saved"] = lambda: draft().findings.get().save()
    steps["finding added"] = lambda: Finding.objects.create(
        edition=draft(), outcome=live.findings.get().outcome, direction="harmful"
    )
    steps["source removed"] = lambda: draft().sources.all().delete()
    steps["topics set"] = lambda: draft().topics.set([topic, live.topics.get()])
    steps["submitted"] = lambda: actions.submit(edition=draft(), change_note="New title.")
    steps["sent back"] = lambda: actions.send_back(edition=draft(), comment="Say more.")
    steps["discarded"] = lambda: actions.discard(edition=draft())

    counted = {name: moves(step) for name, step in steps.items()}

    assert counted == dict.fromkeys(steps, 0)
    assert not Edition.objects.open().exists()  # all steps were taken


def test_summaries_without_a_public_edition_do_not_move_it() -> None:
    live = make_edition()
    new = NewSummary("yef-new", live.summary.centre_id, content_of(live))

    assert moves(lambda: actions.make_drafts(first=[new])) == 0
    assert moves(lambda: Summary.objects.create(slug="yef-empty", centre=live.summary.centre)) == 0
    assert moves(Summary.objects.get(slug="yef-new").save) == 0


def test_drafts_made_by_the_thousand_do_not_move_it() -> None:
    live = make_edition()
    following = [(live.summary, content_of(live))]
    assert moves(lambda: actions.make_drafts(following=following)) == 0


def test_people_comments_and_checks_do_not_move_it() -> None:
    edition = make_edition()
    person = make_person("ed", "Centre editor")

    def comment() -> None:
        AuditEntry.objects.create(
            action="edited", summary=edition.summary, edition_number=1, comment="Hm."
        )

    def check() -> None:
        LinkCheck.objects.create(
            url="https://example.org", checked_at=timezone.now(), outcome="answers", reason="200"
        )

    assert moves(comment) == 0
    assert moves(check) == 0
    assert moves(lambda: Membership.objects.create(user=person, centre=edition.summary.centre)) == 0
    assert moves(lambda: User.objects.update(last_login=timezone.now())) == 0
    assert moves(person.delete) == 0


def test_reading_does_not_move_it(client: Client) -> None:
    edition = make_edition()
    addresses = ("/", "/evidence/", edition.get_absolute_url(), "/centres/", "/ratings/")
    for address in addresses:
        assert moves(lambda at=address: client.get(at)) == 0  # type: ignore[misc]
        assert client.get(address).status_code == 200


# The row itself


def test_it_is_0_at_first_and_one_row_for_good() -> None:
    ContentVersion.objects.all().delete()
    assert ContentVersion.present() == (0, None)

    make_edition()
    assert ContentVersion.present()[0] > 0
    with pytest.raises(IntegrityError, match="content_version_is_one_row"):
        ContentVersion.objects.create(pk=2)
