"""The home page with the shipped data set: a way in for everybody, and numbers that are true."""

import re

import pytest
from django.urls import reverse

from centres.models import NetworkFunction, PolicyArea
from evidence.models import Audience, Edition
from tests.reading_pages import plain, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


def numbers_of(client) -> dict[str, int]:
    """Return the numbers of the home page by their labels."""
    markup = client.get("/").content.decode()
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(\d+)</dd>", markup)
    return {plain(label): int(value) for label, value in pairs}


def test_the_page_says_what_this_is_and_where_its_totals_come_from(client):
    text = text_of(client, "/")
    assert "The evidence of 9 What Works Centres and 3 affiliates in one place." in text
    assert "more than £250 billion of public spending" in text
    assert "gov.uk/guidance/what-works-network" in text
    assert "Later than April 2024. The page shows no date." in text


def test_there_is_a_way_in_by_words_by_area_and_by_audience(client):
    markup = client.get("/").content.decode()
    assert 'action="/evidence/"' in markup
    assert re.search(r'<input[^>]* name="q" type="search"', markup)
    for area in PolicyArea.objects.all():
        assert f'href="{area.get_absolute_url()}"' in markup
    for audience in Audience.objects.all():
        assert f'href="{audience.get_absolute_url()}"' in markup
    for function in NetworkFunction.objects.all():
        assert function.sentence in plain(markup)
    assert f'href="{reverse("centres:ratings")}"' in markup


def test_the_numbers_are_those_of_the_published_evidence(client):
    published = Edition.objects.published()
    numbers = numbers_of(client)
    assert numbers["evidence summaries"] == published.count() > 300
    assert numbers["centres behind them"] == 12
    without = published.filter(strength="not-rated", strength_native="")
    unrated = (
        "are not rated for strength by their centre",
        "may have a strength rating that nobody has read yet",
    )
    assert sum(numbers[label] for label in unrated) == without.count()
    assert numbers["found harm"] == published.filter(direction="harmful").count()
    strong = published.filter(strength__in=["high", "very-high"])
    assert numbers["have high or very high strength of evidence"] == strong.count()


def test_a_number_is_what_its_link_finds(client):
    markup = client.get("/").content.decode()
    links = re.findall(r'<dt><a href="(/evidence/[^"]*)">[^<]*</a></dt>\s*<dd>(\d+)</dd>', markup)
    links += re.findall(r'<a href="(/evidence/\?policy_area=[^"]*)">(\d+) summar', markup)
    assert len(links) == 6 + 12
    for address, number in links:
        address = address.replace("/evidence/", "/evidence.json").replace("&amp;", "&")
        assert client.get(address).json()["count"] == int(number)


def test_every_example_of_a_search_leads_to_something_worth_reading(client):
    markup = client.get("/").content.decode()
    examples = re.findall(r'href="/evidence/(\?q=[^"]*)"', markup)
    assert len(examples) == 4
    for query in examples:
        found = client.get(f"/evidence.json{query}").json()
        assert not found["loose"], query
        first = [one["impact"] for one in found["results"][:3]]
        assert first[0] == "beneficial", query
        assert "not-assessed" not in first, query
