"""What the home page is made from: nothing that is not public, and nothing guessed."""

import pytest

from evidence.pages.home import home_context
from tests.factories import make_approach, make_centre, make_draft, make_edition, make_policy_area
from tests.reading_pages import text_of

pytestmark = pytest.mark.django_db


def number(label: str) -> int:
    return next(stat["value"] for stat in home_context()["stats"] if stat["label"] == label)


def test_spending_is_shown_as_a_band_and_the_unknown_as_unknown(client):
    make_policy_area("health", spending=193)
    make_policy_area("debt", spending="0.076")
    make_policy_area("later-life")
    text = text_of(client, "/")
    assert "Health Over £50 billion 0 summaries" in text
    assert "Debt Under £1 billion 0 summaries" in text
    assert "Later life Spending not known" in text


def test_an_approach_counts_where_several_centres_have_published_on_it():
    eef, yef = make_centre("eef"), make_centre("yef")
    make_approach("both", members=[make_edition(centre=eef), make_edition(centre=yef)])
    make_approach("one", members=[make_edition(centre=eef), make_edition(centre=eef)])
    make_approach("draft", members=[make_edition(centre=eef), make_draft(centre=yef)])
    assert number("approaches assessed by several centres") == 1
    assert [row["approach"].slug for row in home_context()["approaches"]] == ["both"]


def test_the_latest_evidence_is_public_and_newest_first(client):
    make_edition(title="Older", updated="2020")
    make_edition(title="Newer", updated="2025-09")
    make_draft(title="Not yet public", updated="2026-01")
    text = text_of(client, "/")
    assert text.index("Newer") < text.index("Older")
    assert "Not yet public" not in text


def test_an_empty_portal_still_opens(client):
    assert "Find what works" in text_of(client, "/")
    assert number("evidence summaries") == 0
