"""The search of admin's lists."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evidence.models import AuditEntry, Edition, LinkCheck
from tests.evidence.link_checks.links import failing
from tests.factories import make_draft
from tests.model_rows import make_row
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("model", "indexes"),
    [
        (Edition, {"edition_by_title", "edition_by_code", "evidence_edition_summary_id"}),
        (AuditEntry, {"audit_by_comment", "evidence_auditentry_summary_id"}),
        (LinkCheck, {"link_by_address", "link_by_reason"}),
    ],
)
def test_it_reads_indexes_and_not_every_text(
    model: type[Model], indexes: set[str], client: Client
) -> None:
    client.force_login(User.objects.create_superuser("root"))
    draft = make_draft(title="Street lighting")
    make_row(AuditEntry, summary=draft.summary, comment="Street lighting, not streets")
    failing("https://example.org/lighting")
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        # As in a table that is long enough: neither the whole table nor, by the key, one row after another is read.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        page = client.get(address(model, "changelist"), {"q": "LIGHTING"})
        assert page.context["cl"].result_count == 1
        searched = next(one["sql"] for one in queries if "UPPER" in one["sql"])
        cursor.execute(f"EXPLAIN {searched}")
        plan = "\n".join(line for (line,) in cursor)
    assert [index for index in indexes if index not in plan] == []
