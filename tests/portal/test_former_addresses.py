"""A link to an address that something had before leads to where it is now."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from centres.models import Centre, PolicyArea
from evidence.models import Approach, Audience, Outcome, Setting, Topic
from portal import published
from portal.former_addresses import present_slugs
from tests.factories import (
    make_approach,
    make_audience,
    make_centre,
    make_edition,
    make_policy_area,
    make_setting,
    make_topic,
)

pytestmark = pytest.mark.django_db

MOVED: dict[str, tuple[Any, Callable[..., Any]]] = {
    "/topics/{}/": (Topic, make_topic),
    "/for/{}/": (Audience, make_audience),
    "/approaches/{}/": (Approach, lambda slug: make_approach(slug, members=[make_edition()])),
    "/centres/{}/": (Centre, make_centre),
    "/policy-areas/{}/": (PolicyArea, make_policy_area),
}


@pytest.mark.parametrize("page", MOVED)
def test_a_changed_address_sends_its_readers_on_for_good(page: str, client: Client) -> None:
    model, make = MOVED[page]
    row = make("first")
    row.slug = "second"
    row.save()
    with connection.cursor() as cursor:  # in SQL as well, and two moves in a row
        table = model._meta.db_table
        cursor.execute(f"UPDATE {table} SET slug = 'third' WHERE id = %s", [row.pk])

    for former in ("first", "second"):
        answer = client.get(page.format(former) + "?q=caf%C3%A9")
        assert answer.status_code == 301
        assert answer.headers["Location"] == page.format("third") + "?q=caf%C3%A9"
    assert client.get(page.format("third")).status_code == 200
    assert client.get(page.format("never")).status_code == 404


def test_a_present_address_goes_before_a_former_one(client: Client) -> None:
    topic = make_topic("reading")
    Topic.objects.filter(pk=topic.pk).update(slug="literacy")
    assert client.get("/topics/reading/").status_code == 301

    make_topic("reading", label="Reading for pleasure")
    published.check(now=True)

    assert b"Reading for pleasure" in client.get("/topics/reading/").content


def test_what_moved_back_or_is_gone_leads_nowhere_else(client: Client) -> None:
    topic = make_topic("reading")
    for slug in ("literacy", "reading"):
        Topic.objects.filter(pk=topic.pk).update(slug=slug)
    assert client.get("/topics/literacy/").headers["Location"] == "/topics/reading/"

    topic.delete()
    published.check(now=True)

    assert client.get("/topics/reading/").status_code == 404
    assert client.get("/topics/literacy/").status_code == 404


@pytest.mark.parametrize("page", ["/evidence/", "/evidence.json", "/evidence.csv", "/map/"])
def test_a_list_filtered_by_a_former_slug_is_the_same_list(page: str, client: Client) -> None:
    edition = make_edition(topics=[make_topic("reading")], settings=[make_setting("school")])
    make_edition(topics=[make_topic("sport")])
    Topic.objects.filter(slug="reading").update(slug="literacy")
    Setting.objects.filter(slug="school").update(slug="schools")
    Outcome.objects.filter(pk=edition.findings.get().outcome_id).update(slug="offending")

    query = "?topic={}&topic=never&setting={}&outcome={}"
    former = client.get(page + query.format("reading", "school", "reoffending"))
    present = client.get(page + query.format("literacy", "schools", "offending"))

    assert former.getvalue() == present.getvalue()
    assert former.headers["X-Ignored"] == present.headers["X-Ignored"]


def test_what_editors_write_may_have_a_former_slug() -> None:
    for slug in ("reading", "gone"):
        make_topic(slug)
    Topic.objects.filter(slug="reading").update(slug="literacy")
    Topic.objects.filter(slug="gone").update(slug="forgotten")
    Topic.objects.filter(slug="forgotten").delete()

    asked = ["reading", "gone", "literacy", "never"]
    assert present_slugs(Topic, asked) == {"reading": "literacy"}
    make_topic("reading")
    assert present_slugs(Topic, asked) == {}
