"""The catalogue gives exactly what the database would."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence import actions, catalogue
from evidence.catalogue import NOT_STATED, Selection
from evidence.models import Edition, Finding, Summary

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

# Each facet as the ORM would ask for it, to compare with. A value that is not stated is asked for apart.
LOOKUPS = {
    "policy_area": "policy_areas__slug",
    "strength": "strength",
    "impact": "direction",
    "cost": "cost",
    "centre": "summary__centre__slug",
    "audience": "audiences__slug",
    "topic": "topics__slug",
    "outcome": "findings__outcome__slug",
    "kind": "kind__slug",
    "setting": "settings__slug",
}


def by_orm(chosen: dict[str, list[str]]) -> set[int]:
    rows = Edition.objects.published()
    for parameter, values in chosen.items():
        stated = [value for value in values if value != NOT_STATED]
        found = set(
            Edition.objects.filter(**{f"{LOOKUPS[parameter]}__in": stated}).values_list(
                "pk", flat=True
            )
        )
        if NOT_STATED in values:
            empty = Edition.objects.filter(**{f"{LOOKUPS[parameter]}__isnull": True})
            found |= set(empty.values_list("pk", flat=True))
        rows = rows.filter(pk__in=found)
    return set(rows.values_list("pk", flat=True))


def selection(chosen: dict[str, list[str]]) -> Selection:
    asked = catalogue.current().all()
    for parameter, values in chosen.items():
        asked = asked.choose(parameter, values)
    return asked


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_counts_and_lists_are_those_of_the_database(data):
    held = catalogue.current()
    chosen = {
        parameter: data.draw(
            st.lists(st.sampled_from(sorted(held.facets[parameter].bits)), min_size=1, max_size=3)
        )
        for parameter in data.draw(st.sets(st.sampled_from(sorted(LOOKUPS)), max_size=3))
    }
    asked = selection(chosen)
    expected = by_orm(chosen)
    assert asked.count == len(expected)
    for sort in ("newest", "strength", "title"):
        assert set(asked.editions(sort, 0, 1000)) == expected
    # A count is what ticking would give: the facet's own choice left out.
    parameter = data.draw(st.sampled_from(sorted(LOOKUPS)))
    others = {key: values for key, values in chosen.items() if key != parameter}
    for option in asked.options(held.facets[parameter])[:6]:
        assert option.count == len(by_orm({**others, parameter: [option.value]}))


def test_newest_comes_first_and_undated_last():
    pks = catalogue.current().all().editions("newest", 0, 1000)
    dates = Edition.objects.in_bulk(pks)
    updated = [dates[pk].updated for pk in pks]
    assert updated == sorted(updated, reverse=True)
    assert updated[-1] == ""


def test_strongest_comes_first():
    pks = catalogue.current().all().editions("strength", 0, 30)
    levels = [Edition.objects.get(pk=pk).strength for pk in pks]
    assert levels[0] == "very-high"
    assert levels == sorted(levels, key=["very-high", "high", "moderate"].index)


def test_spending_follows_from_the_policy_areas():
    held = catalogue.current()
    over_50 = selection({"spending": ["over-50bn"]}).count
    areas = selection({"policy_area": ["health-and-social-care", "educational-achievement"]})
    assert over_50 == areas.count > 0
    unknown = selection({"spending": ["not-known"]})
    assert set(unknown.editions("title", 0, 500)) == by_orm(
        {"policy_area": ["older-people", "youth-employment"]}
    )
    assert held.facets["spending"].labels["not-known"] == "Not known"


@pytest.mark.parametrize(
    ("updated", "windows"),
    [
        ("2026-03-01", {"1", "2", "5"}),
        ("2025-11", {"2", "5"}),  # a month counts as its first day: never newer than it may be
        ("2025-12", {"1", "2", "5"}),
        ("2024", {"5"}),
        ("2016-07", {"older"}),
        ("", {"not-stated"}),
    ],
)
def test_a_date_counts_as_its_first_day(updated, windows):
    day = datetime.date(2026, 11, 24)
    pairs = catalogue._ages([{"updated": updated}], day)
    assert ({window for _, window in pairs} or {"not-stated"}) == windows


def test_a_draft_is_in_no_list_and_no_count():
    before = catalogue.build(datetime.date.today())
    summary = Summary.objects.get(slug="eef-feedback")
    draft = actions.open_edition(summary=summary)
    after = catalogue.build(datetime.date.today())
    assert draft.pk not in after.editions
    assert after.editions == before.editions
    assert Finding.objects.filter(edition=draft).exists()


def test_what_is_published_is_seen_at_once_after_a_look(monkeypatch):
    monkeypatch.setattr(catalogue, "LOOK_SECONDS", 0)
    first = catalogue.current()
    assert catalogue.current() is first  # nothing changed, nothing is built
    actions.withdraw(summary=Summary.objects.get(slug="eef-feedback"), reason="A test.")
    second = catalogue.current()
    assert second.stamp != first.stamp
    assert len(second.editions) == len(first.editions) - 1
