"""Pieces of pages are rendered once for each snapshot, and never outlive it."""

from dataclasses import replace

import pytest
from django.template import Context, Template

from portal import published
from portal.kept import Recent, remembering
from tests.factories import make_centre, make_policy_area

pytestmark = pytest.mark.django_db

PIECE = Template('{% load portal_tags %}{% keep "piece" name %}{{ name }}{{ text }}{% endkeep %}')


def show(name: str | None, text: str) -> str:
    return PIECE.render(Context({"name": name, "text": text}))


def test_a_piece_is_rendered_once_for_each_snapshot_and_key():
    snapshot = published.current()
    with published.only(snapshot):
        assert show("a", "1") == "a1"
        assert show("a", "2") == "a1"
        assert show("b", "2") == "b2"
    with published.only(replace(snapshot, cache={})):
        assert show("a", "3") == "a3"


def test_what_may_be_made_from_two_snapshots_is_not_kept():
    assert show("a", "1") == "a1"
    with published.only(published.current()):
        assert show("a", "2") == "a2"


def test_what_has_no_key_is_not_kept():
    with published.only(published.current()):
        assert show(None, "1") != show(None, "2")


def test_what_is_kept_is_escaped_once():
    with published.only(published.current()):
        assert show("<", "") == show("<", "") == "&lt;"


@pytest.mark.parametrize(("number", "size"), [(2, 100), (100, 10)])
def test_the_number_and_the_size_of_what_is_kept_have_bounds_and_the_least_used_goes_first(
    number, size
):
    recent = Recent(number, size, len)
    for key in "abac":
        if recent.get(key) is None:
            recent.put(key, "12345")
    assert {key for key in "abc" if recent.get(key)} == {"a", "c"}
    assert recent.size == 10
    recent.put("a", "1")
    assert recent.size == 6
    assert recent.values() == ["12345", "1"]


def test_a_page_is_made_from_one_snapshot_whatever_is_loaded_meanwhile(client, monkeypatch):
    make_centre("yef", name="Before")
    published.check(now=True)

    def centre_context(centre):
        make_policy_area("new")
        published.check(now=True)
        return {"centre": centre, "before": [], "after": [], "version": published.current().version}

    monkeypatch.setattr("centres.views.pages.centre_context", centre_context)
    version = published.current().version
    assert client.get("/centres/yef/").context["version"] == version
    assert published.current().version > version


def test_a_kept_page_changes_with_what_it_shows(client):
    centre = make_centre("yef", name="Before")
    assert "Before" in client.get("/centres/").text
    centre.name = "After"
    centre.save()
    published.check(now=True)
    assert "After" in client.get("/centres/").text


def test_what_is_remembered_is_made_once_until_something_else_needs_its_place():
    made = []

    def make(text: str) -> str:
        made.append(text)
        return text.upper()

    remembered = remembering(make, number=3, size=10, size_of=len)
    asked = ["four", "three", "four", "fives", "four", "three", "much too long"]
    assert [remembered(one) for one in asked] == [one.upper() for one in asked]
    assert made == ["four", "three", "fives", "three", "much too long"]
