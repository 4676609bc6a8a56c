"""How texts are cut into words."""

from evidence.search.words import LONGEST_QUERY, clean, plain_words


def test_control_characters_and_length_are_cleaned() -> None:
    assert clean("a\x00b\n c\ud800 ") == "a b c"
    assert len(clean("x" * 5000)) == LONGEST_QUERY


def test_words_are_cut_as_the_index_cuts_them() -> None:
    assert plain_words("Children’s centres; A&E, pobl hŷn, 16-17") == [
        *("children", "s", "centres", "ae", "pobl", "hyn", "16", "17"),
    ]
