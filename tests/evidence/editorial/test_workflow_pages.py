"""The work of editors in admin, from a new edition to its withdrawal."""

import datetime
import html
import io
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from evidence.editorial import actions
from evidence.editorial.checklist import advice, grade
from evidence.editorial.content import Content, digest_of
from evidence.models import Edition, Summary
from evidence.models.content_fields import label_of
from evidence.pages import preview
from portal import published
from tests.factories import (
    make_audience,
    make_centre,
    make_draft,
    make_edition,
    make_kind,
    make_outcome,
    make_policy_area,
    make_product,
    make_scale,
    make_setting,
    make_topic,
    publish_draft,
)
from tests.people import make_person
from tests.portal.test_admin import address, form_values
from tests.reading_pages import plain

pytestmark = pytest.mark.django_db


class Person:
    """A person with a browser."""

    def __init__(self, name: str, *roles: str, centre: Any = None) -> None:
        self.user = make_person(name, *roles, centre=centre)
        self.client = Client()
        self.client.force_login(self.user)

    def save(self, edition: Edition, **values: Any) -> Any:
        url = address(Edition, "change", edition.pk)
        return self.client.post(url, form_values(self.client.get(url)) | values)

    def step(self, edition: Edition, step: str, **values: Any) -> str:
        """Take a step on the review page and return the text of the page afterwards."""
        url = address(Edition, "review", edition.pk)
        page = self.client.get(url)
        seen = digest_of(Edition.objects.get(pk=edition.pk))
        page = self.client.post(url, {"digest": seen, "step": step} | values, follow=True)
        return str(page.content.decode())


@pytest.fixture
def editor() -> Person:
    return Person("ed", "Centre editor", centre=make_centre())


@pytest.fixture
def publisher() -> Person:
    return Person("pat", "Publisher")


def state(edition: Edition) -> str:
    return Edition.objects.get(pk=edition.pk).state


def test_the_whole_path(editor: Person, publisher: Person, client: Client) -> None:
    live = make_edition(studies=3)
    public = live.get_absolute_url()
    editor.client.post(address(Edition, "new", live.pk))
    draft = live.summary.editions.open().get()
    shown = editor.client.get(address(Edition, "review", draft.pk)).content.decode()
    assert "Review due: filled in when it is submitted" in plain(shown)
    assert editor.save(draft, studies="12", review_due="2030-01-01").status_code == 302

    refused = plain(editor.step(draft, "submit"))
    assert refused.startswith("Error: What changes, and what next: ")
    at_the_top = refused.partition(" What you can do ")[0]
    assert "Submit for review : nothing was done" in at_the_top
    assert "Change note: say what changed and why" in at_the_top
    editor.step(draft, "submit", change_note="Nine more studies.")
    assert state(draft) == "in-review"
    assert "somebody else must approve it" in editor.step(draft, "approve")
    assert state(draft) == "in-review"

    page = publisher.client.get(address(Edition, "review", draft.pk)).content.decode()
    assert "<del>3</del>" in page
    assert "<ins>12</ins>" in page
    publisher.step(draft, "send-back", comment="Which ones?")
    sent_back = editor.client.get(address(Edition, "review", draft.pk)).content.decode()
    assert "Which ones?" in sent_back
    # It waits for its author now, and nobody is to approve it.
    assert "somebody else must approve it" not in sent_back
    editor.step(draft, "submit", change_note="Nine more studies.")
    approved = publisher.step(draft, "approve")
    assert "the public can read it within seconds" in approved
    assert f'<a href="{public}">View on site</a>' in approved

    assert state(draft) == "published"
    assert "Nine more studies." in client.get(f"{public}history/").content.decode()
    assert "Withdrawn: within seconds its page" in publisher.step(
        draft, "withdraw", reason="Merged.", sure="on"
    )
    published.check(now=True)
    gone = client.get(public)
    assert gone.status_code == 410
    assert "Merged." in gone.content.decode()


def test_a_person_with_both_roles_still_needs_another(publisher: Person) -> None:
    both = Person("bo", "Secretariat editor", "Publisher")
    draft = make_draft()
    both.save(draft, review_due="2030-01-01")
    both.step(draft, "submit")

    assert "somebody else must approve it" in both.step(draft, "approve")
    assert state(draft) == "in-review"
    publisher.step(draft, "approve")
    assert state(draft) == "published"


def test_an_approver_who_looked_at_other_content_is_refused(
    editor: Person, publisher: Person
) -> None:
    draft = make_draft()
    editor.save(draft, review_due="2030-01-01")
    editor.step(draft, "submit")

    said = publisher.step(draft, "approve", digest="of another content")

    assert "has changed since you looked at it" in said
    assert state(draft) == "in-review"


def posted_by(page: Any, step: str) -> dict[str, str]:
    """Return what a browser posts if somebody presses the button of a step on the review page."""
    form = page.text.partition(f'id="step-{step}"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.mark.parametrize("refused_as_well", [False, True])
def test_who_is_to_read_it_again_has_the_new_text_and_can_go_on(
    editor: Person, publisher: Person, refused_as_well: bool
) -> None:
    draft = make_draft(summary=make_edition(studies=155).summary, studies=155)
    editor.step(draft, "submit", change_note="Checked.", review_due="2030-01-01")
    url = address(Edition, "review", draft.pk)
    page = publisher.client.get(url)
    editor.step(draft, "take-back")
    editor.save(draft, studies="156")
    editor.step(draft, "submit", change_note="One more study.", review_due="2030-01-01")

    # The second lacks a time too: it must not be the only reason that is said.
    step = "schedule" if refused_as_well else "approve"
    page = publisher.client.post(url, posted_by(page, step))
    assert plain(page.text.partition("</ul>")[0]).count("has changed since you looked at it") == 1
    assert "<ins>156</ins>" in page.text
    assert "One more study." in page.text
    publisher.client.post(url, {**posted_by(page, step), "publish_at": "2030-01-01T09:00"})
    assert state(draft) == ("scheduled" if refused_as_well else "published")


def test_what_its_author_takes_back_is_not_called_sent_back(
    editor: Person, publisher: Person
) -> None:
    draft = make_draft()
    editor.step(draft, "submit", review_due="2030-01-01")
    publisher.step(draft, "send-back", comment="Which schools?")
    editor.step(draft, "submit", review_due="2030-01-01")
    editor.save(draft)
    pages = [editor.step(draft, "take-back")]
    pages += [
        editor.client.get(url).content.decode()
        for url in (address(Edition, "change", draft.pk), reverse("admin:index"))
    ]
    for page in pages:
        said = plain(page).partition("Who did what")[0]
        assert "Taken back" in said
        assert "Sent back" not in said
        assert "Which schools?" not in said
    assert "taken back by ed" in plain(pages[0])


def test_two_windows_of_one_person_are_not_called_two_people(editor: Person) -> None:
    draft = make_draft(title="As it was", studies=3, summary=make_edition().summary)
    url = address(Edition, "change", draft.pk)
    loaded = form_values(editor.client.get(url))
    editor.save(draft, title="In one window", studies="9")

    page = editor.client.post(url, loaded | {"title": "In the other", "studies": "3"})
    assert "You changed the same twice" in page.text
    assert "You, in another window, saved this draft while you were editing." in page.text
    assert "Two people" not in page.text
    page = editor.client.post(url, form_values(page), follow=True)

    loaded = form_values(editor.client.get(url))
    editor.save(draft, studies="10")
    page = editor.client.post(url, loaded | {"title": "Another"}, follow=True)
    assert "What you saved in another window while you were editing is kept: Number of" in page.text


def test_an_unknown_replacement_is_explained_and_the_reason_is_not_lost(publisher: Person) -> None:
    live = make_edition()

    said = publisher.step(live, "withdraw", reason="Merged into another.", replaced_by="nowhere")

    assert "No published summary has this title or address." in said
    assert "Merged into another." in said
    assert state(live) == "published"


def test_what_replaces_a_summary_is_another_one(publisher: Person) -> None:
    def refused(text: str) -> str:
        said = publisher.step(live, "withdraw", reason="Merged.", replaced_by=text, sure="on")
        return plain(said).partition(" What changes ")[0]

    live = make_edition(title="Chess in primary schools", slug="eef-chess")
    for own in (live.title, "eef-chess", live.get_absolute_url()):
        assert "A summary cannot replace itself." in refused(own)
    others = [make_edition(title=f"Chess in schools {number}") for number in (1, 2)]
    said = refused("Chess")
    named = [f"{one.summary.slug} ({one.title})" in said for one in (live, *others)]
    assert named == [False, True, True]
    assert state(live) == "published"

    same = make_edition(title="Chess in Primary Schools")
    assert "Withdrawn: within seconds its page" in refused(
        live.title
    )  # there is one other of this title
    assert Summary.objects.get(slug="eef-chess").replaced_by == same.summary


def test_a_first_edition_offers_nothing_about_spelling(editor: Person, publisher: Person) -> None:
    first, later = make_draft(), make_draft(summary=make_edition().summary)
    offered = {
        one.pk: [
            'name="minor"' in editor.client.get(address(Edition, page, one.pk)).text
            for page in ("change", "review")
        ]
        for one in (first, later)
    }
    assert offered == {first.pk: [False, False], later.pk: [True, True]}

    # An older page, or one for many, may still say so.
    editor.step(first, "submit", change_note="New.", minor="on", review_due="2030-01-01")
    assert state(first) == "in-review"
    actions.take_back(edition=first, by=editor.user)
    first = Edition.objects.get(pk=first.pk)
    actions.submit(edition=first, by=editor.user, minor=True)
    page = publisher.client.get(address(Edition, "review", first.pk))
    assert "only spelling has changed" not in page.text


def test_a_second_save_keeps_what_it_did_not_touch(editor: Person) -> None:
    other = Person("olu", "Secretariat editor")
    tutoring = make_topic("tutoring")
    rows = [
        {"outcome": make_outcome(), "direction": "beneficial", "effect": "19% reduction"},
        {"outcome": make_outcome("attendance"), "direction": "mixed", "effect": "3 days"},
        {"outcome": make_outcome("wellbeing"), "direction": "mixed", "effect": "none"},
    ]
    draft = make_draft(summary=make_edition().summary, title="As it was", studies=3, findings=rows)
    url = address(Edition, "change", draft.pk)
    loaded = form_values(editor.client.get(url))
    other.save(
        draft, **{"title": "As Olu has it", "topics": [tutoring.pk], "minor": "on"},
        **{"findings-0-effect": "20% reduction", "findings-2-DELETE": "on"},
    )  # fmt: skip

    page = editor.client.post(
        url, loaded | {"studies": "12", "findings-1-effect": "4 days"}, follow=True
    )

    kept = Edition.objects.get(pk=draft.pk)
    assert (kept.title, kept.studies, kept.minor) == ("As Olu has it", 12, True)
    assert [topic.slug for topic in kept.topics.all()] == ["tutoring"]
    assert [row.effect for row in kept.findings.all()] == ["20% reduction", "4 days"]
    assert "What somebody else saved while you were editing is kept: " in page.content.decode()


def test_two_editors_are_asked_only_about_what_both_changed(editor: Person) -> None:
    other = Person("olu", "Secretariat editor")
    draft = make_draft(title="As it was", studies=3)
    url = address(Edition, "change", draft.pk)
    loaded = form_values(editor.client.get(url))
    other.save(draft, title="As Olu has it", studies="9", **{"findings-0-effect": "20%"})

    mine = {"title": "As Ed has it", "findings-0-effect": "21%", "bottom_line": "Ed wrote this."}
    page = editor.client.post(url, loaded | mine)

    assert page.status_code == 200
    asked = {one.label: (one.before, one.after) for one in page.context["conflicts"]}
    assert asked["Title"] == ("As Olu has it", "As Ed has it")
    assert ["20%" in asked["Findings by outcome"][0], "21%" in asked["Findings by outcome"][1]] == [
        True, True,
    ]  # fmt: skip
    assert len(asked) == 2
    assert "olu changed this too, while you were editing." in page.content.decode()
    assert Edition.objects.get(pk=draft.pk).title == "As Olu has it"
    again = form_values(page)
    assert again["studies"] == "9"  # theirs, because only they changed it
    assert editor.client.post(url, again | {"use_saved": "title"}).status_code == 302
    kept = Edition.objects.get(pk=draft.pk)
    assert (kept.title, kept.studies, kept.bottom_line) == ("As Olu has it", 9, "Ed wrote this.")
    assert kept.findings.get().effect == "21%"


def test_what_somebody_else_saved_in_a_field_that_is_wrong_here_is_asked_about_once_it_is_right(
    editor: Person,
) -> None:
    other = Person("olu", "Secretariat editor")
    draft = make_draft(studies=3)
    url = address(Edition, "change", draft.pk)
    loaded = form_values(editor.client.get(url))
    other.save(draft, studies="9")

    page = editor.client.post(url, loaded | {"studies": "about 12"})
    assert not page.context["conflicts"]
    page = editor.client.post(url, form_values(page) | {"studies": "12"})

    assert [(one.before, one.after) for one in page.context["conflicts"]] == [("9", "12")]
    assert Edition.objects.get(pk=draft.pk).studies == 9
    assert editor.client.post(url, form_values(page)).status_code == 302
    assert Edition.objects.get(pk=draft.pk).studies == 12


def test_a_row_that_another_deleted_and_this_person_changed_is_asked_about_and_not_lost(
    editor: Person,
) -> None:
    other = Person("olu", "Secretariat editor")
    draft = make_draft()
    url = address(Edition, "change", draft.pk)
    loaded = form_values(editor.client.get(url))
    other.save(draft, **{"findings-0-DELETE": "on"})

    page = editor.client.post(url, loaded | {"findings-0-effect": "21%"})

    assert [one.before for one in page.context["conflicts"]] == ["deleted"]
    assert editor.client.post(url, form_values(page)).status_code == 302
    assert [row.effect for row in Edition.objects.get(pk=draft.pk).findings.all()] == ["21%"]


def test_a_page_that_both_name_is_named_once(editor: Person) -> None:
    other = Person("olu", "Secretariat editor")
    draft = make_draft()
    url = address(Edition, "change", draft.pk)
    loaded = form_values(editor.client.get(url))
    other.save(draft, **{"sources-1-url": "https://example.org/new"})

    page = editor.client.post(url, loaded | {"sources-1-url": "https://example.org/new"})

    assert "olu named this page too, just now." in page.content.decode()
    assert draft.sources.count() == 2


def test_marks_that_no_form_of_ours_has_are_ignored(editor: Person) -> None:
    url = address(Edition, "change", make_draft().pk)
    loaded = form_values(editor.client.get(url))
    for seen in ("[" * 100_000, "null", '{"fields": 1}'):
        assert editor.client.post(url, loaded | {"seen": seen}).status_code in {200, 302}


def test_others_see_who_has_a_draft_open(editor: Person) -> None:
    other = Person("olu", "Secretariat editor")
    draft = make_draft()
    url = address(Edition, "change", draft.pk)
    editor.client.get(url)
    assert "ed has this open" in " ".join(
        strip_tags(other.client.get(url).content.decode()).split()
    )
    editor.client.get(address(Edition, "review", draft.pk))
    assert not other.client.get(url).context["open_forms"]


def test_an_assigned_draft_is_among_the_drafts_of_that_person(editor: Person) -> None:
    other = Person("olu", "Secretariat editor")
    foreign = Person("eve", "Centre editor", centre=make_centre("eef"))
    draft = make_draft()
    editor.save(draft, title="Begun by Ed")

    assert "Select a valid choice" in editor.step(draft, "assign", to=foreign.user.pk)
    assert "It is assigned to olu." in editor.step(draft, "assign", to=other.user.pk)

    first = {
        who: other_or_ed.client.get(reverse("admin:index")).context["waiting"][0].editions
        for who, other_or_ed in (("ed", editor), ("olu", other))
    }
    assert first == {"ed": [], "olu": [draft]}


def test_after_a_check_the_page_is_that_of_what_readers_see_now(editor: Person) -> None:
    old = make_edition()
    page = editor.client.get(address(Edition, "review", old.pk))
    form = next(form for step, form in page.context["steps"] if step.name == "check")
    due = {"step": "check", "digest": form.initial["digest"], "review_due": "2030-01-01"}

    done = editor.client.post(address(Edition, "review", old.pk), due)

    assert done.headers["Location"] == address(
        Edition, "review", old.summary.editions.published().get().pk
    )
    assert "somebody else must approve it" not in editor.client.get(done.headers["Location"]).text


def test_a_review_date_is_read_as_people_write_it_and_refused_with_an_example(
    editor: Person,
) -> None:
    draft = make_draft()
    for typed in (
        "31/03/2030",
        "31/3/30",
        "31 March 2030",
        "31 Mar 2030",
        "31.3.2030",
        "2030-03-31",
    ):
        editor.save(draft, review_due=typed)
        draft.refresh_from_db()
        assert f"{draft.review_due:%Y-%m-%d}" == "2030-03-31", typed
        Edition.objects.filter(pk=draft.pk).update(review_due=None)
    for typed, read in {
        "Aug 2024": "2024-08",
        "20 August 2024": "2024-08-20",
        "2024": "2024",
    }.items():
        editor.save(draft, updated=typed)
        draft.refresh_from_db()
        assert draft.updated == read
    refused = editor.save(draft, review_due="next spring")
    assert "Write a date as 31 March 2028 or 31/03/2028." in refused.text


def test_who_discards_a_draft_reads_in_plain_words_what_goes(editor: Person) -> None:
    published = make_edition()
    for draft, said in [
        (make_draft(), "The public has not read this summary, so it goes too"),
        (make_draft(summary=published.summary), "What the public reads stays as it is."),
    ]:
        page = editor.client.get(address(Edition, "delete", draft.pk)).text
        assert said in page
        assert "object (" not in page
        assert "relationship" not in page


def test_text_for_a_draft_that_was_discarded_in_the_meantime_is_shown(editor: Person) -> None:
    draft = make_draft()
    url = address(Edition, "change", draft.pk)
    typed = form_values(editor.client.get(url)) | {"bottom_line": "An hour of work."}
    actions.discard(edition=draft)

    page = editor.client.post(url, typed)

    assert page.status_code == 404
    assert "somebody may have discarded it" in page.content.decode()
    assert "An hour of work." in page.content.decode()


def test_a_comment_for_an_edition_that_was_approved_in_the_meantime_is_shown(
    editor: Person, publisher: Person
) -> None:
    draft = make_draft()
    editor.save(draft, review_due="2030-01-01")
    editor.step(draft, "submit")
    publisher.step(draft, "approve")

    said = Person("pia", "Publisher").step(draft, "send-back", comment="Which studies?")

    assert "Nothing was saved." in said
    assert shown_again(said) == {"Comment": "Which studies?"}

    approved = Person("paul", "Publisher").step(draft, "approve", csrfmiddlewaretoken="x" * 64)
    assert "Nothing was saved." in approved
    assert "What you typed" not in approved


def shown_again(page: str) -> dict[str, str]:
    """Return what a page shows of what was typed, by the labels."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.S)
    return {html.unescape(label): html.unescape(value) for label, value in pairs}


def test_what_was_typed_too_late_is_shown_as_the_form_shows_it(editor: Person) -> None:
    """Each field by its label, and what was chosen by its words: no page shows a key, a token or a bare number."""
    draft, topic, outcome = make_draft(), make_topic(), make_outcome()
    url = address(Edition, "change", draft.pk)
    typed = form_values(editor.client.get(url)) | {
        "bottom_line": "An hour of work.", "topics": [topic.pk], "age_groups": ["young-people", "working-age"],
        "findings-0-outcome": outcome.pk, "findings-0-effect": "+4 months", "minor": "on",
        "csrfmiddlewaretoken": "x" * 64, "_save": "Save and see what changes",
    }  # fmt: skip
    actions.submit(edition=draft)

    said = shown_again(editor.client.post(url, typed).text)

    assert said["Bottom line"] == "An hour of work."
    assert said["Topics"] == str(topic)
    assert said["Kind"] == str(draft.kind)
    assert said["Findings by outcome 1: outcome"] == str(outcome)
    assert said["Findings by outcome 1: effect, as stated"] == "+4 months"
    assert "Young people, Working age" in ", ".join(said.values())
    assert said[label_of("minor")] == "yes"
    assert not [value for value in said.values() if value.isdecimal() or "x" * 64 in value]


def test_a_past_edition_is_restored_with_its_own_text_and_the_message_says_which(
    editor: Person,
) -> None:
    first = make_edition(title="As it was first")
    second = make_edition(summary=first.summary, title="As it was second")
    make_edition(summary=first.summary, title="As it is now")
    past = plain(editor.client.get(address(Edition, "review", second.pk)).content.decode())
    assert "To bring this text back, press “Restore this text as a draft”" in past

    page = editor.client.post(address(Edition, "new", second.pk), follow=True)

    draft = first.summary.editions.open().get()
    assert draft.title == "As it was second"
    said = page.content.decode()
    assert "This draft has the text of edition 2, which was superseded on" in said
    assert "Edition 3 stays published meanwhile." in said
    assert "With the text of edition 2." in draft.summary.audit.values_list("comment", flat=True)


def test_any_edition_is_compared_with_any_other(editor: Person) -> None:
    first = make_edition(studies=1)
    make_edition(summary=first.summary, studies=2)
    third = make_edition(summary=first.summary, studies=3)

    def shown(edition: Edition, number: str) -> Any:
        page = editor.client.get(address(Edition, "review", edition.pk), {"with": number})
        assert page.status_code == 200
        compared = page.context["compared"]
        return compared and [(one.before, one.after) for one in compared.changes]

    assert shown(third, "") == [("2", "3")]
    assert shown(third, "1") == [("1", "3")]
    assert shown(first, "3") == [("1", "3")]
    assert shown(first, "7") is shown(first, "x") is None


def test_saving_leads_to_the_review_page(editor: Person) -> None:
    draft = make_draft()
    saved = editor.save(draft)
    stayed = editor.save(draft, _continue="Save and continue editing")
    assert saved["Location"] == address(Edition, "review", draft.pk)
    assert stayed["Location"] == address(Edition, "change", draft.pk)


def test_saving_without_a_change_does_not_make_somebody_the_author(editor: Person) -> None:
    other = Person("olu", "Secretariat editor")
    draft = make_draft()
    editor.save(draft, bottom_line="Written by Ed.")
    other.save(draft)
    assert Edition.objects.get(pk=draft.pk).edited_by == editor.user


def test_the_number_of_a_discarded_edition_is_not_used_again(editor: Person) -> None:
    live = make_edition()
    first = actions.open_edition(summary=live.summary, by=editor.user)
    actions.discard(edition=first, by=editor.user)
    second = actions.open_edition(summary=live.summary, by=editor.user)
    assert second.number == first.number + 1


def new_summary(**fields: Any) -> dict[str, Any]:
    """Return what somebody posts in the form of a new summary."""
    rows = {f"{part}-{name}": 0 for part in ("findings", "sources")
            for name in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    return rows | {
        "title": "Mentoring in schools", "product": "YEF Toolkit", "kind": make_kind().pk,
        "bottom_line": "It helps most people who take part.", "direction": "beneficial",
        "strength": "high", "strength_native": "4 of 5",
        "source_url": "https://example.org/mentoring",
        "policy_areas": [make_policy_area().pk], "topics": [make_topic().pk],
        "audiences": [make_audience().pk], "review_due": "2030-01-01", "centre": make_centre().pk,
    } | fields  # fmt: skip


def test_a_new_summary_is_made_with_its_text_in_one_form_and_can_be_moved_and_discarded(
    editor: Person, publisher: Person,
) -> None:  # fmt: skip
    make_product(names=["YEF Toolkit"])
    form = editor.client.get(address(Summary, "add"), follow=True)
    assert '<option value="YEF Toolkit">' in form.content.decode()
    assert form.context["progress"].needed == 11
    wrong = editor.client.post(form.redirect_chain[-1][0], new_summary(kind=""))
    assert (wrong.context["progress"].done, Summary.objects.count()) == (10, 0)
    assert '<a href="#id_kind">Kind</a>: This field is required.' in wrong.content.decode()

    made = editor.client.post(address(Edition, "add"), new_summary(), follow=True)

    draft = Edition.objects.get()
    assert draft.summary.slug == "yef-mentoring-in-schools"
    said = made.content.decode()
    assert "The new summary has the address “yef-mentoring-in-schools”" in said
    assert "It helps most people who take part." in said  # the review page shows the text
    again = editor.client.post(address(Edition, "add"), new_summary(slug=draft.summary.slug))
    assert "“yef-mentoring-in-schools-2” is free." in again.content.decode()

    editor.save(draft, slug="yef-mentors")
    assert Edition.objects.get().summary.slug == "yef-mentors"
    logged = draft.summary.audit.order_by("pk").values_list("action", "comment")
    moved = "The address was “yef-mentoring-in-schools” and is now “yef-mentors”."
    assert list(logged) == [("made", ""), ("edited", moved)]
    editor.step(draft, "submit")
    publisher.step(draft, "send-back", comment="Which schools?")
    assert 'name="slug"' in editor.client.get(address(Edition, "change", draft.pk)).content.decode()

    gone = editor.client.post(
        address(Edition, "delete", draft.pk), {"post": "yes"}, follow=True
    ).content.decode()
    assert "the address “yef-mentors” is free again" in gone
    assert not editor.client.get(address(Summary, "changelist")).context["cl"].result_count
    editor.client.post(address(Edition, "add"), new_summary(slug="yef-mentors"))
    assert Edition.objects.get().summary == draft.summary


def test_what_fills_itself_in_is_not_missing_from_a_draft(editor: Person) -> None:
    draft = make_draft()
    assert draft.review_due is None
    page = editor.client.get(address(Edition, "change", draft.pk))
    progress = page.context["progress"]
    assert progress.done == progress.needed
    assert "review_due" not in " ".join(part.names for part in progress.parts)


def test_a_figure_that_still_stands_in_another_text_is_worth_a_look() -> None:
    words: dict[str, Any] = {
        "studies": 123, "impact_native": "+4 months", "strength_native": "Low", "cost_native": "",
        "key_findings": ["The 123 randomised studies agree: +4 months."], "bottom_line": "Low cost. 12 studies. 1123 studies.",
    }  # fmt: skip
    live = make_edition(**words)
    now = {
        "studies": 128,
        "impact_native": "+5 months",
        "strength_native": "Moderate",
        "cost_native": "£80",
    }
    draft = make_draft(summary=live.summary, **words | now)
    said = " ".join(advice(draft))
    begins = "“Key findings” still says so: “The 123 randomised studies agree: +4 months.”"
    assert f"Number of studies: before it was “123”, and {begins}" in said
    assert f"before it was “+4 months”, and {begins}" in said
    assert said.count("before it was") == 2  # “Low” is a word that means other things elsewhere

    actions.write(
        edition=draft, content=Content({"key_findings": ["The 128 studies agree: +5 months."]})
    )
    assert "before it was" not in " ".join(advice(Edition.objects.get(pk=draft.pk)))


def test_the_address_of_a_submitted_summary_is_fixed(editor: Person) -> None:
    live = make_edition()
    draft = make_draft(summary=live.summary)
    editor.save(draft, slug="other", title="Another")
    assert Edition.objects.get(pk=draft.pk).title == "Another"
    assert Summary.objects.get() == live.summary
    with pytest.raises(actions.WrongState, match="fixed"):
        actions.record_edit(edition=draft, slug="other", by=editor.user)


def test_only_steps_of_the_scale_that_is_chosen_are_accepted(editor: Person) -> None:
    own, other = make_scale("Weak", "Low"), make_scale("Bad", slug="b", name="Another scale")
    make_scale("Foreign", slug="eef-scale", centre=make_centre("eef"))
    low, bad = own.levels.get(label="Low"), other.levels.get()
    form = editor.client.get(address(Edition, "add")).content.decode()
    assert '<optgroup label="YEF: Evidence security">' in form
    assert "Foreign" not in form

    values = {"strength_scale": own.pk, "strength_step": bad.pk, "strength": "very-low"}
    said = editor.client.post(address(Edition, "add"), new_summary(**values)).content.decode()
    assert "“Bad” is a step of “Another scale”, not of “Evidence security”." in said

    values = {"strength_step": low.pk, "strength": "low"}  # it says itself which scale it is of
    editor.client.post(address(Edition, "add"), new_summary(**values))
    assert Edition.objects.get().strength_scale == own


def test_a_draft_is_saved_in_at_most_25_statements(
    editor: Person, django_assert_max_num_queries: Callable
) -> None:
    rows = [
        {"outcome": make_outcome(f"outcome-{number}"), "direction": "beneficial", "effect": "1"}
        for number in range(6)
    ]
    links = [{"url": f"https://example.org/{number}"} for number in range(6)]
    draft = make_draft(findings=rows, sources=links, settings=[make_setting()])
    url = address(Edition, "change", draft.pk)
    loaded = form_values(editor.client.get(url))
    changed: dict[str, Any] = {f"findings-{number}-effect": "2" for number in range(6)}
    changed |= {
        "title": "Another",
        "sources-2-note": "A report.",
        "topics": [make_topic("sport").pk],
    }
    with django_assert_max_num_queries(25):
        assert editor.client.post(url, loaded | changed).status_code == 302
    kept = Edition.objects.get(pk=draft.pk)
    assert {row.effect for row in kept.findings.all()} == {"2"}


def test_editions_in_review_are_listed_by_how_long_they_have_waited(
    editor: Person, publisher: Person
) -> None:
    first, second = make_draft(title="Zebra crossings"), make_draft(title="Alley gating")
    for edition in (first, second):
        editor.save(edition, review_due="2030-01-01")
        editor.step(edition, "submit")

    page = publisher.client.get(address(Edition, "changelist"), {"state__exact": "in-review"})

    assert [row.pk for row in page.context["cl"].result_list] == [first.pk, second.pk]


def test_every_number_on_the_first_page_links_to_what_it_counts(publisher: Person) -> None:
    make_edition(strength="not-rated", cost=2)
    make_edition(strength="high", cost=None, doubts=["older-page"], data_note="Of 2015.")
    page = publisher.client.get(reverse("admin:index")).content.decode()
    assert 'class="colM"' in page  # no room is kept beside the numbers, which need it all
    links = re.findall(r'href="([^"]*/edition/\?[^"]*needs=[^"]*)">(\d+)<span', page)
    assert len(links) == 4  # strength, cost, number of studies, an older page
    for url, number in links:
        shown = publisher.client.get(html.unescape(url)).context["cl"]
        assert shown.result_count == int(number), url


def test_the_first_page_lists_what_waits(editor: Person, publisher: Person) -> None:
    mine, waiting, urgent = make_draft(title="Mine"), make_draft(title="Old"), make_draft()
    editor.save(mine, title="Mine, edited")
    for edition in (waiting, urgent):
        editor.save(edition, review_due="2030-01-01")
        editor.step(edition, "submit")
    publisher.step(urgent, "emergency", reason="It does harm.")

    late = make_draft()
    late.review_due = datetime.date(2020, 1, 1)
    publish_draft(late)

    page = publisher.client.get(reverse("admin:index"))

    lists = {one.title: [row.pk for row in one.editions] for one in page.context["waiting"]}
    assert lists == {
        "My drafts": [],
        "Other drafts": [mine.pk],
        "Waiting for review": [waiting.pk],
        "Scheduled": [],
        "To be withdrawn": [],
        "No longer confirmed by the centre": [],
        "Published in an emergency and not yet approved": [urgent.pk],
    }
    assert "It does harm." in page.content.decode()
    assert "Waiting less than a minute, from ed." in plain(page.content.decode())
    (row,) = page.context["by_centre"]["rows"]
    assert row["published"] == 2
    numbers = {name: number for name, _, number in row["needs"]}
    assert (numbers["overdue"], numbers["cost"]) == (1, 2)
    mine_shown, others, *_ = editor.client.get(reverse("admin:index")).context["waiting"]
    assert others.title == "Other drafts of your centres"
    assert [row.title for row in mine_shown.editions] == ["Mine, edited"]


def test_the_first_page_links_to_what_does_not_fit_on_it(publisher: Person) -> None:
    for _ in range(12):
        actions.submit(edition=make_draft())

    page = publisher.client.get(reverse("admin:index")).content.decode()

    (url,) = re.findall(r'There are more: <a href="([^"]+)"', page)
    assert publisher.client.get(html.unescape(url)).context["cl"].result_count == 12


def test_what_is_scheduled_goes_live_by_a_command(editor: Person, publisher: Person) -> None:
    draft = make_draft()
    editor.save(draft, review_due="2030-01-01")
    editor.step(draft, "submit")
    said = publisher.step(draft, "schedule", publish_at="2020-01-01T09:00")
    assert "in the future" in said
    later = timezone.localtime() + datetime.timedelta(days=1)
    publisher.step(draft, "schedule", publish_at=later.strftime("%Y-%m-%dT%H:%M"))
    assert state(draft) == "scheduled"

    Edition.objects.update(publish_at=timezone.now())
    for said in ("edition 1", "Nothing is due"):
        out = io.StringIO()
        call_command("publish_due", stdout=out)
        assert said in out.getvalue()
    assert state(draft) == "published"


def test_a_discarded_draft_stays_in_the_log(editor: Person) -> None:
    draft = make_draft()
    editor.client.post(address(Edition, "delete", draft.pk), {"post": "yes"})

    assert not Edition.objects.exists()
    assert Summary.objects.get().audit.first().action == "discarded"  # type: ignore[union-attr]


def test_the_log_is_a_file_without_formulas() -> None:
    draft = make_draft()
    actions.submit(edition=draft)
    actions.send_back(edition=draft, comment="=HYPERLINK(1)")
    auditor = Person("ann", "Auditor")

    answer = auditor.client.get(reverse("admin:evidence_auditentry_csv"))

    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 4
    assert "'=HYPERLINK(1)" in lines[3]


def test_admin_is_never_cached(editor: Person, client: Client) -> None:
    for browser in (editor.client, client):
        answer = browser.get(reverse("admin:index"))
        assert "no-store" in answer["Cache-Control"]


def test_the_checklist_names_what_is_unclear_or_missing_and_stops_nobody() -> None:
    long = "It " + "very " * 30 + "well works."
    draft = make_draft(bottom_line=long, strength="not-rated", updated="", sources=[])

    said = " ".join(advice(draft))

    for part in ("33 words", "Strength", "Pages read", "Date of the version", "Number of studies"):
        assert part in said, part
    actions.submit(edition=draft)


def test_what_may_be_another_summary_is_named_with_a_link_to_whoever_writes_and_approves(
    editor: Person, publisher: Person
) -> None:
    page = "https://example.org/chess"
    same = make_edition(slug="yef-chess", title="Chess in Primary Schools", source_url=page)
    opened = actions.open_edition(summary=same.summary)
    elsewhere = make_edition(centre=make_centre("eef"), title="Chess in primary schools")
    draft = make_draft(title="Chéss, in primary schools", source_url=page)
    on_page = make_draft(title="Board games", source_url=page)
    url = "admin:evidence_edition_review"

    for edition, said in (
        (draft, "Title: another summary of this centre has it too: Chess in Primary Schools (yef-chess, published)."),
        (on_page, "The centre’s page: another summary of this product line has it too: Chess in Primary Schools (yef-chess"),
    ):  # fmt: skip
        for person in (editor, publisher):
            shown = person.client.get(reverse(url, args=[edition.pk])).content.decode()
            assert plain(shown).count(said) == 1
            assert f'<a href="{reverse(url, args=[same.pk])}">' in shown
            assert reverse(url, args=[elsewhere.pk]) not in shown
    assert not any("(yef-chess, " in one for one in advice(opened))  # which it is itself
    actions.submit(edition=draft)
    posted = {"action": "approve", "_selected_action": [draft.pk], "index": 0}
    batch = publisher.client.post(reverse("admin:evidence_edition_changelist"), posted)
    assert f'<a href="{reverse(url, args=[same.pk])}">' in batch.content.decode()


def test_a_scale_without_a_step_is_pointed_out(editor: Person) -> None:
    scale = make_scale("Weak", "Strong", name="Trial security")
    wording: dict[str, Any] = {
        "strength": "low",
        "strength_native": "5 padlocks",
        "strength_scale": scale,
    }
    draft = make_draft(**wording)
    whole = make_draft(**wording, strength_step=scale.levels.get(label="Strong"))
    empty = make_draft(**wording | {"strength_scale": make_scale(slug="other")})

    wanted = "Step on the strength scale: none is chosen, although the scale “Trial security” is."
    assert wanted in advice(draft)
    assert not any("none is chosen, although" in said for said in advice(whole) + advice(empty))


def test_plain_words_have_a_lower_grade() -> None:
    plain = "Small groups help. Pupils gain four months."
    hard = (
        "Interdisciplinary implementation considerations necessitate organisational collaboration."
    )
    assert grade("") == 0
    assert grade(plain) < 6 < 14 < grade(hard)


def test_users_without_a_role_see_an_empty_first_page() -> None:
    nobody = Client()
    nobody.force_login(User.objects.create_user("nobody", is_staff=True))
    assert nobody.get(reverse("admin:index")).status_code == 200


def test_a_preview_link_shows_a_draft_for_7_days(
    editor: Person, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_draft(title="Not yet out")
    page = editor.client.get(address(Edition, "review", draft.pk))
    url = page.context["preview_url"]

    shown = client.get(url)

    assert "Not yet out" in shown.content.decode()
    assert "This edition is not published." in shown.content.decode()
    assert "noindex" in shown["X-Robots-Tag"]
    assert "no-store" in shown["Cache-Control"]
    assert not shown.cookies
    assert client.get(url[:-3] + "xx/").status_code == 404
    later = time.time() + (preview.DAYS + 1) * 24 * 60 * 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(url).status_code == 404


def test_a_preview_link_ends_when_the_edition_is_no_longer_open(client: Client) -> None:
    draft = make_draft()
    url = preview.preview_url(draft)
    actions.discard(edition=draft)

    assert client.get(url).status_code == 404


def test_demonstration_users_are_made_only_on_the_embedded_database(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_edition(centre=make_centre("unrated"))
    rated = make_centre("rated")
    scale = make_scale("Low", centre=rated)
    make_edition(
        centre=rated, strength="very-low", strength_scale=scale, strength_step=scale.levels.get()
    )
    out = io.StringIO()
    settings.EMBEDDED = False
    with pytest.raises(CommandError):
        call_command("create_demo_users", stdout=out)
    settings.EMBEDDED = True
    with monkeypatch.context() as before_the_first_start:
        before_the_first_start.setattr(connection.introspection, "table_names", list)
        with pytest.raises(CommandError, match="The database is empty"):
            call_command("create_demo_users", stdout=out)
    assert not User.objects.exists()

    call_command("create_demo_users", stdout=out)

    passwords = dict(line.split()[:2] for line in out.getvalue().splitlines()[:6])
    assert User.objects.count() == 6
    assert User.objects.get(username="auditor").check_password(passwords["auditor"])
    assert User.objects.get(username="centre-editor").memberships.get().centre == rated
    # One proposes a publisher, and the other agrees.
    assert User.objects.filter(groups__name="Administrator", username__in=passwords).count() == 2


def test_editions_are_found_by_who_wrote_and_who_approved_them(
    editor: Person, publisher: Person
) -> None:
    draft, other = make_draft(title="Mentoring"), make_draft(title="Night shelters")
    editor.save(draft, review_due="2030-01-01")
    editor.step(draft, "submit")
    publisher.step(draft, "approve")
    Person("olu", "Secretariat editor").save(other, review_due="2030-01-01")

    def found(**asked: str) -> list[str]:
        page = publisher.client.get(address(Edition, "changelist"), asked)
        return [edition.title for edition in page.context["cl"].result_list]

    name = editor.user.username
    assert found(written=name.upper()) == ["Mentoring"]
    assert found(written="ol") == ["Night shelters"]
    assert found(approved=publisher.user.username) == ["Mentoring"]
    assert found(approved=name) == []
    assert found(written=name, approved="") == ["Mentoring"]


def test_the_draft_of_another_centre_is_not_told_from_one_that_is_gone(editor: Person) -> None:
    theirs = make_draft(centre=make_centre("another"), title="Of nobody's business")

    pages = [
        editor.client.get(address(Edition, "change", key), follow=True).content.decode()
        for key in (theirs.pk, theirs.pk + 1)
    ]

    for page in pages:
        assert (
            "You cannot see this edition: it belongs to a centre that you do not work for" in page
        )
        assert "or it is gone." in page
        assert "business" not in page
    seeing_all = Person("olu", "Secretariat editor").client
    page = seeing_all.get(address(Edition, "change", theirs.pk + 1), follow=True).content.decode()
    assert "There is no such edition. It may have been deleted." in page


def test_a_row_is_added_to_a_form_without_a_capital_letter_in_the_sentence(editor: Person) -> None:
    page = editor.client.get(address(Edition, "change", make_draft().pk)).content.decode()
    assert "Add another source" in page
    assert "Add another Source" not in page


def test_the_first_page_begins_with_what_waits_for_the_person() -> None:
    sam = Person("sam", "Secretariat editor")
    live = make_edition(title="A summary")
    empty = sam.client.get("/admin/").text
    assert "Nothing is in these now: My drafts;" in empty
    sam.client.post(address(Edition, "new", live.pk))

    page = sam.client.get("/admin/").text

    places = [
        f'<a href="{address(Edition, "changelist")}">All editions</a>', "<h2>My drafts</h2>", "Nothing is in these now:",
        "<h2>Centres whose editors get no mail</h2>", "Published summaries by centre",
    ]  # fmt: skip
    assert [page.index(place) for place in places] == sorted(page.index(place) for place in places)
