"""The audit log is a chain: whoever changes an entry, with whatever rights, is found out."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from evidence.models import AuditEntry, AuditLink, Summary
from tests.factories import make_draft, make_edition, publish_draft
from tests.people import make_person
from tests.web_role import NAME, web_role

pytestmark = pytest.mark.django_db


def run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def end_transaction() -> None:
    """Do what PostgreSQL does at the end of a transaction: the links are made then."""
    connection.check_constraints()


def verify(**options: Any) -> str:
    out = io.StringIO()
    call_command("verify_audit_log", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def entries() -> list[AuditEntry]:
    publish_draft(make_draft())
    publish_draft(make_draft())
    end_transaction()
    return list(AuditEntry.objects.order_by("pk"))


def test_the_log_fits_whatever_its_entries_say() -> None:
    summary, who = make_draft().summary, make_person("é")
    for text in ('a "quote" \\ back', "line\nand\ttab\r\x01\x1f\x7f", "£5 – naïve 😀 \u2028", ""):
        AuditEntry.objects.create(
            summary=summary, edition_number=1, action="edited", comment=text, by=who, digest="ab"
        )
    end_transaction()
    assert verify().startswith("5 entries fit.")


# What only somebody with the rights of the owner can do.
OFF = "ALTER TABLE evidence_audit{table} DISABLE TRIGGER USER"
TRICKS = {
    "a comment changed": "UPDATE evidence_auditentry SET comment = 'Never' WHERE id = {second}",
    "a person changed": "UPDATE evidence_auditentry SET by_id = {person} WHERE id = {second}",
    "a time changed": "UPDATE evidence_auditentry SET at = at - interval '1 day' WHERE id = {second}",
    "a link changed": "UPDATE evidence_auditlink SET hash = repeat('0', 64) WHERE entry_id = {second}",
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_the_first_entry_that_does_not_fit_is_named(trick: str, entries: list[AuditEntry]) -> None:
    second, person = entries[1].pk, make_person("eve").pk
    off = [OFF.format(table=table) for table in ("entry", "link")]
    run("SET CONSTRAINTS ALL IMMEDIATE", *off, trick.format(second=second, person=person))
    with pytest.raises(CommandError, match=rf"^Entry {second} .* The 1 before it fit"):
        verify()


def test_an_entry_that_was_removed_or_put_in_is_noticed(entries: list[AuditEntry]) -> None:
    off = [OFF.format(table=table) for table in ("entry", "link")]
    gone, after = entries[1].pk, entries[2].pk
    run(
        "SET CONSTRAINTS ALL IMMEDIATE",
        *off,
        f"DELETE FROM evidence_auditlink WHERE entry_id = {gone}",
        f"DELETE FROM evidence_auditentry WHERE id = {gone}",
    )
    with pytest.raises(CommandError, match=f"^Entry {after} "):
        verify()


def test_an_entry_without_a_link_is_noticed(entries: list[AuditEntry]) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE", OFF.format(table="entry"))
    loose = AuditEntry.objects.create(
        summary=Summary.objects.all()[0], edition_number=1, action="approved"
    )
    with pytest.raises(CommandError, match=f"^Entry {loose.pk} .* no link"):
        verify()


def test_a_link_that_was_kept_elsewhere_shows_that_the_end_is_still_there(
    entries: list[AuditEntry],
) -> None:
    last = verify().split()[-1]
    make_edition()
    end_transaction()
    assert "entries fit" in verify(expect=last)
    off = [OFF.format(table=table) for table in ("entry", "link")]
    run(
        "SET CONSTRAINTS ALL IMMEDIATE",
        *off,
        f"DELETE FROM evidence_auditlink WHERE entry_id >= {entries[-1].pk}",
        f"DELETE FROM evidence_auditentry WHERE id >= {entries[-1].pk}",
    )
    assert "entries fit" in verify()
    with pytest.raises(CommandError, match="its end was removed"):
        verify(expect=last)


def test_the_role_of_the_web_adds_entries_and_makes_no_link(entries: list[AuditEntry]) -> None:
    before = AuditLink.objects.count()
    with web_role():
        AuditEntry.objects.create(summary=entries[0].summary, edition_number=1, action="edited")
        end_transaction()
        assert AuditLink.objects.count() == before + 1
        for trick in (
            "UPDATE evidence_auditlink SET hash = ''",
            "DELETE FROM evidence_auditlink",
            "INSERT INTO evidence_auditlink (entry_id, hash) VALUES (0, '')",
            "ALTER TABLE evidence_auditentry DISABLE TRIGGER USER",
        ):
            with pytest.raises(DatabaseError, match=r"must be owner|denied"):
                run(trick)


def test_links_are_refused_even_to_a_role_with_more_rights(entries: list[AuditEntry]) -> None:
    with pytest.raises(DatabaseError, match="Cannot"):
        run("UPDATE evidence_auditlink SET hash = ''")
    with pytest.raises(DatabaseError, match="never emptied"):
        run("SET CONSTRAINTS ALL IMMEDIATE", "TRUNCATE evidence_auditlink")
    with web_role():
        run("RESET ROLE", f"GRANT INSERT ON evidence_auditlink TO {NAME}", f"SET LOCAL ROLE {NAME}")
        with pytest.raises(DatabaseError, match="only the database"):
            run("INSERT INTO evidence_auditlink (entry_id, hash) VALUES (0, '')")
