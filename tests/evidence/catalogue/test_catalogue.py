"""The catalogue gives exactly what the database would, and in time."""

import datetime
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.catalogue.build import FacetSource, Published, ages, build_catalogue, linked
from evidence.catalogue.current import current_catalogue, current_stamp, forget_catalogue
from evidence.catalogue.facets import NOT_STATED, Catalogue, Selection
from evidence.editorial import actions
from evidence.models import Edition, Finding, Summary
from evidence.search.results import search
from portal.content_version import ContentVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

WORDS = ["", "mentoring", "school", "police OR prison", "zzqq"]


def values_of(edition: Edition, day: datetime.date) -> dict[str, set[str]]:
    """The values of one edition in each facet, read from its model: what the catalogue must agree with."""
    areas = list(edition.policy_areas.all())
    since = {n: (day - datetime.timedelta(days=365 * n + n // 4)).isoformat() for n in (1, 2, 5)}
    first_day = f"{edition.updated}-01-01"[:10]
    windows = {str(n) for n, start in since.items() if edition.updated and first_day >= start}
    return {
        "policy_area": {area.slug for area in areas},
        "spending": {str(area.band) for area in areas},
        "strength": {edition.strength},
        "impact": {edition.direction},
        "cost": {str(edition.cost or NOT_STATED)},
        "centre": {edition.summary.centre.slug},
        "audience": {audience.slug for audience in edition.audiences.all()},
        "topic": {topic.slug for topic in edition.topics.all()},
        "outcome": {finding.outcome.slug for finding in edition.findings.all()},
        "kind": {edition.kind.slug},
        "setting": {setting.slug for setting in edition.settings.all()} or {NOT_STATED},
        "age_group": set(edition.age_groups) or {NOT_STATED},
        "updated": windows or {"older" if edition.updated else NOT_STATED},
    }


@pytest.fixture(scope="module")
def values(dataset: None, django_db_blocker) -> dict[int, dict[str, set[str]]]:
    rows = Edition.objects.published().select_related("summary__centre", "kind")
    linked = ("policy_areas__figures", "topics", "audiences", "settings", "findings__outcome")
    with django_db_blocker.unblock():
        day = current_catalogue().day
        return {row.pk: values_of(row, day) for row in rows.prefetch_related(*linked)}


def selection(chosen: dict[str, list[str]]) -> Selection:
    asked = current_catalogue().all()
    for parameter, wanted in chosen.items():
        asked = asked.choose(parameter, wanted)
    return asked


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_counts_and_lists_are_those_of_the_database(values, data):
    held = current_catalogue()
    chosen = {
        parameter: data.draw(
            st.lists(st.sampled_from(sorted(held.facets[parameter].bits)), min_size=1, max_size=3)
        )
        for parameter in data.draw(st.sets(st.sampled_from(sorted(held.facets)), max_size=3))
    }
    asked, found = selection(chosen), set(values)
    if words := data.draw(st.sampled_from(WORDS)):
        ranks = search(words).ranks
        asked, found = asked.matching(ranks, held.bitmap(ranks)), found & set(ranks)

    def naive(wanted: dict[str, list[str]]) -> set[int]:
        return {
            pk for pk in found if all(values[pk][name] & set(one) for name, one in wanted.items())
        }

    expected = naive(chosen)
    assert asked.count == len(expected)
    for sort in ("relevance", "newest", "strength", "title") if words else ("newest", "title"):
        listed = asked.editions(sort, 0, 1000)
        assert (set(listed), len(listed)) == (expected, len(expected))
        pages = [asked.editions(sort, start, start + 20) for start in range(0, 340, 20)]
        assert list(itertools.chain(*pages)) == listed
    for name, facet in held.facets.items():
        # A count is what ticking would give: the facet's own choice left out.
        others = {key: wanted for key, wanted in chosen.items() if key != name}
        counts = {value: len(naive({**others, name: [value]})) for value in facet.bits}
        shown = {option.value: option.count for option in asked.options(facet)}
        assert shown == {
            value: count
            for value, count in counts.items()
            if count or value in chosen.get(name, ())
        }


def test_newest_comes_first_and_undated_last():
    pks = current_catalogue().all().editions("newest", 0, 1000)
    dates = Edition.objects.in_bulk(pks)
    updated = [dates[pk].updated for pk in pks]
    assert updated == sorted(updated, reverse=True)
    assert updated[-1] == ""


def test_strongest_comes_first():
    pks = current_catalogue().all().editions("strength", 0, 30)
    levels = [Edition.objects.get(pk=pk).strength for pk in pks]
    assert levels[0] == "very-high"
    assert levels == sorted(levels, key=["very-high", "high", "moderate"].index)


def test_spending_follows_from_the_policy_areas():
    held = current_catalogue()
    over_50 = selection({"spending": ["over-50bn"]}).count
    areas = selection({"policy_area": ["health-and-social-care", "educational-achievement"]})
    assert over_50 == areas.count > 0
    unknown = selection({"spending": ["not-known"]})
    of_unknown = selection({"policy_area": ["older-people", "youth-employment"]})
    assert unknown.editions("title", 0, 500) == of_unknown.editions("title", 0, 500)
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
    pairs = ages(Published(day, [{"updated": updated}], {}))
    assert ({window for _, window in pairs} or {"not-stated"}) == windows


def test_a_draft_is_in_no_list_and_no_count():
    before = build_catalogue(datetime.date.today())
    summary = Summary.objects.get(slug="eef-feedback")
    draft = actions.open_edition(summary=summary)
    after = build_catalogue(datetime.date.today())
    assert draft.pk not in after.editions
    assert after.editions == before.editions
    assert Finding.objects.filter(edition=draft).exists()


def test_a_topic_that_is_renamed_while_the_catalogue_is_built_is_no_error():
    published = Published.read(datetime.date(2026, 1, 1))
    labels_before = {"mentoring": "Mentoring"}
    source = FacetSource("topic", "Topic", lambda: labels_before, linked("topics__slug"))
    assert list(source.facet(published).bits) == ["mentoring"]


def test_what_is_published_is_seen_at_once_after_a_look(monkeypatch):
    monkeypatch.setattr("evidence.catalogue.current.CHECK_SECONDS", 0)
    first, stamp = current_catalogue(), current_stamp()
    assert current_catalogue() is first  # nothing changed, nothing is built
    actions.withdraw(summary=Summary.objects.get(slug="eef-feedback"), reason="A test.")
    second = current_catalogue()
    assert current_stamp() != stamp
    assert len(second.editions) == len(first.editions) - 1


# In time, whoever asks


@pytest.fixture
def builder(monkeypatch) -> Iterator["Builder"]:
    made = Builder(current_catalogue())
    monkeypatch.setattr(ContentVersion, "current", lambda: made.held.version + 1)
    monkeypatch.setattr("evidence.catalogue.current.build_catalogue", made.build)
    yield made
    made.go_on.set()


class Builder:
    """Builds the next version once it is told to go on."""

    def __init__(self, held: Catalogue) -> None:
        self.held = held
        self.next = replace(held, version=held.version + 1)
        self.began, self.go_on = threading.Event(), threading.Event()
        self.times = 0

    def build(self, day: datetime.date) -> Catalogue:
        self.times += 1
        self.began.set()
        self.go_on.wait(5)
        return self.next


class Asking(threading.Thread):
    def run(self) -> None:
        self.answer = current_catalogue()


def last_looked(monkeypatch, seconds_ago: float) -> None:
    monkeypatch.setattr("evidence.catalogue.current._checked_at", time.monotonic() - seconds_ago)


def test_nobody_waits_while_one_visitor_has_the_next_catalogue_built(builder, monkeypatch):
    last_looked(monkeypatch, 1.1)
    first = Asking()
    first.start()
    assert builder.began.wait(5)
    assert current_catalogue() is builder.held
    builder.go_on.set()
    first.join(5)
    assert first.answer is current_catalogue() is builder.next


def test_after_a_quiet_time_nobody_gets_what_was_right_before_it(builder, monkeypatch):
    last_looked(monkeypatch, 60)
    visitors = [Asking() for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    assert builder.began.wait(5)
    builder.go_on.set()
    for visitor in visitors:
        visitor.join(5)
    assert [visitor.answer for visitor in visitors] == [builder.next] * 4
    assert builder.times == 1


def test_a_failed_build_leaves_what_there_was(builder, monkeypatch):
    def fail(day: datetime.date) -> Catalogue:
        raise OperationalError

    monkeypatch.setattr("evidence.catalogue.current.build_catalogue", fail)
    last_looked(monkeypatch, 1.1)
    assert current_catalogue() is builder.held
    forget_catalogue()
    last_looked(monkeypatch, 1.1)
    with pytest.raises(OperationalError):
        current_catalogue()
