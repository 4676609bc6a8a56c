"""What the shipped data set supports in each policy area, and the spending that rests on it."""

import re

import pytest

from centres.published import current_network
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import published_edition
from evidence.pages.support import ONE_IN
from tests.reading_pages import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

AREAS = [
    *("health-and-social-care", "educational-achievement", "crime-reduction"),
    *("children-and-families", "local-economic-growth", "older-people", "homelessness"),
    *("youth-employment", "public-services-in-wales", "youth-offending", "higher-education"),
    "financial-wellbeing",
]


def supported(client, area: str) -> str:
    """Return the part of the page of a policy area that says what the strongest evidence supports."""
    markup = client.get(f"/policy-areas/{area}/").content.decode()
    after: str = re.split(r"What the strongest evidence supports</h3>", markup)[1]
    return re.split(r"<h[23] ", after.replace('<h3 class="card__title">', ""))[0]


def test_every_policy_area_is_tried():
    assert {area.slug for area in current_network().policy_areas.values()} == set(AREAS)


@pytest.mark.parametrize("area", AREAS)
def test_what_an_area_is_said_to_support_is_a_benefit_on_an_outcome_of_the_area(client, area):
    part = supported(client, area)
    cards = part.partition("</ol>")[0] if '<ol class="cards">' in part else ""
    slugs = re.findall(r'href="/evidence/([\w-]+)/"', cards.partition('class="cards"')[2])
    catalogue = current_catalogue()
    in_area = catalogue.having("policy_area", area)
    for slug in slugs:
        edition = published_edition(slug)
        assert edition.direction == "beneficial"
        assert edition.strength in ("very-high", "high", "moderate")
        measuring = [
            catalogue.having("outcome", finding.outcome.slug)
            for finding in edition.findings.all()
            if finding.direction == "beneficial"
        ]
        assert any(len(bits & in_area) * ONE_IN >= len(bits) for bits in measuring), slug
    assert slugs or "No summary here has evidence that is moderate or stronger" in plain(part)


def test_homelessness_shows_housing_first_and_says_where_halfway_houses_belong(client):
    text = plain(supported(client, "homelessness"))

    assert "3 are found beneficial, but their centres give no rating of strength" in text
    assert text.index("no rating of strength") < text.index("Housing First")
    assert text.index("an outcome that belongs to other policy areas") < text.index("Halfway house")
