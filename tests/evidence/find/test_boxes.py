"""Choosing summaries in a list to compare them: what is chosen travels in the address."""

import re
from html import unescape

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

CHOSEN = "compare=eef-mentoring&compare=eef-feedback"
NOINDEX = '<meta name="robots" content="noindex">'


def page_of(client: Client, address: str) -> str:
    return " ".join(unescape(client.get(address).text).split())


@pytest.mark.parametrize("view", ["list", "table"])
def test_each_summary_of_a_list_has_a_box_that_names_it_and_is_ticked_if_chosen(client, view):
    page = page_of(client, f"/evidence/?q=mentoring&view={view}&{CHOSEN}")
    boxes = re.findall(r'<input (checked )?type="checkbox" name="summary" value="([^"]+)"', page)
    assert len(boxes) == 20 if view == "list" else len(boxes) > 20
    assert [slug for checked, slug in boxes if checked] == ["eef-mentoring"]
    assert 'Compare<span class="govuk-visually-hidden"> Mentoring, EEF</span>' in page


def test_what_is_chosen_on_another_page_is_named_and_compared_too(client):
    page = page_of(client, f"/evidence/?q=mentoring&{CHOSEN}")
    assert "2 selected to compare" in page
    assert '<a href="/evidence/eef-feedback/">Feedback, EEF</a>' in page
    assert 'href="/evidence/?q=mentoring&compare=eef-mentoring">remove' in page
    hidden = re.findall(
        r'<input type="hidden" name="summary" value="([^"]+)" form="compare">', page
    )
    assert hidden == ["eef-feedback"]


def test_every_link_of_the_list_keeps_what_is_chosen(client):
    page = page_of(client, f"/evidence/?q=mentoring&strength=moderate&sort=title&{CHOSEN}")
    links = re.findall(r'href="(/evidence/\?[^"]*)"', page)
    assert len(links) > 3
    assert [link for link in links if "compare=" not in link] == []
    for slug in ("eef-mentoring", "eef-feedback"):
        assert f'<input type="hidden" name="compare" value="{slug}">' in page


def test_search_engines_know_no_list_by_what_is_chosen(client):
    assert NOINDEX not in page_of(client, "/evidence/")
    page = page_of(client, f"/evidence/?{CHOSEN}")
    assert NOINDEX in page
    assert '<link rel="canonical" href="http://testserver/evidence/">' in page
    assert not re.search(r'href="/evidence\.(csv|json)\?[^"]*compare', page)


def test_a_choice_that_does_not_exist_is_named_and_left_out(client):
    page = page_of(client, "/evidence/?compare=nothing&compare=eef-mentoring")
    assert "compare “nothing”" in page
    assert "1 selected to compare" in page


def test_cards_on_other_pages_have_no_box(client):
    page = page_of(client, "/policy-areas/homelessness/")
    assert 'class="card"' in page
    assert "checkbox" not in page
