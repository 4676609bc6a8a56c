"""The page that compares summaries, as a visitor meets it."""

import re
from collections.abc import Iterable
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.compare.comparison import Comparison
from evidence.editorial import actions
from evidence.models import Summary
from portal import published
from tests.evidence.compare.test_comparison import choices, natives

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

THREE = ["eef-mentoring", "yef-mentoring", "college-of-policing-mentoring"]
SEVEN = [
    *THREE,
    *("wwg-apprenticeship-mentoring", "taso-mentoring-post-entry", "yff-mentoring-and-coaching"),
    "eef-feedback",
]


def page_of(client: Client, slugs: list[str], **others: str) -> str:
    answer = client.get("/compare/", {"summary": slugs, **others})
    assert answer.status_code == 200
    return " ".join(unescape(answer.text).split())


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_choice_shows_each_rating_in_the_words_of_its_centre(client, data):
    slugs = data.draw(choices())
    page = page_of(client, slugs)
    for edition in Comparison.of(slugs).editions:
        assert all(" ".join(native.split()) in page for native in natives(edition))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(slug=st.text(max_size=40), here=st.text(max_size=20), differences=st.text(max_size=3))
def test_nothing_a_visitor_sends_is_an_error(client, slug, here, differences):
    page_of(client, [slug, *THREE, slug], here=here, differences=differences)


def test_summaries_stand_in_the_order_of_the_address_each_once(client):
    page = page_of(client, [*reversed(THREE), THREE[0]])
    heads = re.findall(r'scope="col"> <a href="/evidence/([^/]+)/"', page)
    assert heads == list(reversed(THREE))
    assert "Compare 3 evidence summaries" in page


def test_links_move_and_remove_a_summary_and_keep_the_rest_of_the_address(client):
    page = page_of(client, THREE, here="wales", differences="1")
    links = dict(re.findall(r'href="(/compare/[^"]+)">((?:Move|Remove)[^<]*)', page))
    kept = "&here=wales&differences=1"
    first, second, third = (f"summary={slug}" for slug in THREE)
    assert links[f"/compare/?{second}&{first}&{third}{kept}"].startswith("Move")
    assert links[f"/compare/?{first}&{third}&{second}{kept}"].startswith("Move")
    assert links[f"/compare/?{second}&{third}{kept}"] == "Remove"
    assert page.count("Move earlier<") == page.count("Move later<") == 2


def test_rows_that_differ_are_marked_in_words_and_can_be_shown_alone(client):
    everything = page_of(client, THREE)
    alone = page_of(client, THREE, differences="1")
    same = "Toolkit entry"  # the kind of all three
    assert same in everything
    assert same not in alone
    assert everything.count(">Differs<") == alone.count(">Differs<") > 5


def test_a_seventh_is_left_out_by_name(client):
    page = page_of(client, SEVEN)
    assert "Compare 6 evidence summaries" in page
    assert "Six summaries are the most that can be compared" in page
    assert '<a href="/evidence/eef-feedback/">Feedback, EEF</a>' in page


def test_what_is_unknown_or_withdrawn_is_named_and_left_out(client):
    first, second = Summary.objects.filter(slug__in=THREE[:2]).order_by("slug")
    actions.withdraw(summary=second, reason="It was replaced.", replaced_by=first)
    published.check(now=True)
    page = page_of(client, [*THREE, "no-such-summary"])
    assert "Compare 2 evidence summaries" in page
    assert "There is no summary “no-such-summary”" in page
    assert '<a href="/evidence/yef-mentoring/">Mentoring, YEF</a>, was withdrawn.' in page
    assert 'It is replaced by <a href="/evidence/eef-mentoring/">' in page


@pytest.mark.parametrize("slugs", [[], THREE[:1], ["no-such-summary"]])
def test_fewer_than_two_say_how_to_begin(client, slugs):
    page = page_of(client, slugs)
    assert "Set two to six summaries side by side" in page
    assert "<table" not in page
    assert 'name="q"' in page


def test_summaries_of_one_approach_come_with_why_their_ratings_differ(client):
    page = page_of(client, THREE[:2])
    assert "Why ratings differ: Mentoring" in page
    assert 'href="/approaches/mentoring/"' in page
    assert "Why ratings differ" not in page_of(client, [THREE[0], "eef-feedback"])


def test_another_summary_is_added_by_a_link_or_by_a_search_that_keeps_the_choice(client):
    page = page_of(client, THREE)
    kept = "&".join(f"summary={slug}" for slug in THREE)
    assert f'href="/compare/?{kept}&summary=wwg-apprenticeship-mentoring"' in page
    for slug in THREE:
        assert f'<input type="hidden" name="compare" value="{slug}">' in page


def test_only_the_page_without_a_choice_is_for_search_engines(client):
    noindex = '<meta name="robots" content="noindex">'
    assert noindex not in page_of(client, [])
    page = page_of(client, THREE[:2], here="wales", differences="1", utm_source="mail")
    assert noindex in page
    canonical = "/compare/?summary=eef-mentoring&summary=yef-mentoring"
    assert f'<link rel="canonical" href="http://testserver{canonical}">' in page


def test_pages_that_share_pieces_are_the_same_whichever_is_asked_for_first(client):
    summary, here = "/evidence/eef-mentoring/", "here=wales&here=rural"
    two = "summary=eef-mentoring&summary=yef-mentoring"
    other = "summary=yef-mentoring&summary=eef-mentoring"
    addresses = [
        *(summary, f"{summary}?{here}", f"{summary}?here=england"),
        *(f"/compare/?{two}", f"/compare/?{two}&{here}", f"/compare/?{other}&here=england"),
        *(f"/compare/paper/?{two}", f"/compare/paper/?{other}&{here}"),
    ]

    def ask(in_order: Iterable[str]) -> dict[str, bytes]:
        published.set_snapshot(replace(published.current(), cache={}))
        return {address: client.get(address).content for address in in_order}

    assert ask(addresses) == ask(reversed(addresses))
