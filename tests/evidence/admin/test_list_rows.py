"""The page of a row of a list: its summaries, and how it is merged or retired; and where a row that has ended is offered."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from centres.models import RatingLevel, RatingScale
from evidence.admin.long_filters import query_of
from evidence.dataset.list_changes import approve, propose_ending
from evidence.dataset.list_history import list_of
from evidence.models import Approach, AuditEntry, Edition, ListChange, Product, Summary, Topic
from evidence.models.list_links import paths
from tests.evidence.dataset.test_list_changes import Browser
from tests.evidence.dataset.test_list_endings import HAVING, MAKE, MERGED, RETIRED
from tests.evidence.spreadsheet.sheets import exported, rows_of
from tests.evidence.spreadsheet.test_import import plan_of
from tests.factories import (
    make_centre,
    make_draft,
    make_edition,
    make_editions,
    make_outcome,
    make_scale,
    make_topic,
)
from tests.people import make_person
from tests.portal.test_admin import address, form_values
from tests.reading_pages import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Browser:
    return Browser("marta", "Secretariat editor")


@pytest.fixture
def publisher() -> Browser:
    return Browser("pat", "Publisher")


def get(person: Browser, url: str, **query: str) -> str:
    return person.client.get(url, query).content.decode()


def end(row: Any, ended: str, instead: Any = None) -> None:
    one, other = make_person(f"one {row}", "Secretariat editor"), make_person(f"two {row}")
    change = propose_ending(row=row, ended=ended, instead=instead, reason="One will do.", by=one)
    approve(change=change, by=other)
    row.refresh_from_db()


@pytest.mark.parametrize("model", paths())
def test_the_page_of_a_row_lists_what_has_it_and_leads_to_all_of_it(
    model: Any, editor: Browser
) -> None:
    row = MAKE[model]("row")
    having = HAVING[model](row) if model in HAVING else {}
    editions = [make_edition(title=f"Summary no. {number:02}", **having) for number in range(3)]
    editions.append(make_draft(title="Summary no. 99", **having))
    other = make_edition(
        title="Another", **({"kind": MAKE[model]("x")} if model.__name__ == "Kind" else {})
    )
    if model is Approach:
        row.members.set([one.summary for one in editions])

    page = get(editor, address(model, "change", row.pk))

    for edition, state in zip(editions, ["Published"] * 3 + ["Draft"], strict=True):
        link = f'<a href="{address(Edition, "review", edition.pk)}">{edition.title}</a>'
        assert f"{link}</th>\n    <td>{state}</td><td>YEF</td>" in page
    assert "Another" not in page
    listed = get(editor, f"{address(Edition, 'changelist')}?{query_of(row)}")
    assert f"?{query_of(row)}" in page
    assert "4 editions" in listed
    assert other.title not in listed


def test_a_long_list_is_cut_and_takes_no_more_queries_and_only_of_ones_own_centres(
    editor: Browser,
) -> None:
    topic, page = make_topic("row"), address(Topic, "change", make_topic("row").pk)
    make_edition(title="Of another centre", centre=make_centre("eef"), topics=[topic])
    own = Browser("ed", "Centre editor")
    make_centre("yef").memberships.create(user=own.user)
    make_editions(1, topics=[topic])
    get(editor, page)
    with CaptureQueriesContext(
        connection,
    ) as few:
        get(editor, page)
    make_editions(30, topics=[topic])
    with CaptureQueriesContext(connection) as many:
        long = get(editor, page)

    assert len(many) == len(few)
    assert long.count("<td>Published</td>") == 20
    assert "All editions that have it: 32 published" in long
    assert "Of another centre" in long
    assert "Of another centre" not in get(own, page)


@pytest.mark.parametrize("query", ["setting=0", "setting=x", "approach=²"])
def test_a_filter_that_makes_no_sense_filters_nothing(query: str, editor: Browser) -> None:
    make_edition()
    answer = editor.client.get(f"{address(Edition, 'changelist')}?{query}", follow=True)
    assert "1 edition" in answer.content.decode()


def test_a_merge_is_seen_before_it_is_proposed_and_again_before_it_is_approved(
    editor: Browser, publisher: Browser
) -> None:
    old, new = make_topic("reading"), make_topic("literacy")
    both = make_edition(topics=[old, new])
    make_edition(summary=make_edition(topics=[old]).summary, topics=[old])
    make_draft(topics=[old])
    url = address(Topic, "end", old.pk)
    assert f'href="{url}"' in get(editor, address(Topic, "change", old.pk))
    posted = {"ended": "merged", "instead": new.pk, "reason": ""}

    looked = editor.client.post(url, posted | {"look": "1"}).content.decode()

    effects = (
        "“Reading” is used by 2 published summaries, 1 draft or edition in review and 1 earlier edition.",
        "They stay as they were approved. From then on they show “Literacy” and are found under it.",
        "Of these, 1 published summary has both: that counts once.",
        "Search finds “Literacy” by its names too: “Reading”.",
    )
    for effect in effects:
        assert effect in looked
    assert not ListChange.objects.exists()
    unexplained = editor.client.post(url, posted | {"propose": "1"}).content.decode()
    assert "This field is required." in unexplained
    posted = posted | {"propose": "1", "reason": "They are the same."}
    answer = editor.client.post(url, posted, follow=True).content.decode()
    assert "Proposed. Somebody else has to approve it" in answer
    change = ListChange.objects.proposed().get()
    seen = get(publisher, address(ListChange, "change", change.pk))
    for effect in effects:
        assert effect in seen
    assert "Approved: the public can read it within seconds." in publisher.step(change, "approve")
    page = get(editor, address(Topic, "change", old.pk))
    assert "<strong>Merged into another</strong>" in page
    assert both.title in get(editor, address(Topic, "change", new.pk))


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"ended": "merged"}, "Choose what it is merged into."),
        ({"ended": "never"}, "Select a valid choice."),
        ({}, "This field is required."),
        ({"ended": "merged", "instead": "0"}, "Select a valid choice."),
        ({"ended": "merged", "instead": "x"}, "Select a valid choice."),
        ({"ended": ""}, "This field is required."),
    ],
)
def test_what_makes_no_sense_is_answered_in_the_form(
    posted: dict[str, str], said: str, editor: Browser
) -> None:
    url = address(Topic, "end", make_topic().pk)
    kept = posted | {"reason": "Kept <words>.", "propose": "1"}
    page = editor.client.post(url, kept).content.decode()
    assert said in page
    assert escape("Kept <words>.") in page
    assert editor.client.get(address(Topic, "end", 999_999)).status_code == 404
    assert editor.client.get(url.replace("/end/", "x/end/")).status_code == 404


@pytest.mark.parametrize("model", paths())
def test_a_list_says_which_rows_are_in_use(model: Any, editor: Browser) -> None:
    old, new = MAKE[model]("reading"), MAKE[model]("literacy")
    end(old, MERGED, new)
    url = address(model, "changelist")
    page = get(editor, url)
    cells = re.findall(r'<td class="field-use"[^>]*>([^<]*)</td>', page)
    assert sorted(cells) == ["In use", "Merged into another"]
    only = get(editor, url, ended__exact="merged")
    assert "Reading</a>" in only
    assert "Literacy</a>" not in only


def test_no_form_offers_to_add_a_row_that_waits_for_a_second_person(editor: Browser) -> None:
    """Such a row cannot be chosen yet, so a window to add it would lead nowhere. The form says where to propose it."""
    for model in (Edition, Topic, Product):
        page = editor.client.get(address(model, "add"))
        for field in page.context["adminform"].form.fields.values():
            related = getattr(field.widget, "rel", None)
            if related and getattr(admin.site.get_model_admin(related.model), "needs_two", False):
                assert not field.widget.can_add_related, related.model
    said = editor.client.get(address(Edition, "add")).text
    assert f'<a href="{address(Topic, "add")}" target="_blank">Propose a new topic' in said
    assert "add_id_topics" not in said
    writer = Browser("cy", "Centre editor")
    assert "Propose a new topic" not in writer.client.get(address(Edition, "add")).text


def test_a_second_proposal_waits_and_says_so(editor: Browser) -> None:
    url = address(Topic, "end", make_topic().pk)
    posted = {"ended": "retired", "reason": "Unused.", "propose": "1"}
    editor.client.post(url, posted)
    assert "waits for approval" in editor.client.post(url, posted).content.decode()


def test_the_form_of_a_draft_shows_merged_rows_as_what_they_became(editor: Browser) -> None:
    old, new, gone = (make_topic(slug) for slug in ("reading", "literacy", "sport"))
    was, is_now = make_outcome("offending"), make_outcome("reoffending")
    finding = {"outcome": was, "direction": "beneficial"}
    draft = make_draft(topics=[old, gone], findings=[finding])
    for row, ended, instead in ((old, MERGED, new), (gone, RETIRED, None), (was, MERGED, is_now)):
        end(row, ended, instead)
    url = address(Edition, "change", draft.pk)

    page = get(editor, url)

    assert f'<option value="{new.pk}" selected>Literacy</option>' in page
    assert f'<option value="{gone.pk}" selected>Sport (retired)</option>' in page
    assert f'<option value="{is_now.pk}" selected>Reoffending</option>' in page
    assert "Reading" not in page
    # To save it without a change is no edit; with one, it has the present rows.
    posted = form_values(editor.client.get(url))
    editor.client.post(url, posted)
    assert not AuditEntry.objects.filter(action="edited").exists()
    editor.client.post(url, posted | {"findings-0-effect": "Half"})
    assert draft.findings.get().outcome == is_now
    assert set(draft.topics.all()) == {old, gone}
    posted = form_values(editor.client.get(url)) | {"topics": [new.pk]}
    editor.client.post(url, posted)
    assert list(draft.topics.all()) == [new]
    # A new draft is offered neither.
    page = get(editor, address(Edition, "add"))
    assert "Sport" not in page
    assert "Reading" not in page
    refused = editor.client.post(url, posted | {"topics": [old.pk]})
    assert "Select a valid choice" in refused.content.decode()


def test_a_spreadsheet_from_before_names_what_rows_became(editor: Browser) -> None:
    old, new, gone = (make_topic(slug) for slug in ("reading", "literacy", "sport"))
    was, is_now = make_outcome("offending"), make_outcome("reoffending")
    finding = {"outcome": was, "direction": "beneficial"}
    edition = make_edition(topics=[old, gone], findings=[finding])
    other = make_edition(topics=[new])
    everything = Summary.objects.order_by("pk")
    before = rows_of("csv", exported("csv", everything))
    for row, ended, instead in ((old, MERGED, new), (gone, RETIRED, None), (was, MERGED, is_now)):
        end(row, ended, instead)

    assert plan_of(before, editor.user).drafts == []
    after = rows_of("csv", exported("csv", everything))
    assert {row["topics"] for row in after} == {"literacy\nsport", "literacy"}
    assert "reoffending" in after[0]["outcomes"]
    assert plan_of(after, editor.user).drafts == []
    changed = plan_of([before[0] | {"title": "Once more"}], editor.user)
    assert [[one.field for one in draft.changes] for draft in changed.drafts] == [["title"]]
    newly = before[1] | {"topics": "Sport"}
    (fault,) = plan_of([newly], editor.user).faults
    assert "“Sport” is retired" in str(fault)
    assert edition.summary.slug != other.summary.slug


def test_a_change_that_ends_a_row_is_shown_in_words(publisher: Browser) -> None:
    topic, other = make_topic("reading"), make_topic("literacy")
    end(topic, "merged", other)
    change = ListChange.objects.get(row_id=topic.pk, list_name=list_of(Topic))
    said = plain(get(publisher, address(ListChange, "change", change.pk)))
    assert "Whether it is in use In use Merged" in said
    assert "What stands for it none Literacy" in said
    olu = make_person("olu", "Secretariat editor")
    again = propose_ending(row=topic, ended="", instead=None, reason="It is needed.", by=olu)
    said = plain(get(publisher, address(ListChange, "change", again.pk)))
    assert re.search("Whether it is in use Merged [a-z ]*In use", said)


def test_a_row_in_use_is_not_deleted_and_the_page_leads_to_merging_or_retiring_it(
    editor: Browser,
) -> None:
    topic, unused = make_topic("poverty", label="Poverty"), make_topic("pottery")
    edition = make_edition(topics=[topic])
    make_draft(summary=edition.summary, topics=[topic])

    page = get(editor, address(Topic, "delete", topic.pk))

    said = plain(page)
    assert (
        "“Poverty” is used by 1 published summary and 1 draft or edition in review. So it cannot be deleted."
        in said
    )
    assert f'<a href="{address(Topic, "end", topic.pk)}">merge or retire it</a>' in page
    assert "protected related objects" not in said
    assert "Propose to delete" not in said
    assert 'value="Propose to delete it"' in get(editor, address(Topic, "delete", unused.pk))


def test_what_uses_a_row_that_cannot_end_is_listed(editor: Browser) -> None:
    scale = make_scale("Weak", "Strong")
    make_edition(title="Chess", strength_native="Weak", strength_scale=scale)

    said = plain(get(editor, address(RatingScale, "delete", scale.pk)))

    assert "“Evidence security” is used, so it cannot be deleted." in said
    assert "Chess" in said


def test_the_page_of_a_step_leads_to_its_scale_where_it_is_changed(editor: Browser) -> None:
    scale = make_scale("Weak", "Strong")
    page = get(editor, address(RatingLevel, "change", scale.levels.all()[0].pk))
    assert "A step is changed in its scale: Evidence security" in plain(page)
    assert f'<a href="{address(RatingScale, "change", scale.pk)}">' in page
