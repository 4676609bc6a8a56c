"""The shipped data set, loaded once."""

import io
from typing import Any

import pytest
from django.core.management import call_command

from evidence.dataset.entries import file_names
from evidence.dataset.export import exported_documents
from evidence.dataset.yaml_files import read_documents
from evidence.models import Approach, Edition, Summary
from portal.content_version import ContentVersion
from tests.evidence.dataset.small_dataset import DATA

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

UNORDERED = "no_scale"  # its entries are in the order of centres; nothing depends on it


def test_every_summary_has_one_published_edition() -> None:
    files = (DATA / "summaries").glob("*.yaml")
    held = sum(file.read_text().count("\n- id: ") + 1 for file in files)
    assert Summary.objects.count() == Edition.objects.published().count() == held > 300


def test_no_rating_stands_without_the_words_of_the_centre() -> None:
    published = Edition.objects.published().select_related("summary")
    rated = published.exclude(strength="not-rated").filter(strength_native="")
    costed = published.exclude(cost=None).filter(cost_native="")
    assert [str(edition) for edition in (rated | costed)] == []


def test_the_documents_name_the_numbers_of_the_data_set() -> None:
    published = Edition.objects.published()
    root, data = (folder / "README.md" for folder in (DATA.parent, DATA))
    for told, document in (
        (f"narrow {published.count()} evidence summaries", root),
        (f"{published.count()} evidence summaries", data),
        (f"{published.exclude(doubts=[]).count()} of {published.count()} do", data),
        (f"{published.filter(strength='not-rated').count()} summaries carry no strength", data),
        (f"{published.filter(cost=None).count()} no cost level", data),
        (f"{Approach.objects.count()} approaches", data),
    ):
        assert told in " ".join(document.read_text().split()), told


def test_loaded_again_it_changes_nothing() -> None:
    version = ContentVersion.present()
    call_command("load_network", stdout=(output := io.StringIO()))

    assert "New 0, changed 0, removed 0" in output.getvalue()
    assert "left alone 0" in output.getvalue()
    assert "latest stated total" not in output.getvalue()  # the members are as many as it counts
    assert ContentVersion.present() == version


def test_it_is_written_out_as_it_is() -> None:
    documents, _ = read_documents(DATA, file_names())
    written = exported_documents()

    assert written.keys() == documents.keys()
    for name, document in documents.items():
        assert meaning(written[name]) == meaning(document), name


def meaning(node: Any, key: str = "") -> Any:
    """Return what a document means: lists of names have no order."""
    if isinstance(node, dict):
        return {name: meaning(value, name) for name, value in node.items()}
    if isinstance(node, list):
        values = [meaning(value) for value in node]
        names = all(isinstance(value, str) and " " not in value for value in node)
        return sorted(values, key=repr) if names or key == UNORDERED else values
    return node
