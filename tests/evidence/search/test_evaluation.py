"""The measures of a search, and the command that prints them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from evidence.catalogue.documents import Documents
from evidence.management.commands.evaluate_search import falling_below, what_a_visitor_gets
from evidence.models import SynonymGroup
from evidence.search.evaluation import Answer, Baseline, JudgedQuery, below_floor, measure
from portal import published
from tests.factories import make_edition, make_topic

QUERIES: list[dict[str, Any]] = [
    {"q": "zither", "kind": "topic", "relevant": {"best": 3, "good": 1}},
    {"q": "lute", "kind": "synonym", "relevant": {"good": 2}},
    {"query": "trumpet", "kind": "topic", "relevant": {"gone": 3}},
    {"q": "heron", "kind": "no-answer", "relevant": {}},
]


def judged(found: list[str], **grades: int) -> JudgedQuery:
    return JudgedQuery("words", "topic", grades, Answer(found))


class TestMeasures:
    def test_ndcg_discounts_by_place_with_a_gain_of_two_to_the_grade_less_one(self) -> None:
        assert judged(["a", "b"], a=3, b=1).ndcg == 1
        # 1 at the first place and 7 at the second, of 7 and 1: (1 + 7 / 1.585) / (7 + 1 / 1.585)
        assert judged(["b", "a"], a=3, b=1).ndcg == pytest.approx(0.7098, abs=0.0001)
        assert judged([*"0123456789", "a"], a=3).ndcg == 0  # only ten count

    def test_success_is_one_of_the_best_among_the_first_three(self) -> None:
        assert judged(["x", "y", "a"], a=3).success
        assert not judged(["x", "y", "z", "a"], a=3).success
        assert not judged(["b"], a=3, b=2).success
        assert judged(["b"], b=2).success  # where nothing is better

    def test_the_mean_is_over_what_has_an_answer(self) -> None:
        both = measure([judged(["a"], a=3), judged([], a=3)])
        assert (both.ndcg, both.success, both.no_results) == (0.5, 0.5, 0.5)

    def test_what_nothing_answers_is_right_if_the_search_says_so(self) -> None:
        assert JudgedQuery("w", "k", {}, Answer([])).admits_no_answer
        assert JudgedQuery("w", "k", {}, Answer(["a"], is_loosely_related=True)).admits_no_answer
        assert not JudgedQuery("w", "k", {}, Answer(["a"])).admits_no_answer

    def test_a_query_falls_below_its_floor_if_plain_words_find_better(self) -> None:
        good, bad = judged(["a"], a=3), judged(["x", "a"], a=3)
        assert below_floor([good, bad, bad], [bad, good, bad]) == [(bad, good)]
        assert falling_below([bad], [good])[-1] == "words: 0.631; BM25: 1.000"


class TestBaseline:
    """BM25 over the title, the bottom line and the key findings."""

    @pytest.fixture
    def search(self, db: None) -> Callable[[str], list[str]]:
        nothing: dict[str, Any] = {"bottom_line": "Nothing.", "key_findings": [], "caveats": []}
        make_edition(slug="often", title="Harps, harps and a tuba", **nothing)
        make_edition(slug="once", title="Harping on and a tuba tune", **nothing)
        make_edition(slug="in-a-finding", title="Tubas", **nothing | {"key_findings": ["A harp."]})
        make_edition(slug="aside", title="Tuba", **nothing | {"caveats": ["Not of harps."]})
        published.check(now=True)
        baseline = Baseline(published.current()[Documents])
        return lambda words: list(baseline.search(words).ids)

    def test_what_has_a_word_more_often_and_in_a_shorter_text_comes_first(
        self, search: Callable[[str], list[str]]
    ) -> None:
        assert search("harp") == ["often", "in-a-finding", "once"]

    def test_a_rare_word_counts_more_than_a_common_one(
        self, search: Callable[[str], list[str]]
    ) -> None:
        assert search("the tune of a tuba")[0] == "once"
        assert len(search("tuba")) == 4

    def test_it_corrects_nothing_and_knows_no_labels(
        self, search: Callable[[str], list[str]]
    ) -> None:
        make_topic("wind", label="Wind instruments")
        assert search("harb") == []
        assert search("wind") == []
        assert search("") == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "queries.yaml"
    path.write_text(yaml.safe_dump(QUERIES))
    return path


@pytest.fixture
def content(db: None) -> None:
    make_edition(slug="best", title="Zither")
    make_edition(slug="good", title="Playing the zither in bands")
    SynonymGroup.objects.create(order=1, terms=["lute", "bands"])
    published.check(now=True)


@pytest.mark.usefixtures("content")
class TestCommand:
    def test_it_prints_each_measure_beside_that_of_the_baseline(
        self, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("evaluate_search", file)
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "| | queries | nDCG@10 | BM25 | success@3 | BM25 | no results | BM25 |"
        expected = {
            "**all that have an answer**": "3 | 0.667 | 0.333 | 0.667 | 0.333 | 0.333 | 0.667",
            "a good answer exists": "3 | 0.667 | 0.333 | 0.667 | 0.333 | 0.333 | 0.667",
            "an exact answer exists": "2 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500",
            "no exact answer exists": "1 | 1.000 | 0.000 | 1.000 | 0.000 | 0.000 | 1.000",
            "kind: synonym": "1 | 1.000 | 0.000 | 1.000 | 0.000 | 0.000 | 1.000",
        }
        for name, figures in expected.items():
            assert f"| {name} | {figures} |" in lines
        assert lines[-2:] == [
            "Nothing answers them; found nothing or called only loosely related: 1 of 1 (1.000).",
            "A best answer is among the first three; called only loosely related: 0 of 2 (0.000).",
        ]

    def test_it_measures_what_the_find_page_shows(self) -> None:
        first_page = [f"drum-{number}" for number in range(30)]
        for slug in first_page:
            make_edition(slug=slug, title="Drum")
        published.check(now=True)
        assert len(what_a_visitor_gets("drum").ids) == 20

    def test_it_says_what_fails_and_what_changed_since_a_run(
        self, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("evaluate_search", file, save=tmp_path / "run.json", failing=True)
        printed = capsys.readouterr().out
        assert "trumpet: 0.00; first: nothing" in printed
        assert printed.endswith("Below the literal floor:\n")  # none is
        assert json.loads((tmp_path / "run.json").read_text())["zither"]["ids"] == ["best", "good"]
        call_command("evaluate_search", file, diff=tmp_path / "run.json")
        assert "Nothing changed." in capsys.readouterr().out
        make_edition(slug="gone", title="Trumpet")
        published.check(now=True)
        call_command("evaluate_search", file, diff=tmp_path / "run.json")
        assert "+1.000 trumpet; new: gone; gone: -" in capsys.readouterr().out

    def test_a_file_that_cannot_be_read_gets_a_plain_message(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="The queries cannot be read"):
            call_command("evaluate_search", tmp_path / "none.yaml")

    def test_a_portal_that_does_not_answer_gets_a_plain_message(self, file: Path) -> None:
        with pytest.raises(CommandError, match="does not answer"):
            call_command("evaluate_search", file, url="http://127.0.0.1:1")
