import json
import re

import pytest

from centres.models import RatingLevel
from evidence.editorial import actions
from evidence.models import Edition, Summary
from evidence.pages.summary import summary_context
from portal import published
from tests.factories import (
    make_approach,
    make_centre,
    make_draft,
    make_edition,
    make_kind,
    make_outcome,
    make_product,
    make_scale,
    make_topic,
    publish_draft,
)
from tests.reading_pages import plain, text_of

pytestmark = pytest.mark.django_db


def test_the_bottom_line_comes_before_everything_else(client):
    edition = make_edition(bottom_line="Mentoring cuts reoffending a little.")

    text = text_of(client, edition.get_absolute_url())

    first = text.index("Mentoring cuts reoffending a little.")
    assert first < text.index("strength of evidence") < text.index("Key findings")


def test_each_rating_is_a_sentence_with_the_centres_own_words_and_its_scale(client):
    scale = make_scale("Weak", "Fair", "Strong", slug="yef-strength", complete=True, form="ladder")
    step = scale.levels.get(label="Fair")
    RatingLevel.objects.filter(pk=step.pk).update(meaning="Two fair studies.")
    edition = make_edition(
        strength="low", strength_native="Fair (amber)", strength_scale=scale, strength_step=step,
        impact_native="A small fall", cost=2, cost_native="£200 each",
    )  # fmt: skip

    response = client.get(edition.get_absolute_url())
    text = plain(response.content.decode())

    assert "Low strength of evidence YEF’s own wording: “Fair (amber)”" in text
    assert "Two fair studies. The scale runs from “Weak” to “Strong”." in text
    assert "Beneficial effect YEF’s own wording: “A small fall”" in text
    assert "Low cost YEF’s own wording: “£200 each”" in text
    assert b'href="/ratings/#yef-strength"' in response.content


@pytest.mark.parametrize("complete", [False, None])
def test_an_incomplete_scale_is_never_said_to_run_from_end_to_end(client, complete):
    scale = make_scale("Weak", "Low", "Moderate", complete=complete, form="ladder")
    edition = make_edition(
        strength_native="Moderate", strength_scale=scale, strength_step=scale.levels.last()
    )

    assert "The scale runs" not in text_of(client, edition.get_absolute_url())


def test_what_is_not_rated_has_no_tile_but_is_named(client):
    edition = make_edition(strength="not-rated", cost=None)

    page = client.get(edition.get_absolute_url()).content.decode()
    ratings = page.partition('<ul class="ratings">')[2].partition("</ul>")[0]

    assert "Beneficial effect" in ratings
    assert "Strength" not in ratings
    assert "Cost" not in ratings
    assert (
        "Not yet read: strength of evidence, cost, number of studies and where the studies were done."
        in plain(page)
    )


def test_the_centres_own_words_are_shown_where_they_fit_no_level(client):
    edition = make_edition(strength="not-rated", strength_native="Promising", cost=None)

    text = text_of(client, edition.get_absolute_url())

    assert "Strength of evidence in words only YEF’s own wording: “Promising”" in text
    assert "Not yet read: cost, number of studies and where the studies were done." in text


def test_a_missing_value_says_whether_the_centre_gives_none_or_nobody_has_read_it(client):
    make_product(names=["Toolkit"], rules={"cost": "never", "studies": "some"})
    edition = make_edition(cost=None, product="Toolkit", missing=["place-not-applicable"])

    text = text_of(client, edition.get_absolute_url())

    assert "The centre gives none: cost (inferred from the items read)." in text
    assert "Not applicable: where the studies were done." in text
    assert "Not yet read: number of studies (given by the centre for some items)." in text


def test_where_nothing_is_assessed_it_says_what_it_is_and_that_no_effect_is_stated(client):
    finding = {"outcome": make_outcome("attainment"), "direction": "not-assessed"}
    edition = make_edition(
        kind=make_kind("guideline", label="Guideline", what="Formal recommendations for practice."),
        direction="not-assessed",
        strength="not-rated",
        cost=None,
        impact_native="",
        findings=[finding],
    )

    response = client.get(edition.get_absolute_url())
    text = plain(response.content.decode())

    said = "Guideline: formal recommendations for practice. Nothing that was read says whether it has an effect"
    assert said in text
    assert "what was read states no effect on them: Attainment" in text
    assert 'class="ratings"' not in response.content.decode()
    assert "not assessed" not in text.partition("Where this comes from")[0].lower()


def test_an_outcome_that_is_assessed_states_an_effect(client):
    finding = {"outcome": make_outcome(), "direction": "not-assessed", "strength_native": "Weak"}
    edition = make_edition(
        direction="not-assessed",
        strength="not-rated",
        cost=None,
        impact_native="",
        findings=[finding],
    )

    response = client.get(edition.get_absolute_url())
    text = plain(response.content.decode())

    assert 'class="ratings"' not in response.content.decode()
    assert "Nothing that was read says" not in text
    assert "No effect in figures or words is stated for any outcome." in text
    assert "Effect, as stated" not in text


def test_each_outcome_says_which_way_is_better(client):
    offending = make_outcome("offending", better_when="lower")
    grades = make_outcome("attainment", better_when="higher")
    edition = make_edition(
        findings=[
            {"outcome": offending, "direction": "beneficial", "effect": "33% reduction"},
            {"outcome": grades, "direction": "beneficial", "effect": "+2 months"},
        ]
    )

    text = text_of(client, edition.get_absolute_url())

    assert "Offending Lower is better Beneficial 33% reduction" in text
    assert "Attainment Higher is better Beneficial +2 months" in text


def test_harm_is_said_plainly_at_the_top(client):
    edition = make_edition(
        direction="harmful",
        findings=[{"outcome": make_outcome(), "direction": "harmful", "effect": "6% increase"}],
    )

    text = text_of(client, edition.get_absolute_url())

    assert text.index("This does harm") < text.index("Harmful effect")
    assert "Reoffending: 6% increase" in text


def test_one_harmful_outcome_is_said_although_the_whole_is_mixed(client):
    edition = make_edition(
        direction="mixed",
        findings=[
            {"outcome": make_outcome("jobs"), "direction": "beneficial"},
            {"outcome": make_outcome("debt"), "direction": "harmful", "measured": "loan default"},
        ],
    )

    assert "Part of it went the wrong way Debt (loan default): harmful" in text_of(
        client, edition.get_absolute_url()
    )


def test_one_sentence_names_all_that_is_not_stated(client):
    edition = make_edition(
        key_findings=[], implementation=[], caveats=[], findings=[], sources=[], settings=[],
        updated="", countries="", studies=None, age_groups=[], impact_native="",
    )  # fmt: skip

    text = text_of(client, edition.get_absolute_url())

    said = text.partition("Not stated in what was read: ")[2].partition(".")[0]
    reasoned = "Not yet read: cost, number of studies, date of the version read and where the studies were done."
    assert reasoned in text
    for name in [
        "age groups", "settings", "how to do it", "cautions and harms", "key findings",
    ]:  # fmt: skip
        assert name in said
        assert text.lower().partition(said)[2].count(f"{name} not stated") == 0
    assert "None" not in text


def test_a_doubt_about_a_figure_stands_with_the_figures(client):
    edition = make_edition(data_note="Two copies of the page differ.")

    text = text_of(client, edition.get_absolute_url())

    assert text.index("own wording") < text.index("Doubt about a figure Two copies")
    assert text.index("Two copies") < text.index("Key findings")


def test_every_source_is_listed_with_its_note(client):
    edition = make_edition(
        sources=[
            {"url": "https://one.example/page", "note": "centre's page"},
            {"url": "https://two.example/copy", "note": ""},
        ]
    )

    text = text_of(client, edition.get_absolute_url())

    assert "one.example : centre's page" in text
    assert "two.example : not stated" in text


def test_the_same_approach_elsewhere_stands_with_its_ratings_and_why_they_differ(client):
    mine = make_edition(title="Mentoring here")
    other = make_edition(
        title="Mentoring there", centre=make_centre("eef"), direction="no-effect",
        impact_native="0 months", strength="high", strength_native="4 of 5",
    )  # fmt: skip
    make_approach(members=[mine, other], why_ratings_differ="They measure different things.")

    text = text_of(client, mine.get_absolute_url())

    assert "Why ratings differ: They measure different things." in text
    assert "Mentoring there Centre eef: toolkit strand No effect “0 months” High “4 of 5”" in text
    assert "Mentoring: both side by side" in text
    assert "Compare with 1 other assessment of mentoring" in text


def test_related_summaries_share_a_topic_and_are_listed_once(client):
    topic = make_topic("knife-crime")
    mine = make_edition(topics=[topic])
    sibling = make_edition(title="On the same topic", topics=[topic])
    same = make_edition(title="On the same approach", topics=[topic])
    make_edition(title="On something else", topics=[make_topic("debt")])
    make_approach(members=[mine, same])

    text = text_of(client, mine.get_absolute_url())
    related = text.rpartition("Related evidence")[2]

    assert sibling.title in related
    assert same.title not in related
    assert same.title in text
    assert "On something else" not in text


def test_what_shares_a_rarer_topic_is_nearer_and_words_decide_between_equals(client):
    rare, common = make_topic("knife-crime"), make_topic("crime")
    mine = make_edition(title="Zither lessons", topics=[rare, common])
    make_edition(title="Alike by a rare topic", topics=[rare])
    make_edition(title="Alike by word: the zither", topics=[common])
    for number in range(3):
        make_edition(title=f"Alike by a common topic {number}", topics=[common])

    related = text_of(client, mine.get_absolute_url()).rpartition("Related evidence")[2]

    places = [related.index(f"Alike by {what}") for what in ("a rare", "word", "a common")]
    assert places == sorted(places)


def test_without_a_shared_topic_what_shares_an_outcome_is_related(client):
    outcome = make_outcome("bullying")
    rows = [{"outcome": outcome, "direction": "beneficial"}]
    mine = make_edition(topics=[make_topic("schools")], findings=rows)
    make_edition(title="Measures the same", topics=[make_topic("families")], findings=rows)

    related = text_of(client, mine.get_absolute_url()).rpartition("Related evidence")[2]

    assert "Measures the same" in related


def test_neither_itself_nor_a_draft_nor_what_is_withdrawn_is_related():
    topic = make_topic("knife-crime")
    mine = make_edition(title="This one", slug="mine", topics=[topic])
    make_draft(title="SECRET", topics=[topic])
    gone = make_edition(title="Withdrawn", topics=[topic])
    actions.withdraw(summary=gone.summary, reason="It was wrong.")
    published.check(now=True)

    read = Edition.objects.for_reading().get(pk=mine.pk)
    assert summary_context(read)["related"]() == []
    draft = make_draft(summary=mine.summary, title="Next edition", topics=[topic])
    published.check(now=True)
    context = summary_context(Edition.objects.for_reading().get(pk=draft.pk))
    assert context["related"]() == []


def test_it_can_be_cited_by_its_permanent_address(client):
    edition = make_edition(
        slug="yef-mentoring", title="Mentoring", code="T7", product="YEF Toolkit", updated="2025-03"
    )

    text = text_of(client, edition.get_absolute_url())

    assert "Centre yef (March 2025). Mentoring (T7). YEF Toolkit. Summed up in" in text
    assert "http://testserver/evidence/yef-mentoring/" in text
    assert edition.source_url in text


def test_machines_can_read_what_it_is(client):
    edition = make_edition(title="Boot </script> camps", updated="2025-03")

    page = client.get(edition.get_absolute_url()).content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)

    assert block is not None
    described = json.loads(block[1])
    assert described["name"] == "Boot </script> camps"
    assert described["isBasedOn"]["dateModified"] == "2025-03"
    assert '<meta name="citation_publication_date" content="2025/03">' in page
    assert '<link rel="canonical" href="http://testserver' in page


def test_text_from_editors_is_escaped(client):
    edition = make_edition(
        title="<b>T</b>", bottom_line="<i>B</i>", key_findings=["<u>K</u>"], data_note="<s>D</s>"
    )

    page = client.get(edition.get_absolute_url()).content.decode()

    for markup in ["<b>T", "<i>B", "<u>K", "<s>D"]:
        assert markup not in page


def test_a_draft_beside_the_published_edition_is_nowhere_on_its_pages(client):
    edition = make_edition(title="Mentoring")
    other = make_edition(title="Coaching")
    make_approach(members=[edition, other])
    make_draft(summary=edition.summary, title="SECRET", bottom_line="SECRET")

    for address in [
        edition.get_absolute_url(), f"{edition.get_absolute_url()}history/",
        other.get_absolute_url(), "/approaches/", "/approaches/mentoring/", "/topics/mentoring/",
        "/for/headteachers/",
    ]:  # fmt: skip
        assert b"SECRET" not in client.get(address).content, address


def test_what_was_never_published_is_not_found(client):
    draft = make_draft(title="SECRET")

    for address in [draft.get_absolute_url(), f"{draft.get_absolute_url()}history/"]:
        assert client.get(address).status_code == 404
    assert client.get("/evidence/no-such-summary/").status_code == 404


def test_a_withdrawn_summary_says_so_why_and_what_replaced_it(client):
    edition = make_edition(title="Old advice", slug="yef-old")
    new = make_edition(title="New advice")
    summary = Summary.objects.get(slug="yef-old")
    actions.withdraw(summary=summary, reason="The review was retracted.", replaced_by=new.summary)

    text = text_of(client, edition.get_absolute_url(), status=410)

    assert "Old advice: this summary was withdrawn The review was retracted." in text
    assert "Replaced by New advice" in text
    assert "Old advice" not in text_of(client, new.get_absolute_url())


def test_a_withdrawn_summary_can_come_back(client):
    edition = make_edition(slug="yef-old")
    summary = Summary.objects.get(slug="yef-old")
    actions.withdraw(summary=summary, reason="By mistake.")
    publish_draft(make_draft(summary=summary, title="Back again"))

    assert "Back again" in text_of(client, edition.get_absolute_url())
