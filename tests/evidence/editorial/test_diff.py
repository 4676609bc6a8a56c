from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.editorial.diff import Change, changes
from evidence.models import Edition
from evidence.models.content_fields import FIELDS, label_of
from tests.factories import (
    make_audience,
    make_draft,
    make_edition,
    make_kind,
    make_outcome,
    make_policy_area,
    make_scale,
    make_setting,
    make_topic,
    publish_draft,
)
from tests.reading_pages import plain

pytestmark = pytest.mark.django_db


def change(before: str, after: str) -> Change:
    return Change("title", "Title", before, after)


def compared(first: Edition, second: Edition) -> dict[str, Change]:
    both = Edition.objects.for_reading().in_bulk([first.pk, second.pk])
    return {one.field: one for one in changes(both[first.pk], both[second.pk])}


def everything_else() -> dict[str, Any]:
    """Return another value for each field than `make_edition` gives."""
    scale, prices = make_scale("Low", "High"), make_scale("£", "££", slug="prices", rates="cost")
    return {
        "title": "Another title",
        "code": "NG1",
        "product": "Guidelines",
        "kind": make_kind("guideline"),
        "policy_areas": [make_policy_area("health")],
        "topics": [make_topic("knife-crime")],
        "audiences": [make_audience("governors")],
        "settings": [make_setting()],
        "age_groups": ["children"],
        "bottom_line": "It helps some people.",
        "key_findings": ["Another one."],
        "implementation": ["Plan."],
        "caveats": ["Take care."],
        "findings": [{"outcome": make_outcome(), "direction": "mixed"}],
        "direction": "mixed",
        "impact_native": "Mixed",
        "strength": "low",
        "strength_native": "High",
        "strength_scale": scale,
        "strength_step": scale.levels.get(label="High"),
        "cost": 2,
        "cost_native": "££",
        "cost_scale": prices,
        "cost_step": prices.levels.get(label="££"),
        "studies": 12,
        "countries": "Wales",
        "source_url": "https://example.org/another",
        "sources": [{"url": "https://example.org/another"}],
        "updated": "",
        "missing": ["date-none"],
        "doubts": ["copy"],
        "data_note": "Counted by hand.",
        "search_words": ["buddies"],
        "review_due": "2030-01-31",
    }


def test_only_what_differs_is_told_by_the_name_that_people_see():
    first = make_edition(title="Mentoring", studies=None)
    second = publish_draft(make_draft(summary=first.summary, studies=62))

    found = compared(first, second)

    assert list(found) == ["studies"]
    assert found["studies"].label == label_of("studies") == "Number of studies"
    assert (found["studies"].before, found["studies"].after) == ("not stated", "62")


def test_classification_findings_and_sources_are_compared_too():
    first = make_edition()
    second = publish_draft(
        make_draft(
            summary=first.summary,
            topics=[make_topic("knife-crime")],
            age_groups=["young-people"],
            findings=[{"outcome": make_outcome(), "direction": "mixed", "effect": "4% reduction"}],
            sources=[{"url": "https://example.org/new", "note": "centre's page"}],
        )
    )

    found = compared(first, second)

    assert set(found) == {"topics", "age_groups", "findings", "sources"}
    assert found["topics"].after == "Knife crime"
    assert found["age_groups"].after == "Young people"
    assert found["findings"].before == "Reoffending: Beneficial; 19% reduction"
    assert found["findings"].after == "Reoffending: Mixed; 4% reduction"
    assert found["sources"].after == "https://example.org/new (centre's page)"


def test_dates_and_levels_are_in_plain_words():
    first = make_edition(updated="2024-08", strength="low", cost=None)
    second = publish_draft(make_draft(summary=first.summary, updated="", strength="high", cost=2))

    found = compared(first, second)

    assert (found["updated"].before, found["updated"].after) == ("August 2024", "not stated")
    assert (found["strength"].before, found["strength"].after) == ("Low", "High")
    assert (found["cost"].before, found["cost"].after) == ("not stated", "Low")


def test_what_the_portal_remarks_is_none_where_there_is_none_and_not_unstated():
    first = make_edition(doubts=["copy"], data_note="Read in a copy.", missing=["studies-none"])
    second = publish_draft(make_draft(summary=first.summary, doubts=[], data_note="", missing=[]))

    found = compared(first, second)

    assert {found[name].after for name in ("doubts", "data_note", "missing")} == {"none"}


def test_every_field_that_an_edition_says_is_compared():
    first = make_edition()
    second = publish_draft(make_draft(summary=first.summary, **everything_else()))

    found = compared(first, second)

    assert set(found) == {*(field.name for field in FIELDS), "review_due"}
    assert list(found)[:5] == ["title", "code", "product", "kind", "bottom_line"]


def test_only_our_own_words_can_be_spelt_otherwise():
    def is_spelling(field: str) -> bool:
        return Change(field, "", "It recieves.", "It receives.").is_spelling

    assert [field.name for field in FIELDS if is_spelling(field.name)] == [
        "title", "product", "bottom_line", "key_findings", "implementation", "caveats", "countries",
        "data_note", "search_words",
    ]  # fmt: skip
    assert not Change("title", "", "It fell by 19%.", "It fell by 91%.").is_spelling
    assert not Change("title", "", "It fell.", "It fell fast.").is_spelling


def test_words_that_went_and_came_are_marked_in_their_place():
    one = change(
        "Reoffending fell by 26% in two studies.", "Reoffending fell by 19% in two studies."
    )

    assert one.before_marked == "Reoffending fell by <del>26</del>% in two studies."
    assert one.after_marked == "Reoffending fell by <ins>19</ins>% in two studies."


def test_a_new_line_is_marked_whole_and_the_others_not_at_all():
    one = change("It helps.\nIt is cheap.", "It helps.\nTrain the mentors first.\nIt is cheap.")

    assert one.before_marked == "It helps.<br>It is cheap."
    assert one.after_marked == "It helps.<br><ins>Train the mentors first.</ins><br>It is cheap."


def test_a_rewritten_line_is_not_cut_into_scraps():
    one = change("Gains tend to fade when mentoring stops.", "A sentence that was not there.")

    assert one.after_marked == "<ins>A sentence that was not there.</ins>"


def test_a_paragraph_that_is_cut_in_two_keeps_its_words():
    one = change(
        "It helps pupils learn. It costs little.", "It helps pupils learn.\nIt costs very little."
    )

    assert one.before_marked == "It helps pupils learn<del>. </del>It costs little."
    assert one.after_marked == (
        "It helps pupils learn<ins>.<br></ins>It costs <ins>very </ins>little."
    )


@given(st.text(alphabet="ab <&\n.", max_size=30), st.text(alphabet="ab <&\n.", max_size=30))
def test_marking_loses_no_word_and_lets_no_markup_through(before, after):
    one = change(before, after)

    for marked, text, tag in [(one.before_marked, before, "del"), (one.after_marked, after, "ins")]:
        bare = marked.replace(f"<{tag}>", "").replace(f"</{tag}>", "").replace("<br>", "\n")
        assert "<" not in bare
        assert "".join(plain(bare).split()) == "".join(text.split())
