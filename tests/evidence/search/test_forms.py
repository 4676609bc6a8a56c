"""One word is one word, however it is written: in a query and in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.search.english import english_words
from evidence.search.foreign import names_in
from evidence.search.highlight import Marker, Words
from evidence.search.query import parse
from evidence.search.welsh import MUTATIONS, NAMES
from evidence.search.words import REQUEST_WORDS, STOP_WORDS, plain_words, stem
from tests.evidence.search.lexicons import make_lexicon
from tests.evidence.search.searching import found
from tests.factories import make_edition


class TestWhatIsNotSeen:
    @pytest.mark.django_db
    def test_a_text_with_soft_hyphens_is_found_by_its_words(self) -> None:
        make_edition(slug="one", title="Zither\u00adfest for\u00a0all\u200b musi\u00adcians")
        assert found("zitherfest musicians") == found("zither\u00adfest musi\u200dcians") == ["one"]

    def test_it_is_marked_with_the_word_that_it_is_in(self) -> None:
        text = "Men\u00adtoring works"
        marked = Marker([(stem("mentoring"),)])
        assert (
            marked.mark(text) == marked.mark(Words.of(text)) == "<mark>Men\u00adtoring</mark> works"
        )


class TestCompounds:
    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("forms", "other"),
        [
            (
                ("school bag", "school-bag", "schoolbag", "schoolbags", "School Bags"),
                "bags",
            ),
            (("well-being", "well being", "wellbeing"), "well"),
            (("over crowding", "over-crowding", "overcrowding"), "crowding"),
            (("class-room", "class room", "classrooms"), "room"),
            (("drop-out", "drop out", "dropouts"), "drop"),
        ],
    )
    def test_each_form_finds_each(self, forms: tuple[str, ...], other: str) -> None:
        for number, form in enumerate(forms):
            make_edition(slug=f"edition-{number}", title=f"About {form} and zithers")
        make_edition(slug="other", title=f"About {other}")
        for form in forms:
            assert sorted(found(form)) == [f"edition-{number}" for number in range(len(forms))]
            assert sorted(found(f"zithers {form}"))[: len(forms)] == sorted(found(form))

    def test_words_that_only_stand_together_stay_two(self) -> None:
        lexicon = make_lexicon("therapist", "managed", "theme", "man", "aged", "stop")
        for words in ("stop the rapist", "man aged", "the me"):
            assert not {"therapist", "managed", "theme"} & {
                one.words for one in parse(words, lexicon).concepts
            }

    @pytest.mark.django_db
    def test_a_hyphen_does_not_part_a_word_of_which_the_evidence_has_another_form(self) -> None:
        make_edition(slug="one", title="Coordinating help")
        make_edition(slug="other", title="Ordinary help")
        assert found("co-ordinated") == ["one"]

    @pytest.mark.parametrize("letter", ["e-learning", "elearning", "e learning"])
    def test_a_letter_and_a_word_are_not_the_word(self, letter: str) -> None:
        query = parse(letter, make_lexicon("learning"))
        assert [one.words for one in query.concepts] == ["learning"]
        assert query.unknown == ("e",)
        assert query.corrected is None

    @pytest.mark.parametrize("words", ["T-levels", "x-levels", "e-levels"])
    def test_a_letter_with_a_hyphen_is_no_typing_error(self, words: str) -> None:
        query = parse(words, make_lexicon("levels"))
        assert ([one.words for one in query.concepts], query.corrected) == (["levels"], None)

    @pytest.mark.django_db
    def test_a_word_is_read_as_two_that_stand_together(self) -> None:
        make_edition(slug="one", title="Zip line and zither")
        make_edition(slug="other", title="Then line dancing")
        assert found("zipline") == found("zip line") != []
        assert found("zipthen") == []

    @pytest.mark.parametrize("words", ["e", "D", "x-", "b."])
    def test_a_letter_alone_finds_nothing(self, words: str) -> None:
        assert parse(words, make_lexicon("e", "d", "x", "b")).concepts == ()


NUMBERS = {
    1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
    11: "eleven", 12: "twelve", 13: "thirteen", 16: "sixteen", 18: "eighteen", 20: "twenty", 25: "twenty-five",
    50: "fifty", 99: "ninety nine", 100: "a hundred", 250: "two hundred and fifty", 1000: "one thousand",
}  # fmt: skip


class TestNumbers:
    @pytest.mark.parametrize("number", range(1, 14))
    def test_a_school_year(self, number: int) -> None:
        word = NUMBERS[number]
        for form in (
            f"Y{number}", f"y{number}", f"Yr {number}", f"yr{number}", f"Year {word}", f"year {number}s", f"Y{number}s",
            f"year-{number}", f"yrs {number}".replace("yrs", "yr"),
        ):  # fmt: skip
            assert plain_words(form) == ["year", str(number)], form

    @pytest.mark.parametrize("number", range(1, 6))
    def test_a_key_stage(self, number: int) -> None:
        word = NUMBERS[number]
        for form in (
            f"KS{number}", f"ks {number}", f"Key Stage {number}", f"key-stage {word}", f"keystage{number}",
            f"keystage {word}",
        ):  # fmt: skip
            assert plain_words(form) == ["key", "stage", str(number)], form

    @pytest.mark.parametrize(("number", "word"), NUMBERS.items())
    def test_an_age(self, number: int, word: str) -> None:
        assert plain_words(f"aged {number}")[-1] == str(number)
        if number not in (100, 1000):
            assert plain_words(f"aged {word}") == ["aged", str(number)]
        for form in (f"under {number}s", f"under-{number}s", f"u{number}", f"U{number}s"):
            if number < 100:
                assert plain_words(form) == ["under", str(number)], form
        if 1 < number < 100:
            plural = f"{word.removesuffix('y')}ies" if word.endswith("y") else f"{word}s"
            plural = plural.replace("sixs", "sixes")
            assert plain_words(f"under {plural}") == ["under", str(number)]

    @given(st.integers(1, 99), st.integers(1, 99))
    def test_a_range(self, first: int, last: int) -> None:
        for form in (
            f"{first}-{last}",
            f"{first} to {last}",
            f"{first}–{last}",
            f"{first}to{last}",
        ):
            assert plain_words(f"ages {form} years") == ["ages", str(first), str(last), "years"]

    @given(st.integers(1000, 999_999))
    def test_thousands(self, number: int) -> None:
        assert (
            plain_words(f"{number:,} days")
            == plain_words(f"{number} days")
            == [str(number), "days"]
        )

    @pytest.mark.parametrize(
        "forms",
        [
            ("1to1", "1:1", "1-to-1", "one to one", "one-to-one", "One-to-One", "1 to 1", "1-2-1", "one on one", "one2one"),
            ("covid19", "COVID-19", "Covid 19"),
            ("first 1000 days", "first 1,000 days", "First thousand days", "1st 1000 days"),
            ("five year olds", "5-year-olds", "5 year olds", "five-year-olds"),
            ("1 in 5", "one in five"),
            ("20th century", "twentieth century"),
            ("over 50s", "over fifties", "over-50s"),
            ("10,000 people", "10 thousand people", "ten thousand people"),
        ],
    )  # fmt: skip
    def test_one_reading(self, forms: tuple[str, ...]) -> None:
        assert {tuple(map(stem, plain_words(form))) for form in forms} == {
            tuple(map(stem, plain_words(forms[0])))
        }

    @pytest.mark.parametrize("text", ["one of them", "no one", "the one that works", "which one"])
    def test_a_pronoun_is_no_number(self, text: str) -> None:
        assert "one" in plain_words(text)

    @pytest.mark.parametrize("reference", ["NG222", "ph38", "QS1", "v3"])
    def test_a_reference_is_one_word(self, reference: str) -> None:
        assert plain_words(reference) == [reference.lower()]


class TestNames:
    LEXICON = make_lexicon(
        "care", "brief", "brain", "zone", "native", "mcdonnell", "donated", "rose"
    )

    @pytest.mark.parametrize(
        "words",
        [
            "café",
            "naïve",
            "Zoë",
            "O'Brien",
            "O’Brian",
            "D'Arcy",
            "McDonald",
            "mcdonald",
            "MacDonald",
            "cafe\u0301",
            "rosé",
        ],
    )
    def test_no_part_of_a_name_or_of_a_foreign_word_is_mended(self, words: str) -> None:
        assert parse(words, self.LEXICON).corrected is None
        assert parse(f"help for {words} in prison", self.LEXICON).corrected is None

    @pytest.mark.parametrize("words", ["CARX", "CARX zone", "zone CARXs"])
    def test_no_acronym_is_mended(self, words: str) -> None:
        assert parse(words, self.LEXICON).corrected is None
        assert parse("carx", self.LEXICON).corrected == "care"
        assert parse("ZONE CARX", self.LEXICON).corrected == "ZONE care"  # all is in capitals

    def test_what_is_no_name_is_mended(self) -> None:
        assert parse("teacher's mentring", make_lexicon("teacher", "mentoring")).corrected == (
            "teacher's mentoring"
        )
        assert names_in("teachers' children's don't we'll they've y're") == frozenset()

    def test_a_name_with_an_apostrophe_is_one_word(self) -> None:
        for form in ("O'Brien", "O’Brien", "OBrien", "obrien"):
            assert plain_words(f"by {form} and co") == ["by", "obrien", "and", "co"]
        assert plain_words("o'r ysgol, teacher's") == ["o", "r", "ysgol", "teacher", "s"]

    @pytest.mark.parametrize("word", ["policewomen", "policemen", "policeman"])
    def test_who_does_something_is_not_split(self, word: str) -> None:
        lexicon = make_lexicon("police", "women", "men", "man")
        assert parse(word, lexicon).unknown == (word,)

    @pytest.mark.parametrize(
        ("forms", "expected"),
        [
            (("children's", "childrens", "children’s", "childrens'", "child's"), "children"),
            (("teacher's", "teachers'", "teachers’", "teachers"), "teacher"),
        ],
    )
    def test_a_possessive_is_the_word(self, forms: tuple[str, ...], expected: str) -> None:
        for form in forms:
            assert [stem(word) for word in plain_words(form) if stem(word)] == [stem(expected)]


class TestIrregularForms:
    @pytest.mark.parametrize(
        "forms",
        [
            "crisis crises", "analysis analyses", "diagnosis diagnoses", "hypothesis hypotheses", "psychosis psychoses",
            "synthesis syntheses", "criterion criteria", "phenomenon phenomena", "curriculum curricula",
            "policeman policemen policewoman policewomen", "chairman chairmen chairwoman chairperson chairpeople",
            "spokesperson spokesman spokeswomen", "salesperson salespeople", "knife knives", "wife wives", "man men",
            "woman women", "child children", "person people persons", "foot feet", "tooth teeth", "mouse mice",
            "index indices", "syllabus syllabi", "bus buses", "half halves", "thief thieves",
            "headteacher headteachers",
        ],
    )  # fmt: skip
    def test_all_forms_of_a_word_are_one(self, forms: str) -> None:
        assert len({stem(form) for form in forms.split()}) == 1

    @pytest.mark.parametrize(
        "words",
        [
            "personal people",
            "basis base",
            "women men",
            "leaves life",
            "german man",
            "specimen species",
        ],
    )
    def test_other_words_are_not(self, words: str) -> None:
        one, other = words.split()
        assert stem(one) != stem(other)


class TestWelsh:
    @pytest.mark.parametrize(("welsh", "english"), NAMES.items())
    def test_each_name_and_its_mutations_are_the_english_name(
        self, welsh: str, english: str
    ) -> None:
        forms = [welsh] + [
            start + welsh.removeprefix(radical)
            for start, radical in MUTATIONS
            if welsh.startswith(radical)
        ]
        for form in forms:
            assert plain_words(form.title()) == english.split()
            # No form is an English word by itself.
            assert form not in english_words().keys() | STOP_WORDS | REQUEST_WORDS
