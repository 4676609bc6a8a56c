import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.search.lexicon import Lexicon, plain_words
from evidence.search.query import LONGEST_QUERY, MOST_CONCEPTS, Query, clean, read, unknown_words
from tests.evidence.search.lexicons import make_lexicon, stem

LEXICON = make_lexicon(
    *("mentoring", "police", "search", "stop", "work", "school", "teaching", "assistants", "crime"),
    *("homework", "guide", "patrol", "sleeping", "rough", "homelessness", "youth", "restorative"),
    *("justice", "programmes"),
    synonyms={
        "tas": ["teaching assistants"],
        "rough sleeping": ["homelessness"],
        "stop and search": ["stop and search"],
        "sleeping on sofas": ["youth homelessness"],
    },
    names={"eef": 7, "college of policing": 3},
)
SLEEP = "('sleep' | 'slept')"  # its forms


def ask(words: str, lexicon: Lexicon = LEXICON, *, exact: bool = False) -> Query:
    stems = {word: stem(word) for word in unknown_words(words, lexicon)}
    return read(words, lexicon, stems, exact=exact)


def concepts(words: str) -> list[tuple[str, str]]:
    return [(concept.words, concept.own) for concept in ask(words).concepts]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mentoring", [("mentoring", "'mentor'")]),
        ("MENTORING, police!", [("mentoring", "'mentor'"), ("police", "'police'")]),
        ("mentoring mentoring", [("mentoring", "'mentor'")]),
        ("the police and the school", [("police", "'police'"), ("school", "'school'")]),
        ("what is the crime", [("crime", "'crime'")]),
        ('"restorative justice"', [("restorative justice", "'restorative' <1> 'justice'")]),
        ('"police in school"', [("police in school", "'police' <2> 'school'")]),
        (
            "does stop and search work",
            [("stop and search", "'stop' <2> 'search'"), ("work", "'work'")],
        ),
        ("stop search", [("stop search", "'stop' <1> 'search'")]),
        ("police OR school", [("police OR school", "('police') | ('school')")]),
        ("OR police", [("police", "'police'")]),
        ("police OR", [("police", "'police'")]),
        ("sleeping on the sofas", [("sleeping on the sofas", f"{SLEEP} <3> 'sofa'")]),
    ],
)
def test_people_write_as_they_speak(words: str, expected: list[tuple[str, str]]) -> None:
    assert concepts(words) == expected


@pytest.mark.parametrize(
    "words", ["", "   ", "the of and", "!?", '""', "-", "OR", "- - -", '" " "', "\x00", "😀"]
)
def test_nothing_to_look_for_is_no_error(words: str) -> None:
    assert ask(words).concepts == ()


@pytest.mark.parametrize(
    ("words", "without"),
    [
        ("police -school", "('school')"),
        ("police -school -crime", "('school') | ('crime')"),
        ('police -"restorative justice"', "('restorative' <1> 'justice')"),
        ("police -restorative-justice", "('restorative' <1> 'justice')"),
        ("police - school", ""),
        ("multi-school", ""),
        ("-school", ""),  # of nothing, nothing can be left out
    ],
)
def test_a_minus_sign_leaves_out(words: str, without: str) -> None:
    assert ask(words).without == without


def test_a_synonym_widens_a_word_and_a_term() -> None:
    assert ask("TAs").concepts[0].also == "(('teach' | 'taught') <1> 'assistant')"
    assert ask("rough sleeping").concepts[0].also == "('homelessnes')"
    assert ask("sleeping rough").concepts[0].also == ""


def test_the_longest_term_wins() -> None:
    assert [concept.words for concept in ask("stop and search police").concepts] == [
        "stop and search",
        "police",
    ]


def test_a_centre_favours_and_is_not_looked_for() -> None:
    query = ask("eef homework")
    assert query.centres == {7}
    assert concepts("eef homework") == [("homework", "'homework'")]
    assert ask("college of policing mentoring").centres == {3}


def test_a_centre_alone_is_looked_for() -> None:
    assert concepts("EEF") == [("eef", "'eef'")]


def test_words_of_asking_weigh_less() -> None:
    work, crime = ask("work crime").concepts
    assert work.weight < crime.weight / 2


def test_after_a_preposition_a_word_of_asking_names_a_thing() -> None:
    place, asking = ask("crime at work").concepts[1], ask("crime work").concepts[1]
    assert place.weight > asking.weight


def test_a_term_of_one_word_keeps_its_stop_words() -> None:
    lexicon = make_lexicon("work", "fidelity", synonyms={"what work": ["fidelity"]})
    assert ask("what work", lexicon).concepts[0].also == "('fidelity')"
    assert ask("the work", lexicon).concepts[0].also == ""


def test_one_word_of_a_term_is_wider_than_the_term() -> None:
    lexicon = make_lexicon(
        "drugs", "enforcement", synonyms={"drug dealers": ["drugs", "enforcement"]}
    )
    dealers = ask("drug dealers", lexicon).concepts[0]
    assert (dealers.also, "'drug'" in dealers.part) == ("('enforcement')", True)


def test_a_term_that_means_nothing_but_its_own_word_is_no_term() -> None:
    lexicon = make_lexicon("reading", synonyms={"hate reading": ["reading"]})
    assert [one.own for one in ask("hate reading", lexicon).concepts] == ["'hate'", "'read'"]


def test_a_rare_word_weighs_more() -> None:
    lexicon = make_lexicon(rare=1, common=60)
    rare, common = ask("rare common", lexicon).concepts
    assert rare.weight > 2 * common.weight


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("restoritive justice", "restorative justice"),
        ("Restoritive Justise!", "restorative justice!"),
        ("homwork -skool", "homework -skool"),
        ("restorative justice", None),
        ("tas", None),  # a synonym
        ("eef", None),
        ("slavery", None),  # English that no evidence has
        ("xq", None),
    ],
)
def test_typing_errors_are_seen(words: str, meant: str | None) -> None:
    assert ask(words).meant == meant


def test_exact_words_are_left_as_they_are() -> None:
    query = ask("restoritive justice", exact=True)
    assert query.concepts[0].own == "'restoritive'"
    assert query.meant == "restorative justice"


def test_enough_of_a_query_is_any_set_of_its_words_that_weighs_enough() -> None:
    query = ask("mentoring homework patrol")
    two_of_three = query.reaching(0.6)
    assert two_of_three.count("&") == 3


def test_control_characters_and_length_are_cleaned() -> None:
    assert clean("a\x00b\n c\ud800 ") == "a b c"
    assert len(clean("x" * 5000)) == LONGEST_QUERY


@given(
    st.text(max_size=6000)
    | st.lists(
        st.sampled_from(['"', "-", "OR", "|", "&", "!", "(", "police", "<->", ":*", "'"])
    ).map(" ".join)
)
def test_whatever_is_typed_is_read_into_few_plain_concepts(words: str) -> None:
    query = ask(words)
    assert len(query.concepts) <= MOST_CONCEPTS
    for concept in query.concepts:
        assert all(char.isalnum() or char in "'<>&| ()" for char in concept.any)
    assert len(query.reaching(0.3)) < 20_000


def test_words_are_cut_as_the_index_cuts_them() -> None:
    assert plain_words("Children’s centres; A&E, pobl hŷn, 16-17") == [
        *("children", "s", "centres", "a", "e", "pobl", "hyn", "16", "17"),
    ]


class TestTermsWithOtherWordsBetween:
    LEXICON = make_lexicon(
        *("hold", "repeating", "year", "child", "school", "improve", "implementation", "money"),
        *("kick", "exclusion", "behaviour", "class", "grants", "homeless", "mum"),
        synonyms={
            "hold back": ["repeating"],
            "kicked out class": ["exclusion"],
            "kick off": ["behaviour"],
            "school improve": ["implementation"],
            "giving money": ["grants"],
        },
    )

    def found(self, words: str) -> list[tuple[str, str]]:
        return [(one.words, one.also) for one in ask(words, self.LEXICON).concepts]

    def test_a_known_term_is_seen_around_other_words(self) -> None:
        assert self.found("holding a child back a year") == [
            *(("holding back", "('repeat')"), ("child", ""), ("year", "")),
        ]
        assert ask("holding a child back", self.LEXICON).concepts[0].own == (
            "('hold' | 'held') & 'back'"
        )

    def test_a_form_of_a_word_is_that_word(self) -> None:
        assert self.found("held back")[0] == ("held back", "('repeat')")

    def test_a_particle_makes_a_verb_another_one(self) -> None:
        assert ("kicking off", "('behaviour')") in self.found("kicking off in class")

    def test_a_verb_of_asking_may_begin_a_term_and_never_end_it(self) -> None:
        assert ("giving money", "('grant')") in self.found("giving homeless people money")
        assert "('implementation')" not in [also for _, also in self.found("school can improve")]

    @pytest.mark.parametrize(
        "words",
        [
            "hold one two three four back",
            '"hold" child back',
            "hold child OR back",
            "hold child -back",
        ],
    )
    def test_not_over_many_words_nor_over_signs(self, words: str) -> None:
        assert "('repeat')" not in [also for _, also in self.found(words)]


def test_a_word_of_asking_has_no_synonyms_unless_it_names_a_thing() -> None:
    lexicon = make_lexicon("prison", "work", "employment", synonyms={"work": ["employment"]})
    assert ask("does prison work", lexicon).concepts[1].also == ""
    assert ask("prison at work", lexicon).concepts[-1].also == "('employment')"


@pytest.mark.parametrize("words", ["NG222", "ng222", "ng 222", "NG-222", "(NG 222)", '"ng 222"'])
def test_a_reference_is_read_however_it_is_written(words: str) -> None:
    assert ask(words, make_lexicon("ng222")).concepts[0].own == "'ng222'"


def test_a_word_in_two_finds_the_word_in_one_and_the_other_way_round() -> None:
    lexicon = make_lexicon("homework", "home", "work", "anti", "bullying")
    two = ask("home work", lexicon).concepts[0]
    assert (two.own, two.also) == ("'home' & 'work'", "('homework')")
    assert [one.words for one in ask("antibullying", lexicon).concepts] == ["anti", "bullying"]
    assert ask("antibullying", lexicon).meant is None


def test_what_is_left_of_a_contraction_is_not_looked_for() -> None:
    found = {one.words for one in ask("they won't sleep, we've tried").concepts}
    assert "sleep" in found
    assert not found & {"won", "ve"}


def test_a_word_of_everyday_speech_tells_less_than_a_word_of_a_field() -> None:
    rare, common = ask("mentoring terrible").concepts
    assert (rare.words, common.words) == ("mentoring", "terrible")
    lexicon = make_lexicon(terrible=3, mentoring=3)
    field, speech = ask("mentoring terrible", lexicon).concepts
    assert field.weight > speech.weight


@pytest.mark.parametrize(
    ("typed", "radical"),
    [
        ("bobl", "pobl"),
        ("phobl", "pobl"),
        ("mhobl", "pobl"),
        ("ddigartref", "digartref"),
        ("gaerdydd", "caerdydd"),
        ("pobl", "pobl"),
        ("blob", "blob"),
        ("dobl", "dobl"),
    ],
)
def test_a_mutated_welsh_word_is_read_as_the_word(typed: str, radical: str) -> None:
    lexicon = make_lexicon(
        "people",
        *("homelessness", "cardiff"),
        synonyms={"pobl": ["people"], "digartref": ["homelessness"], "caerdydd": ["cardiff"]},
    )
    assert ask(typed, lexicon).concepts[0].words == radical


def test_a_form_of_a_word_of_asking_is_one_too() -> None:
    asking, crime = ask("lets crime").concepts
    assert asking.weight < crime.weight / 2


@pytest.mark.parametrize("reflexive", ["herself", "himself", "myself", "yourself", "themself"])
def test_who_does_it_to_themselves_is_no_other_subject(reflexive: str) -> None:
    lexicon = make_lexicon("self", "harm", "costs", synonyms={"cut themselves": ["self harm"]})
    [cuts] = ask(f"my daughter cuts {reflexive}", lexicon).concepts[1:]
    assert cuts.also == "('self' <1> 'harm')"
    assert all(not concept.also for concept in ask("cuts costs", lexicon).concepts)
    assert ask(f"costs {reflexive}", lexicon).concepts[0].words == "costs"


def test_an_acronym_is_no_form_of_a_word() -> None:
    lexicon = make_lexicon(
        *("send", "needs"), synonyms={"send": ["needs"]}, acronyms=("send", "sends")
    )
    for word in ("send", "SENDs"):
        assert ask(word, lexicon).concepts[0].also == "('need')"
    other = ask("sending", lexicon).concepts[0]
    assert (other.own, other.also) == ("'sending'", "")


def test_what_is_worth_doing_is_asked_and_not_looked_for() -> None:
    lexicon = make_lexicon("paying", "tutors", "grants", synonyms={"paying for": ["grants"]})
    assert [one.words for one in ask("is it worth paying for tutors", lexicon).concepts][-1] == (
        "tutors"
    )
    assert "('grant')" not in [one.also for one in ask("worth paying for tutors", lexicon).concepts]
    assert "('grant')" in [one.also for one in ask("paying for tutors", lexicon).concepts]


def test_each_word_is_corrected_whatever_the_others_are() -> None:
    lexicon = make_lexicon("public", "procurement", "programmes", "context")
    stems = {"publick": "publick", "procurment": "procurement", "progams": "progam"}
    read_so = read("publick procurment progams", lexicon, stems)
    assert read_so.meant == "public procurement programmes"
    assert ask("contextual public", lexicon).meant is None


def test_those_in_a_year_are_the_year() -> None:
    lexicon = make_lexicon("secondary", "50s", synonyms={"year 7": ["secondary"]})
    [year] = ask("year 7s", lexicon).concepts
    assert (year.words, year.also) == ("year 7", "('secondary')")
    assert ask("the 50s", lexicon).concepts[0].words == "50s"
