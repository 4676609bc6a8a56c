"""Measures how good a search is, by queries whose answers people have judged, beside a baseline that knows words alone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, log2
from statistics import mean
from typing import Any

from evidence.catalogue.documents import Document, Documents

from .words import plain_words, stem

# The usual constants of BM25: how soon repeating a word stops to count, and how much the length of a text does (0 to 1).
K1, B = 1.2, 0.75
ROUNDING = 0.001  # two figures that differ by no more are the same


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
    grades: Mapping[str, int]
    answer: Answer

    @property
    def is_answerable(self) -> bool:
        """Whether any summary answers the query."""
        return bool(self.grades)

    @property
    def has_exact_answer(self) -> bool:
        """Whether a summary is about just this: one of grade 3."""
        return 3 in self.grades.values()

    @property
    def has_good_answer(self) -> bool:
        """Whether a summary answers it well: of grade 3 or 2. Without one, no search can succeed (see `success`)."""
        return any(grade >= 2 for grade in self.grades.values())

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
        best = 3 if self.has_exact_answer else 2
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
    """Search for each query of a file of judged queries (with q or query, kind and relevant)."""
    judged = []
    for query in queries:
        words = query["q"] if "q" in query else query["query"]
        judged.append(JudgedQuery(words, query["kind"], query["relevant"] or {}, search(words)))
    return judged


def measure(judged: Sequence[JudgedQuery]) -> Measures:
    """Return the means over queries that have an answer. Raises StatisticsError if there are none."""
    return Measures(
        mean(one.ndcg for one in judged),
        mean(one.success for one in judged),
        mean(one.has_no_results for one in judged),
    )


def below_floor(
    judged: Sequence[JudgedQuery], floor: Sequence[JudgedQuery]
) -> list[tuple[JudgedQuery, JudgedQuery]]:
    """Return the queries for which the search is worse than the baseline, each with what that gave.

    Both sequences have the same queries in the same order.
    """
    pairs = zip(judged, floor, strict=True)
    return [(one, plain) for one, plain in pairs if one.ndcg < plain.ndcg - ROUNDING]


class Baseline:
    """A search by words alone, to compare with: Okapi BM25 over the title, the bottom line and the key findings.

    Words are stemmed as in the index. It has no synonyms, corrects nothing and knows nothing of topics and other labels. The
    formula is (3.15) of Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009
    (https://doi.org/10.1561/1500000019), with the rarity that Lucene gives a word, which is never negative.
    """

    def __init__(self, documents: Documents) -> None:
        """Count the words of all published editions."""
        self._counts = {
            slug: Counter(_stems(documents.document(key)))
            for slug, key in documents.published.items()
        }
        self._lengths = {slug: counts.total() for slug, counts in self._counts.items()}
        self._usual_length = mean(self._lengths.values()) if self._lengths else 0
        self._having = Counter(one for counts in self._counts.values() for one in counts)

    def search(self, words: str) -> Answer:
        """Return the summaries that have any word of a query, the best first."""
        scores: defaultdict[str, float] = defaultdict(float)
        for one in dict.fromkeys(filter(None, map(stem, plain_words(words)))):
            rarity = self._rarity(one)
            for slug, counts in self._counts.items():
                if number := counts[one]:
                    length = self._lengths[slug] / self._usual_length
                    scores[slug] += (
                        rarity * number * (K1 + 1) / (number + K1 * (1 - B + B * length))
                    )
        return Answer(sorted(scores, key=lambda slug: (-scores[slug], slug)))

    def _rarity(self, stem: str) -> float:
        having = self._having[stem]
        return log(1 + (len(self._counts) - having + 0.5) / (having + 0.5))


def _stems(document: Document) -> list[str]:
    """Return the stems of the texts that the baseline searches, without stop words."""
    value = document.value
    texts = (value("title"), value("bottom_line"), *value("key_findings"))
    return [found for text in texts for word in plain_words(text) if (found := stem(word))]


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))
