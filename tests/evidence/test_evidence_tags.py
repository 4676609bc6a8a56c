import pytest
from django.template import Context, Template

from evidence.editorial import actions
from tests.factories import (
    make_centre,
    make_draft,
    make_edition,
    make_editions,
    publish_draft,
)
from tests.reading_pages import plain

pytestmark = pytest.mark.django_db


def show(tag: str, **context: object) -> str:
    return plain(Template("{% load evidence_tags %}" + tag).render(Context(context)))


def test_the_overview_counts_the_evidence_of_a_centre_and_no_draft():
    make_edition(strength="high", direction="mixed")
    make_draft(strength="low", direction="harmful")
    make_edition(centre=make_centre("eef"))

    text = show('{% evidence_overview "centre" "yef" %}')

    assert "1 evidence summary" in text
    assert "Mixed High 1" in text
    assert "Harmful" not in text


def test_counts_are_of_published_summaries():
    make_editions(3)
    make_draft()

    assert show('{% evidence_count "centre" "yef" %}') == "3"
    assert show('{% evidence_count "centre" "nonsense" %}') == "0"


def test_the_latest_evidence_comes_newest_first():
    make_edition(title="Old", updated="2013")
    make_edition(title="New", updated="2026-10")

    text = show("{% latest_evidence 5 %}")

    assert text.index("New") < text.index("Old")
    assert "Old" not in show("{% latest_evidence 1 %}")


def test_the_latest_changes_are_told_newest_first_and_the_first_load_is_no_news():
    make_edition(title="As shipped")
    changed = make_edition(title="Corrected")
    publish_draft(make_draft(summary=changed.summary, studies=9), "Nine more studies.")
    gone = make_edition(title="Gone")
    actions.withdraw(summary=gone.summary, reason="Merged into another.")
    make_draft(summary=changed.summary, title="Not yet out")

    text = show("{% latest_events 5 %}")

    assert "As shipped" not in text
    assert "Not yet out" not in text
    assert text.index("Withdrawn: Merged into another.") < text.index("Nine more studies.")
    assert "Gone" in text
    assert "Corrected" not in show("{% latest_events 1 %}")


def test_where_nothing_has_changed_that_is_said():
    make_edition()
    assert "No summary has changed" in show("{% latest_events 5 %}")
