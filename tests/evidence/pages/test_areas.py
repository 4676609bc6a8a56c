"""What the shipped data set supports in each policy area, and the spending that rests on it."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from centres.published import current_network
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import published_edition
from evidence.pages.overview import overview_context
from evidence.pages.shares import SORTS, Shares, SpendingView, centres_context
from evidence.pages.support import ONE_IN, support_context
from tests.reading_lists import count_at
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
        assert edition is not None
        assert edition.direction == "beneficial"
        assert edition.strength in ("very-high", "high", "moderate")
        measuring = [
            catalogue.having("outcome", finding.outcome.slug)
            for finding in edition.findings.all()
            if finding.direction == "beneficial"
        ]
        assert any(len(bits & in_area) * ONE_IN >= len(bits) for bits in measuring), slug
    assert slugs or "No summary here has evidence that is moderate or stronger" in plain(part)


@pytest.mark.parametrize("area", AREAS)
def test_the_numbers_of_what_an_area_supports_lead_to_exactly_their_lists(area):
    support = support_context("policy_area", area)

    assert support["best_count"] == count_at(support["best_url"])
    assert support["unrated"]["count"] == count_at(support["unrated_url"])
    reasons = support["why_unrated"]
    assert sum(one["count"] for one in reasons) == support["unrated"]["count"]
    assert [one["count"] for one in reasons] == [count_at(one["url"]) for one in reasons]


@pytest.mark.parametrize(
    ("number", "said"), [(1, "It is "), (3, "They are "), (4, "Among them are ")]
)
def test_what_has_no_level_is_named_whether_it_is_one_or_many(number, said):
    edition = published_edition("yef-mentoring")
    assert edition
    named = [edition] * min(number, 3)
    why = [{"label": "Not yet read", "count": number, "url": "/evidence/"}]
    support = {"unrated": {"count": number, "named": named}, "why_unrated": why}

    text = plain(render_to_string("evidence/partials/support.html", {"support": support}))

    assert f"here: {number} not yet read . {said}{edition.title}" in text


@pytest.mark.parametrize("area", AREAS)
def test_an_area_says_how_many_have_no_strength_or_direction_for_each_reason(area):
    overview = overview_context("policy_area", area)

    for one in overview["lacking"]:
        assert one["count"] == count_at(one["url"]) == sum(why["count"] for why in one["reasons"])
        assert [why["count"] for why in one["reasons"]] == [
            count_at(why["url"]) for why in one["reasons"]
        ]
    in_table = sum(cell.count for row in overview["rows"] for cell in row["cells"])
    assert in_table <= overview["count"] - max(
        (one["count"] for one in overview["lacking"]), default=0
    )


def test_homelessness_shows_housing_first_and_says_where_halfway_houses_belong(client):
    text = plain(supported(client, "homelessness"))

    assert "4 are found beneficial, but have no level of strength here: " in text
    assert text.index("no level of strength") < text.index("Housing First")
    assert text.index("an outcome that belongs to other policy areas") < text.index("Halfway house")


def test_every_number_of_areas_and_centres_leads_to_exactly_its_list():
    rows = list(SpendingView.of(QueryDict()).rows)
    assert len(rows) == len(AREAS)
    for area in current_network().policy_areas.values():
        rows += centres_context(area)["rows"]
    for row in rows:
        assert row.count == count_at(row.count_url)
        assert row.rated == count_at(row.rated_url)
        for parts in (row.strengths, row.directions):
            assert sum(part.count for part in parts) == row.count
            assert [part.count for part in parts] == [count_at(part.url) for part in parts]
            last = parts[-1]
            assert last.start + last.width == pytest.approx(100, abs=0.05)


def amount(row: Shares) -> Decimal:
    """Return the spending of a row in billions of pounds, 0 where it is not known."""
    assert row.area is not None
    assert row.area.spending is not None
    return row.area.spending.gbp_bn or Decimal(0)


@pytest.mark.parametrize("sort", SORTS)
def test_areas_can_be_put_in_order_and_those_without_a_figure_come_last(sort):
    rows = SpendingView.of(QueryDict(f"sort={sort}")).rows
    values: dict[str, list[Any]] = {
        "spending": [-amount(row) for row in rows],
        "summaries": [-row.count for row in rows],
        "rated": [-(row.rated_percent or 0) for row in rows],
    }
    assert values[sort] == sorted(values[sort])


def test_only_areas_over_fifty_billion_can_be_shown(client):
    rows = SpendingView.of(QueryDict("spending=over-50bn")).rows
    assert [row.label for row in rows] == [
        "Health and social care",
        "Educational achievement",
    ]
    text = plain(client.get("/policy-areas/?spending=over-50bn&spending=x&sort=y").content.decode())
    assert "Left out, because it does not exist: “x”, “y”." in text
    shown = text.partition("Share rated at least moderate")[2].partition("How to read")[0]
    assert (
        "Educational achievement £59.6 billion , 2024-25 Official publication: Department for"
        in shown
    )
    assert "Its own page was not found. Read on a copy of the official page: govmemo.com" in shown
    assert "Homelessness" not in shown
