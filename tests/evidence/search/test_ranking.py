"""What a search finds, and in which order."""

from collections.abc import Callable
from typing import Any

import pytest
from pyroaring import BitMap

from centres.models import Centre
from evidence.models import SynonymGroup
from evidence.search.results import search
from tests.evidence.search.searching import found
from tests.factories import (
    make_approach,
    make_centre,
    make_edition,
    make_outcome,
    make_policy_area,
    make_topic,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [make_topic, make_outcome, make_policy_area])
def test_another_name_widens_in_both_directions(make: Callable[..., Any]) -> None:
    make("music-making", label="Music making", also_known_as=["ukulele", "banjo"])
    make_edition(slug="one", title="Music making for all")
    make_edition(slug="two", title="The ukulele")
    assert found("ukulele") == ["two", "one"]
    assert found("music making") == ["one", "two"]


class TestFinding:
    def test_the_title_comes_before_a_mention(self) -> None:
        make_edition(slug="mention", title="Clubs", bottom_line="Clubs with zither lessons.")
        make_edition(slug="title", title="Zither", bottom_line="It is played.")
        assert found("zither") == ["title", "mention"]

    def test_a_typed_word_in_the_bottom_line_comes_before_one_in_another_finding(self) -> None:
        both: dict[str, Any] = {"title": "Clubs", "strength": "low"}
        make_edition(slug="finding", **both, bottom_line="Fun.", key_findings=["With a zither."])
        make_edition(slug="line", **both, bottom_line="With a zither.", key_findings=["Fun."])
        make_edition(slug="other", **both, bottom_line="Fun.", key_findings=["Zither halls."])
        assert found("zither")[0] == "line"
        assert found('"a zither"')[0] == "line"

    def test_an_acronym_is_a_word_and_no_part_of_one(self) -> None:
        make_edition(slug="tall", title="Tall buildings")
        make_edition(slug="assistants", title="Teaching assistants")
        SynonymGroup.objects.create(order=1, terms=["TA", "teaching assistant"])
        assert found("TA") == found("TAs") == ["assistants"]

    @pytest.mark.parametrize(
        ("typed", "other"),
        [("physics", "Physical"), ("immigration", "Immigrants"), ("attendance", "Families attend")],
    )
    def test_a_word_is_not_taken_for_another_with_its_stem(self, typed: str, other: str) -> None:
        make_edition(slug="other", title=f"{other} zither")
        assert found(typed) == []
        assert found(other) == ["other"]

    def test_a_synonym_of_a_word_is_none_of_another_with_its_stem(self) -> None:
        make_edition(slug="one", title="Zither")
        SynonymGroup.objects.create(order=1, one_way=True, terms=["universities"], finds=["zither"])
        assert found("university") == ["one"]
        assert found("universal") == []

    def test_a_one_way_group_leads_one_way(self) -> None:
        make_edition(slug="knife", title="Zither")
        make_edition(slug="band", title="Orchestra")
        SynonymGroup.objects.create(order=1, one_way=True, terms=["zither"], finds=["orchestra"])
        assert set(found("zither")) == {"knife", "band"}
        assert found("orchestra") == ["band"]

    def test_a_group_that_an_editor_adds_works_at_once(self) -> None:
        make_edition(slug="one", title="Zither")
        assert found("strumstick") == []
        SynonymGroup.objects.create(order=1, terms=["strumstick", "zither"])
        assert found("strumstick") == ["one"]

    def test_quotes_minus_and_or_do_what_people_expect(self) -> None:
        make_edition(slug="near", title="Zither band", bottom_line="Played.")
        make_edition(slug="far", title="Band with a zither", bottom_line="Played.")
        assert found('"zither band"') == ["near"]
        assert found("zither -with") == found("zither")  # a stop word leaves nothing out
        make_edition(slug="other", title="Trumpet", bottom_line="Blown.")
        assert set(found("zither OR trumpet")) == {"near", "far", "other"}
        assert found("trumpet -blown") == []

    def test_a_centre_is_favoured_and_filters_nothing(self) -> None:
        make_edition(slug="theirs", title="Zither", centre=make_centre("abc"))
        make_edition(slug="ours", title="Zither playing for all", centre=make_centre("xyz"))
        assert found("zither xyz") == ["ours", "theirs"]

    @pytest.mark.parametrize("words", ["NG999", "ng999", "ng 999", "NG-999"])
    def test_a_reference_finds_its_guideline(self, words: str) -> None:
        make_edition(slug="one", title="Zither", code="NG999")
        make_edition(slug="two", title="Trumpet")
        assert found(words) == ["one"]

    def test_a_centre_is_favoured_by_as_much_as_it_says_of_what_is_sought(self) -> None:
        """So that a passing mention by the centre doesn't come before an answer by another."""
        make_edition(slug="answer", title="Zither lessons", centre=make_centre("abc"))
        make_edition(slug="mention", title="Trumpet lessons", centre=make_centre("xyz"))
        assert found("xyz zither lessons")[0] == "answer"

    def test_the_name_of_a_centre_alone_finds_all_of_its_evidence_the_newest_first(self) -> None:
        centre = make_centre("xyz")
        for slug, updated in (("old", "2020"), ("new", "2026-01"), ("older", "2019")):
            make_edition(slug=slug, title=slug, updated=updated, centre=centre)
        make_edition(slug="other", title="About xyz", centre=make_centre("abc"))
        assert found("xyz") == ["new", "old", "older"]
        assert not search("xyz").is_loosely_related

    def test_far_down_the_list_everything_comes_once_and_a_filter_keeps_the_order(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("evidence.search.ranking.RANKED", 3)
        for number in range(12):
            title = "Zither" if number % 3 == 0 else f"Clubs {number}"
            make_edition(slug=f"s{number}", title=title, bottom_line="With zithers.")
        everything = found("zither")
        assert sorted(everything) == sorted(f"s{number}" for number in range(12))
        assert set(everything[:4]) == {"s0", "s3", "s6", "s9"}
        results = search("zither")
        keys = results.best_first(results.bits, 0, 12)
        pages = [results.best_first(results.bits, start, start + 5) for start in (0, 5, 10)]
        assert [key for page in pages for key in page] == keys
        some = BitMap(keys[1::2])
        assert set(results.best_first(some, 0, 12)) == set(some)

    def test_a_title_typed_in_full_comes_first_even_if_a_centre_is_called_like_a_part_of_it(
        self,
    ) -> None:
        make_edition(slug="titled", title="Zither stars")
        make_centre("stars", acronym="Stars")
        make_edition(slug="theirs", title="The zither", centre=Centre.objects.get(slug="stars"))
        assert found("zither stars") == ["titled", "theirs"]

    def test_a_name_of_an_approach_finds_the_approach_and_no_other_name_of_it(self) -> None:
        make_approach("strumming", members=[], also_known_as=["Zither Stars", "Banjo Club"])
        make_edition(slug="stars", title="Zither Stars")
        make_edition(slug="club", title="Banjo Club")
        assert found("zither stars") == ["stars"]
        assert found("strumming") == ["stars", "club"]

    def test_of_equal_ranks_the_stronger_evidence_comes_first(self) -> None:
        for slug, strength in (("weak", "low"), ("strong", "very-high"), ("unrated", "not-rated")):
            make_edition(slug=slug, title="Zither", strength=strength)
        assert found("zither") == ["strong", "weak", "unrated"]

    def test_one_form_of_a_word_finds_and_marks_the_others(self) -> None:
        make_edition(slug="one", title="Carrying a knife")
        assert found("knives") == ["one"]
        assert search("knives").highlight("A knife.") == "A <mark>knife</mark>."


class TestWordsThatPeopleUse:
    def test_they_find_a_summary_whose_text_has_none_of_them(self) -> None:
        make_edition(slug="one", title="Behaviour", search_words=["naughty strumsticks"])
        assert found("strumstick") == ["one"]

    def test_what_the_text_itself_says_comes_before_a_word_of_them(self) -> None:
        make_edition(slug="called", title="Behaviour", search_words=["zither thief"])
        make_edition(slug="says", title="Clubs", bottom_line="With zither lessons.")
        make_edition(slug="titled", title="Zither")
        assert found("zither") == ["titled", "says", "called"]

    def test_one_phrase_with_all_typed_words_comes_before_several_that_share_them(self) -> None:
        make_edition(slug="several", title="A", search_words=["tuba club", "zither shelter"])
        make_edition(slug="phrase", title="B", search_words=["tuba shelter", "zither club"])
        assert found("tuba shelter") == ["phrase", "several"]
        assert found("club for tuba") == ["several", "phrase"]

    def test_a_typing_error_in_one_is_corrected(self) -> None:
        make_edition(slug="one", title="Behaviour", search_words=["strumstick"])
        assert found("strumstik") == ["one"]
