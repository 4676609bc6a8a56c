import html
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from centres.models import Centre, PolicyArea
from evidence import actions, catalogue, lexicon
from evidence.models import Edition, Outcome, SearchDocument, SearchWord, SynonymGroup, Topic
from evidence.search import Matches, search
from tests.factories import (
    make_approach,
    make_centre,
    make_edition,
    make_outcome,
    make_policy_area,
    make_topic,
)


@pytest.fixture(autouse=True)
def fresh(db: None) -> None:
    catalogue.forget()


def found(words: str, *, exact: bool = False) -> list[str]:
    """The ids of what a search finds now, best first."""
    catalogue.forget()
    slugs = dict(Edition.objects.values_list("pk", "summary__slug"))
    return [slugs[pk] for pk in search(words, exact=exact).ranks]


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


@pytest.mark.parametrize("make", [make_topic, make_outcome, make_policy_area])
def test_another_name_widens_in_both_directions(make: Callable[..., Any]) -> None:
    make("music-making", label="Music making", also_known_as=["ukulele", "banjo"])
    make_edition(slug="one", title="Music making for all")
    make_edition(slug="two", title="The ukulele")
    assert found("ukulele") == ["two", "one"]
    assert found("music making") == ["one", "two"]


class TestFinding:
    def test_the_title_comes_before_a_mention(self) -> None:
        make_edition(slug="mention", title="Clubs", bottom_line="Clubs with zither lessons.")
        make_edition(slug="title", title="Zither", bottom_line="It is played.")
        assert found("zither") == ["title", "mention"]

    def test_an_acronym_is_a_word_and_no_part_of_one(self) -> None:
        make_edition(slug="tall", title="Tall buildings")
        make_edition(slug="assistants", title="Teaching assistants")
        SynonymGroup.objects.create(order=1, terms=["TA", "teaching assistant"])
        assert found("TA") == found("TAs") == ["assistants"]

    def test_a_one_way_group_leads_one_way(self) -> None:
        make_edition(slug="knife", title="Zither")
        make_edition(slug="band", title="Orchestra")
        SynonymGroup.objects.create(order=1, one_way=True, terms=["zither"], finds=["orchestra"])
        assert set(found("zither")) == {"knife", "band"}
        assert found("orchestra") == ["band"]

    def test_a_group_that_an_editor_adds_works_at_once(self) -> None:
        make_edition(slug="one", title="Zither")
        assert found("strumstick") == []
        SynonymGroup.objects.create(order=1, terms=["strumstick", "zither"])
        assert found("strumstick") == ["one"]

    def test_quotes_minus_and_or_do_what_people_expect(self) -> None:
        make_edition(slug="near", title="Zither band", bottom_line="Played.")
        make_edition(slug="far", title="Band with a zither", bottom_line="Played.")
        assert found('"zither band"') == ["near"]
        assert found("zither -with") == found("zither")  # a stop word leaves nothing out
        make_edition(slug="other", title="Trumpet", bottom_line="Blown.")
        assert set(found("zither OR trumpet")) == {"near", "far", "other"}
        assert found("trumpet -blown") == []

    def test_a_typing_error_is_read_as_what_was_meant(self) -> None:
        make_edition(slug="one", title="Orchestral practice")
        catalogue.forget()
        matches = search("orchestrl practice")
        assert (matches.corrected, list(matches.ranks) != []) == ("orchestral practice", True)
        as_typed = search("orchestrl", exact=True)
        assert (as_typed.corrected, as_typed.meant, as_typed.ranks) == (None, "orchestral", {})

    def test_a_centre_is_favoured_and_filters_nothing(self) -> None:
        make_edition(slug="theirs", title="Zither", centre=make_centre("abc"))
        make_edition(slug="ours", title="Zither playing for all", centre=make_centre("xyz"))
        assert found("zither xyz") == ["ours", "theirs"]

    def test_a_reference_finds_its_guideline(self) -> None:
        make_edition(slug="one", title="Zither", code="NG999")
        make_edition(slug="two", title="Trumpet")
        assert found("ng999") == ["one"]

    def test_a_passing_mention_is_said_to_be_only_loosely_related(self) -> None:
        make_edition(
            slug="one", title="Clubs", bottom_line="Open to all.", caveats=["Bring a zither."]
        )
        catalogue.forget()
        assert search("zither").loose
        make_edition(slug="two", title="Zither")
        catalogue.forget()
        assert not search("zither").loose


class TestCost:
    def test_a_search_takes_at_most_two_statements(self) -> None:
        make_edition(slug="one", title="Zither")
        search("warm")
        for words in ["zither", "zither unheardof", "a b c d e f zither"]:
            with CaptureQueriesContext(connection) as queries:
                search(words)
            assert len(queries) <= 2, words

    @pytest.mark.parametrize(
        "words",
        [
            "x" * 5000,
            "zither " * 300,
            " ".join(f"zither{i}" for i in range(300)),
            '" - OR | & ! ( ) : * <-> ' * 100,
            "\x00\x00",
            "😀 👩‍👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
            "مرحبا بالعالم \u202e abc",
            "ﷺ" * 500,
            "a'b\\c%s%(x)s",
            "'; DROP TABLE x; --",
        ],
    )
    def test_any_query_is_answered_cleanly_and_cheaply(self, client: Client, words: str) -> None:
        make_edition(slug="one", title="Zither")
        client.get("/evidence/", {"q": "warm unheardoff"})  # the word list is read once
        began = time.perf_counter()
        response = client.get("/evidence/", {"q": words})
        assert response.status_code == 200
        assert time.perf_counter() - began < 1

    @hypothesis_settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        words=st.text(max_size=300) | st.text(alphabet="abc\"'-|&!()<>:*\\ \x00é😀ﷺ ", max_size=80)
    )
    def test_no_query_is_an_error(self, words: str) -> None:
        assert isinstance(search(words), Matches)


class TestMarking:
    @pytest.fixture
    def matches(self) -> Matches:
        make_edition(slug="one", title="Zither band", bottom_line="A script for zithers.")
        catalogue.forget()
        return search("zither script")

    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("A zither.", "A <mark>zither</mark>."),
            ("ZITHERS & more", "<mark>ZITHERS</mark> &amp; more"),
            (
                "<script>alert(1)</script>",
                "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
            ),
            ('<a title="zither">', "&lt;a title=&quot;<mark>zither</mark>&quot;&gt;"),
            ("&lt;zither&gt;", "&amp;lt;<mark>zither</mark>&amp;gt;"),
            ("zitherist", "zitherist"),
            ("", ""),
        ],
    )
    def test_text_is_escaped_first_and_marked_after(
        self, matches: Matches, text: str, marked: str
    ) -> None:
        assert matches.passage(text) == marked

    @given(st.text())
    @hypothesis_settings(
        max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_marking_changes_nothing_but_marks(self, matches: Matches, text: str) -> None:
        marked = matches.passage(text)
        assert html.unescape(re.sub(r"</?mark>", "", marked)) == html.unescape(html.escape(text))
