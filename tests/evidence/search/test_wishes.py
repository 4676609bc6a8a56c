"""What a query asks for besides its subject, and that what fits comes first."""

import datetime
from collections.abc import Iterator
from dataclasses import replace

import pytest

from centres.vocabulary import AgeGroup
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.documents import Documents
from evidence.catalogue.reading import edition
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.search.ages import AGES
from evidence.search.lexicon import lexicon_of
from evidence.search.query import Query, parse
from evidence.search.results import search
from evidence.search.wishes import FIRST_WORDS, PARAMETERS, PHRASES
from evidence.search.words import plain_words
from portal import published
from tests.evidence.search.searching import ids

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

Asked = dict[str, tuple[str, ...]]
NEGATIVE: Asked = {"impact": ("no-effect", "harmful")}
BENEFICIAL: Asked = {"impact": ("beneficial",)}
CHEAP: Asked = {"cost": ("1", "2")}
STRONG: Asked = {"strength": ("very-high", "high")}
WEAK: Asked = {"strength": ("low", "very-low", "insufficient")}


def parsed(words: str) -> Query:
    return parse(words, lexicon_of(published.current()))


def wishes(words: str) -> Asked:
    return {wish.parameter: wish.values for wish in parsed(words).wishes}


def concepts(words: str) -> list[str]:
    return [concept.words for concept in parsed(words).concepts]


@pytest.mark.parametrize(
    ("words", "expected", "subject"),
    [
        ("what doesn't work to cut reoffending", NEGATIVE, ["cut", "reoffending"]),
        ("homework does not work", NEGATIVE, ["homework"]),
        ("homework didn’t really work", NEGATIVE, ["homework"]),
        ("mentoring is not working", NEGATIVE, ["mentoring"]),
        ("does scared straight make things worse", NEGATIVE, ["scared", "straight"]),
        ("what makes homework worse", NEGATIVE, ["makes", "homework"]),
        ("why don't curfews work", NEGATIVE, ["curfews"]),
        ("does homework not work", NEGATIVE, ["homework"]),
        ("do exclusions backfire", NEGATIVE, ["exclusions"]),
        ("is homework a waste of time", NEGATIVE, ["homework"]),
        ("is mentoring harmful", NEGATIVE, ["mentoring"]),
        ("homework has no effect", NEGATIVE, ["homework"]),
        ("cheap mentoring", CHEAP, ["mentoring"]),
        ("low-cost mentoring", CHEAP, ["mentoring"]),
        ("mentoring on a budget", CHEAP, ["mentoring"]),
        ("best buys for homework", CHEAP | BENEFICIAL, ["homework"]),
        ("cost effective mentoring", CHEAP | BENEFICIAL, ["mentoring"]),
        ("proven mentoring", STRONG | BENEFICIAL, ["mentoring"]),
        ("what was found not to work on reoffending", NEGATIVE, ["reoffending"]),
        ("what does not reduce reoffending", NEGATIVE, ["reoffending"]),
        ("what doesn't help attainment", NEGATIVE, ["attainment"]),
        ("mentoring proven not to work", STRONG | NEGATIVE, ["mentoring"]),
        ("best evidence on homework", STRONG, ["homework"]),
        ("gold standard homework", STRONG, ["homework"]),
        ("weak evidence homework", WEAK, ["homework"]),
        ("cheap mentoring with strong evidence", CHEAP | STRONG, ["mentoring"]),
    ],
)
def test_words_for_an_effect_a_price_or_a_strength_are_no_subject(
    words: str, expected: Asked, subject: list[str]
) -> None:
    assert (wishes(words), concepts(words)) == (expected, subject)


@pytest.mark.parametrize(
    "words",
    [
        "free school meals", "cheap alcohol", "harmful sexual behaviour", "harmful drinking", "value added",
        "strength training", "early years education", "waste", "what works", "what works to cut crime", "what reduces crime",
        "parents who don't work", "young people not working", "1 to 1 tuition", "year 6", "over 10 years",
        "mentoring that isn't cheap", "not proven", "no best buys", '"best buy" mentoring', "mentoring -cheap",
        "cheap OR dear mentoring", "worse homework", "why don't people work",
        "why don't schools work with parents", "homework work", "does homework work", "what actually works",
    ],
)  # fmt: skip
def test_what_is_a_subject_denied_quoted_or_left_out_is_no_wish(words: str) -> None:
    assert wishes(words) == {}


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ("mentoring under 5", "early-years"),
        ("mentoring for under 25s", "early-years children young-people"),
        ("mentoring for 16-18s", "young-people"),
        ("mentoring for 7 to 11 year olds", "children"),
        ("jobs for over 50s", "older-people"),
        ("jobs for people aged 65 and over", "older-people"),
        ("jobs for 30 to 40 year olds", "working-age"),
        ("mentoring for older people", "older-people"),
    ],
)
def test_ages_are_read_as_age_groups(words: str, groups: str) -> None:
    assert wishes(words) == {"age_group": tuple(groups.split())}


def test_every_age_group_has_its_ages() -> None:
    assert list(AGES) == list(AgeGroup)


def test_every_value_of_a_filter_for_whom_or_where_is_read_by_its_label() -> None:
    """So a new one is too."""
    for parameter in ("setting", "audience", "age_group"):
        facet = current_catalogue().facets[parameter]
        for value, label in facet.labels.items():
            if value != "not-stated":
                assert value in wishes(f"homework for {label}")[parameter], label
    assert wishes("homework for secondary") == {"setting": ("secondary-schools",)}
    assert "primary-schools" in wishes("homework for schools")["setting"]
    # It stays a subject: the words are searched for too.
    assert "primary schools" in " ".join(concepts("homework for primary schools"))


@pytest.mark.parametrize(
    ("years_ago", "period"), [(0, "1"), (1, "2"), (2, "5"), (4, "5"), (9, None)]
)
def test_since_a_year_is_read_as_the_shortest_period_that_begins_by_then(
    years_ago: int, period: str | None
) -> None:
    # On the first of January it is as long ago as a whole number of years.
    midyear = replace(published.current(), day=datetime.date(2026, 7, 1), cache={})
    year = 2026 - years_ago
    expected = {"updated": (period,)} if period else {}
    with published.only(midyear):
        assert wishes(f"homework since {year}") == expected
        assert wishes(f"homework after {year - 1}") == expected
        assert wishes(f"homework {year}") == {}


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("latest on homework", "2"),
        ("recent research on homework", "2"),
        ("homework in the last 5 years", "5"),
        ("homework in the last year", "1"),
    ],
)
def test_recent_evidence_is_asked_for_in_words(words: str, period: str) -> None:
    assert (wishes(words), concepts(words)) == ({"updated": (period,)}, ["homework"])


def test_a_wish_quotes_what_was_typed() -> None:
    [wish] = parsed("Homework doesn’t WORK").wishes
    assert wish.words == "doesn’t WORK"


def test_what_is_declined_is_searched_for_as_it_stands() -> None:
    query = parse("cheap homework", lexicon_of(published.current()), declined={"cost"})
    assert query.wishes == ()
    assert [concept.words for concept in query.concepts] == ["cheap", "homework"]


# Over all of the data set


def names() -> Iterator[str]:
    """Yield every title, label, other name and synonym."""
    documents, vocabulary = published.current()[Documents], current_vocabulary()
    yield from (documents.document(key).value("title") for key in documents.published.values())
    for rows in (vocabulary.approaches, vocabulary.topics, vocabulary.outcomes):
        for row in rows.values():
            yield from (row.label, *row.also_known_as)
    for area in vocabulary.network.policy_areas.values():
        yield from (area.label, *area.also_known_as)
    for group in vocabulary.synonym_groups:
        yield from (*group.terms, *group.finds)


def test_no_name_alone_asks_for_an_effect_a_price_a_strength_or_a_date() -> None:
    """They may say for whom, which takes nothing away."""
    # Of thousands, those that have a word or a number with which a wish can begin; the others cannot be read for one.
    some = [
        name
        for name in set(names())
        if any(word in FIRST_WORDS or word.isdigit() for word in plain_words(name))
    ]
    assert len(some) > 100
    read = {name: wishes(name) for name in some}
    assert {
        name for name, found in read.items() if found.keys() - {"age_group", "setting", "audience"}
    } == set()


def test_no_title_is_hidden_by_the_wishes_that_it_may_be_read_for() -> None:
    documents = published.current()[Documents]
    for slug, key in documents.published.items():
        title = documents.document(key).value("title")
        if wishes(title):
            assert ids(search(title))[0] == slug, title


FRAMES: dict[str, Asked] = {
    "{} that doesn't work": NEGATIVE,
    "is {} a waste of money": NEGATIVE,
    "{} at low cost": CHEAP,
    "proven {}": STRONG | BENEFICIAL,
    "{} weak evidence": WEAK,
}


@pytest.mark.parametrize("frame", FRAMES)
def test_of_every_topic_what_fits_comes_first(frame: str) -> None:
    """The list begins with what fits, of the topic; before it comes only what is named as the topic is.

    A title that is nearly the topic, as "After-school programmes" is, may be too far ahead: of all topics, of two.
    """
    facets, otherwise = current_catalogue().facets, []
    for topic, bits in facets["topic"].bits.items():
        label = facets["topic"].labels[topic]
        results = search(frame.format(label))
        found = {wish.parameter: wish.values for wish in results.query.wishes}
        assert found.items() >= FRAMES[frame].items(), label
        named = {edition(key).pk for key in bits if edition(key).title == label}
        ranked = results.ranking.best_first(results.bits, 0, 200)
        of_topic = [key for key in ranked if key in bits and key not in named]
        fits = [
            sum(
                any(key in facets[parameter].bits[value] for value in values)
                for parameter, values in found.items()
            )
            for key in of_topic
        ]
        if fits[:1] != sorted(fits, reverse=True)[:1]:
            otherwise.append(label)
    assert len(otherwise) <= 2, otherwise


def test_a_wish_puts_nothing_first_that_is_less_about_the_topic() -> None:
    """What fits it comes first of what is as much about the topic, by its title and labels."""
    topics = current_catalogue().facets["topic"]
    for topic in topics.bits:
        words = f"{topics.labels[topic]} that doesn't work"
        ranking, plain = search(words).ranking, search(words, declined=PARAMETERS).ranking
        [first], [without] = ranking.best(1), plain.best(1)
        about = ranking.share_in_title_or_labels
        assert about(first.edition) >= about(without.edition), words


def test_what_is_for_those_who_are_asked_for_gains_a_little() -> None:
    everything = search("mentoring for older people").ranking
    fitting = current_catalogue().facets["age_group"].bits["older-people"]
    plain = search("mentoring for older people", declined={"age_group"}).ranking
    ranks, before = ({one.edition: one.rank for one in r.best()} for r in (everything, plain))
    assert all(ranks[key] > before[key] for key in ranks.keys() & before.keys() & set(fitting))
    assert all(ranks[key] == before[key] for key in (ranks.keys() & before.keys()) - set(fitting))


OWN: dict[str, Asked] = {
    "{} that does not work": NEGATIVE,
    "{} cheap": CHEAP,
    "strong evidence {}": STRONG,
    "{}: weak evidence": WEAK,
}


@pytest.mark.parametrize("frame", OWN)
def test_a_summary_that_fits_is_found_by_its_title_and_the_wish(frame: str) -> None:
    """Whatever it was found to do, to cost and to be based on."""
    documents, facets = published.current()[Documents], current_catalogue().facets
    for slug, key in documents.published.items():
        if all(
            any(key in facets[parameter].bits[value] for value in values)
            for parameter, values in OWN[frame].items()
        ):
            title = documents.document(key).value("title")
            assert slug in ids(search(frame.format(title)))[:3], title


@pytest.mark.parametrize(
    "words", ["what doesn't work", "things that do not work", "WHAT DOESN'T WORK?"]
)
def test_a_query_of_wishes_alone_finds_all_that_fits(words: str) -> None:
    results = search(words)
    bits = current_catalogue().facets["impact"].bits
    assert results.bits == bits["no-effect"] | bits["harmful"]
    assert not results.is_loosely_related


def test_wishes_alone_are_to_be_fulfilled_together() -> None:
    facets = current_catalogue().facets
    cheap = facets["cost"].bits["1"] | facets["cost"].bits["2"]
    strong = facets["strength"].bits["high"] | facets["strength"].bits["very-high"]
    assert search("cheap with strong evidence").bits == cheap & strong


def test_what_is_left_out_with_a_minus_is_left_out_of_wishes_alone_too() -> None:
    everything, others = (
        search("what doesn't work").bits,
        search("what doesn't work -policing").bits,
    )
    assert others < everything
    assert others.isdisjoint(search("policing").bits)


def test_every_wish_is_of_a_value_that_a_filter_has() -> None:
    facets = current_catalogue().facets
    for values in PHRASES.values():
        for parameter, asked in values.items():
            assert parameter in PARAMETERS
            assert set(asked) <= set(facets[parameter].bits)
