"""The measures of a search, and the command that prints them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from evidence.search.evaluation import Answer, JudgedQuery, measure
from portal import published
from tests.factories import make_edition

QUERIES: list[dict[str, Any]] = [
    {"q": "zither", "persona": "teacher", "kind": "topic", "relevant": {"best": 3, "good": 1}},
    {"q": "trumpet", "persona": "police", "kind": "topic", "relevant": {"gone": 3}},
    {"q": "heron", "persona": "police", "kind": "no-answer", "relevant": {}},
]


def judged(found: list[str], **grades: int) -> JudgedQuery:
    return JudgedQuery("words", "topic", "teacher", grades, Answer(found))


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
        assert JudgedQuery("w", "k", "p", {}, Answer([])).admits_no_answer
        assert JudgedQuery(
            "w", "k", "p", {}, Answer(["a"], is_loosely_related=True)
        ).admits_no_answer
        assert not JudgedQuery("w", "k", "p", {}, Answer(["a"])).admits_no_answer


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "queries.yaml"
    path.write_text(yaml.safe_dump(QUERIES))
    return path


@pytest.fixture
def content(db: None) -> None:
    make_edition(slug="best", title="Zither")
    make_edition(slug="good", title="Playing the zither in bands")
    published.check(now=True)


@pytest.mark.usefixtures("content")
class TestCommand:
    def test_it_prints_all_each_kind_each_persona_and_what_has_no_answer_apart(
        self, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("evaluate_search", file)
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "| | queries | nDCG@10 | success@3 | no results |"
        assert "| **all that have an answer** | 2 | 0.500 | 0.500 | 0.500 |" in lines
        assert "| kind: topic | 2 | 0.500 | 0.500 | 0.500 |" in lines
        assert "| persona: teacher | 1 | 1.000 | 1.000 | 0.000 |" in lines
        assert "| persona: police | 1 | 0.000 | 0.000 | 1.000 |" in lines
        assert "No answer: 1 of 1 found nothing or were said to be only loosely related." in lines

    def test_it_says_what_fails_and_what_changed_since_a_run(
        self, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("evaluate_search", file, save=tmp_path / "run.json", failing=True)
        assert "trumpet: 0.00; first: nothing" in capsys.readouterr().out
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
