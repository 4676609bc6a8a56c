"""The shipped data set, out as a file and in again."""

import pytest
from django.contrib.auth.models import User

from evidence.models import Summary
from evidence.spreadsheet.files import read_sheet
from evidence.spreadsheet.preview import preview_import
from tests.evidence.spreadsheet.sheets import exported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_that_is_imported_again_changes_nothing(kind: str) -> None:
    content = exported(kind, Summary.objects.all())

    plan = preview_import(
        read_sheet(f"rows.{kind}", content), user=User(is_superuser=True), file_name="rows"
    )

    assert plan.faults == []
    assert plan.drafts == []
    assert plan.unchanged == Summary.objects.count() > 300
