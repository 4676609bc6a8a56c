"""What is loaded, written out and loaded again is the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from evidence.dataset.checks import Records
from evidence.dataset.export import export, exported_documents
from evidence.dataset.load import load
from evidence.dataset.read_dataset import read_dataset, records_of
from evidence.editorial import actions
from evidence.models import Edition, Outcome
from portal.pasted_text import cleaned
from tests.conftest import use_database
from tests.evidence.dataset.small_dataset import DATA, entry, small_documents
from tests.factories import make_draft

pytestmark = pytest.mark.django_db


@contextmanager
def another_database() -> Iterator[None]:
    """An empty database, as far as what happens in it shows afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.yaml")
    }


@pytest.fixture(scope="module")
def first(
    dataset_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The shipped data set, as it is written out of the database that it was loaded into."""
    folder = tmp_path_factory.mktemp("written") / "first"
    with django_db_blocker.unblock(), use_database(dataset_database):
        export(folder)
    return folder


def test_what_is_written_out_loads_to_the_same_again(first: Path, tmp_path: Path) -> None:
    load(read_dataset(first))
    # PostgreSQL knows nothing yet of rows that this transaction made, and its plans for many of them can take minutes.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    export(tmp_path / "second")
    again = load(read_dataset(DATA))

    assert tree(first) == tree(tmp_path / "second")
    assert len(tree(first)) == len(tree(DATA))
    assert (again.counts["new"], again.counts["left"], again.remarks) == (0, 0, [])


texts = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
    .map(lambda text: cleaned(text).text.strip())  # what pasting leaves is taken out on the way in
    .filter(bool)
) | st.sampled_from(
    ["null", "~", "yes", "1", "1.5", "2013-03", "- a", "a: b", "# a", "'", '"', "{", "a\nb", "é£→𝄞"]
)
sentences = st.lists(texts, max_size=4, unique=True)
doubts: st.SearchStrategy[dict[str, Any]] = st.just(
    {"doubts": [], "data_note": None}
) | st.fixed_dictionaries({"doubts": st.sampled_from([[], ["copy"]]), "data_note": texts})
says = st.fixed_dictionaries(
    {
        "title": texts,
        "code": st.none() | texts.map(lambda text: text[:20].strip()),
        "summary": texts,
        "findings": sentences,
        "caveats": sentences,
        "studies": st.none() | st.integers(0, 2_000_000),
        "missing": st.sampled_from([[], ["place-not-applicable"]]),
        "updated": st.dates(date(1900, 1, 1), date(2025, 12, 31)).map(str),
    }
)
changes = st.tuples(says, doubts, st.none() | texts)
SUMMARIES = {"summaries/eef.yaml": "eef-feedback", "summaries/yef.yaml": "yef-mentoring"}


@settings(
    max_examples=6,  # each of them tries two entries
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    of_entries=st.tuples(changes, changes),
    amount=st.none() | st.decimals("0.001", "99999", places=3).map(float),
)
def test_whatever_an_entry_says_comes_back(
    tmp_path: Path, of_entries: tuple[Any, ...], amount: float | None
) -> None:
    documents = small_documents()
    for (file, key), (said, doubt, effect) in zip(SUMMARIES.items(), of_entries, strict=True):
        changed = entry(documents, file, key)
        changed |= {**said, **doubt, "updated_precision": "day"}
        changed["outcomes"][0]["effect"] = effect
    centre = entry(documents, "network/centres.yaml", "eef")
    centre["funders"][0]["amount_gbp_m"] = amount
    before = records_of(documents)

    with another_database():
        load(before)
        export(tmp_path / "written")
    after = read_dataset(tmp_path / "written")

    assert digests(after) == digests(before)


def digests(records: Records) -> dict[tuple[str, Any], str]:
    return {(table.name, one.key): one.digest for table in records for one in records[table]}


def test_only_what_is_public_is_written_out() -> None:
    load(records_of(small_documents()))
    withdrawn = Edition.objects.published().get(summary__slug="yef-mentoring")
    actions.withdraw(summary=withdrawn.summary, reason="Out of date.")
    draft = make_draft(
        summary=Edition.objects.published().get(summary__slug="eef-feedback").summary,
        title="Not yet public",
    )

    documents = exported_documents()

    assert "summaries/yef.yaml" not in documents
    assert [one["title"] for one in documents["summaries/eef.yaml"]] == ["Feedback", "Mentoring"]
    assert entry(documents, "approaches.yaml", "mentoring")["members"] == ["eef-mentoring"]
    assert draft.title not in repr(documents)
    records_of(documents)  # and it fits together


def test_what_editors_added_is_written_out() -> None:
    load(records_of(small_documents()))
    public = Edition.objects.published().get(summary__slug="eef-feedback")
    draft = make_draft(summary=public.summary, studies=999)
    actions.submit(edition=draft, change_note="Counted again.")
    actions.publish(edition=draft)

    written = entry(exported_documents(), "summaries/eef.yaml", "eef-feedback")

    assert written["studies"] == 999


def test_other_names_that_editors_give_come_back(tmp_path: Path) -> None:
    load(records_of(small_documents()))
    before = exported_documents()
    Outcome.objects.update(also_known_as=["going straight"])
    export(tmp_path / "written")
    with another_database():
        load(read_dataset(tmp_path / "written"))
        assert {tuple(one.also_known_as) for one in Outcome.objects.all()} == {("going straight",)}
        Outcome.objects.update(also_known_as=[])
        assert exported_documents() == before


def test_a_folder_with_files_of_others_is_refused(tmp_path: Path) -> None:
    load(records_of(small_documents()))
    stale = tmp_path / "summaries" / "gone.yaml"
    stale.parent.mkdir()
    stale.write_text("[]")

    with pytest.raises(CommandError, match=r"summaries/gone\.yaml"):
        call_command("export_network", tmp_path)

    assert [path.name for path in tmp_path.rglob("*.yaml")] == ["gone.yaml"]


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="cannot be written: Not a directory"):
        call_command("export_network", tmp_path / "file" / "data")
