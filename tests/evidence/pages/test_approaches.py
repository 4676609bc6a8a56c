import pytest

from evidence.editorial import actions
from evidence.pages.approaches import ApproachOverview
from portal import published
from tests.factories import make_approach, make_centre, make_edition, make_policy_area
from tests.reading_pages import text_of

pytestmark = pytest.mark.django_db


def test_members_stand_side_by_side_in_their_centres_own_words(client):
    eef = make_edition(
        centre=make_centre("eef", name="Endowment"), title="Mentoring in school", studies=48,
        impact_native="+2 months", strength="moderate", strength_native="3 of 5", cost=3,
        cost_native="£700 each", updated="2024-08",
    )  # fmt: skip
    yef = make_edition(title="Mentoring against crime", strength="not-rated", updated="")
    make_approach(members=[yef, eef], why_ratings_differ="They ask different questions.")

    text = text_of(client, "/approaches/mentoring/")

    assert "2 summaries by 2 centres" in text
    assert text.index("They ask different questions.") < text.index("Mentoring in school")
    assert text.index("Mentoring against crime") < text.index("Mentoring in school")
    assert (
        "Mentoring in school Endowment: toolkit strand Beneficial “+2 months” Moderate “3 of 5” "
        "Moderate “£700 each” Reoffending 48 August 2024"
    ) in text
    assert "not stated" in text
    assert "average" not in text.replace("Nothing is averaged", "")


def test_the_grouping_is_shown_as_a_judgement_with_its_date(client):
    make_approach(members=[make_edition()], reviewed_on="2026-11-22")

    text = text_of(client, "/approaches/mentoring/")

    assert "an editorial judgement by this portal’s editors, last reviewed on 22 November" in text


@pytest.mark.parametrize(
    ("directions", "verdict"),
    [
        (["beneficial"], ""),
        (["beneficial", "harmful"], "Their headline directions of effect differ."),
        (["beneficial"] * 2, "2 of 2 give a clear direction of effect: beneficial."),
        (["mixed", "insufficient"], "1 of 2 gives a clear direction of effect: mixed."),
        (["insufficient", "not-assessed"], "None of them gives a clear direction of effect."),
    ],
)
def test_headline_directions_are_told_without_claiming_agreement(directions, verdict):
    keys = [make_edition(direction=direction).pk for direction in directions]

    assert ApproachOverview.of(keys).verdict == verdict


def test_what_more_centres_assess_comes_first_with_its_ratings_at_a_glance(client):
    one = make_edition(direction="harmful", strength="high")
    other = make_edition(centre=make_centre("eef"), direction="beneficial", strength="not-rated")
    make_approach("alone", members=[make_edition(), make_edition()])
    make_approach("shared", members=[one, other])

    text = text_of(client, "/approaches/")

    shared = "Shared The same thing, done in several places. YEF, EEF 2 summaries"
    assert f"{shared} 1 Beneficial 1 Harmful 1 High 1 Not rated" in text
    assert text.index("Assessed by more than one centre (1)") < text.index("Shared")
    assert text.index("Shared") < text.index("by one centre (1)") < text.index("Alone")


def test_approaches_can_be_narrowed_to_a_policy_area(client):
    schools = make_policy_area("educational-achievement")
    make_approach("tutoring", members=[make_edition(policy_areas=[schools]), make_edition()])
    make_approach("patrols", members=[make_edition(), make_edition()])

    text = text_of(client, "/approaches/?policy_area=educational-achievement")

    assert "Tutoring" in text
    assert "Patrols" not in text
    assert "Patrols" in text_of(client, "/approaches/?policy_area=nonsense")


def test_a_withdrawn_member_leaves_the_approach(client):
    gone, stays = make_edition(title="Gone"), make_edition(title="Stays")
    make_approach(members=[gone, stays])
    actions.withdraw(summary=gone.summary, reason="Retracted.")

    text = text_of(client, "/approaches/mentoring/")
    assert "Stays" in text
    assert "Gone" not in text

    actions.withdraw(summary=stays.summary, reason="Retracted.")
    published.check(now=True)
    assert "No summary of it is published" in text_of(client, "/approaches/mentoring/")
    assert "Mentoring" not in text_of(client, "/approaches/").partition("of evidence")[2]


def test_an_unknown_approach_is_not_found(client):
    assert client.get("/approaches/nonsense/").status_code == 404
