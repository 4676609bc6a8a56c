"""The floors stand a little below what is measured (docs/search.md), so that a change that loses quality fails."""

from pathlib import Path

import pytest
import yaml

from evidence import judging
from evidence.models import Edition
from evidence.search import search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


def run(name: str) -> list[judging.Judged]:
    slugs = dict(Edition.objects.published().values_list("pk", "summary__slug"))

    def ask(words: str) -> judging.Answer:
        matches = search(words)
        return judging.Answer([slugs[pk] for pk in matches.ranks], matches.loose)

    return judging.run(yaml.safe_load((Path(__file__).parent / name).read_text()), ask)


@pytest.mark.parametrize(
    ("name", "ndcg", "success"),
    [("dev-queries.yaml", 0.90, 0.95), ("check-queries.yaml", 0.87, 0.92)],
)
def test_people_find_what_they_mean(name: str, ndcg: float, success: float) -> None:
    judged = run(name)
    answerable = [one for one in judged if one.answerable]
    measured = judging.measures(answerable)
    assert measured.ndcg >= ndcg
    assert measured.success >= success
    assert [one.words for one in answerable if one.empty] == []
    misspelt = [one for one in answerable if one.kind == "misspelling"]
    assert [one.words for one in misspelt if not one.success] == []
    assert [one.words for one in judged if not one.answerable and not one.honest] == []
