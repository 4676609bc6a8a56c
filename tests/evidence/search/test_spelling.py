"""What is taken for a typing error."""

import pytest

from evidence.search.spelling import correct, split
from tests.evidence.search.lexicons import make_lexicon

LEXICON = make_lexicon(
    *(
        "metacognition",
        "apprenticeships",
        "restorative",
        "justice",
        "behaviour",
        "phonics",
        "obesity",
    ),
    *(
        "homelessness",
        "neighbourhood",
        "programme",
        "organisation",
        "funding",
        "cycling",
        "marking",
    ),
    *("education", "counselling", "centre", "enrolment", "skills"),
    synonyms={"digartrefedd": ["homelessness"]},
    firms=20,
    forms=2,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("metacogniton", "metacognition"),
        ("metacongition", "metacognition"),
        ("aprentiships", "apprenticeships"),
        ("restoritive", "restorative"),
        ("obeisity", "obesity"),
        ("nieghbourhood", "neighbourhood"),
        ("ducation", "education"),
        ("homelesness", "homelessness"),
        ("phonix", "phonics"),
        ("behavior", "behaviour"),
        ("program", "programme"),
        ("progam", "programme"),
        ("organization", "organisation"),
        ("counseling", "counselling"),
        ("center", "centre"),
        ("enrollment", "enrolment"),
        ("skils", "skills"),  # and no British form of that
    ],
)
def test_typing_errors_and_american_spellings_are_corrected(typed: str, meant: str) -> None:
    assert correct(typed, LEXICON) == meant


@pytest.mark.parametrize(
    "word",
    [
        "recycling",
        "contextual",
        "parking",
        "slavery",
        "farms",
        "flooding",
        "digartrefedd",
        "cat",
        "ng222",
        "zzzzzzz",
        "matrices",
    ],
)
def test_what_is_right_or_like_nothing_is_left_alone(word: str) -> None:
    assert correct(word, LEXICON) == word


def test_of_two_words_that_are_as_near_the_commoner_is_meant() -> None:
    assert correct("fgrms", make_lexicon(firms=20, forms=2, farms=1)) == "firms"


@pytest.mark.parametrize("typed", ["phoncs", "phonnics", "phonycs", "phoincs"])
def test_an_error_is_a_letter_missed_added_or_changed_or_two_swapped(typed: str) -> None:
    assert correct(typed, make_lexicon("phonics")) == "phonics"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("phonixc", "phonics"),  # the beginning is right
        ("phxnixc", "phxnixc"),  # only the first letter is
        ("bhonics", "phonics"),  # one error, in the first letter
        ("bhonixs", "bhonixs"),  # one more
    ],
)
def test_more_errors_are_allowed_where_the_beginning_is_right(typed: str, meant: str) -> None:
    assert correct(typed, make_lexicon("phonics")) == meant


def test_a_short_word_is_not_meant_with_several_errors() -> None:
    assert correct("hattie", make_lexicon("hate")) == "hattie"
    assert correct("hattee", make_lexicon("hates", "hattie")) == "hattie"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("underfunding", ["under", "funding"]),
        ("overcycling", ["over", "cycling"]),
        ("underzzzing", ["underzzzing"]),
        ("overview", ["overview"]),  # an English word of its own
    ],
)
def test_a_word_after_over_or_under_is_that_word(typed: str, words: list[str]) -> None:
    assert split(typed, LEXICON) == words
