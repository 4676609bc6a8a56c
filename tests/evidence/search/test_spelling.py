import pytest

from evidence.search.spelling import correct, distance
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
    *("education", "counselling", "centre"),
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
    ],
)
def test_what_is_right_or_like_nothing_is_left_alone(word: str) -> None:
    assert correct(word, LEXICON) == word


def test_of_two_words_that_are_as_near_the_commoner_is_meant() -> None:
    assert correct("fgrms", make_lexicon(firms=20, forms=2, farms=1)) == "firms"


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("", "", 0),
        ("ab", "ab", 0),
        ("ab", "ba", 1),
        ("abc", "ac", 1),
        ("abc", "adc", 1),
        ("abcd", "dcba", 3),
    ],
)
def test_distance_counts_missed_added_changed_and_swapped_letters(
    one: str, other: str, steps: int
) -> None:
    assert distance(one, other, 2) == min(steps, 3)
