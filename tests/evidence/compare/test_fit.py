"""Would it work here? No answer without the words that it rests on."""

import re

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from centres.vocabulary import Nation
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.reading import editions
from evidence.compare.fit import Fit, Verdict
from evidence.compare.here import Here, groups, here_of
from evidence.compare.local_questions import QUESTIONS, READ
from evidence.compare.places import WHOLE_UK, Answer, read_kind_of_place, read_nation
from evidence.models import Edition
from tests.reading_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

SUMMARY = "/evidence/eef-small-group-tuition/"


def everything() -> Here:
    return Here([choice for group in groups() for choice in group.choices], [])


def stated(edition: Edition, verdict: Verdict) -> list[str]:
    """Every text of an edition that an answer on this choice may quote."""
    return {
        "nation": [edition.countries],
        "kind": [edition.countries, edition.title, edition.bottom_line, settings_of(edition)],
        "setting": [settings_of(edition)],
        "age": ["; ".join(label_of_age(age) for age in edition.age_groups)],
    }[verdict.choice.group]


def settings_of(edition: Edition) -> str:
    return "; ".join(setting.label for setting in edition.settings.all())


def label_of_age(age: str) -> str:
    return age.replace("-", " ").capitalize()


def test_each_answer_on_each_edition_quotes_what_it_rests_on():
    here = everything()
    answers = set()
    for edition in editions(current_catalogue().everything):
        for verdict in Fit(edition, here).verdicts:
            answers.add((verdict.choice.group, verdict.answer))
            words, chosen = verdict.reading.stated, verdict.choice.label
            if words:
                assert any(words in text for text in stated(edition, verdict))
                assert words in verdict.basis
            else:
                assert verdict.answer is Answer.NOT_STATED
                assert "Nothing is stated" in verdict.basis
            if verdict.answer is Answer.SAME:
                assert re.search(rf"(?<!\w){chosen}(?!\w)|chools", words, re.IGNORECASE)
            if verdict.answer is Answer.DIFFERENT:
                assert not re.search(rf"(?<!\w){chosen}(?!\w)", words)
                if verdict.choice.group == "nation":
                    assert words in {"None in the UK", "None from the UK"} or not any(
                        uk in words for uk in WHOLE_UK
                    )
    assert {group for group, answer in answers if answer is Answer.SAME} >= {
        *("nation", "kind", "setting", "age")
    }


@pytest.mark.parametrize(
    ("wording", "answer"),
    [
        ("", Answer.NOT_STATED),
        ("Wales", Answer.SAME),
        ("England and Wales (18 forces)", Answer.SAME),
        ("Wales and the rest of the UK", Answer.SAME),
        ("UK", Answer.NOT_STATED),
        ("Great Britain", Answer.NOT_STATED),
        ("Includes the UK and Australia", Answer.NOT_STATED),
        ("High-income countries", Answer.NOT_STATED),
        ("European Union", Answer.NOT_STATED),
        ("Mostly the United States", Answer.NOT_STATED),
        ("England (others elsewhere)", Answer.NOT_STATED),
        ("England (2 studies in Wales)", Answer.SAME),
        ("England and Ruritania", Answer.NOT_STATED),
        ("England, but not Wales", Answer.NOT_STATED),
        ("Everywhere outside Wales", Answer.NOT_STATED),
        ("New South Wales, Australia", Answer.DIFFERENT),
        ("England (London)", Answer.DIFFERENT),
        ("United States, the Netherlands, England", Answer.DIFFERENT),
        ("None in the UK", Answer.DIFFERENT),
    ],
)
def test_a_nation_is_the_same_only_if_it_is_named_and_different_only_if_others_are_all(
    wording, answer
):
    reading = read_nation(wording, Nation.WALES)

    assert (reading.answer, reading.stated) == (answer, wording)


def test_ireland_does_not_settle_northern_ireland():
    reading = read_nation("England and Ireland", Nation.NORTHERN_IRELAND)

    assert reading.answer is Answer.NOT_STATED
    assert read_nation("Northern Ireland", Nation.NORTHERN_IRELAND).answer is Answer.SAME


@settings(max_examples=200, deadline=None)
@given(wording=st.text(st.sampled_from("Wales UKnotEgdI,()2 "), max_size=40))
def test_no_wording_without_the_name_of_a_nation_is_the_same(wording):
    for nation in Nation:
        if read_nation(wording, nation).answer is Answer.SAME:
            assert nation in wording


@pytest.mark.parametrize(
    ("sentence", "rural", "urban"),
    [
        ("It was tried in rural schools.", Answer.SAME, Answer.DIFFERENT),
        ("It was tried in urban and rural schools.", Answer.SAME, Answer.SAME),
        ("It has not been tried in rural areas.", Answer.NOT_STATED, Answer.NOT_STATED),
        ("It hasn’t been tried in rural areas.", Answer.NOT_STATED, Answer.NOT_STATED),
        ("Few studies were rural.", Answer.NOT_STATED, Answer.NOT_STATED),
        ("It was tried in plural settings.", Answer.NOT_STATED, Answer.NOT_STATED),
    ],
)
def test_a_kind_of_place_is_read_only_where_a_sentence_says_it_plainly(sentence, rural, urban):
    assert read_kind_of_place([sentence], "rural").answer is rural
    assert read_kind_of_place([sentence], "urban").answer is urban


def test_schools_do_not_say_which_kind_of_school():
    verdicts: dict[bool, set[Answer]] = {}
    for edition in editions(current_catalogue().having("setting", "schools")):
        slugs = {setting.slug for setting in edition.settings.all()}
        for verdict in Fit(edition, here_of(QueryDict("here=secondary-schools"))).verdicts:
            verdicts.setdefault("secondary-schools" in slugs, set()).add(verdict.answer)

    assert verdicts == {True: {Answer.SAME}, False: {Answer.NOT_STATED}}


def test_both_forms_of_the_address_say_the_same_and_in_one_order(client):
    repeated, joined = "here=rural&here=wales", "here=wales,,rural,wales"

    assert here_of(QueryDict(repeated)).values == here_of(QueryDict(joined)).values
    assert here_of(QueryDict(joined)).query == "here=wales&here=rural"


def test_the_page_answers_each_choice_and_is_known_under_its_plain_address(client):
    answered = text_of(client, f"{SUMMARY}?here=wales,rural&here=primary-schools")
    page = client.get(f"{SUMMARY}?here=wales").content.decode()
    plain = client.get(SUMMARY).content.decode()

    assert "Wales Nation Not stated" in answered
    assert "Rural Kind of place Not stated Nothing is stated on the pages read." in answered
    assert "Primary schools Setting Same Settings: “" in answered
    assert f'rel="canonical" href="http://testserver{SUMMARY}"' in page
    assert 'content="noindex"' in page
    assert 'content="noindex"' not in plain
    assert "Your place" not in plain


@pytest.mark.parametrize("value", ["atlantis", "%00", "%3Cscript%3E", "x," * 500, "%ff"])
def test_a_place_that_does_not_exist_is_named_and_left_out(client, value):
    response = client.get(f"{SUMMARY}?here={value}&here=wales")

    assert response.status_code == 200
    assert "Left out, because it does not exist" in response.content.decode()
    assert "<script>here" not in response.content.decode()


def test_the_six_questions_are_on_the_page_with_their_source(client):
    page = client.get(SUMMARY).content.decode()

    assert len(QUESTIONS) == 6
    assert all(one.question in page for one in QUESTIONS)
    assert READ[0].url in page
