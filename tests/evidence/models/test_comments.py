"""What the database refuses of comments and fact checks, whatever their state. The rest is tested with the actions."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from evidence.models import Comment, FactCheck
from evidence.models.comments import LONGEST, MOST_DAYS
from tests.factories import make_draft
from tests.people import make_person

pytestmark = pytest.mark.django_db

TOO_LONG = datetime.timedelta(days=MOST_DAYS + 1)


@pytest.mark.parametrize(
    ("rule", "model", "wrong"),
    [
        ("comment_is_by_a_person_or_of_a_fact_check", Comment, {"by": None}),
        ("only_a_fact_check_has_a_verdict", Comment, {"verdict": "no"}),
        ("comment_says_something", Comment, {"text": ""}),
        ("comment_is_not_too_long", Comment, {"text": "a" * (LONGEST + 1)}),
        ("conversation_is_dealt_with_by_a_person", Comment, {"dealt_with_by": "by"}),
        ("fact_check_is_asked_by_a_person", FactCheck, {"asked_by": None}),
        ("fact_check_ends_within_30_days", FactCheck, {"expires_at": TOO_LONG}),
        ("fact_check_ended_says_by_whom", FactCheck, {"ended_by": "asked_by"}),
    ],
)
def test_the_database_refuses(rule: str, model: Any, wrong: dict[str, Any]) -> None:
    draft, person = make_draft(), make_person("ed", "Secretariat editor")
    soon = timezone.now() + datetime.timedelta(days=1)
    right: dict[type, dict[str, Any]] = {
        Comment: {"by": person, "text": "Is it?", "seen": "0123456789ab"},
        FactCheck: {"asked_by": person, "expires_at": soon},
    }
    edition = {"summary": draft.summary, "edition_number": draft.number}
    model.objects.create(**edition, **right[model])

    meant = {
        name: timezone.now() + value if value is TOO_LONG else right[model].get(value, value)
        for name, value in wrong.items()
    }
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        model.objects.create(**edition, **(right[model] | meant))
