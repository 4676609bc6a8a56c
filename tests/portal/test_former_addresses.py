"""A link to an address that something had before leads to where it is now."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from centres.models import Centre, PolicyArea
from evidence.models import Approach, Audience, Topic
from portal import published
from tests.factories import (
    make_approach,
    make_audience,
    make_centre,
    make_edition,
    make_policy_area,
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
