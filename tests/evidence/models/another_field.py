"""A program that tells, as JSON, where a field shows that the portal does not have: see test_content_fields.py.

It is run with a copy of the package `evidence` that declares the field, on the database of the tests, in a transaction
that is never committed.
"""

import json
import sys
from typing import Any

import django
from django.conf import settings
from django.db import connection, models, transaction

NAME, LABEL, HELP = "reach", "How far it reaches", "In a sentence. Leave empty if it is not known."
TEXT, LATER = "It reaches every school in Wales.", "It reaches every school in England."


def main(database: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    with transaction.atomic():
        print(json.dumps(places()))
        transaction.set_rollback(True)


def places() -> dict[str, Any]:
    """Return what each page, form and file says of the field."""
    from evidence.dataset.tables import SUMMARIES
    from evidence.editorial.checklist import advice
    from evidence.editorial.diff import changes
    from evidence.models import Edition
    from evidence.spreadsheet.columns import COLUMNS, TABLE, cells_of
    from tests.factories import make_draft, make_edition, publish_draft

    field: Any = Edition._meta.get_field(NAME)
    with connection.schema_editor() as editor:
        editor.add_field(Edition, field)
    first = make_edition(reach=TEXT)
    second = publish_draft(make_draft(summary=first.summary, reach=LATER))
    third = make_draft(summary=first.summary, title="Another title")
    both = Edition.objects.for_reading().in_bulk([first.pk, second.pk])
    (change,) = changes(both[first.pk], both[second.pk])
    record = SUMMARIES.record_of(SUMMARIES.queryset().get(pk=second.pk))
    entry = record.dump()
    without = {
        **{key: value for key, value in entry.items() if key != NAME},
        **SUMMARIES.values_if_missing,
    }
    column = COLUMNS[NAME]
    hard = make_draft(reach="It reaches " + "very " * 30 + "far.")
    return {
        "is_text": isinstance(field, models.TextField),
        "next edition": getattr(third, NAME),
        "change": [change.label, change.before, change.after],
        "checklist": [one for one in advice(hard) if one.startswith(LABEL)],
        "data set": [entry[NAME], SUMMARIES.parse(without, record.location, 0)[0].values[NAME]],
        "column": [column.label, column.help, column.required],
        "cell": cells_of(TABLE.record_of(TABLE.queryset().get(pk=second.pk)), is_open=False)[NAME],
        **pages(second, third),
    }


def pages(published: Any, draft: Any) -> dict[str, Any]:
    """Return what a browser is shown: the form, the import page, the CSV, the summary and its history."""
    import csv
    import io

    from django.contrib.auth.models import User
    from django.test import Client
    from django.urls import reverse

    from tests.reading_pages import plain

    client = Client()
    client.force_login(User.objects.create_superuser("ada"))
    form = client.get(reverse("admin:evidence_edition_change", args=[draft.pk]))
    shown = form.context["adminform"].form.fields[NAME]
    text = client.get("/evidence.csv").getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    return {
        "form": [shown.label, shown.help_text, shown.initial or form.context["original"].reach],
        "import page": LABEL
        in client.get(reverse("admin:evidence_summary_import")).content.decode(),
        "csv": row.get("how_far_it_reaches"),
        "page": plain(client.get(published.get_absolute_url()).content.decode()),
        "history": plain(client.get(f"{published.get_absolute_url()}history/").content.decode()),
    }


if __name__ == "__main__":
    main(sys.argv[1])
