"""The role with which the web server connects may not do what only migrations, the command line or the log may."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from tests.settings import SERVER
from tests.web_role import NAME, rights

pytestmark = pytest.mark.django_db

ACCOUNT = """
    INSERT INTO auth_user (username, password, first_name, last_name, email, is_staff, is_active, date_joined, is_superuser)
    VALUES ('eve', '', '', '', '', true, true, now(), {});
"""
REFUSED = {
    "a migration": "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
    "a migration forgotten": "DELETE FROM django_migrations",
    "a content version of before": """
        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;
        UPDATE portal_contentversion SET version = version - 1;
    """,
    "no content version": "DELETE FROM portal_contentversion",
    "a superuser": ACCOUNT.format("true"),
    "a superuser later": f"{ACCOUNT.format('false')} UPDATE auth_user SET is_superuser = true;",
    "a right without a role": "INSERT INTO auth_user_user_permissions (user_id, permission_id) VALUES (1, 1)",
    "another right of a role": "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (1, 1)",
    "a role of its own": "INSERT INTO auth_group (name) VALUES ('All')",
    "a proposed role forgotten": "DELETE FROM portal_roleproposal",
    "a former address forgotten": "DELETE FROM portal_formeraddress",
    "a history of lists that nobody made": """
        INSERT INTO evidence_listchange (at, list_name, row_id, after, reason, role, state, decided_role, comment)
        VALUES (now(), 'topic', 1, '{}', '', '', 'made', '', '')
    """,
    "a word of a list": """
        INSERT INTO evidence_setting (slug, "order", label, ended) VALUES ('moon', 1, 'Moon', '');
        SET CONSTRAINTS ALL IMMEDIATE;
    """,
    "a log that is changed": "UPDATE evidence_auditentry SET comment = ''",
    "a log of admin that is emptied": "DELETE FROM django_admin_log",
    "a rule switched off": "ALTER TABLE evidence_edition DISABLE TRIGGER USER",
    "all rules switched off": "SET session_replication_role = replica",
    "a table in the way": "CREATE TABLE public.anything (id int)",
}
REFUSALS = (
    "denied|must be owner|command line|Cannot update|who proposed it|another person must agree"
)


@pytest.fixture(scope="module")
def web(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A connection of that role to the empty database, as docs/operations.md sets it up."""
    database, password = connection.settings_dict["NAME"], secrets.token_urlsafe()
    with psycopg.connect(SERVER.url, dbname=database, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {NAME} LOGIN PASSWORD '{password}'")
        try:
            owner.execute(rights())
            with psycopg.connect(SERVER.url, dbname=database, user=NAME, password=password) as web:
                yield web
        finally:
            owner.execute(f"DROP OWNED BY {NAME}; DROP ROLE {NAME};")


@pytest.mark.parametrize("trick", REFUSED.values(), ids=REFUSED)
def test_the_web_server_is_refused(trick: str, web: psycopg.Connection) -> None:
    with (
        pytest.raises(psycopg.Error, match=REFUSALS),
        web.transaction(),
    ):
        web.execute(trick)


def test_it_may_decide_a_change_of_a_list_and_not_rewrite_it(web: psycopg.Connection) -> None:
    with web.transaction(force_rollback=True):
        web.execute(ACCOUNT.format("false"))
        web.execute("""
            INSERT INTO evidence_listchange (at, list_name, before, after, reason, by_id, role, state, decided_role, comment)
            SELECT now(), 'topic', '{}', '{}', 'Clearer', id, 'Editor', 'proposed', '', '' FROM auth_user
        """)
        web.execute("SELECT FROM evidence_listchange FOR UPDATE")
        web.execute("UPDATE evidence_listchange SET state = 'withdrawn', comment = 'Not now'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("UPDATE evidence_listchange SET reason = 'Another'")


def test_it_may_make_an_account_and_move_the_content_version(web: psycopg.Connection) -> None:
    with web.transaction(force_rollback=True):
        web.execute(ACCOUNT.format("false"))
        web.execute(
            "INSERT INTO portal_contentversion (id, version) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1"
        )
