"""How good a search is: judged queries, and the measures of a run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import mean
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What a search gave: ids of summaries, best first; did it say that they are only loosely related?"""

    ids: Sequence[str]
    loose: bool = False


@dataclass(frozen=True)
class Judged:
    """A query, the grades of the summaries that answer it (3 best; empty: nothing does), and the answer given."""

    words: str
    kind: str
    persona: str
    grades: Mapping[str, int]
    answer: Answer

    @property
    def answerable(self) -> bool:
        return bool(self.grades)

    @property
    def ndcg(self) -> float:
        """Discounted gain of the first ten, 2^grade - 1 each, as a share of the best possible; 0 without an answer."""
        if not self.grades:
            return 0.0
        ideal = _gain(sorted(self.grades.values(), reverse=True)[:10])
        return _gain(self.grades.get(slug, 0) for slug in self.answer.ids[:10]) / ideal

    @property
    def success(self) -> bool:
        """Is one of the best answers in the first three? The best: grade 3, or grade 2 where there is none."""
        best = 3 if 3 in self.grades.values() else 2
        return any(self.grades.get(slug, 0) >= best for slug in self.answer.ids[:3])

    @property
    def empty(self) -> bool:
        return not self.answer.ids

    @property
    def honest(self) -> bool:
        """For a query that nothing answers: does the search say so?"""
        return self.empty or self.answer.loose


@dataclass(frozen=True)
class Measures:
    ndcg: float
    success: float
    empty: float


def run(queries: Iterable[Mapping[str, Any]], ask: Callable[[str], Answer]) -> list[Judged]:
    return [
        Judged(
            query["q"], query["kind"], query["persona"], query["relevant"] or {}, ask(query["q"])
        )
        for query in queries
    ]


def measures(judged: Sequence[Judged]) -> Measures:
    """Return the mean measures of queries that have an answer."""
    return Measures(
        mean(one.ndcg for one in judged),
        mean(one.success for one in judged),
        mean(one.empty for one in judged),
    )


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))
