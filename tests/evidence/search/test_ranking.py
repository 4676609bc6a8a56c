import html
import re
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
from evidence.catalogue.current import current_catalogue, forget_catalogue, prepare
from evidence.editorial import actions
from evidence.models import Edition, Outcome, SearchDocument, SearchWord, SynonymGroup, Topic
from evidence.search import lexicon
from evidence.search.query import MOST_CONCEPTS
from evidence.search.results import SearchResults, search
from evidence.search.words import LONGEST_QUERY
from portal.page_cache import pages
from tests.factories import (
    make_approach,
    make_centre,
    make_edition,
    make_outcome,
    make_policy_area,
    make_topic,
)

# What is dear to read: very many words, one very long one, only signs, and scripts and signs that few expect.
letters = st.text("abcdefghijklmnopqrstuvwxyzéŵ", min_size=2, max_size=12)
DEAR = st.one_of(
    st.lists(letters, min_size=300, max_size=300).map(" ".join),
    st.lists(letters, min_size=300, max_size=300).map(" -".join),
    st.text("ab ", min_size=5000, max_size=5000),
    st.text("x", min_size=5000, max_size=5000),
    st.text("\"'-|&!()<>:*\\ ", max_size=600),
    st.lists(st.sampled_from(["OR", "-", '"', "|", "zither"]), max_size=300).map(" ".join),
    st.text("\x00\x01\x7f\ud7ff ", max_size=300),
    st.text("😀👩\u200d👧🏴\U000e0067 ", max_size=300),
    st.text("\u202e\u202b\u200fابتثשלום ﷺ", max_size=300),
    st.text("ﷺ", min_size=400, max_size=400),
    st.text(max_size=300),
    st.sampled_from(["a'b\\c%s%(x)s", "'; DROP TABLE x; --", "{0}{x}", "$$", "\\'"]),
)


@pytest.fixture(autouse=True)
def fresh(db: None) -> None:
    forget_catalogue()


def found(words: str, *, exact: bool = False) -> list[str]:
    """The ids of what a search finds now, best first."""
    forget_catalogue()
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

    @pytest.mark.parametrize(
        ("typed", "other"), [("physics", "Physical"), ("immigration", "Immigrants")]
    )
    def test_a_word_is_not_taken_for_another_with_its_stem(self, typed: str, other: str) -> None:
        make_edition(slug="other", title=f"{other} zither")
        assert found(typed) == []
        assert found(other) == ["other"]

    def test_a_synonym_of_a_word_is_none_of_another_with_its_stem(self) -> None:
        make_edition(slug="one", title="Zither")
        SynonymGroup.objects.create(order=1, one_way=True, terms=["universities"], finds=["zither"])
        assert found("university") == ["one"]
        assert found("universal") == []

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
        forget_catalogue()
        matches = search("orchestrl practice")
        assert (matches.corrected, list(matches.ranks) != []) == ("orchestral practice", True)
        as_typed = search("orchestrl", exact=True)
        assert (as_typed.corrected, as_typed.suggestion, as_typed.ranks) == (None, "orchestral", {})

    def test_a_centre_is_favoured_and_filters_nothing(self) -> None:
        make_edition(slug="theirs", title="Zither", centre=make_centre("abc"))
        make_edition(slug="ours", title="Zither playing for all", centre=make_centre("xyz"))
        assert found("zither xyz") == ["ours", "theirs"]

    @pytest.mark.parametrize("words", ["NG999", "ng999", "ng 999", "NG-999"])
    def test_a_reference_finds_its_guideline(self, words: str) -> None:
        make_edition(slug="one", title="Zither", code="NG999")
        make_edition(slug="two", title="Trumpet")
        assert found(words) == ["one"]

    def test_a_centre_is_favoured_by_as_much_as_it_says_of_what_is_sought(self) -> None:
        """So that a passing mention by the centre doesn't come before an answer by another."""
        make_edition(slug="answer", title="Zither lessons", centre=make_centre("abc"))
        make_edition(slug="mention", title="Trumpet lessons", centre=make_centre("xyz"))
        assert found("xyz zither lessons")[0] == "answer"

    def test_a_title_typed_in_full_comes_first_even_if_a_centre_is_called_like_a_part_of_it(
        self,
    ) -> None:
        make_edition(slug="titled", title="Zither stars")
        make_centre("stars", acronym="Stars")
        make_edition(slug="theirs", title="The zither", centre=Centre.objects.get(slug="stars"))
        assert found("zither stars") == ["titled", "theirs"]

    def test_a_name_of_an_approach_finds_the_approach_and_no_other_name_of_it(self) -> None:
        make_approach("strumming", members=[], also_known_as=["Zither Stars", "Banjo Club"])
        make_edition(slug="stars", title="Zither Stars")
        make_edition(slug="club", title="Banjo Club")
        assert found("zither stars") == ["stars"]
        assert found("strumming") == ["stars", "club"]

    def test_one_form_of_a_word_finds_and_marks_the_others(self) -> None:
        make_edition(slug="one", title="Carrying a knife")
        assert found("knives") == ["one"]
        assert search("knives").highlight("A knife.") == "A <mark>knife</mark>."

    def test_a_passing_mention_is_said_to_be_only_loosely_related(self) -> None:
        make_edition(
            slug="one", title="Clubs", bottom_line="Open to all.", caveats=["Bring a zither."]
        )
        forget_catalogue()
        assert search("zither").is_loosely_related
        make_edition(slug="two", title="Zither")
        forget_catalogue()
        assert not search("zither").is_loosely_related

    def test_words_of_asking_alone_have_no_answer(self) -> None:
        """Every title may have them, and say nothing that was asked."""
        make_edition(slug="one", title="Improve zithers")
        forget_catalogue()
        assert search("how to improve yourself").is_loosely_related
        assert not search("improve zithers").is_loosely_related
        assert not search("zithers").is_loosely_related

    def test_what_has_less_than_half_of_the_subjects_is_no_answer(self) -> None:
        make_edition(slug="one", title="Zither")
        forget_catalogue()
        assert not search("zither").is_loosely_related
        assert search("zither trumpet ukulele").is_loosely_related


class TestCost:
    @pytest.fixture(autouse=True)
    def looked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whether the content has moved is asked once a second, not once a page: never while these count."""
        monkeypatch.setattr("evidence.catalogue.current.CHECK_SECONDS", 3600)

    def test_a_search_takes_at_most_two_statements(self) -> None:
        make_edition(slug="one", title="Zither")
        search("warm")
        for words in ["zither", "zither unheardof", "a b c d e f zither"]:
            with CaptureQueriesContext(connection) as queries:
                search(words)
            assert len(queries) <= 2, words

    @pytest.mark.parametrize("address", ["/evidence/", "/evidence.json"])
    def test_a_search_page_takes_at_most_two_statements_more(
        self, client: Client, address: str
    ) -> None:
        for number in range(25):
            make_edition(title=f"Zither {number}")
        forget_catalogue()
        self._statements(client, address, "warm")
        plain = self._statements(client, address, "")
        for words in ["zither", "zithr", "zither unheardof -clubs", '"zither 3" OR "zither 4"']:
            assert self._statements(client, address, words) <= plain + 2, words

    def test_after_a_publication_the_words_are_read_before_the_next_visitor_searches(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_edition(title="Zither")
        search("warm")
        make_edition(title="Trumpet")
        monkeypatch.setattr("evidence.catalogue.current.CHECK_SECONDS", 0)
        client.get("/centres/")  # any page: when it is sent, the words are read
        monkeypatch.setattr("evidence.catalogue.current.CHECK_SECONDS", 3600)
        with CaptureQueriesContext(connection) as queries:
            assert search("trumpet").ranks
        assert len(queries) <= 2

    def test_nothing_is_prepared_that_nobody_asked_for(self) -> None:
        make_edition(title="Zither")
        current_catalogue()
        with CaptureQueriesContext(connection) as queries:
            prepare()
        assert len(queries) == 0

    def test_many_summaries_take_no_more_statements_than_one(self, client: Client) -> None:
        make_edition(title="Zither")
        forget_catalogue()
        self._statements(client, "/evidence/", "warm")
        few = self._statements(client, "/evidence/", "zither")
        for number in range(50):
            make_edition(title=f"Zither {number}")
        forget_catalogue()
        self._statements(client, "/evidence/", "warm")
        assert self._statements(client, "/evidence/", "zither") == few

    @pytest.mark.parametrize("address", ["/evidence/", "/evidence.json"])
    @hypothesis_settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(words=DEAR)
    def test_any_query_is_answered_cleanly_and_cheaply(
        self, client: Client, address: str, words: str
    ) -> None:
        if not Edition.objects.exists():
            make_edition(title="Zither")
            forget_catalogue()
            self._statements(client, address, "warm")
        plain = self._statements(client, address, "")
        assert self._statements(client, address, words) <= plain + 2
        query = search(words).query
        assert query is None or (len(query.words) <= LONGEST_QUERY)
        assert query is None or len(query.concepts) <= MOST_CONCEPTS

    @staticmethod
    def _statements(client: Client, address: str, words: str) -> int:
        """Count what an answer takes of the database that is 200; no page is kept from one to the next."""
        pages.clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address, {"q": words})
        assert response.status_code == 200
        return len(queries)


class TestMarking:
    @pytest.fixture
    def results(self) -> SearchResults:
        make_edition(slug="one", title="Zither band", bottom_line="A script for zithers.")
        forget_catalogue()
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
        self, results: SearchResults, text: str, marked: str
    ) -> None:
        assert results.highlight(text) == marked

    @given(st.text())
    @hypothesis_settings(
        max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_marking_changes_nothing_but_marks(self, results: SearchResults, text: str) -> None:
        marked = results.highlight(text)
        assert html.unescape(re.sub(r"</?mark>", "", marked)) == html.unescape(html.escape(text))

    def test_a_card_says_by_which_label_it_was_found(self, client: Client) -> None:
        topic = make_topic("music", label="Music & song", also_known_as=["ukulele"])
        make_edition(title="Clubs", bottom_line="It works.", topics=[topic])
        forget_catalogue()
        page = client.get("/evidence/?q=ukulele").text
        found = "Found by: topic “<mark>Music</mark> &amp; <mark>song</mark>”"
        assert f'<span class="card__passage">{found}</span>' in page
