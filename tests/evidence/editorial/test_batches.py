"""Many editions at once: the same rules for each, one list of what each changes, and all or nothing by choice."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from evidence.editorial import actions
from evidence.editorial.batches import LIMIT
from evidence.editorial.content import Content
from evidence.models import AuditEntry, Edition
from tests.evidence.admin.test_list_rows import end
from tests.evidence.dataset.test_list_endings import MERGED, RETIRED
from tests.evidence.editorial.test_workflow_pages import Person
from tests.factories import (
    make_audience,
    make_centre,
    make_draft,
    make_edition,
    make_editions,
    make_product,
    make_topic,
)
from tests.portal.test_admin import address
from tests.reading_pages import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Person:
    return Person("ed", "Centre editor", centre=make_centre())


@pytest.fixture
def publisher() -> Person:
    return Person("pat", "Publisher")


def choose(person: Person, batch: str, editions: Sequence[Edition], **query: Any) -> Any:
    """Choose editions in the list, as `query` filters it, and what to do with them; return the page that asks."""
    posted = {"action": batch, "_selected_action": [edition.pk for edition in editions], "index": 0}
    return person.client.post(f"{address(Edition, 'changelist')}?{urlencode(query)}", posted)


def confirm(person: Person, batch: str, page: Any, **values: Any) -> Any:
    posted = {
        "edition": [f"{row['edition'].pk}:{row['digest']}" for row in page.context["rows"]],
        "plan": page.context["plan"],
        "together": "all",
    }
    url = reverse("admin:evidence_edition_batch", args=[batch])
    return person.client.post(url, posted | values, follow=True)


def take(person: Person, batch: str, editions: Sequence[Edition], **values: Any) -> str:
    """Choose editions, see what each changes, and confirm; return the text of the page afterwards."""
    page = confirm(person, batch, choose(person, batch, editions), **values)
    if page.context.get("plan"):  # it shows what it changes, now that it knows
        page = confirm(person, batch, page, **values)
    return str(page.content.decode())


def states(*editions: Edition) -> list[str]:
    return [Edition.objects.get(pk=edition.pk).state for edition in editions]


@pytest.mark.parametrize("when", ["before the page", "before the word"])
def test_what_has_all_gone_in_the_meantime_is_said_so(editor: Person, when: str) -> None:
    draft = make_draft(bottom_line="Entirely new.")
    page, gone = choose(editor, "submit", [draft]), Edition(pk=draft.pk)
    actions.discard(edition=draft)
    if when == "before the page":
        choose(editor, "submit", [gone])
        said = editor.client.get(address(Edition, "changelist")).content.decode()
    else:
        said = confirm(editor, "submit", page, change_note="New.").content.decode()
    assert "what you chose had gone in the meantime" in said


def test_drafts_are_submitted_sent_back_and_approved_together(
    editor: Person, publisher: Person
) -> None:
    live = make_edition(studies=1)
    second = make_draft(summary=live.summary, studies=2)
    first = make_draft(bottom_line="Entirely new.")
    for text in ("Why?", "And when?"):
        actions.comment(edition=first, field="title", text=text, by=publisher.user)
    page = choose(editor, "submit", [first, second])
    assert plain(page.text).count(f"2 comments open on {first.title}") == 1
    assert f"{address(Edition, 'review', first.pk)}#worth-a-look" in page.text
    assert f"{address(Edition, 'review', second.pk)}#worth-a-look" not in page.text
    shown = {row["edition"].pk: row for row in page.context["rows"]}
    assert ("1", "2") in [(one.before, one.after) for one in shown[second.pk]["changes"]]
    assert "Entirely new." in page.content.decode()
    assert page.text.count("Read all of it") == 1
    assert (
        "Reoffending: Beneficial; 19% reduction" in page.text
    )  # of the first edition, beyond its bottom line

    said = take(editor, "submit", [first, second], review_due="2030-01-01", change_note="More.")
    assert "2 editions submitted" in said
    take(publisher, "send-back", [first], comment="Which schools?")
    assert states(first, second) == ["draft", "in-review"]
    take(editor, "submit", [first])
    assert "2 editions approved" in take(publisher, "approve", [first, second])
    assert states(first, second) == ["published", "published"]
    assert Edition.objects.get(pk=second.pk).change_note == "More."


def test_four_eyes_hold_for_each_and_all_or_nothing_is_a_choice(editor: Person) -> None:
    both = Person("bo", "Secretariat editor", "Publisher")
    own, other = make_draft(), make_draft()
    for person, draft in ((both, own), (editor, other)):
        actions.write(edition=draft, content=Content({"title": "Changed"}), by=person.user)
        actions.submit(edition=draft, by=person.user, review_due=datetime.date(2030, 1, 1))

    said = take(both, "approve", [own, other])
    assert "Nothing was done, because of 1 of 2" in said
    assert "somebody else must approve it" in said
    assert states(own, other) == ["in-review", "in-review"]

    said = take(both, "approve", [own, other], together="each")
    assert "1 edition approved" in said
    assert "Changed: not done." in said
    assert states(own, other) == ["in-review", "published"]


def test_what_somebody_changed_after_the_list_was_shown_is_not_approved(
    editor: Person, publisher: Person
) -> None:
    draft = make_draft()
    actions.submit(edition=draft, by=editor.user, review_due=datetime.date(2030, 1, 1))
    page = choose(publisher, "approve", [draft])
    actions.send_back(edition=draft)
    draft = Edition.objects.get(pk=draft.pk)
    actions.write(edition=draft, content=Content({"title": "Slipped in"}), by=editor.user)
    actions.submit(edition=draft, by=editor.user)

    page = confirm(publisher, "approve", page)
    assert page.text.count("has changed since you looked at it") == 1
    assert "1 of 1 changed since you looked." in page.text
    assert "Slipped in" in page.text
    assert states(draft) == ["in-review"]
    assert "1 edition approved" in confirm(publisher, "approve", page).text  # now they have read it


def test_what_changed_while_the_form_of_a_batch_was_filled_in_is_marked(editor: Person) -> None:
    changed, same = make_draft(title="As it was"), make_draft(title="Same")
    page = choose(editor, "submit", [changed, same])
    actions.write(edition=changed, content=Content({"title": "Slipped in"}), by=editor.user)

    page = confirm(editor, "submit", page, review_due="soon")
    assert "Write a date as" in page.text
    assert "1 of 2 changed since you looked." in page.text
    assert page.text.count("has changed since you looked at it") == 1
    assert "2 editions submitted" in confirm(editor, "submit", page, change_note="New.").text


def test_a_page_of_a_batch_that_somebody_made_up_is_answered(editor: Person) -> None:
    draft = make_draft()
    posted = {
        "edition": f"0{draft.pk}:x",
        "plan": choose(editor, "discard", [draft]).context["plan"],
        "together": "all",
    }
    url = reverse("admin:evidence_edition_batch", args=["discard"])
    assert editor.client.post(url, posted, follow=True).status_code == 200

    draft = make_draft()
    many = posted | {"edition": [f"{key}:x" for key in range(draft.pk, draft.pk + LIMIT + 1)]}
    assert "Choose at most" in editor.client.post(url, many, follow=True).content.decode()
    assert states(draft) == ["draft"]


def test_drafts_are_assigned_and_discarded_together(editor: Person) -> None:
    other = Person("olu", "Secretariat editor")
    drafts = [make_draft(), make_draft()]
    assert "2 editions assigned" in take(editor, "assign", drafts, to=other.user.pk)
    assert {one.assigned_to for one in Edition.objects.all()} == {other.user}
    assert "2 editions discarded" in take(editor, "discard", drafts)
    assert not Edition.objects.exists()


def test_many_are_checked_and_changed_without_a_spreadsheet(editor: Person) -> None:
    live = make_editions(3)
    draft = make_draft()
    sport, pupils = make_topic("sport"), make_audience("pupils")

    assert "3 editions checked" in take(editor, "check", live, review_due="2030-01-01")
    assert Edition.objects.published().filter(checked_by=editor.user).count() == 3

    checked = Edition.objects.published()[0]
    page = confirm(editor, "check", choose(editor, "check", [checked]), review_due="2029-12-31")
    assert "choose a day after 1 January 2030, which readers see now" in page.text
    page = confirm(editor, "check", choose(editor, "check", [checked]), review_due="2030-01-01")
    assert "choose a day after 1 January 2030" in page.text
    assert "stays as it is" not in page.text

    now = [*Edition.objects.published(), draft]
    wanted = {"add_topics": [sport.pk], "add_audiences": [pupils.pk], "product": "Guide"}
    page = confirm(editor, "change", choose(editor, "change", now), **wanted)
    shown = [[one.label for one in row["changes"]] for row in page.context["rows"]]
    assert shown == [["Product line", "Topics", "Who it is for"]] * 4
    assert Edition.objects.open().count() == 1
    assert "4 editions changed" in confirm(editor, "change", page, **wanted).content.decode()
    drafts = Edition.objects.filter(state="draft")
    assert drafts.count() == 4
    for one in drafts:
        assert (one.product, one.topics.count(), one.audiences.count()) == ("Guide", 2, 2)
        assert one.findings.count() == 1
    assert "needs at least one topic" in take(
        editor, "change", [draft], remove_topics=[topic.pk for topic in draft.topics.all()]
    )


def test_a_change_of_many_that_asks_for_nothing_or_for_a_day_that_has_passed_is_not_shown(
    editor: Person,
) -> None:
    draft = make_draft()

    page = confirm(editor, "change", choose(editor, "change", [draft]), together="each")

    assert "Choose something to change." in page.text
    assert 'value="Show what each changes"' in page.text
    assert "0 editions changed" not in page.text

    page = confirm(
        editor, "change", choose(editor, "change", [draft]), review_due=datetime.date(2020, 1, 1)
    )
    assert "Review due: choose a day in the future." in page.text
    assert "Choose something to change." not in page.text
    assert 'value="Show what each changes"' in page.text


def test_where_none_can_be_done_the_page_says_so_with_the_reasons_and_offers_nothing_else(
    editor: Person, publisher: Person
) -> None:
    live = make_editions(2)
    page = choose(editor, "submit", live, q="summary")
    said = plain(page.content.decode())
    assert "None of these 2 can be done: the reasons are below." in said
    assert said.count("This is not possible while it is published.") == 2
    assert "do the others" not in said
    assert 'type="submit" class="default"' not in page.text
    assert "?q=summary" in page.text.partition("Back to the list")[0].rpartition("<a")[2]

    # The change note is missing in both, which the form can mend.
    drafts = [actions.open_edition(summary=one.summary) for one in live]
    refused = plain(take(editor, "submit", drafts))
    assert "none of these 2 can be done as they are now: the reasons are below." in refused
    assert "Choose “do the others”" not in refused
    assert "Change note" in refused
    assert "1 edition submitted" in take(editor, "submit", drafts[:1], change_note="Why.")


def test_what_nobody_could_do_whatever_they_choose_is_said_before_they_try(
    editor: Person, publisher: Person
) -> None:
    both = Person("bo", "Secretariat editor", "Publisher")
    own = make_draft()
    actions.submit(edition=own, by=both.user, review_due=datetime.date(2030, 1, 1))
    no_words = make_draft(strength="high", strength_native="")
    no_topic = make_draft(topics=[])
    live = make_edition()
    cases = [
        (both, "approve", [own], "somebody else must approve it"),
        (editor, "submit", [no_words], "copy the centre’s own wording"),
        (editor, "submit", [no_topic], "Topics: choose at least one."),
        (editor, "unconfirm", [live], "The centre has not confirmed these figures."),
        (both, "send-back", [live], "This is not possible while it is published."),
    ]
    for person, batch, editions, why in cases:
        page = choose(person, batch, editions)
        assert "It cannot be done: the reason is below." in plain(page.text)
        assert why in page.text
        assert 'type="submit" class="default"' not in page.text


def test_a_change_that_none_of_them_allows_is_refused_when_it_is_shown(editor: Person) -> None:
    make_product(names=["Guide"])
    both = [make_edition(title="First"), make_edition(title="Second")]
    page = confirm(editor, "change", choose(editor, "change", both), product="Leaflet")
    assert "None of these 2 can be done as you say" in plain(page.text)
    assert page.text.count("“Leaflet” is in no product line of the centre.") == 2
    assert 'value="Show what each changes"' in page.text
    assert "Change review dates, topics, audiences or product line: 2" not in page.text.partition(
        'class="submit-row"'
    )[2]  # fmt: skip


def test_who_approves_many_reads_of_each_what_readers_will_be_told_and_who_asks(
    editor: Person, publisher: Person
) -> None:
    for title, note, minor in (("First", "Nine more.", False), ("Second", "", True)):
        live = make_edition(title=title, bottom_line="It works well.")
        draft = make_draft(summary=live.summary, title=title, bottom_line="It works wel.")
        actions.submit(
            edition=draft, by=editor.user, change_note=note, minor=minor, review_due=datetime.date(2030, 1, 1)
        )  # fmt: skip
    said = plain(choose(publisher, "approve", list(Edition.objects.open())).text)
    assert said.count("Submitted by ed on ") == 2
    assert "Change note: Nine more." in said
    assert "Change note: none (only spelling has changed)" in said
    assert said.count("Review due: 1 January 2030") == 2


def test_the_editions_of_an_import_are_chosen_by_its_file(editor: Person) -> None:
    from_file, other = make_draft(), make_draft()
    entry = from_file.summary.audit.get()
    AuditEntry.objects.create(
        action="made", summary=entry.summary, edition_number=1, comment="Imported from a.csv."
    )
    page = editor.client.get(address(Edition, "changelist"))
    assert "a.csv" in page.content.decode()
    page = editor.client.get(address(Edition, "changelist"), {"import": "Imported from a.csv."})
    assert [row.pk for row in page.context["cl"].result_list] == [from_file.pk]
    assert other.pk != from_file.pk


def test_the_page_of_a_batch_takes_as_many_statements_for_many_as_for_few(
    editor: Person, django_assert_max_num_queries: Callable
) -> None:
    drafts = []
    for live in make_editions(12):
        drafts.append(actions.open_edition(summary=live.summary))
    with django_assert_max_num_queries(44):
        assert len(choose(editor, "submit", drafts).context["rows"]) == 12


def test_drafts_of_many_are_opened_together_and_then_found_submitted_and_approved(
    editor: Person, publisher: Person, django_assert_max_num_queries: Callable
) -> None:
    sport, said_so = (
        make_topic("sport"),
        make_edition(title="Says so", topics=[make_topic("sport")]),
    )
    live = make_editions(12)
    make_draft()
    wanted = {"add_topics": [sport.pk], "review_due": "2030-01-01"}
    page = confirm(
        editor, "change", choose(editor, "change", [*live, said_so]), add_topics=[sport.pk]
    )
    assert "It says this already and stays as it is." in page.text
    page = confirm(editor, "change", choose(editor, "change", live), **wanted)
    with django_assert_max_num_queries(100):  # the same for 200
        after = confirm(editor, "change", page, **wanted)

    listed = list(after.context["cl"].queryset)
    assert {one.summary_id for one in listed} == {one.summary_id for one in live}
    assert "Changed together" in after.text
    assert "2030" in str(Edition.objects.get(pk=listed[0].pk).review_due)
    assert "12 editions submitted" in take(editor, "submit", listed, change_note="Sport.")
    assert "12 editions approved" in take(publisher, "approve", listed)
    assert Edition.objects.published().filter(topics=sport).count() == 13


def test_who_has_a_draft_of_a_published_edition_open_is_named_and_the_others_can_be_done(
    editor: Person,
) -> None:
    other = Person("olu", "Secretariat editor")
    held, free = make_edition(title="Held"), make_edition(title="Free")
    same = make_edition(title="Same", topics=[make_topic("sport"), make_topic()])
    actions.open_edition(summary=held.summary, by=other.user)
    wanted = {"add_topics": [make_topic("sport").pk]}
    page = choose(editor, "change", [held, free, same])
    assert "This summary has a draft open, opened by olu." in page.text
    assert "1 of 3 cannot be done as it is now: the reason is below." in plain(page.text)

    assert "Nothing was done, because of 1 of 3" in take(
        editor, "change", [held, free, same], **wanted
    )
    assert Edition.objects.open().count() == 1
    said = take(editor, "change", [held, free, same], together="each", **wanted)
    assert "1 edition changed" in said
    assert "1 says it already, and stayed as it was." in said
    assert "Held: not done. This summary has a draft open" in said
    assert Edition.objects.open().filter(summary=free.summary, topics__slug="sport").exists()


def test_a_change_of_many_is_refused_for_a_line_that_the_centre_does_not_have_and_for_what_changed(
    editor: Person,
) -> None:
    make_product(names=["Guide"])
    live, draft = make_edition(title="Live"), make_draft(title="Draft")
    said = take(editor, "change", [live, draft], product="Leaflet")
    assert "“Leaflet” is in no product line of the centre. Known: Guide." in said

    page = confirm(editor, "change", choose(editor, "change", [draft]), review_due="2030-01-01")
    actions.write(edition=draft, content=Content({"title": "Slipped in"}), by=editor.user)
    said = confirm(editor, "change", page, review_due="2030-01-01").text
    assert "has changed since you looked at it" in said
    assert Edition.objects.get(pk=draft.pk).review_due is None


def test_what_no_form_could_put_right_is_said_before_drafts_are_submitted(editor: Person) -> None:
    sport, judo = make_topic("sport"), make_topic("judo")
    make_product(names=["Guide"])
    new = make_draft(title="New", topics=[sport], product="Guide")
    live = make_edition(title="Live", topics=[sport, make_topic()], product="Guide")
    again = make_draft(summary=live.summary, title="Again", topics=[sport, judo], product="Guide")
    other = make_draft(title="Other", product="Leaflet")
    end(judo, MERGED, sport)
    end(sport, RETIRED)

    page = choose(editor, "submit", [new, again, other])

    refused = {row["edition"].title: row["refused"] for row in page.context["rows"]}
    assert refused["New"] == "Topics: “Sport” is retired; take it out."
    assert refused["Again"] == ""  # readers had the topic before it was retired
    assert "“Leaflet” is in no product line of the centre. Known: Guide." in refused["Other"]
    assert "2 of 3 cannot be done" in page.text


@pytest.mark.parametrize("key", ["abc", "", "1\x00", "9" * 30, "-1"])
def test_a_key_that_no_row_can_have_is_refused(editor: Person, key: str) -> None:
    make_draft()
    posted = {"action": "submit", "_selected_action": [key], "index": 0}
    assert editor.client.post(address(Edition, "changelist"), posted).status_code == 400
