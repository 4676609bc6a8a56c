"""How texts are cut into words."""

import gzip
import json
from importlib.resources import files

from evidence.search.english import COMMON_ENOUGH, english_words
from evidence.search.words import LONGEST_QUERY, clean, plain_words


def test_control_characters_and_length_are_cleaned() -> None:
    assert clean("a\x00b\n c\ud800 ") == "a b c"
    assert len(clean("x" * 5000)) == LONGEST_QUERY


def test_words_are_cut_as_the_index_cuts_them() -> None:
    assert plain_words("Children’s centres; A&E, pobl hŷn, 16-17") == [
        *("children", "s", "centres", "ae", "pobl", "hyn", "16", "17"),
    ]


def test_the_common_words_of_english_are_those_of_the_list() -> None:
    packed = files("spellchecker") / "resources" / "en.json.gz"
    counts = json.loads(gzip.decompress(packed.read_bytes()))
    common = {word: count for word, count in counts.items() if count >= COMMON_ENOUGH}
    assert len(common) > 30_000
    assert english_words() == common
