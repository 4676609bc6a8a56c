"""The words of a query are marked in texts."""

import html
import re

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from evidence.search.results import SearchResults, search
from portal import published
from tests.factories import (
    make_edition,
    make_topic,
)

pytestmark = pytest.mark.django_db


class TestMarking:
    @pytest.fixture
    def results(self) -> SearchResults:
        make_edition(slug="one", title="Zither band", bottom_line="A script for zithers.")
        published.check(now=True)
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
        published.check(now=True)
        page = client.get("/evidence/?q=ukulele").text
        found = "Found by: topic “<mark>Music</mark> &amp; <mark>song</mark>”"
        assert f'<span class="card__passage">{found}</span>' in page

    def test_a_card_says_that_it_was_found_by_what_people_call_it_but_not_the_words(
        self, client: Client
    ) -> None:
        make_edition(title="Clubs", bottom_line="It works.", search_words=["ukulele evenings"])
        published.check(now=True)
        page = client.get("/evidence/?q=ukulele").text
        assert '<span class="card__passage">Found by: other words that people use for this<' in page
        assert "evenings" not in page
        assert "Found by" not in client.get("/evidence/?q=clubs").text
