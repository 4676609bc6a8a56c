import json

import pytest
from django.test import Client

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


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zither", ["Zither playing", "Centre for Zithers", "Learning the zither"]),
        ("zi pl", ["Zither playing"]),
        ("LEARNING THE", ["Learning the zither"]),
        ("choir", ["Music lessons"]),
        ("cfz", ["Centre for Zithers"]),
        ("ng1", ["Learning the zither"]),
        ("ither", []),
        ("z", []),
        ("", []),
        ("\x00", []),
        ("zither nothing", []),
    ],
)
def test_what_somebody_may_mean_is_suggested(typed: str, expected: list[str]) -> None:
    assert labels(typed) == expected


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
    urls = [one.url for one in suggest("tuba")]
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
