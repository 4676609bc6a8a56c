"""The words of a published edition follow every change of what they are made from."""

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db.models import F

from evidence.editorial import actions
from evidence.models import Edition, SearchDocument, SearchWord
from tests.factories import make_approach, make_draft, make_edition, make_topic, publish_draft

pytestmark = pytest.mark.django_db


def found_by(word: str) -> set[Edition]:
    """Return the editions whose document has a word."""
    query = SearchQuery(word, config="portal")
    return {one.edition for one in SearchDocument.objects.alias(w=F("words")).filter(w=query)}


def test_only_the_published_edition_of_a_summary_has_a_document() -> None:
    draft = make_draft(title="Zither")
    assert not SearchDocument.objects.exists()

    first = publish_draft(draft)
    assert found_by("zither") == {first}

    second = publish_draft(make_draft(summary=first.summary, title="Tuba"))
    assert found_by("zither") == set()
    assert found_by("tuba") == {second}

    actions.withdraw(summary=first.summary, reason="Out of date.")
    assert not SearchDocument.objects.exists()
    assert not SearchWord.objects.exists()


def test_a_member_that_moves_to_another_summary_takes_the_approach_along() -> None:
    one, other = make_edition(), make_edition()
    member = make_approach("strumming", members=[one]).memberships.get()
    assert found_by("strumming") == {one}

    member.summary = other.summary
    member.save()
    assert found_by("strumming") == {other}

    member.delete()
    assert found_by("strumming") == set()


@pytest.mark.parametrize(
    "of", ["topic", "outcome", "policy area", "audience", "approach", "centre"]
)
def test_a_label_that_changes_changes_the_documents_that_it_is_in(of: str) -> None:
    edition, elsewhere = make_edition(), make_edition(topics=[make_topic("tutoring")])
    row = {
        "topic": edition.topics.get(),
        "outcome": edition.findings.get().outcome,
        "policy area": edition.policy_areas.get(),
        "audience": edition.audiences.get(),
        "approach": make_approach(members=[edition]),
        "centre": edition.summary.centre,
    }[of]
    setattr(row, "name" if of == "centre" else "label", "Zither")
    row.save()

    shared = {edition} if of in {"topic", "approach"} else {edition, elsewhere}
    assert found_by("zither") == shared
