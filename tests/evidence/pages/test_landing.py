import pytest

from tests.factories import (
    make_approach,
    make_audience,
    make_centre,
    make_draft,
    make_edition,
    make_editions,
    make_kind,
    make_policy_area,
    make_topic,
)
from tests.reading_pages import text_of

pytestmark = pytest.mark.django_db

PAGES = ["/topics/", "/topics/mentoring/", "/for/", "/for/headteachers/"]


def test_a_topic_counts_its_evidence_by_strength_and_direction(client):
    make_edition(strength="high", direction="beneficial")
    make_edition(strength="high", direction="beneficial")
    make_edition(strength="low", direction="harmful")
    make_edition(strength="high", topics=[make_topic("debt")])

    response = client.get("/topics/mentoring/")

    found = "/evidence/?topic=mentoring&amp;strength=high&amp;impact=beneficial"
    assert f'<a href="{found}">2<' in response.content.decode()
    assert "3 evidence summaries" in text_of(client, "/topics/mentoring/")


def test_a_topic_shows_the_best_first_and_does_not_hide_harm(client):
    make_edition(title="Weak", strength="very-low")
    make_edition(title="Strong", strength="very-high")
    make_edition(title="Fair", strength="moderate")
    make_edition(title="Harm", strength="low", direction="harmful")
    make_edition(title="Nothing", strength="high", direction="no-effect")

    text = text_of(client, "/topics/mentoring/")
    best, careful = text.split("What the strongest evidence supports")[1].split(
        "What to be careful of"
    )

    assert best.index("Strong") < best.index("Fair")
    assert "Weak" not in best
    assert "Harm" in careful
    assert "Nothing" in careful


def test_a_single_study_comes_after_what_sums_up_many_however_strong_it_is(client):
    make_edition(title="Trial", strength="very-high", kind=make_kind("trial", rests_on="one-study"))
    make_edition(title="Strand", strength="moderate")

    best = text_of(client, "/topics/mentoring/").partition("strongest evidence supports")[2]

    assert best.index("Strand") < best.index("Trial")
    assert "Single studies, such as one trial, come last." in best


def test_a_topic_leads_on_to_its_approaches_neighbours_centres_and_areas(client):
    topic = make_topic("mentoring", also_known_as=["buddying"])
    near = make_topic("care-leavers")
    far = make_topic("broadband")
    mine = make_edition(topics=[topic, near], centre=make_centre("eef"))
    make_edition(topics=[far])
    make_approach("peer-support", members=[mine, make_edition(topics=[topic])])
    make_approach("elsewhere", members=[make_edition(topics=[far])])

    text = text_of(client, "/topics/mentoring/")

    assert "Also known as: buddying" in text
    assert "Peer support" in text
    assert "Elsewhere" not in text
    assert "Neighbouring topics Care leavers" in text
    assert "Broadband" not in text
    assert "EEF on mentoring 1" in text
    assert "Policy areas Crime reduction" in text


def test_an_approach_whose_members_are_only_drafts_is_not_on_the_topic(client):
    make_approach("secret", members=[make_draft()])

    assert "Secret" not in text_of(client, "/topics/mentoring/")


def test_a_topic_or_audience_without_evidence_says_so(client):
    make_topic("empty")
    make_audience("nobody")

    for address in ["/topics/empty/", "/for/nobody/"]:
        assert "This portal holds no summary of it yet." in text_of(client, address)


def test_an_audience_reads_what_it_decides_and_where_to_begin(client):
    heads = make_audience("headteachers", decides="How to spend a school's budget.")
    area = make_policy_area("educational-achievement")
    make_editions(2, audiences=[heads], policy_areas=[area], topics=[make_topic("tutoring")])
    make_edition(audiences=[make_audience("police")], topics=[make_topic("patrols")])

    text = text_of(client, "/for/headteachers/")

    assert "How to spend a school's budget." in text
    assert "Tutoring 2" in text
    assert "Educational achievement 2" in text
    assert "Patrols" not in text
    assert "audience=headteachers" in client.get("/for/headteachers/").content.decode()


def test_the_lists_lead_to_every_topic_and_audience_with_their_numbers(client):
    make_editions(3)

    assert "Mentoring 3" in text_of(client, "/topics/")
    assert "Headteachers What to buy. 3 evidence summaries" in text_of(client, "/for/")


@pytest.mark.parametrize("address", ["/topics/nonsense/", "/for/nonsense/", "/topics/%00/"])
def test_nonsense_is_not_found(client, address):
    assert client.get(address).status_code in (400, 404)


@pytest.mark.parametrize("address", PAGES)
def test_only_looking_is_possible(client, address):
    make_edition()

    assert client.post(address).status_code == 405
