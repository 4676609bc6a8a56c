"""Synthetic summaries: copies of the real ones under other names, so that their skew is the real skew.

Each copy takes the fields of one real edition and the classification of another, and texts with a word that 15% of all have
("commonplace") or one in a thousand ("rarity").
"""

from django.db import connection, transaction

from evidence.link_checks.inventory import note_centres
from portal.database import lift_statement_limit

SUMMARIES = """
    INSERT INTO evidence_summary (slug, centre_id, withdrawn_reason)
    SELECT 'synthetic-' || n, s.centre_id, ''
    FROM generate_series(1, %(number)s) AS n
    JOIN real_editions r ON r.place = n %% (SELECT count(*) FROM real_editions)
    JOIN evidence_summary s ON s.id = r.summary_id
"""
# Every column of an edition as in the real one, but for those named here.
EDITIONS = """
    INSERT INTO evidence_edition ({columns})
    SELECT {values}
    FROM generate_series(1, %(number)s) AS n
    JOIN evidence_summary s ON s.slug = 'synthetic-' || n
    JOIN real_editions r ON r.place = n %% (SELECT count(*) FROM real_editions)
    JOIN evidence_edition e ON e.id = r.id
"""
OWN = {
    "summary_id": "s.id",
    "title": "e.title || ' ' || n",
    "source_url": "e.source_url || '#' || n",
    "bottom_line": """e.bottom_line
        || CASE WHEN n %% 20 < 3 THEN ' A commonplace remark.' ELSE '' END
        || CASE WHEN n %% 1000 = 7 THEN ' A rarity of its kind.' ELSE '' END""",
}
OWN_PART = {"edition_id": "e.id", "url": "t.url || '#' || n"}
LINKED = """
    INSERT INTO {table} ({columns})
    SELECT {values}
    FROM generate_series(1, %(number)s) AS n
    JOIN evidence_summary s ON s.slug = 'synthetic-' || n
    JOIN evidence_edition e ON e.summary_id = s.id
    JOIN real_editions r ON r.place = n * 7 %% (SELECT count(*) FROM real_editions)
    JOIN {table} t ON t.edition_id = r.id
"""
PARTS = (
    "evidence_edition_policy_areas",
    "evidence_edition_topics",
    "evidence_edition_audiences",
    "evidence_edition_settings",
    "evidence_finding",
    "evidence_source",
)
# What admin's lists are long of as well: what was done, the links, people, changes of lists and their logs.
PASTS = """
    INSERT INTO evidence_auditentry (at, action, edition_number, comment, digest, by_id, summary_id)
    SELECT now() - e.id * interval '1 hour', action, e.number, '', '', u.id, e.summary_id
    FROM evidence_edition e CROSS JOIN unnest(ARRAY['made', 'submitted', 'published']) AS action
    JOIN auth_user u ON u.username = 'person-' || e.id % 500
"""
LINKS = """
    INSERT INTO evidence_linkcheck
        (url, checked_at, outcome, status, reason, final_url, first_failed_at, failures)
    SELECT url, now(), CASE WHEN broken THEN 'gone' ELSE 'answers' END,
        CASE WHEN broken THEN 404 ELSE 200 END, 'in words', '',
        CASE WHEN broken THEN now() - interval '3 days' END, CASE WHEN broken THEN 3 ELSE 0 END
    FROM (
        SELECT url, row_number() OVER (ORDER BY url) % 50 = 0 AS broken
        FROM (SELECT source_url AS url FROM evidence_edition UNION SELECT url FROM evidence_source) AS all_urls
    ) AS urls
"""
# Of 26 pages one has changed, and of 52 one has lost a figure.
READINGS = """
    INSERT INTO evidence_pagereading
        (edition_id, url, tried_at, problem, change, changed_at, share, lost, read_at, fingerprint, figures,
         now_at, now_fingerprint, now_figures)
    SELECT edition, url, now(), '', CASE WHEN place % 52 = 0 THEN 'figure' WHEN place % 26 = 0 THEN 'text' ELSE 'same' END,
        CASE WHEN place % 26 = 0 THEN now() - place * interval '1 minute' END, 0,
        CASE WHEN place % 52 = 0 THEN ARRAY['Effect: +4 months'] ELSE ARRAY[]::text[] END,
        now() - interval '9 days', convert_to(repeat(md5(url), 32), 'UTF8'), ARRAY['Effect: +4 months'],
        now(), convert_to(repeat(md5(url), 32), 'UTF8'), ARRAY['Effect: +4 months']
    FROM (
        SELECT e.id AS edition, t.url, row_number() OVER (ORDER BY t.id) AS place
        FROM evidence_edition e JOIN evidence_source t ON t.edition_id = e.id WHERE e.state = 'published'
    ) AS pages ON CONFLICT DO NOTHING
"""
PEOPLE = """
    INSERT INTO auth_user
        (username, first_name, last_name, email, password, is_staff, is_active, is_superuser, date_joined)
    SELECT 'person-' || n, '', '', '', '', true, true, false, now() FROM generate_series(0, 1999) AS n
"""
LOG = """
    INSERT INTO django_admin_log
        (action_time, object_id, object_repr, action_flag, change_message, content_type_id, user_id)
    SELECT now(), n, 'a row', 2, '', t.id, u.id FROM generate_series(1, 20000) AS n
    JOIN django_content_type t ON t.model = CASE WHEN n % 3 = 0 THEN 'user' ELSE 'edition' END
    JOIN auth_user u ON u.username = 'person-' || n % 500
"""
CHANGES = """
    INSERT INTO evidence_listchange
        (at, list_name, row_id, before, after, reason, by_id, role, state, decided_role, comment)
    SELECT now(), 'topic', n, '{"label": "Before"}', '{"label": "After"}', 'Because.', u.id, 'Secretariat editor',
        'withdrawn', '', ''
    FROM generate_series(1, 5000) AS n JOIN auth_user u ON u.username = 'person-' || n % 500
"""


@transaction.atomic
def make_long_lists() -> None:
    """Fill the other lists of admin in proportion to the summaries that there are."""
    with connection.cursor() as cursor:
        lift_statement_limit()
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (PEOPLE, PASTS, LINKS, READINGS, LOG, CHANGES):
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")
    note_centres()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@transaction.atomic
def make(number: int) -> None:
    """Fill a database that holds the shipped data set up to `number` summaries, all published."""
    with connection.cursor() as cursor:
        # For this transaction no trigger fires: what they keep is brought up to date at the end.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT count(*) FROM evidence_edition WHERE state = 'published'")
        parameters = {"number": max(0, number - cursor.fetchone()[0])}
        cursor.execute(
            """CREATE TEMPORARY TABLE real_editions ON COMMIT DROP AS
            SELECT id, summary_id, row_number() OVER (ORDER BY id) - 1 AS place
            FROM evidence_edition WHERE state = 'published'"""
        )
        cursor.execute(SUMMARIES, parameters)
        columns = [name for name in _columns(cursor, "evidence_edition") if name != "id"]
        values = ", ".join(OWN.get(name, f"e.{name}") for name in columns)
        cursor.execute(EDITIONS.format(columns=", ".join(columns), values=values), parameters)
        for table in PARTS:
            columns = [name for name in _columns(cursor, table) if name != "id"]
            values = ", ".join(OWN_PART.get(name, f"t.{name}") for name in columns)
            cursor.execute(
                LINKED.format(table=table, columns=", ".join(columns), values=values), parameters
            )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("UPDATE portal_contentversion SET version = version + 1")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _columns(cursor, table: str) -> list[str]:  # type: ignore[no-untyped-def]  # Django's cursor
    cursor.execute(
        """SELECT quote_ident(column_name) FROM information_schema.columns
        WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position""",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]
