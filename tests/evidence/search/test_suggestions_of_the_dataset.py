"""What holds of suggestions for every name and every synonym of the shipped data set, and for what people typed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from evidence.catalogue.vocabulary import Vocabulary
from evidence.search.results import search
from evidence.search.suggestions import MIN_LETTERS, suggest
from evidence.search.words import plain_words
from portal import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

LONG = 6  # letters of a word in which a typing error still leaves enough to see what was meant


@pytest.fixture
def vocabulary() -> Vocabulary:
    return published.current()[Vocabulary]


def urls(typed: str) -> set[str]:
    return {one.url for one in suggest(typed)}


def queries(kind: str) -> list[dict[str, Any]]:
    files = Path(__file__).parent.glob("*-queries.yaml")
    judged = [query for file in files for query in yaml.load(file.read_text(), yaml.CSafeLoader)]
    return [query for query in judged if query["kind"] == kind]


def labelled(vocabulary: Vocabulary) -> list[Any]:
    return [*vocabulary.topics.values(), *vocabulary.approaches.values()]


def test_every_other_name_suggests_what_it_names(vocabulary: Vocabulary) -> None:
    named = [
        (name, row)
        for row in labelled(vocabulary)
        for name in row.also_known_as
        if len("".join(plain_words(name))) >= MIN_LETTERS
    ]
    assert len(named) > 500
    assert [name for name, row in named if row.get_absolute_url() not in urls(name)] == []


def test_every_synonym_of_a_label_suggests_what_has_the_label(vocabulary: Vocabulary) -> None:
    having: dict[tuple[str, ...], list[str]] = {}
    for row in labelled(vocabulary):
        having.setdefault(tuple(plain_words(row.label)), []).append(row.get_absolute_url())
    meant = [
        (term, url)
        for group in vocabulary.synonym_groups
        for found in (group.finds if group.one_way else group.terms)
        for url in having.get(tuple(plain_words(found)), ())
        for term in group.terms
    ]
    assert len(meant) > 1000
    some = meant[::4]  # of almost every group, because to suggest takes long
    assert [(term, url) for term, url in some if url not in urls(term)] == []


def test_every_topic_is_suggested_for_its_name_with_a_typing_error(vocabulary: Vocabulary) -> None:
    wrong = [
        (" ".join([*words[:place], error, *words[place + 1 :]]), topic)
        for topic in vocabulary.topics.values()
        for words in [topic.label.split()]
        for place, word in enumerate(words)
        if len(word) >= LONG and word.isalpha()
        for error in errors_in(word)
    ]
    assert len(wrong) > 3000
    # Of each word and each kind of error: 10 shares no factor with the three kinds.
    some = wrong[::10]
    assert [typed for typed, topic in some if topic.get_absolute_url() not in urls(typed)] == []


def errors_in(word: str) -> Iterator[str]:
    """Yield a word with two letters swapped, with one left out and with one doubled, anywhere after the first."""
    for at in range(1, len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        yield word[:at] + word[at + 1 :]
        yield word[: at + 1] + word[at:]


def test_most_of_what_people_say_in_everyday_words_suggests_an_answer() -> None:
    lay = queries("lay-language")
    answered = [query for query in lay if suggests_an_answer(query)]
    assert len(answered) >= 0.8 * len(lay)


def test_most_misspelt_words_suggest_an_answer() -> None:
    misspelt = queries("misspelling")
    answered = [query for query in misspelt if suggests_an_answer(query)]
    assert len(answered) >= 0.85 * len(misspelt)


def suggests_an_answer(query: dict[str, Any]) -> bool:
    answers = {f"/evidence/{slug}/" for slug in query["relevant"]}
    return bool(answers & urls(query["q"]))


def test_evidence_that_is_only_loosely_related_is_not_suggested() -> None:
    loose = [query["q"] for query in queries("no-answer") if search(query["q"]).is_loosely_related]
    assert len(loose) > 20
    # A space says that the last word is finished.
    suggested = {url for words in loose for url in urls(f"{words} ")}
    assert [url for url in suggested if url.startswith("/evidence/")] == []
