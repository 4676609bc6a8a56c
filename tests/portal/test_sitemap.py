"""The sitemap: every public address is in it, and nothing else."""

import math
from dataclasses import replace

import pytest
from django.urls import get_resolver, reverse

from centres.models import Centre, PolicyArea
from evidence.editorial import actions
from evidence.models import Approach, Audience, Edition, Summary, Topic
from portal import published
from tests.factories import make_draft, make_edition
from tests.reading_sitemap import addresses_in_sitemap

pytestmark = pytest.mark.django_db

# Addresses that answer people or crawlers but are no pages: machines' lists, health, files, admin; and the paper to print,
# which nobody can ask for without saying what is in it.
NO_PAGES = {
    *(
        "suggest",
        "find-json",
        "find-csv",
        "map-csv",
        "coverage-csv",
        "find-docx",
        "compare-docx",
        "compare-paper",
        "robots",
        "sitemap",
        "sitemap-of-pages",
        "security-txt",
        "health-live",
        "health-ready",
    ),
    *("admin", "suggest"),
}


@pytest.mark.usefixtures("dataset")
def test_every_public_address_is_in_the_sitemap_once(client):
    found = addresses_in_sitemap(client)
    assert len(found) == len(set(found))
    for model in (Centre, PolicyArea, Topic, Audience, Approach):
        assert {row.get_absolute_url() for row in model._default_manager.all()} <= set(found)
    published = Summary.objects.filter(editions__state="published")
    assert {summary.get_absolute_url() for summary in published} <= set(found)
    assert {reverse("evidence:history", args=[s.slug]) for s in published} <= set(found)


@pytest.mark.usefixtures("dataset")
def test_a_sample_of_every_kind_of_address_answers(client):
    found = addresses_in_sitemap(client)
    kinds = {address.strip("/").split("/")[0]: address for address in found}
    assert len(kinds) >= 12
    for address in kinds.values():
        assert client.get(address).status_code == 200, address


def test_every_page_without_a_name_in_its_address_is_listed(client):
    names = {
        (f"{space}:" if space else "") + name
        for space, resolver in [
            ("", get_resolver()),
            ("centres", get_resolver("centres.urls")),
            ("evidence", get_resolver("evidence.urls")),
        ]
        for name, rows in resolver.reverse_dict.lists()
        if isinstance(name, str) and any(not possible[0][1] for possible, *_ in rows)
    }
    pages = {reverse(name) for name in names if name.split(":")[-1] not in NO_PAGES}
    assert len(pages) >= 12
    assert pages <= set(addresses_in_sitemap(client))


def test_drafts_and_withdrawn_summaries_are_not_in_the_sitemap(client):
    shown, gone = make_edition(), make_edition()
    draft = make_draft()
    actions.withdraw(summary=gone.summary, reason="Superseded by a trial.")
    found = addresses_in_sitemap(client)
    assert shown.get_absolute_url() in found
    assert gone.get_absolute_url() not in found
    assert draft.summary.get_absolute_url() not in found


@pytest.mark.usefixtures("dataset")
def test_many_summaries_take_several_files(client, monkeypatch):
    at_once = set(addresses_in_sitemap(client))
    published.set_snapshot(replace(published.current(), cache={}))
    monkeypatch.setattr("portal.sitemaps.SUMMARIES_A_FILE", 100)
    in_parts = addresses_in_sitemap(client)
    files = math.ceil(Edition.objects.published().count() / 100)
    assert client.get("/sitemap.xml").text.count("<sitemap>") == 1 + files
    assert len(in_parts) == len(at_once)
    assert set(in_parts) == at_once
    assert client.get(f"/sitemap-{files + 1}.xml").status_code == 404
