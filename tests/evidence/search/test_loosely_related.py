"""What is called only loosely related. Titles and what people call a summary are in `test_literal_match`."""

import pytest

from evidence.catalogue.build import current_catalogue
from evidence.catalogue.documents import Documents
from evidence.search.lexicon import lexicon_of
from evidence.search.ranking import FIRST
from evidence.search.results import search
from evidence.search.wishes import PARAMETERS
from evidence.search.words import plain_words, stem
from portal import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]


def test_words_of_texts_that_have_nothing_in_common_have_no_answer() -> None:
    """The rarest word of each of three bottom lines together, for every third summary."""
    snapshot = published.current()
    documents, lexicon = snapshot[Documents], lexicon_of(snapshot)

    def rarest(key: int) -> str:
        words = filter(stem, plain_words(documents.document(key).value("bottom_line")))
        return min(words, key=lambda word: lexicon.documents_with(stem(word)))

    words = [rarest(key) for key in documents.published.values()]
    third = len(words) // 3
    answered = []
    for three in zip(words, words[third:], words[2 * third :], strict=False):
        results = search(" ".join(three), exact=True, declined=PARAMETERS)
        if results.bits and not results.is_loosely_related:
            answered.append(three)
    assert third > 200
    # Three such words may name a subject by chance: "tag full afterwards".
    assert len(answered) <= third * 0.12, answered


def test_the_first_results_agree_if_they_have_an_outcome_in_common() -> None:
    """For the title of every third summary: the rarer the outcome, the more."""
    documents, catalogue = published.current()[Documents], current_catalogue()
    outcomes = catalogue.facets["outcome"].bits.values()
    agreed = set()
    for key in list(documents.published.values())[::3]:
        ranking = search(documents.document(key).value("title"), declined=PARAMETERS).ranking
        first, *others = [one.edition for one in ranking.best(FIRST)]
        shared = [
            len(bits) for bits in outcomes if first in bits and any(one in bits for one in others)
        ]
        agreement = ranking.agreement(first)
        assert bool(agreement) == bool(shared or not others)
        if shared:
            agreed.add((min(shared), agreement))
    fewest_first = sorted(agreed)
    assert len(fewest_first) > 20
    assert [more for _, more in fewest_first] == sorted(
        (more for _, more in fewest_first), reverse=True
    )
