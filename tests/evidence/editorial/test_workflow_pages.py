"""The work of editors in admin, from a new edition to its withdrawal."""

import datetime
import html
import io
import re
import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence.editorial import actions
from evidence.editorial.checklist import advice, grade
from evidence.editorial.content import digest_of
from evidence.models import Edition, Summary
from evidence.pages import preview
from portal import published
from tests.factories import (
    make_centre,
    make_draft,
    make_edition,
    make_outcome,
    make_topic,
    publish_draft,
)
from tests.people import make_person
from tests.portal.test_admin import address, form_values

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
    assert editor.save(draft, studies="12", review_due="2030-01-01").status_code == 302

    assert "Change note: say what changed and why" in editor.step(draft, "submit")
    editor.step(draft, "submit", change_note="Nine more studies.")
    assert state(draft) == "in-review"
    assert "somebody else must approve it" in editor.step(draft, "approve")
    assert state(draft) == "in-review"

    page = publisher.client.get(address(Edition, "review", draft.pk)).content.decode()
    assert "<del>3</del>" in page
    assert "<ins>12</ins>" in page
    publisher.step(draft, "send-back", comment="Which ones?")
    assert "Which ones?" in editor.client.get(
        address(Edition, "review", draft.pk)
    ).content.decode()  # fmt: skip
    editor.step(draft, "submit", change_note="Nine more studies.")
    assert "the public can read it" in publisher.step(draft, "approve")

    assert state(draft) == "published"
    assert "Nine more studies." in client.get(f"{public}history/").content.decode()
    assert "Withdrawn: its page" in publisher.step(draft, "withdraw", reason="Merged.", sure="on")
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


def test_an_unknown_replacement_is_explained_and_the_reason_is_not_lost(publisher: Person) -> None:
    live = make_edition()

    said = publisher.step(live, "withdraw", reason="Merged into another.", replaced_by="nowhere")

    assert "No published summary has this title or address." in said
    assert "Merged into another." in said
    assert state(live) == "published"


def test_the_second_of_two_editors_sees_both_texts_and_loses_neither(editor: Person) -> None:
    other = Person("olu", "Secretariat editor")
    draft = make_draft(title="As it was")
    url = address(Edition, "change", draft.pk)
    loaded = form_values(editor.client.get(url))
    other.save(draft, title="As Olu has it")

    page = editor.client.post(url, loaded | {"title": "As Ed has it"})

    said = page.content.decode()
    assert page.status_code == 200
    assert "olu saved this draft while you were editing it" in said
    assert "Olu" in said
    assert 'value="As Ed has it"' in said
    assert Edition.objects.get(pk=draft.pk).title == "As Olu has it"
    again = form_values(page)
    assert editor.client.post(url, again).status_code == 302
    assert Edition.objects.get(pk=draft.pk).title == "As Ed has it"


def test_two_editors_see_both_versions_of_findings_and_lists_and_lose_no_row(
    editor: Person,
) -> None:
    other = Person("olu", "Secretariat editor")
    other_topic = make_topic("tutoring")
    rows = [
        {"outcome": make_outcome(), "direction": "beneficial", "effect": "19% reduction"},
        {"outcome": make_outcome("attendance"), "direction": "mixed", "effect": "3 days"},
    ]
    draft = make_draft(findings=rows)
    url = address(Edition, "change", draft.pk)
    loaded = form_values(editor.client.get(url))
    theirs = {"findings-0-effect": "20% reduction", "findings-1-DELETE": "on"}
    other.save(draft, topics=[other_topic.pk], **theirs)

    mine = {"findings-0-effect": "21% reduction", "findings-1-effect": "4 days"}
    page = editor.client.post(url, loaded | mine)

    differs = {change.label: (change.before, change.after) for change in page.context["conflict"]}
    assert differs["Topics"] == ("Tutoring", "Mentoring")
    before, after = differs["Findings by outcome"]
    assert "20% reduction" in before
    assert "Attendance" not in before
    assert "21% reduction" in after
    assert "4 days" in after
    again = editor.client.post(url, form_values(page))
    assert again.status_code == 302, again.context["errors"]
    kept = Edition.objects.get(pk=draft.pk)
    assert [row.effect for row in kept.findings.all()] == ["21% reduction", "4 days"]
    assert [topic.slug for topic in kept.topics.all()] == ["mentoring"]


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
    assert "Which studies?" in said


def test_a_past_edition_is_restored_with_its_own_text_and_the_message_says_which(
    editor: Person,
) -> None:
    first = make_edition(title="As it was first")
    second = make_edition(summary=first.summary, title="As it was second")
    make_edition(summary=first.summary, title="As it is now")

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


def test_a_new_summary_leads_to_the_form_of_its_first_edition(editor: Person) -> None:
    centre = make_centre()
    made = editor.client.post(
        address(Summary, "add"), {"slug": "yef-new", "centre": centre.pk}, follow=True
    )
    assert made.redirect_chain[-1][0].endswith(f"?summary={Summary.objects.get().pk}")
    form = made.context["adminform"].form
    assert form.initial["summary"] == str(Summary.objects.get().pk)


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
        "Other drafts of your centres": [mine.pk],
        "Waiting for review": [waiting.pk],
        "Scheduled": [],
        "Published in an emergency and not yet approved": [urgent.pk],
    }
    assert "It does harm." in page.content.decode()
    (row,) = page.context["by_centre"]["rows"]
    assert row["published"] == 2
    numbers = {name: number for name, _, number in row["needs"]}
    assert (numbers["overdue"], numbers["cost"]) == (1, 2)
    mine_shown = editor.client.get(reverse("admin:index")).context["waiting"][0]
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


def test_editors_are_mailed_what_is_due_for_review(mailoutbox: list) -> None:
    centre, other = make_centre("yef"), make_centre("eef")
    today = timezone.localdate()
    for one, days in ((centre, -1), (centre, 10), (centre, 60), (other, 5)):
        draft = make_draft(centre=one, title=f"Due in {days}")
        draft.review_due = today + datetime.timedelta(days=days)
        draft.save(update_fields=["review_due"])
        actions.submit(edition=draft)
        actions.publish(edition=draft)
    editor = make_person("ed", "Centre editor", centre=centre)
    User.objects.filter(pk=editor.pk).update(email="ed@example.org")
    errors = io.StringIO()

    call_command("remind_reviews", stdout=io.StringIO(), stderr=errors)

    (mail,) = mailoutbox
    assert mail.to == ["ed@example.org"]
    assert "Due in -1" in mail.body
    assert "(overdue)" in mail.body
    assert "Due in 10" in mail.body
    assert "Due in 60" not in mail.body
    assert "Due in 5 " not in mail.body
    assert "nobody with an email address" in errors.getvalue()


def test_demonstration_users_are_made_only_on_the_embedded_database(settings: Any) -> None:
    make_edition()
    out = io.StringIO()
    settings.EMBEDDED = False
    with pytest.raises(CommandError):
        call_command("create_demo_users", stdout=out)
    assert not User.objects.exists()

    settings.EMBEDDED = True
    call_command("create_demo_users", stdout=out)

    name, password = out.getvalue().splitlines()[1].split()
    assert name == "auditor", out.getvalue()
    assert User.objects.count() == 5
    assert User.objects.get(username=name).check_password(password)
