"""How a query is understood."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.search.concepts import MAX_CONCEPTS, Concept
from evidence.search.lexicon import Lexicon
from evidence.search.phrases import term_of
from evidence.search.query import Query, parse
from tests.evidence.search.lexicons import make_lexicon

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


WITH_EVIDENCE = sorted(word for word, known in LEXICON.words.items() if known.documents)


def parsed(words: str, lexicon: Lexicon = LEXICON, *, exact: bool = False) -> Query:
    return parse(words, lexicon, exact=exact)


def typed(concept: Concept) -> str:
    """Return the stems that are looked for; "*" stands for any word."""
    return " OR ".join(" AND ".join(map(term_of, phrases)) for phrases in concept.typed)


def synonyms(concept: Concept) -> list[str]:
    return list(map(term_of, concept.synonyms))


def concepts(words: str) -> list[tuple[str, str]]:
    return [(concept.words, typed(concept)) for concept in parsed(words).concepts]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mentoring", [("mentoring", "mentor")]),
        ("MENTORING, police!", [("mentoring", "mentor"), ("police", "police")]),
        ("mentoring mentoring", [("mentoring", "mentor")]),
        ("the police and the school", [("police", "police"), ("school", "school")]),
        ("what is the crime", [("crime", "crime")]),
        ('"restorative justice"', [("restorative justice", "restorative justice")]),
        ('"police in school"', [("police in school", "police * school")]),
        (
            "does stop and search work",
            [("stop", "stop"), ("search", "search"), ("work", "work")],
        ),
        ("stop search", [("stop", "stop"), ("search", "search")]),
        ("police OR school", [("police OR school", "police OR school")]),
        ("OR police", [("police", "police")]),
        ("police OR", [("police", "police")]),
        ("sleeping on the sofas", [("sleeping", "sleep"), ("sofas", "sofa")]),
    ],
)
def test_people_write_as_they_speak(words: str, expected: list[tuple[str, str]]) -> None:
    assert concepts(words) == expected


@pytest.mark.parametrize(
    "words", ["", "   ", "the of and", "!?", '""', "-", "OR", "- - -", '" " "', "\x00", "😀"]
)
def test_nothing_to_look_for_is_no_error(words: str) -> None:
    assert parsed(words).concepts == ()


@pytest.mark.parametrize(
    ("words", "without"),
    [
        ("police -school", ["school"]),
        ("police -school -crime", ["school", "crime"]),
        ('police -"restorative justice"', ["restorative justice"]),
        ("police -restorative-justice", ["restorative justice"]),
        ("police - school", []),
        ("multi-school", []),
        ("-school", []),  # of nothing, nothing can be left out
    ],
)
def test_a_minus_sign_leaves_out(words: str, without: list[str]) -> None:
    assert list(map(term_of, parsed(words).excluded)) == without


def test_a_synonym_widens_a_word_and_a_term() -> None:
    assert synonyms(parsed("TAs").concepts[0]) == ["teach assistant"]
    assert synonyms(parsed("rough sleeping").concepts[0]) == ["homelessnes"]
    assert synonyms(parsed("sleeping rough").concepts[0]) == []


def test_every_word_of_a_term_has_the_synonyms_of_the_term() -> None:
    rough, sleeping, police = parsed("rough sleeping police").concepts
    assert synonyms(rough) == synonyms(sleeping) == ["homelessnes"]
    assert synonyms(police) == []


def test_terms_that_overlap_all_count_and_what_is_part_of_one_does_not() -> None:
    lexicon = make_lexicon(
        *("better", "street", "lighting", "lamps", "realm", "roads"),
        synonyms={
            "better street": ["realm"],
            "street lighting": ["lamps"],
            "street": ["roads"],
        },
    )
    better, street, lighting = parsed("better street lighting", lexicon).concepts
    assert (synonyms(better), synonyms(lighting)) == (["realm"], ["lamp"])
    assert synonyms(street) == ["realm", "lamp"]


def test_what_was_typed_is_no_synonym_of_another_word() -> None:
    lexicon = make_lexicon("dad", "mum", "father", synonyms={"dad": ["mum", "father"]})
    assert synonyms(parsed("dad", lexicon).concepts[0]) == ["mum", "father"]
    assert synonyms(parsed("dad hits mum", lexicon).concepts[0]) == ["father"]


@given(st.lists(st.sampled_from(WITH_EVIDENCE), min_size=1, max_size=MAX_CONCEPTS))
def test_every_word_that_was_typed_is_looked_for_as_it_is(words: list[str]) -> None:
    looked_for = {
        stem
        for concept in parsed(" ".join(words)).concepts
        for stem in (*concept.partial, *(one for phrases in concept.typed for (one, *_) in phrases))
    }
    assert {LEXICON.look_up(word).stem for word in words if word not in ("tas",)} - {
        ""
    } <= looked_for


def test_words_that_nothing_has_are_named_and_empty_nothing() -> None:
    query = parsed("police zorb")
    assert [concept.words for concept in query.concepts] == ["police"]
    assert query.unknown == ("zorb",)
    assert query.doubt > 0
    assert parsed("please police").unknown == ()  # a request word asks for nothing


def test_a_centre_favours_and_is_not_looked_for() -> None:
    query = parsed("eef homework")
    assert query.centres == {7}
    assert concepts("eef homework") == [("homework", "homework")]
    assert parsed("college of policing mentoring").centres == {3}


def test_a_centre_alone_is_looked_for() -> None:
    query = parsed("EEF")
    assert (query.centres, query.names_only_centres) == (frozenset({7}), True)


def test_request_words_weigh_less() -> None:
    work, crime = parsed("work crime").concepts
    assert work.weight < crime.weight / 2


def test_after_a_preposition_a_request_word_names_a_thing() -> None:
    place, asking = parsed("crime at work").concepts[1], parsed("crime work").concepts[1]
    assert place.weight > asking.weight


def test_a_term_of_one_word_keeps_its_stop_words() -> None:
    lexicon = make_lexicon("work", "fidelity", synonyms={"what work": ["fidelity"]})
    assert synonyms(parsed("what work", lexicon).concepts[0]) == ["fidelity"]
    assert synonyms(parsed("the work", lexicon).concepts[0]) == []


def test_one_word_of_a_term_is_wider_than_the_term() -> None:
    lexicon = make_lexicon(
        "drugs", "enforcement", synonyms={"drug dealers": ["drugs", "enforcement"]}
    )
    drug, dealers = parsed("drug dealers", lexicon).concepts
    assert synonyms(drug) == synonyms(dealers) == ["enforcement"]


def test_a_term_that_means_nothing_but_its_own_word_is_no_term() -> None:
    lexicon = make_lexicon("reading", synonyms={"hate reading": ["reading"]})
    query = parsed("hate reading", lexicon)
    assert [(typed(one), synonyms(one)) for one in query.concepts] == [("read", [])]


def test_a_rare_word_weighs_more() -> None:
    lexicon = make_lexicon(rare=1, common=60)
    rare, common = parsed("rare common", lexicon).concepts
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
    assert parsed(words).corrected == meant


def test_exact_words_are_left_as_they_are() -> None:
    query = parsed("restoritive justice", exact=True)
    assert query.unknown == ("restoritive",)
    assert query.corrected == "restorative justice"


@pytest.mark.parametrize("place", ["Newport", "Casnewydd", "Nghasnewydd"])
def test_a_place_in_wales_is_no_typing_error(place: str) -> None:
    query = parsed(place, make_lexicon("newborn"))
    assert (query.corrected, query.unknown) == (None, ("newport",))


@given(
    st.text(max_size=6000)
    | st.lists(
        st.sampled_from(['"', "-", "OR", "|", "&", "!", "(", "police", "<->", ":*", "'"])
    ).map(" ".join)
)
def test_whatever_is_typed_is_read_into_few_plain_concepts(words: str) -> None:
    query = parsed(words)
    assert len(query.concepts) <= MAX_CONCEPTS
    for concept in query.concepts:
        stems = [stem for phrases in concept.typed for phrase in phrases for stem in phrase]
        assert all(not stem or stem.isalnum() for stem in stems)


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

    def found(self, words: str) -> list[tuple[str, list[str]]]:
        return [(one.words, synonyms(one)) for one in parsed(words, self.LEXICON).concepts]

    def test_a_known_term_is_seen_around_other_words(self) -> None:
        assert self.found("holding a child back a year") == [
            *(("holding", ["repeat"]), ("child", []), ("back", ["repeat"]), ("year", [])),
        ]

    def test_a_form_of_a_word_is_that_word(self) -> None:
        assert self.found("held back")[0] == ("held", ["repeat"])

    def test_a_particle_makes_a_verb_another_one(self) -> None:
        assert ("kicking", ["behaviour"]) in self.found("kicking off in class")

    def test_a_request_verb_may_begin_a_term_and_never_end_it(self) -> None:
        assert ("giving", ["grant"]) in self.found("giving homeless people money")
        assert ["implementation"] not in [also for _, also in self.found("school uniforms improve")]

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
        assert ["repeat"] not in [also for _, also in self.found(words)]


def test_a_request_word_has_no_synonyms_unless_it_names_a_thing() -> None:
    lexicon = make_lexicon("prison", "work", "employment", synonyms={"work": ["employment"]})
    assert synonyms(parsed("does prison work", lexicon).concepts[1]) == []
    assert synonyms(parsed("prison at work", lexicon).concepts[-1]) == ["employment"]


@pytest.mark.parametrize("words", ["NG222", "ng222", "ng 222", "NG-222", "(NG 222)", '"ng 222"'])
def test_a_reference_is_read_however_it_is_written(words: str) -> None:
    assert typed(parsed(words, make_lexicon("ng222")).concepts[0]) == "ng222"


def test_a_word_in_two_finds_the_word_in_one_and_the_other_way_round() -> None:
    lexicon = make_lexicon("homework", "home", "work", "anti", "bullying")
    assert [typed(one) for one in parsed("home work", lexicon).concepts] == ["homework"]
    assert [one.words for one in parsed("antibullying", lexicon).concepts] == ["anti", "bullying"]
    assert parsed("antibullying", lexicon).corrected is None


def test_a_word_in_two_with_a_typing_error_finds_the_word_in_one() -> None:
    lexicon = make_lexicon("broad", "band", "broadband", "man", "aged", "managed")
    assert synonyms(parsed("braod band", lexicon).concepts[0]) == ["broadband"]
    assert parsed("a man aged 50", lexicon).concepts[0].synonyms == ()


def test_what_is_left_of_a_contraction_is_not_looked_for() -> None:
    found = {one.words for one in parsed("they won't sleep, we've tried").concepts}
    assert "sleep" in found
    assert not found & {"won", "ve"}


def test_a_word_of_everyday_speech_tells_less_than_a_word_of_a_field() -> None:
    lexicon = make_lexicon(terrible=3, mentoring=3)
    field, speech = parsed("mentoring terrible", lexicon).concepts
    assert field.weight > speech.weight


@pytest.mark.parametrize(
    ("typed", "radical"),
    [
        ("bobl", "pobl"),
        ("phobl", "pobl"),
        ("mhobl", "pobl"),
        ("ddigartref", "digartref"),
        ("gaerdydd", "cardiff"),
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
    query = parsed(typed, lexicon)
    assert [*(concept.words for concept in query.concepts), *query.unknown] == [radical]


def test_a_form_of_a_request_word_is_one_too() -> None:
    lexicon = make_lexicon("let", "crime")
    asking, crime = parsed("lets crime", lexicon).concepts
    assert asking.weight < crime.weight / 2


@pytest.mark.parametrize("reflexive", ["herself", "himself", "myself", "yourself", "themself"])
def test_who_does_it_to_themselves_is_no_other_subject(reflexive: str) -> None:
    lexicon = make_lexicon("self", "harm", "costs", synonyms={"cut themselves": ["self harm"]})
    [cuts] = parsed(f"my daughter cuts {reflexive}", lexicon).concepts
    assert synonyms(cuts) == ["self harm"]
    assert all(not concept.synonyms for concept in parsed("cuts costs", lexicon).concepts)
    assert parsed(f"costs {reflexive}", lexicon).concepts[0].words == "costs"


@pytest.mark.parametrize(
    "words", ["hits his wife", "hits her wife", "hits my wife", "hits their wives"]
)
def test_whose_it_is_makes_no_other_term(words: str) -> None:
    lexicon = make_lexicon("violence", synonyms={"hits their": ["violence"]})
    assert ["violence"] in [synonyms(one) for one in parsed(words, lexicon).concepts]


def test_an_acronym_is_no_form_of_a_word() -> None:
    lexicon = make_lexicon(
        *("send", "needs"), synonyms={"send": ["needs"]}, acronyms=("send", "sends")
    )
    for word in ("send", "SENDs"):
        assert synonyms(parsed(word, lexicon).concepts[0]) == ["need"]
    assert parsed("sending", lexicon).concepts == ()


def test_what_is_worth_doing_is_asked_and_not_looked_for() -> None:
    lexicon = make_lexicon("paying", "tutors", "grants", synonyms={"paying for": ["grants"]})
    assert [one.words for one in parsed("is it worth paying for tutors", lexicon).concepts][-1] == (
        "tutors"
    )
    assert ["grant"] not in [
        synonyms(one) for one in parsed("worth paying for tutors", lexicon).concepts
    ]
    assert ["grant"] in [synonyms(one) for one in parsed("paying for tutors", lexicon).concepts]


def test_each_word_is_corrected_whatever_the_others_are() -> None:
    lexicon = make_lexicon("public", "procurement", "programmes", "context")
    assert (
        parsed("publick procurment progams", lexicon).corrected == "public procurement programmes"
    )
    assert parsed("contextual public", lexicon).corrected is None


def test_those_in_a_year_are_the_year() -> None:
    lexicon = make_lexicon("secondary", synonyms={"year 7": ["secondary"]})
    for concept in parsed("year 7s", lexicon).concepts:
        assert synonyms(concept) == ["secondary"]


def test_a_word_that_only_one_known_term_has_stands_for_that() -> None:
    lexicon = make_lexicon("attendance", "school", synonyms={"bunking off": ["attendance"]})
    assert synonyms(parsed("bunking of school", lexicon).concepts[0]) == ["attendance"]
    both = {"bunking off": ["attendance"], "bunking beds": ["school"]}
    assert parsed("bunking", make_lexicon("attendance", "school", synonyms=both)).unknown == (
        "bunking",
    )


def test_a_guess_at_more_than_one_error_speaks_against_an_answer() -> None:
    lexicon = make_lexicon("apprenticeships")
    assert parsed("aprenticeships", lexicon).doubt == 0
    far = parsed("aprentiships", lexicon)
    assert (far.corrected, far.doubt > 0) == ("apprenticeships", True)
    assert parsed("aprentiships", lexicon, exact=True).doubt > 0  # then nothing has it


def test_an_age_counts_no_more_than_what_the_evidence_mostly_calls_it() -> None:
    lads = make_lexicon("knife", children=90, lads=1, synonyms={"lads": ["children"]})
    aged = replace(lads, populations={("children",): {"age_group": ("children",)}})

    def weights(lexicon: Lexicon) -> list[float]:
        return [concept.weight for concept in parsed("lads knife", lexicon).concepts]

    assert weights(aged)[0] < weights(lads)[0]
    assert weights(aged)[1] == weights(lads)[1]
