import pytest

from evidence.catalogue.reading import editions
from evidence.editorial import actions
from evidence.pages.agreement import agreements
from evidence.pages.approaches import ApproachOverview
from portal import published
from tests.factories import (
    make_approach,
    make_centre,
    make_edition,
    make_kind,
    make_outcome,
    make_policy_area,
)
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


def test_what_sums_up_many_studies_stands_before_a_single_one_and_says_so(client):
    trial = make_edition(title="The trial", kind=make_kind("trial", rests_on="one-study"))
    programme = make_edition(
        title="The course", kind=make_kind("programme", rests_on="one-programme")
    )
    toolkit, review = make_edition(title="The strand"), make_edition(title="The review")
    make_approach(members=[trial, programme, toolkit, review])

    text = text_of(client, "/approaches/mentoring/")
    of_trial = text_of(client, trial.get_absolute_url())

    assert "2 on many studies each, 1 on one programme and 1 on a single study" in text
    table = text.partition("What each of them says")[2]
    places = [
        table.index(title) for title in ("The strand", "The review", "The course", "The trial")
    ]
    assert places == sorted(places)
    assert "trial, one study of this approach" in table
    assert (
        "This is about one study. What many studies of the same approach say together:" in of_trial
    )
    assert "The strand (YEF), The review (YEF)." in of_trial.replace(" ,", ",")
    assert "This is about one" not in text_of(client, toolkit.get_absolute_url())


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


def finding(outcome: str, direction: str, **fields: str) -> dict:
    better = fields.pop("better_when", "lower")
    return {"outcome": make_outcome(outcome, better_when=better), "direction": direction, **fields}


def test_agreement_on_an_outcome_is_told_in_words():
    def members(*findings: list[dict]) -> list[str]:
        keys = [make_edition(findings=rows).pk for rows in findings]
        published.check(now=True)
        return [f"{one.verdict}: {one.text}" for one in agreements(editions(keys))]

    fall, none = finding("reoffending", "beneficial"), finding("reoffending", "no-effect")
    rise, silent = finding("reoffending", "harmful"), finding("reoffending", "not-assessed")
    better = finding("attainment", "beneficial", better_when="higher")
    of_four = "of 4 summaries have a result for it"

    assert members([fall], [fall], [none], [silent]) == [
        f"Differ: 3 {of_four}: 2 found a fall and 1 found no effect."
    ]
    assert members([fall, better], [fall], [better], [better]) == [
        f"Agree: 3 {of_four}, and all found an improvement.",
        f"Agree: 2 {of_four}, and all found a fall.",
    ]
    assert members([fall, rise], [rise], [fall], [silent]) == [
        f"Not clear: 3 {of_four}: 1 found a fall, 1 found a rise, which is harm and"
        " 1 found different results for different measures."
    ]


def test_the_grid_never_says_of_an_outcome_without_a_finding_that_it_was_not_measured(client):
    fall = finding("reoffending", "beneficial", effect="21% reduction", strength_native="Strong")
    other = finding("attainment", "mixed")
    yef = make_edition(findings=[fall])
    eef = make_edition(centre=make_centre("eef"), findings=[other])
    chi = make_edition(centre=make_centre("chi"), findings=[])
    make_approach(members=[yef, eef, chi])

    text = text_of(client, "/approaches/mentoring/")

    assert "Beneficial “21% reduction” Measured: " not in text
    assert (
        "Beneficial “21% reduction” Strength, by YEF: Strong – none stated here – none stated here"
        in text
    )
    assert "None stated here by the other 2 centres" in text
    assert "Outcomes Reoffending – YEF Attainment – EEF not stated – CHI" in text


def test_what_more_centres_assess_comes_first_with_its_ratings_at_a_glance(client):
    one = make_edition(direction="harmful", strength="high")
    other = make_edition(centre=make_centre("eef"), direction="beneficial", strength="not-rated")
    make_approach("alone", members=[make_edition(), make_edition()])
    make_approach("shared", members=[one, other])

    text = text_of(client, "/approaches/")

    shared = "Shared The same thing, done in several places. YEF, EEF 2 summaries"
    assert f"{shared} 1 Beneficial 1 Harmful 1 High 1 Not yet read" in text
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
