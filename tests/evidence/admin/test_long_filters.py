"""Finding editions and summaries in admin by topic, audience, policy area and product line."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evidence.editorial import actions
from evidence.models import AuditEntry, Edition, Summary
from tests.evidence.editorial.test_batches import choose
from tests.evidence.editorial.test_workflow_pages import Person
from tests.factories import (
    make_audience,
    make_centre,
    make_draft,
    make_edition,
    make_kind,
    make_policy_area,
    make_product,
    make_topic,
)
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


def listed(client: Client, model: Any, **query: Any) -> set[str]:
    """Return the addresses of the summaries in a list of admin, as it is filtered."""
    page = client.get(address(model, "changelist"), query)
    assert page.status_code == 200
    rows = page.context["cl"].result_list
    return {row.slug if model is Summary else row.summary.slug for row in rows}


def exported(client: Client, **query: Any) -> set[str]:
    page = client.get(address(Summary, "changelist"), query).content.decode()
    link = next(line for line in page.split('"') if "/summary/export/" in line)
    sent = client.post(link.replace("&amp;", "&"), {"format": "csv", "columns": ["title"]})
    return {row["id"] for row in csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig")))}


def test_both_lists_their_export_and_a_batch_are_found_by_what_an_edition_is_about() -> None:
    ed = Person("ed", "Secretariat editor")
    sport, pupils, health = (
        make_topic("sport"), make_audience("pupils"), make_policy_area("health")
    )  # fmt: skip
    found = make_edition(
        slug="found", title="Running", product="Old guide",
        topics=[sport, make_topic()], audiences=[pupils], policy_areas=[health],
    )  # fmt: skip
    make_edition(slug="other")
    was = make_edition(slug="was", title="Running for its life", topics=[sport])
    make_draft(summary=was.summary, title="Running no more", topics=[make_topic()])
    make_draft(summary=make_edition(slug="will-be").summary, title="Running", topics=[sport])

    line = make_product(names=["Guide", "Old guide"])

    # Editions are found each for itself, summaries by the newest text, which is what the export gives.
    assert listed(ed.client, Edition, topic=sport.pk) == {"found", "was", "will-be"}
    assert listed(ed.client, Summary, topic=sport.pk) == {"found", "will-be"}
    assert exported(ed.client, topic=sport.pk) == {"found", "will-be"}
    for query in ({"audience": pupils.pk}, {"area": health.pk}, {"line": line.pk}):
        assert listed(ed.client, Edition, **query) == {"found"}, query
        assert listed(ed.client, Summary, **query) == {"found"}, query

    both = {"topic": sport.pk, "q": "running", "state__exact": "published"}
    assert listed(ed.client, Edition, **both) == {"found", "was"}
    assert exported(ed.client, topic=sport.pk, q="running", state="draft") == {"will-be"}
    assert listed(ed.client, Summary, topic=sport.pk, centre__id__exact=found.summary.centre_id)
    page = choose(ed, "change", [found], topic=sport.pk)
    assert f"?topic={sport.pk}" in page.content.decode()


def test_the_field_of_a_filter_keeps_the_others_and_shows_what_is_chosen() -> None:
    ed = Person("ed", "Secretariat editor")
    make_edition(topics=[make_topic("sport")])
    topic = make_topic("sport")
    query: dict[str, Any] = {"topic": topic.pk, "q": "sum mary", "o": "2", "p": "1"}
    page = ed.client.get(address(Edition, "changelist"), query).content.decode()
    assert f'<option value="{topic.pk}" selected>Sport</option>' in page
    form = page[page.index('<details data-filter-title="policy area"') :].partition("</form>")[0]
    assert f'<input type="hidden" name="topic" value="{topic.pk}">' in form
    assert '<input type="hidden" name="q" value="sum mary">' in form
    assert 'name="p"' not in form
    assert 'name="area" value' not in form


def test_what_has_a_merged_kind_is_found_under_the_other_one() -> None:
    ed = Person("ed", "Secretariat editor")
    kind = make_kind("toolkit-strand")
    merged = make_kind("strand", ended="merged", instead=kind)
    make_edition(slug="of-it", kind=kind)
    make_edition(slug="of-the-merged", kind=merged)
    make_edition(slug="other", kind=make_kind("trial"))
    assert listed(ed.client, Edition, of_kind=kind.pk) == {"of-it", "of-the-merged"}
    page = ed.client.get(address(Edition, "changelist")).content.decode()
    assert page.count(">Strand<") == 0


@pytest.mark.parametrize("value", ["0", "sport", "9" * 30])
def test_a_filter_by_a_row_that_does_not_exist_is_answered(value: str) -> None:
    ed = Person("ed", "Secretariat editor")
    make_topic()
    make_product()
    for model in (Edition, Summary):
        for name in ("topic", "line"):
            page = ed.client.get(address(model, "changelist"), {name: value})
            assert (page.status_code, page["Location"][-4:]) == (302, "?e=1")
    assert ed.client.get(f"{reverse('admin:evidence_summary_export')}?topic=x").status_code == 302


def test_a_centre_editor_finds_and_exports_only_their_own_and_sees_only_their_lines() -> None:
    ed = Person("ed", "Centre editor", centre=make_centre("yef"))
    make_product("own")
    foreign = make_product("foreign", centre=make_centre("eef"))
    for centre in ("yef", "eef"):
        make_edition(slug=f"{centre}-one", centre=make_centre(centre))
    topic = make_topic()
    assert listed(ed.client, Edition, topic=topic.pk) == {"yef-one"}
    assert listed(ed.client, Summary, topic=topic.pk) == {"yef-one"}
    assert exported(ed.client, topic=topic.pk) == {"yef-one"}
    page = ed.client.get(address(Edition, "changelist")).content.decode()
    assert "YEF: Own" in page
    assert "EEF: Foreign" not in page
    assert ed.client.get(address(Edition, "changelist"), {"line": foreign.pk}).status_code == 302


def test_summaries_are_found_by_state() -> None:
    ed = Person("ed", "Secretariat editor")
    make_edition(slug="live")
    make_draft(summary=make_edition(slug="both").summary)
    make_draft(slug="never")
    assert listed(ed.client, Summary, state="draft") == {"both", "never"}
    assert listed(ed.client, Summary, state="published") == {"live", "both"}
    assert listed(ed.client, Summary, state="withdrawn") == set()


def test_a_log_is_filtered_by_one_of_the_people_in_it() -> None:
    ed, paul = Person("ed", "Secretariat editor", "Auditor"), Person("paul", "Publisher")
    summary = make_edition().summary
    actions.discard(edition=actions.open_edition(summary=summary, by=paul.user), by=paul.user)
    actions.open_edition(summary=summary, by=ed.user)
    page = ed.client.get(address(AuditEntry, "changelist"), {"person": paul.user.pk})
    assert {row.by for row in page.context["cl"].result_list} == {paul.user}
    text = page.content.decode()
    assert f'<option value="{paul.user.pk}" selected>paul</option>' in text
    assert f'<option value="{ed.user.pk}">ed</option>' in text
