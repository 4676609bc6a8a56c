"""An editor adds synonyms and sees at once how a query is read and what it finds."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from evidence.models import SynonymGroup
from evidence.search.explain import explain, readable
from tests.factories import make_edition

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/evidence/synonymgroup/try/"


def test_a_group_shows_at_once_in_how_a_query_is_read_and_what_it_finds() -> None:
    make_edition(slug="one", title="Zither", bottom_line="It is played.")
    before = explain("strumstick")
    assert before is not None
    assert before.results == []
    SynonymGroup.objects.create(order=1, terms=["strumstick", "zither"])
    after = explain("strumstick")
    assert after is not None
    [concept] = after.concepts
    assert (concept.typed, concept.synonyms) == (["strumstick"], ["zither"])
    [result] = after.results
    assert (result.edition.summary.slug, result.ranked.rank > 0) == ("one", True)
    assert result.found == ["by a synonym, in title or approach"]


def test_it_says_where_each_word_stands() -> None:
    make_edition(slug="one", title="Zither", bottom_line="Played by tuba players.")
    explanation = explain("zither tuba trumpet")
    assert explanation is not None
    [result] = explanation.results
    assert result.found == ["title or approach", "findings"]
    assert explanation.search.query.unknown == ("trumpet",)


def test_the_page_is_for_editors_only(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(ADDRESS).status_code == 403


@pytest.mark.parametrize("words", ["", "zithr", "<script>", '"' * 9, "the"])
def test_the_page_shows_any_query(client: Client, words: str) -> None:
    make_edition(slug="one", title="Zither")
    client.force_login(User.objects.create_superuser("ada"))
    page = client.get(ADDRESS, {"q": words})
    assert page.status_code == 200
    assert "<script>" not in page.text.split("<h1>")[1].split("How it is read")[0]


def test_the_page_shows_what_comes_first_and_what_was_not_used(client: Client) -> None:
    make_edition(slug="one", title="Zither")
    client.force_login(User.objects.create_superuser("ada"))
    page = " ".join(client.get(ADDRESS, {"q": "cheap zither trumpet"}).text.split())
    assert "First because of “cheap”: cost 1 or 2" in page
    assert "Not used, because no summary has it: trumpet" in page


def test_phrases_are_shown_in_words() -> None:
    assert readable([("rough", "", "sleep"), ("homeless",)]) == ["rough * sleep", "homeless"]
