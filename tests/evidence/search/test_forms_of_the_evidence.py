"""Every word of the published evidence is found in all of its forms."""

import unicodedata
from random import Random
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from evidence.catalogue.documents import FINDING_COLUMNS, Documents
from evidence.catalogue.vocabulary import Vocabulary
from evidence.search.compounds import hyphened
from evidence.search.english import english_words
from evidence.search.lexicon import lexicon_of
from evidence.search.query import parse
from evidence.search.results import search
from evidence.search.welsh import NAMES, in_english
from evidence.search.words import NOT_THEIR_STEM, clean, plain_words, stem, usual_stem
from portal import published
from tests.evidence.search.searching import ids

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

INVISIBLE = [
    char
    for char in map(chr, range(0x110000))
    if unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"
]
SPACES = [char for char in map(chr, range(0x110000)) if unicodedata.category(char) == "Zs"]


def titles() -> list[str]:
    documents = published.current()[Documents]
    return [documents.document(key).value("title") for key in documents.published.values()]


def texts() -> list[str]:
    """Return every text of every published edition that is searched."""
    documents = published.current()[Documents]
    measured = FINDING_COLUMNS.index("measured")
    found = []
    for key in documents.published.values():
        document = documents.document(key)
        found += [
            document.value(name)
            for name in ("title", "code", "bottom_line", "product", "countries")
        ]
        for name in ("key_findings", "implementation", "caveats"):
            found += document.value(name)
        found += [row[measured] for row in document.findings]
    return [text for text in found if text]


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_is_not_seen_changes_no_word_of_any_title(random: Random) -> None:
    for title in titles():
        place = random.randrange(len(title) + 1)
        with_one = title[:place] + random.choice(INVISIBLE) + title[place:]
        assert plain_words(with_one) == plain_words(clean(with_one)) == plain_words(title)
        spaced = title.replace(" ", random.choice(SPACES))
        assert plain_words(spaced) == plain_words(clean(spaced)) == plain_words(title)


def test_every_hyphened_word_is_found_alike_open_hyphened_and_closed() -> None:
    compounds = {word: parts for text in texts() for word, parts in hyphened(text).items()}
    written = {
        one.casefold()
        for text in texts()
        for one in text.replace("\u2011", "-").split()
        if "-" in one
    }
    assert len(compounds) > 100
    lexicon = lexicon_of(published.current())
    different = []
    for closed in compounds:
        with_hyphen = next(
            (
                one.strip("()“”‘’,.;:?!")
                for one in written
                if one.strip("()“”‘’,.;:?!").replace("-", "") == closed
            ),
            None,
        )
        if with_hyphen is None or len(closed) > 40:
            continue
        queries = [closed, with_hyphen, with_hyphen.replace("-", " ")]
        read = [
            [(one.typed, one.synonyms) for one in parse(words, lexicon).concepts]
            for words in queries
        ]
        if not read[0] == read[1] == read[2]:
            different.append(queries)
    assert different == []


def test_a_typing_error_that_has_the_stem_of_another_word_is_mended_all_the_same() -> None:
    lexicon = lexicon_of(published.current())
    errors = {
        f"{word[:at]}{letter}{word[at + more :]}": word
        for word in NOT_THEIR_STEM
        for at in range(1, len(word))
        for more in (0, 1)  # a letter too many, or another one
        for letter in ascii_lowercase
    }
    found = {  # as they are, by what has another word
        typed
        for typed, word in errors.items()
        if stem(typed) == usual_stem(word) != stem(word)
        and lexicon.documents_with(stem(typed))
        and not lexicon.words.keys() & {typed, typed.removesuffix("s")}
        and typed not in english_words()
    }
    assert "attendence" in found
    mended = {typed: parse(typed, lexicon).corrected for typed in found}
    assert {typed: word for typed, word in mended.items() if word not in NOT_THEIR_STEM} == {}


@pytest.mark.parametrize("year", range(1, 14))
def test_a_school_year_is_not_found_by_its_word_and_number_apart(year: int) -> None:
    term = f"year {year}"
    [group] = [one for one in published.current()[Vocabulary].synonym_groups if term in one.terms]
    meant = [search(f'"{one}"').bits for one in (term, *group.finds)]
    assert search(term).bits <= BitMap.union(*meant)


@pytest.mark.parametrize("name", ["Cymru", "Gymru", "Nghymru", "Chymru"])
def test_the_welsh_name_finds_what_the_english_one_finds(name: str) -> None:
    assert ids(search(name)) == ids(search("Wales")) != []


def test_no_published_text_has_an_english_word_that_is_taken_for_a_welsh_name() -> None:
    changed = {
        word
        for text in texts()
        for word in text.casefold().split()
        if list(in_english([word])) != [word]
    }
    assert all(any(word.strip("().,;") in name for name in NAMES) for word in changed), changed
