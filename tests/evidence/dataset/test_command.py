"""Loading into an empty database, and what the command says of it."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from evidence.dataset.load import load
from evidence.dataset.read_dataset import records_of
from evidence.models import DatasetEntry, Edition, Summary
from tests.evidence.dataset.small_dataset import entry, small_documents, small_folder
from tests.factories import make_draft

pytestmark = pytest.mark.django_db


def command(*arguments: Any) -> str:
    output = io.StringIO()
    call_command("load_network", *arguments, stdout=output, stderr=output)
    return output.getvalue()


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    output = command(small_folder(tmp_path))

    assert "entries: all fit." in output
    assert f"New {DatasetEntry.objects.count()}, changed 0, removed 0, unchanged 0" in output


def test_check_loads_nothing(tmp_path: Path, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        output = command(small_folder(tmp_path), "--check")

    assert "entries: all fit." in output
    assert (
        "network/totals.yaml: The latest stated total counts 9 What Works Centres and 3 affiliates; "
        "the centres held here are 2 What Works Centres and 1 affiliate." in output
    )


def test_the_command_lists_every_fault_and_fails(tmp_path: Path) -> None:
    documents = small_documents()
    entry(documents, "summaries/eef.yaml", "eef-feedback")["studies"] = "many"
    entry(documents, "summaries/eef.yaml", "eef-feedback")["kind"] = "leaflet"
    output = io.StringIO()

    with pytest.raises(CommandError, match=r"2 faults in .*; nothing was changed\."):
        call_command(
            "load_network", small_folder(tmp_path, documents), stdout=output, stderr=output
        )

    assert "eef-feedback: studies: should be a whole number, not 'many'" in output.getvalue()
    assert "eef-feedback: kind: there is no kind 'leaflet'" in output.getvalue()
    assert not Summary.objects.exists()


def test_pasted_text_is_cleaned_as_it_is_read_and_the_command_says_so(tmp_path: Path) -> None:
    documents = small_documents()
    feedback = entry(documents, "summaries/eef.yaml", "eef-feedback")
    feedback["title"], feedback["findings"] = "Feed\u00adback", ["•\u00a0<b>One</b> finding."]
    folder = small_folder(tmp_path, documents)

    output = command(folder)

    assert "summaries/eef.yaml, line " in output
    assert "'Feedback' was cleaned of soft hyphens" in output
    assert "'One finding.' was cleaned of HTML, non-breaking spaces and list marks" in output
    edition = Edition.objects.get(summary__slug="eef-feedback")
    assert (edition.title, edition.key_findings) == ("Feedback", ["One finding."])
    assert "unchanged 0" not in command(folder)


def test_no_progress_bar_is_drawn_away_from_a_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command(small_folder(tmp_path))

    assert capfd.readouterr() == ("", "")


def test_progress_reaches_its_end() -> None:
    seen: list[tuple[int, int]] = []

    load(records_of(small_documents()), lambda done, total: seen.append((done, total)))

    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len({total for _, total in seen}) == 1
    assert seen[-1][0] == seen[-1][1] == DatasetEntry.objects.count()


def test_a_draft_of_the_same_name_is_not_published_by_files() -> None:
    draft = make_draft(slug="eef-feedback", title="Mine")

    remarks = load(records_of(small_documents())).remarks

    (remark,) = [one for one in remarks if "eef-feedback" in one]
    assert "it is not public yet in the portal" in remark
    assert Edition.objects.get(pk=draft.pk).title == "Mine"
    assert not Edition.objects.published().filter(summary__slug="eef-feedback").exists()
