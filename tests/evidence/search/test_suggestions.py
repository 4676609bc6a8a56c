import json

import pytest
from django.test import Client

from evidence.models import SynonymGroup
from evidence.search.results import search
from evidence.search.suggestions import suggest
from portal import published
from tests.factories import make_approach, make_centre, make_draft, make_edition, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def content() -> None:
    music = make_topic("music", label="Music lessons", also_known_as=["singing in choirs"])
    edition = make_edition(slug="zither", title="Learning the zither", code="NG1", topics=[music])
    make_approach("zithers", label="Zither playing", members=[edition])
    make_centre("abc", name="Centre for Zithers", acronym="CFZ")
    published.check(now=True)


def labels(typed: str) -> list[str]:
    return [one.label for one in suggest(typed)]


def suggested_now(typed: str) -> list[str]:
    published.check(now=True)
    return labels(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zither", ["Zither playing", "Centre for Zithers", "Learning the zither"]),
        ("zi pl", ["Zither playing"]),
        ("LEARNING THE", ["Learning the zither"]),
        ("choir", ["Music lessons"]),
        ("singing in choirs", ["Music lessons"]),
        ("cfz", ["Centre for Zithers"]),
        ("ng1", ["Learning the zither"]),
    ],
)
def test_what_is_called_so_comes_first(typed: str, expected: list[str]) -> None:
    assert labels(typed)[: len(expected)] == expected


@pytest.mark.parametrize("typed", ["z", "", "\x00", "quokka", "quokka nothing", "?!"])
def test_what_means_nothing_suggests_nothing(typed: str) -> None:
    assert labels(typed) == []


@pytest.mark.parametrize("typed", ["since 2022", "since 2022 since 2022", "doesn't work", "cheap"])
def test_words_that_name_no_subject_suggest_nothing(typed: str) -> None:
    assert labels(typed) == []


def test_what_is_called_otherwise_is_suggested_even_after_many_names() -> None:
    for number in range(9):
        make_edition(slug=f"banjo-{number}", title=f"Banjo {number}")
    assert "Music lessons" not in suggested_now("banjo")
    SynonymGroup.objects.create(order=1, terms=["banjo"], finds=["Music lessons"], one_way=True)
    found = suggested_now("banjo")
    assert found[0] == "Banjo 0"
    assert found[-1] == "Music lessons"
    assert len(found) == 8


@pytest.mark.parametrize(
    "typed",
    [
        *("zihter playing", "ziter plaing", "choirs singing zithers"),
        "learning zith",  # a word that is not finished
        "learning zi",
    ],
)
def test_few_names_are_completed_by_what_a_search_finds(typed: str) -> None:
    assert "Learning the zither" in labels(typed)
    assert "Music lessons" in labels(typed)


def test_a_typing_error_is_mended_even_if_it_is_an_english_word() -> None:
    make_topic("mental-health", label="Mental health")
    make_edition(slug="metal", title="Metal work")
    assert suggested_now("metal health")[0] == "Mental health"
    assert suggested_now("metal")[0] == "Metal work"
    assert "Mental health" not in suggested_now("metal")


def test_what_only_shares_a_word_is_not_suggested() -> None:
    make_edition(slug="herons", title="Herons of the estuary")
    published.check(now=True)
    assert search("quokkas numbats echidnas herons").is_loosely_related
    assert labels("quokkas numbats echidnas herons ") == []


def test_the_typed_part_is_marked() -> None:
    assert suggest("zi pl")[0].parts == [
        ("Zi", True),
        ("ther ", False),
        ("pl", True),
        ("aying", False),
    ]


def test_summaries_of_the_same_title_are_suggested_in_the_order_of_their_addresses() -> None:
    for slug in ("tuba-c", "tuba-a", "tuba-b"):
        make_edition(slug=slug, title="Tuba")
    published.check(now=True)
    urls = [one.url for one in suggest("tuba")][:3]
    assert urls == ["/evidence/tuba-a/", "/evidence/tuba-b/", "/evidence/tuba-c/"]


def test_a_draft_is_not_suggested() -> None:
    make_draft(slug="secret", title="Secret zither")
    published.check(now=True)
    assert "Secret zither" not in labels("zither")


def test_the_address_answers_as_json(client: Client) -> None:
    answer = json.loads(client.get("/suggest", {"q": "choir"}).content)
    assert answer["suggestions"][0]["url"] == "/topics/music/"
    assert client.get("/suggest").status_code == 200
    assert client.get("/suggest", {"q": "x" * 5000}).status_code == 200
    assert client.post("/suggest").status_code == 405


def test_it_takes_no_sql(client: Client, django_assert_num_queries) -> None:
    client.get("/suggest", {"q": "zi"})
    with django_assert_num_queries(0):
        client.get("/suggest", {"q": "zi"})
