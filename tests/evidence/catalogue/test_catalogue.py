"""The catalogue gives exactly what the database would, and in time."""

import datetime
import itertools
from collections import Counter
from collections.abc import Callable
from itertools import chain, count, groupby, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from evidence.catalogue.build import PublishedCatalogue, current_catalogue
from evidence.catalogue.documents import Documents
from evidence.catalogue.facets import NOT_STATED, WORDS_ONLY, Catalogue, Selection
from evidence.catalogue.orders import SORTS
from evidence.catalogue.reading import published_edition
from evidence.catalogue.sources import NO_DOUBT, ages
from evidence.catalogue.vocabulary import Vocabulary
from evidence.editorial import actions
from evidence.models import Edition, Finding, PublicChange, Summary, Topic
from evidence.search.results import search
from portal import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dataset")]

STRENGTHS = ["very-high", "high", "moderate", "low", "very-low", "insufficient"]
# Facets that work together are chosen together more often than by chance.
TOGETHER = [{"outcome", "outcome_effect"}, {"strength", "strength_at_least", "outcome_effect"}]
WORDS = ["", "mentoring", "school", "police OR prison", "zzqq"]


def lacking(edition: Edition, field: str, native: str) -> str:
    """Why an edition has no common level, read from its own rows."""
    if native:
        return WORDS_ONLY
    own = [one.removeprefix(f"{field}-") for one in edition.missing if one.startswith(field)]
    names = {name: line for line in edition.summary.centre.products.all() for name in line.names}
    (rule,) = (one for one in names[edition.product].rules.all() if one.field == field)
    by_rule = rule.if_missing or ("none" if rule.given == "never" else "not-read")
    return own[0] if own else by_rule


def values_of(edition: Edition, day: datetime.date) -> dict[str, set[Any]]:
    """The values of one edition in each facet, read from its model: what the catalogue must agree with."""
    areas = list(edition.policy_areas.all())
    since = {n: (day - datetime.timedelta(days=365 * n + n // 4)).isoformat() for n in (1, 2, 5)}
    first_day = f"{edition.updated}-01-01"[:10]
    findings = {(one.outcome.slug, one.direction) for one in edition.findings.all()}
    windows = {str(n) for n, start in since.items() if edition.updated and first_day >= start}
    return {
        "policy_area": {area.slug for area in areas},
        "spending": {str(area.band) for area in areas},
        "strength": {edition.strength}
        if edition.strength in STRENGTHS
        else {lacking(edition, "strength", edition.strength_native)},
        "strength_at_least": set(STRENGTHS[STRENGTHS.index(edition.strength) :])
        if edition.strength in STRENGTHS
        else set(),
        "impact": {
            lacking(edition, "effect", edition.impact_native)
            if edition.direction == "not-assessed"
            else edition.direction
        },
        "cost": {str(edition.cost or lacking(edition, "cost", edition.cost_native))},
        "centre": {edition.summary.centre.slug},
        "audience": {audience.slug for audience in edition.audiences.all()},
        "topic": {topic.slug for topic in edition.topics.all()},
        "approach": {one.approach.slug for one in edition.summary.memberships.all()},
        "outcome": {outcome for outcome, _ in findings},
        "outcome_effect": {direction for _, direction in findings},
        "outcome and its effect": findings,
        "kind": {edition.kind.slug},
        "setting": {setting.slug for setting in edition.settings.all()} or {NOT_STATED},
        "age_group": set(edition.age_groups) or {NOT_STATED},
        "updated": windows or {"older" if edition.updated else NOT_STATED},
        "doubt": set(edition.doubts) or {NO_DOUBT},
    }


@pytest.fixture(scope="module")
def values(dataset: None, django_db_blocker) -> dict[int, dict[str, set[Any]]]:
    rows = Edition.objects.published().select_related("summary__centre", "kind")
    linked = (
        *("policy_areas__figures", "topics", "audiences", "settings", "findings__outcome"),
        *("summary__memberships__approach", "summary__centre__products__rules"),
    )
    with django_db_blocker.unblock():
        day = published.current().day
        return {row.pk: values_of(row, day) for row in rows.prefetch_related(*linked)}


def selection(chosen: dict[str, list[str]]) -> Selection:
    asked = current_catalogue().all()
    for parameter, wanted in chosen.items():
        asked = asked.choose(parameter, wanted)
    return asked


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_counts_and_lists_are_those_of_the_database(values, data):
    held = current_catalogue()
    chosen = {
        parameter: data.draw(
            st.lists(st.sampled_from(sorted(held.facets[parameter].bits)), min_size=1, max_size=3)
        )
        for parameter in data.draw(
            st.sampled_from(TOGETHER) | st.sets(st.sampled_from(sorted(held.facets)), max_size=3)
        )
    }
    asked, found = selection(chosen), set(values)
    if words := data.draw(st.sampled_from(WORDS)):
        matches = search(words)
        asked, found = asked.matching(matches), found & set(matches.bits)

    def naive(wanted: dict[str, list[str]]) -> set[int]:
        pairs = set(product(wanted.get("outcome", ()), wanted.get("outcome_effect", ())))
        return {
            pk
            for pk in found
            if all(values[pk][name] & set(one) for name, one in wanted.items())
            and (not pairs or values[pk]["outcome and its effect"] & pairs)
        }

    expected = naive(chosen)
    assert asked.count == len(expected)
    orders = sorted(SORTS if words else SORTS.keys() - {"relevance"})
    for sort in data.draw(st.lists(st.sampled_from(orders), min_size=1, max_size=3)):
        listed = asked.editions(sort, 0, 1000)
        assert (set(listed), len(listed)) == (expected, len(expected))
        pages = [asked.editions(sort, start, start + 20) for start in range(0, len(values), 20)]
        assert list(itertools.chain(*pages)) == listed
    for name, facet in held.facets.items():
        # A count is what ticking would give: the facet's own choice left out.
        others = {key: wanted for key, wanted in chosen.items() if key != name}
        partner = {"outcome": "outcome_effect", "outcome_effect": "outcome"}.get(name)
        if partner in others:  # both have to be of one finding
            counts = {value: len(naive({**others, name: [value]})) for value in facet.bits}
        else:
            counts = Counter(value for pk in naive(others) for value in values[pk][name])
        shown = {option.value: option.count for option in asked.options(facet)}
        offered = {value for value, number in counts.items() if number} | {*chosen.get(name, ())}
        assert shown == {value: counts[value] for value in offered}


def test_an_old_address_still_finds_what_has_no_level_for_any_reason(values):
    for parameter, alias, levels in (
        ("strength", "not-rated", set(STRENGTHS)),
        ("cost", NOT_STATED, set("12345")),
        ("impact", "not-assessed", {*EFFECTS, "insufficient"}),
    ):
        expected = {pk for pk, of in values.items() if not of[parameter] & levels}
        asked = selection({parameter: [alias]})
        assert set(asked.bits) == set(asked.catalogue.having(parameter, alias)) == expected
        reasons = asked.chosen[parameter]
        assert set(reasons) == {value for pk in expected for value in values[pk][parameter]}
        assert sum(selection({parameter: [one]}).count for one in reasons) == len(expected)


def test_newest_comes_first_and_undated_last():
    pks = current_catalogue().all().editions("newest", 0, 1000)
    dates = Edition.objects.in_bulk(pks)
    updated = [dates[pk].updated for pk in pks]
    assert updated == sorted(updated, reverse=True)
    assert updated[-1] == ""


EFFECTS = ["beneficial", "mixed", "no-effect", "harmful"]
# What each order goes by, first come first; None is unknown, and comes last whichever end is first.
RANKS: dict[str, Callable[[Edition], Any]] = {
    "strength": lambda row: dict(zip(STRENGTHS, count(), strict=False)).get(row.strength),
    "effect": lambda row: dict(zip(EFFECTS, count(), strict=False)).get(row.direction),
    "cost": lambda row: row.cost,
    "studies": lambda row: None if row.studies is None else -row.studies,
    "title": lambda row: row.title.casefold(),
    "newest": lambda row: [-int(part) for part in row.updated.split("-")] if row.updated else None,
}


@pytest.mark.parametrize("sort", sorted(SORTS.keys() - {"relevance"}))
def test_an_order_is_that_of_the_database_and_has_the_unknown_last(sort):
    held = current_catalogue()
    rows, rank = Edition.objects.published().in_bulk(), RANKS[sort.removeprefix("-")]
    listed = [rank(rows[pk]) for pk in held.all().editions(sort, 0, 1000)]
    assert len(listed) == len(rows)
    known = [one for one in listed if one is not None]
    assert listed[len(known) :] == [None] * len(held.unknown(sort))
    # Of one month or year, those without a day or month have another place.
    if sort.endswith("newest"):
        known = [parts[:1] for parts in known]
    assert known == sorted(known, reverse=sort.startswith("-"))


def test_of_those_that_are_equal_the_newest_come_first_whichever_end_is_first():
    newest = current_catalogue().newest.places
    for sort in ("strength", "-strength", "cost", "-cost"):
        rank, rows = RANKS[sort.removeprefix("-")], Edition.objects.in_bulk()
        listed = current_catalogue().all().editions(sort, 0, 1000)
        for _, equal in groupby(listed, key=lambda pk: rank(rows[pk])):
            places = [newest[pk] for pk in equal]
            assert places == sorted(places)


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
    bits = {"updated": {updated: BitMap([1])} if updated else {}}
    found = ages(bits, published.current()[Vocabulary], day)
    assert (set(found) or {"not-stated"}) == windows


def test_a_draft_is_in_no_list_and_no_count():
    before = current_catalogue()
    draft = actions.open_edition(summary=Summary.objects.get(slug="eef-feedback"))
    published.check(now=True)
    assert draft.pk not in current_catalogue().everything
    assert current_catalogue().everything == before.everything
    assert Finding.objects.filter(edition=draft).exists()


# Changed edition by edition


def correct(slug: str, **changes: Any) -> None:
    """Publish another edition of a summary."""
    draft = actions.open_edition(summary=Summary.objects.get(slug=slug))
    Edition.objects.filter(pk=draft.pk).update(**changes)
    draft.refresh_from_db()
    actions.submit(edition=draft, change_note="A test.")
    actions.publish(edition=draft)


def content(catalogue: Catalogue) -> Any:
    """All that a catalogue says, in plain values."""
    everything = catalogue.all()
    return (
        set(catalogue.everything),
        {
            name: (dict(facet.labels), {value: set(bits) for value, bits in facet.bits.items()})
            for name, facet in catalogue.facets.items()
        },
        [everything.editions(sort, 0, 1000) for sort in SORTS if sort != "relevance"],
    )


def test_what_was_changed_edition_by_edition_is_what_would_be_built_anew():
    current_catalogue()
    withdrawn = Summary.objects.get(slug="eef-feedback")
    changes: tuple[Callable[[], object], ...] = (
        lambda: actions.withdraw(summary=withdrawn, reason="A test."),
        lambda: correct("eef-phonics", title="A new title", updated="2026-11"),
        lambda: correct("eef-phonics", title="Again", direction="mixed", updated=""),
        lambda: Topic.objects.filter(slug="mentoring").update(label="Mentors", slug="mentors"),
        lambda: correct("eef-mentoring", cost=None, age_groups=[]),
        lambda: correct("eef-feedback", studies=9),  # comes back
    )
    for number, change in enumerate(changes, 1):
        change()
        published.check(now=True)
        if number % 3:
            continue  # to build all anew takes long
        step_by_step = published.current()
        anew = published.load(None)
        assert content(step_by_step[PublishedCatalogue].catalogue) == content(
            anew[PublishedCatalogue].catalogue
        )
        documents, expected = step_by_step[Documents], anew[Documents]
        assert documents.published == expected.published
        assert documents.closed == expected.closed
        assert documents.withdrawn == expected.withdrawn
        assert documents.reasons == expected.reasons
        assert documents.events == expected.events
        keys = [*expected.published.values(), *chain(*expected.closed.values())]
        assert [documents.document(key) for key in keys] == list(map(expected.document, keys))


def move_version() -> None:
    """Change something else that is public."""
    topic = Topic.objects.get(slug="mentoring")
    Topic.objects.filter(pk=topic.pk).update(description=f"{topic.description} ")
    published.check(now=True)


def test_what_is_recorded_as_a_change_is_public_only_if_it_is():
    current_catalogue()
    draft = actions.open_edition(summary=Summary.objects.get(slug="eef-feedback"))
    version = published.current().version + 1
    for key in (draft.pk, 987654321):
        PublicChange.objects.create(version=version, edition_id=key)
    move_version()
    assert published.current().version >= version
    assert draft.pk not in published.current()[Documents].history("eef-feedback")


def test_a_change_that_nobody_recorded_is_noticed_with_the_next(caplog):
    current_catalogue()
    actions.withdraw(summary=Summary.objects.get(slug="eef-feedback"), reason="A test.")
    PublicChange.objects.all().delete()  # as if a backup with a higher version were restored
    move_version()
    assert "eef-feedback" not in published.current()[Documents].published
    assert "everything is read anew" in caplog.text


def test_the_order_of_a_list_is_that_of_today():
    slug, edition = next(
        (slug, edition)
        for slug in published.current()[Documents].published
        if (edition := published_edition(slug)) and len(edition.topics.all()) > 1
    )
    first = edition.topics.all()[0]
    Topic.objects.filter(pk=first.pk).update(order=9999)
    published.check(now=True)
    as_it_is = published_edition(slug)
    assert as_it_is is not None
    assert [*as_it_is.topics.all()][-1] == first
