"""An address that is pasted into the search leads to its summary."""

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.catalogue.documents import Documents
from evidence.editorial import actions
from evidence.models import Summary
from evidence.search.addresses import address_in, plain_address
from evidence.search.results import search
from portal import published
from tests.evidence.search.searching import found, ids
from tests.factories import make_draft, make_edition, publish_draft

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("dataset")
def test_the_address_of_every_source_leads_to_its_summary() -> None:
    documents = published.current()[Documents]
    for slug, key in documents.published.items():
        document = documents.document(key)
        source = document.value("source_url")
        bare = source.partition("://")[2].removeprefix("www.").rstrip("/") + "/"
        for address in (source, bare, f"HTTP://WWW.{bare}#top", f"see {source}."):
            results = search(address)
            first = documents.document(results.best_first(results.bits, 0, 1)[0])
            assert slug in ids(results), address
            assert plain_address(first.value("source_url")) == plain_address(source)
            assert not results.is_loosely_related


@pytest.mark.usefixtures("dataset")
def test_the_address_of_every_page_of_a_summary_leads_to_it() -> None:
    for slug in published.current()[Documents].published:
        for address in (
            f"https://what-works.example/evidence/{slug}/",
            f"what-works.example/portal/evidence/{slug}?from=mail#findings",
            f"localhost:8000/evidence/{slug}/history/1/",
            f"/evidence/{slug}",
        ):
            assert ids(search(address)) == [slug], address


@pytest.mark.parametrize("view", ["/evidence/", "/evidence.json"])
@pytest.mark.usefixtures("dataset")
def test_an_address_that_nothing_has_is_not_read_as_words(view: str, client: Client) -> None:
    response = client.get(view, {"q": "https://example.org/phonics-for-reading"})
    if view == "/evidence/":
        assert "No summary is at this address" in response.content.decode()
    else:
        answer = response.json()
        assert (answer["count"], answer["loose"], answer["corrected"]) == (0, False, None)


@pytest.mark.parametrize(
    "words",
    ["and/or", "24/7", "A/B", "e.g. school", "mentoring", "1:1", "yes/no.", "Mr. Smith/teacher"],
)
def test_words_are_no_address(words: str) -> None:
    assert address_in(words) is None


@settings(deadline=None)  # the first search makes the lexicon
@given(st.text(max_size=100).map("https://".__add__))
def test_whatever_follows_a_scheme_is_no_error(words: str) -> None:
    search(words)


def test_a_new_edition_takes_the_address_over_and_a_withdrawn_summary_leads_on() -> None:
    old = make_edition(slug="old", source_url="https://example.org/one")
    make_edition(slug="new", source_url="https://example.org/two")
    assert found("example.org/one") == ["old"]
    publish_draft(make_draft(summary=old.summary, source_url="https://example.org/three"))
    assert (found("example.org/one"), found("example.org/three")) == ([], ["old"])
    new = Summary.objects.get(slug="new")
    actions.withdraw(summary=old.summary, reason="It was wrong.", replaced_by=new)
    assert found("https://portal.example/evidence/old/") == ["new"]
    assert found("example.org/three") == []
