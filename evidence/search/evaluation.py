"""Measures how good a search is, by queries whose answers people have judged."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, log2
from statistics import mean
from typing import Any

from portal import published

from .index import TextIndex
from .lexicon import labels_of
from .words import plain_words, stem


@dataclass(frozen=True)
class Answer:
    """What a search gave: the ids of summaries, best first, and whether it called them only loosely related."""

    ids: Sequence[str]
    is_loosely_related: bool = False


@dataclass(frozen=True)
class JudgedQuery:
    """A query with people's judgement, and what a search gave.

    `grades` has the ids of the summaries that answer it, from 3 (best) to 1. It is empty if none does.
    """

    words: str
    kind: str
    persona: str
    grades: Mapping[str, int]
    answer: Answer

    @property
    def is_answerable(self) -> bool:
        """Whether any summary answers the query."""
        return bool(self.grades)

    @property
    def ndcg(self) -> float:
        """The normalised discounted cumulative gain of the first ten results, with a gain of 2^grade - 1: 0 to 1.

        0 for a query that nothing answers.
        """
        if not self.grades:
            return 0.0
        ideal = _gain(sorted(self.grades.values(), reverse=True)[:10])
        return _gain(self.grades.get(slug, 0) for slug in self.answer.ids[:10]) / ideal

    @property
    def success(self) -> bool:
        """Whether one of the first three results is a best answer: of grade 3, or 2 if none has 3."""
        best = 3 if 3 in self.grades.values() else 2
        return any(self.grades.get(slug, 0) >= best for slug in self.answer.ids[:3])

    @property
    def has_no_results(self) -> bool:
        """Whether the search found nothing."""
        return not self.answer.ids

    @property
    def admits_no_answer(self) -> bool:
        """Whether the search found nothing, or said that its results are only loosely related."""
        return self.has_no_results or self.answer.is_loosely_related


@dataclass(frozen=True)
class Measures:
    """Means over several queries, each 0 to 1: nDCG@10, success@3, and the share without results."""

    ndcg: float
    success: float
    no_results: float


def evaluate(
    queries: Iterable[Mapping[str, Any]], search: Callable[[str], Answer]
) -> list[JudgedQuery]:
    """Search for each query of a file of judged queries (with q, kind, persona and relevant)."""
    return [
        JudgedQuery(
            query["q"], query["kind"], query["persona"], query["relevant"] or {}, search(query["q"])
        )
        for query in queries
    ]


def measure(judged: Sequence[JudgedQuery]) -> Measures:
    """Return the means over queries that have an answer. Raises StatisticsError if there are none."""
    return Measures(
        mean(one.ndcg for one in judged),
        mean(one.success for one in judged),
        mean(one.has_no_results for one in judged),
    )


def plain_search(words: str) -> list[int]:
    """Return the keys of the editions that have any word of a query, by a plain search to compare with, best first.

    It knows stems and the index, and nothing else: each word counts by how rare it is, and by where an edition has it.
    """
    snapshot = published.current()
    index, labels = snapshot[TextIndex], labels_of(snapshot)
    scores: Counter[int] = Counter()
    for one in dict.fromkeys(map(stem, plain_words(words))):
        own, of_labels = index.places((one,)), labels.places((one,))
        has = own.anywhere.union(own.anywhere, *of_labels)
        rarity = log(1 + (index.documents - len(has) + 0.5) / (len(has) + 0.5))
        for weight, bits in (
            (1.0, own.title | of_labels.approach),
            (0.4, of_labels.subject),
            (0.2, own.findings),
            (0.1, has),
        ):
            scores.update(dict.fromkeys(bits, weight * rarity))
    return sorted(scores, key=lambda key: (-scores[key], key))


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))
