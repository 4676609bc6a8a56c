"""The signs of a query: those that are read, and those of other searches, which the page names."""

import re
from itertools import product

import pytest

from evidence.search import signs
from evidence.search.phrases import term_of
from evidence.search.query import Query, parse
from tests.evidence.search.lexicons import make_lexicon

LEXICON = make_lexicon(
    "mentoring", "school", "police", "women", "phonics", "title", "work", "stop", "search"
)


def read(words: str) -> Query:
    return parse(words, LEXICON)


def concepts(words: str) -> list[str]:
    return [one.words for one in read(words).concepts]


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("mentoring NOT school", "mentoring -school"),
        ("mentoring AND NOT school", "mentoring and -school"),
        ('mentoring NOT "police school"', 'mentoring -"police school"'),
        ("MENTORING NOT SCHOOL", "MENTORING -SCHOOL"),
        ("mentoring NOT school NOT police", "mentoring -school -police"),
        ("mentoring NOT self-school police", "mentoring -self-school police"),
    ],
)
def test_not_is_a_minus_sign(words: str, same: str) -> None:
    assert read(words).excluded == read(same).excluded != ()
    assert read(words).concepts == read(same).concepts
    assert read(words).unread == ()


@pytest.mark.parametrize(
    "words",
    [
        "mentoring not school",
        "what does NOT work",
        "WHAT DOES NOT WORK",
        "NOT mentoring",
        "mentoring NOT",
    ],
)
def test_not_in_a_sentence_is_a_word(words: str) -> None:
    assert read(words).excluded == ()


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("mentoring AND school", "mentoring and school"),
        ("+mentoring +school", "mentoring school"),
        ("mentoring & school", "mentoring school"),
    ],
)
def test_and_and_plus_change_nothing(words: str, same: str) -> None:
    assert (concepts(words), read(words).unread) == (concepts(same), ())


@pytest.mark.parametrize(
    ("words", "unread", "searched"),
    [
        ("mentor* school", ["*"], "mentor school"),
        ("mentoring~2", ["~2"], "mentoring"),
        ("mentoring^3 school", ["^3"], "mentoring school"),
        ("mentoring?", ["?"], "mentoring"),
        ("mentoring NEAR/5 school", ["NEAR/5"], "mentoring school"),
        ("mentoring NEAR school", ["NEAR"], "mentoring school"),
        ("title:phonics", ["title:"], "phonics"),
        ("(mentoring OR police) school", ["()"], "mentoring OR police school"),
    ],
)
def test_what_is_not_read_is_named_and_left_out(
    words: str, unread: list[str], searched: str
) -> None:
    query = read(words)
    assert list(query.unread) == unread
    assert concepts(words) == concepts(searched)


@pytest.mark.parametrize(
    "words",
    [
        "does mentoring work?", "mentoring (school)", "Phonics: a review", "1:1", "police, school & work", "stop/search",
        "CRIME NEAR SCHOOLS", "***", "50% - 60%", "mentoring - school", "C&A ~ £5",
    ],
)  # fmt: skip
def test_plain_punctuation_is_no_sign(words: str) -> None:
    assert read(words).unread == ()


def test_a_quoted_sign_is_a_part_of_the_phrase() -> None:
    query = read('"mentoring NOT school" police')
    assert [term_of(one) for one in query.excluded] == []
    assert "mentoring not school" in concepts('"mentoring NOT school" police')


SIGNS = (
    *("OR", "|", "||", "NOT", "AND", "NEAR", "NEAR/5", "ONEAR/2", "WITHIN/3", "WITHIN3"),
    *("ADJ", "ADJ2", "W/3", "N/5", "PRE/2", "-school", '"school"', "title:phonics"),
    *("ment*", "wom?n", "work~2", "stop^2", "(school)", "mentoring?", "police"),
)


def test_no_sign_is_overlooked_where_a_query_seems_to_have_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queries = [" ".join(("mentoring", *some)) for some in product(SIGNS, repeat=3)]
    quick = list(map(signs.read_signs, queries))
    monkeypatch.setattr(signs, "MAY_BE_SIGN", re.compile(""))  # as if each query might have one
    assert quick == list(map(signs.read_signs, queries))
