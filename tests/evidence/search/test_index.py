"""Triggers keep the index that searches use, whatever writes to the database."""

import pytest
from django.db import connection
from django.db.models import F

from centres.models import Centre, PolicyArea
from evidence.editorial import actions
from evidence.models import Outcome, SearchDocument, SearchWord, Topic
from evidence.search import lexicon
from tests.evidence.search.searching import found
from tests.factories import (
    make_approach,
    make_edition,
    make_outcome,
    make_policy_area,
    make_topic,
)

pytestmark = pytest.mark.django_db


class TestTheIndexIsKeptByTheDatabase:
    def test_only_what_is_published_is_found(self) -> None:
        edition = make_edition(title="Zither lessons", slug="zither")
        assert found("zither") == ["zither"]
        actions.withdraw(summary=edition.summary, reason="It was wrong.")
        assert found("zither") == []

    @pytest.mark.parametrize("model", [Topic, Centre])
    def test_a_bulk_update_of_a_label_is_found_at_once(self, model: type) -> None:
        topic = make_topic("music")
        make_edition(slug="one", topics=[topic])
        if model is Topic:
            Topic.objects.filter(pk=topic.pk).update(also_known_as=["ukulele"])
        else:
            Centre.objects.update(name="Ukulele centre")
        assert found("ukulele") == ["one"]

    def test_what_no_document_holds_rewrites_none(self) -> None:
        edition = make_edition()
        area = edition.policy_areas.get()

        def place() -> str:
            with connection.cursor() as cursor:
                cursor.execute("SELECT ctid::text FROM evidence_searchdocument")
                return str(cursor.fetchone()[0])

        before = place()
        PolicyArea.objects.update(description="Told at more length.")
        Centre.objects.update(website="https://example.org/")
        assert place() == before
        area.also_known_as = ["zithering"]
        area.save()
        assert place() != before
        assert found("zithering") == [edition.summary.slug]

    def test_other_words_for_an_approach_find_its_members(self) -> None:
        edition = make_edition(slug="one")
        make_approach("strumming", members=[edition], also_known_as=["finger picking"])
        assert found("finger picking") == ["one"]

    def test_other_names_of_outcomes_and_policy_areas_are_found(self) -> None:
        make_outcome(also_known_as=["going straight"])
        area = make_policy_area(also_known_as=["law and order"])
        make_edition(slug="one", policy_areas=[area])
        assert found("going straight") == found("law and order") == ["one"]
        Outcome.objects.update(also_known_as=["ukulele"])
        PolicyArea.objects.update(also_known_as=["banjo"])
        assert found("ukulele") == found("banjo") == ["one"]

    def test_the_vocabulary_is_counted_as_documents_come_and_go(self) -> None:
        editions = [make_edition(title=f"Zither lessons {number}") for number in range(3)]
        actions.withdraw(summary=editions[0].summary, reason="It was wrong.")
        SearchDocument.objects.filter(edition=editions[1]).update(written=F("title"))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, ndoc FROM ts_stat('SELECT written FROM evidence_searchdocument')"
            )
            assert dict(SearchWord.objects.values_list("word", "documents")) == dict(cursor)

    def test_the_vocabulary_is_that_of_published_text(self) -> None:
        first = make_edition(title="Zither lessons", slug="one")
        make_edition(title="Zither concerts", slug="two")
        assert lexicon.load().words["zither"].documents == 2
        actions.withdraw(summary=first.summary, reason="It was wrong.")
        assert lexicon.load().words["zither"].documents == 1
        assert "lessons" not in lexicon.load().words
