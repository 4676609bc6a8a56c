"""At the command line, whoever owns the database changes what a role may do."""

import io
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def change(name: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("change_role", name, stdout=out, **options)
    return out.getvalue()


def test_a_role_gets_rights_loses_rights_and_gets_another_name() -> None:
    change("Reader", new=True, give=["view_edition", "view_summary"])
    said = change("Reader", take=["view_summary"], rename="Critical reader")
    assert said == "Critical reader: view_edition\n"
    assert not Group.objects.filter(name="Reader").exists()


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"name": "Publishers"}, "There is no role “Publishers”. The roles are: Administrator,"),
        ({"name": "Publisher", "give": ["aprove_edition"]}, "no such rights: aprove_edition"),
        ({"name": "Publisher", "give": ["change_user"]}, "Nothing was changed"),
        ({"name": "Publisher", "rename": "Auditor"}, "There is a role “Auditor” already."),
    ],
)
def test_what_makes_no_sense_changes_nothing(options: dict[str, Any], refusal: str) -> None:
    before = change("Publisher")
    with pytest.raises(CommandError, match=refusal):
        change(**options)
    assert change("Publisher") == before
    assert Group.objects.count() == 5
