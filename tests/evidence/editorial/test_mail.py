"""People are told by mail of what happens to their editions and lists, through the real actions."""

import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from centres.models import Centre, Membership
from evidence.dataset.list_changes import approve, propose
from evidence.dataset.list_changes import send_back as send_list_back
from evidence.dataset.list_history import List, entry_of
from evidence.editorial import actions
from evidence.editorial.batches import BATCHES, carry_out
from evidence.editorial.content import digest_of
from evidence.models import Edition
from portal.mail.outbox import MailChoice, Notice
from tests.factories import make_centre, make_draft, make_edition, make_topic, publish_draft
from tests.people import make_person

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"
NEXT_YEAR = timezone.localdate() + datetime.timedelta(days=365)


def person(name: str, role: str, centre: Centre | None = None) -> User:
    return make_person(name, role, centre=centre, email=f"{name}@example.org")


@pytest.fixture
def centre() -> Centre:
    return make_centre("yef")


@pytest.fixture
def ed(centre: Centre) -> User:
    return person("ed", "Centre editor", centre)


@pytest.fixture
def pat() -> User:
    return person("pat", "Publisher")


def sent() -> list[EmailMessage]:
    """Send what is due, and return what was sent now."""
    mail.outbox.clear()
    call_command("send_mail_due", stdout=io.StringIO())
    return list(mail.outbox)


def next_morning() -> list[EmailMessage]:
    """Send the daily mail too."""
    day = datetime.timedelta(days=1)
    Notice.objects.filter(state="waiting").update(at=F("at") - day)
    return sent()


def told(mails: list[EmailMessage]) -> dict[str, str]:
    """Return the subject of each mail, by who gets it."""
    assert all(len(one.to) == 1 for one in mails)
    return {one.to[0].partition("@")[0]: str(one.subject) for one in mails}


def submit(edition: Edition, by: User) -> Edition:
    actions.record_edit(edition=edition, by=by)
    actions.submit(edition=edition, by=by, review_due=NEXT_YEAR, change_note="New figures.")
    return edition


def test_who_asked_for_a_fact_check_is_told_of_an_answer_and_not_what_it_says(
    centre: Centre, ed: User
) -> None:
    draft = make_draft(centre=centre, title="Mentoring")
    asked = actions.ask_for_fact_check(edition=draft, asked_of="Dr Grey", days=7, by=ed)
    said = {"title": actions.Said(text="It is not.")}
    actions.answer_fact_check(fact_check=asked, edition=draft, name="Ada", said=said)
    assert sent() == []
    [daily] = next_morning()
    assert told([daily]) == {"ed": "Your daily mail of the What Works evidence portal: 1 notice"}
    assert "Mentoring (YEF)\nSomebody answered the fact check that you asked for." in daily.body
    assert "It is not" not in daily.body
    assert "Ada" not in daily.body


def test_a_comment_is_told_to_whose_draft_it_is_and_a_reply_to_who_wrote_before(
    centre: Centre, ed: User, pat: User
) -> None:
    eve, pia = person("eve", "Centre editor", centre), person("pia", "Publisher")
    draft = make_draft(centre=centre, title="Mentoring")
    actions.record_edit(edition=draft, by=ed)
    actions.assign(edition=draft, to=eve, by=ed)
    sent()

    def said(by: User, text: str, reply_to: Any = None) -> Any:
        return actions.comment(edition=draft, field="studies", text=text, by=by, reply_to=reply_to)

    first = said(pat, "Where are the others?")
    mails = sent()
    assert told(mails) == {"ed": "Comment: Mentoring (YEF)", "eve": "Comment: Mentoring (YEF)"}
    page = reverse("admin:evidence_edition_review", args=[draft.pk])
    assert (
        "Mentoring (YEF)\npat commented on “Number of studies”.\n> Where are the others?\n"
        in mails[0].body
    )
    assert f"{SITE}{page}#on-studies\n" in mails[0].body
    said(eve, "In the new review.", first)
    assert told(sent()) == {"ed": "Reply: Mentoring (YEF)", "pat": "Reply: Mentoring (YEF)"}

    said(pia, "Which one?", first)
    actions.deal_with(comment=first, by=ed)  # before anybody was told
    assert sent() == []
    for one in (ed, eve):
        MailChoice.objects.create(person=one, kind="comment", when="never")
    said(pia, "And the date?")
    assert sent() == []


def test_an_edition_on_its_way_to_the_public(centre: Centre, ed: User, pat: User) -> None:
    person("pia", "Publisher")
    edition = submit(make_draft(centre=centre, title="Mentoring"), ed)
    page = f"{SITE}{reverse('admin:evidence_edition_review', args=[edition.pk])}"

    asked = sent()
    assert told(asked) == {"pat": "To review: Mentoring (YEF)", "pia": "To review: Mentoring (YEF)"}
    body = asked[0].body
    assert "Mentoring (YEF)\ned submitted it for review. Read what changes; then" in body
    assert page in body
    assert "You get this because you may approve what others wrote." in body
    assert f"{SITE}/admin/my-mail/" in body
    assert edition.bottom_line not in body

    actions.send_back(edition=edition, by=pat, comment="Which year?\nAnd where?")
    [back] = sent()
    assert told([back]) == {"ed": "Sent back: Mentoring (YEF)"}
    assert "> Which year?\n> And where?\n" in back.body

    submit(edition, ed)
    sent()
    actions.approve(edition=edition, by=pat, digest=digest_of(edition))
    assert sent() == []  # nothing is asked of ed, so it waits for the daily mail
    [daily] = next_morning()
    assert told([daily]) == {"ed": "Your daily mail of the What Works evidence portal: 1 notice"}
    assert "pat approved and published it." in daily.body
    assert next_morning() == []


def test_what_is_taken_back_is_told_to_who_was_asked_and_is_not_called_sent_back(
    centre: Centre, ed: User, pat: User
) -> None:
    eve = person("eve", "Centre editor", centre)
    draft = make_draft(centre=centre, title="Mentoring")
    actions.record_edit(edition=draft, by=eve)
    actions.submit(edition=draft, by=ed, review_due=NEXT_YEAR)
    sent()
    person("pia", "Publisher")  # whom nobody asked

    actions.take_back(edition=draft, by=ed)
    mails = sent()
    assert sorted(told(mails)) == ["eve", "pat"]
    assert all("Taken back: Mentoring (YEF)" in one.subject for one in mails)
    assert all("ed took it back to edit it. It is a draft again" in one.body for one in mails)

    actions.submit(edition=draft, by=ed)
    sent()
    actions.take_back(edition=draft, by=ed)
    actions.submit(edition=draft, by=ed)  # before anybody was told
    assert {one.partition(":")[0] for one in told(sent()).values()} == {"To review"}


def test_a_schedule_is_told_and_what_it_does(centre: Centre, ed: User, pat: User) -> None:
    edition = submit(make_draft(centre=centre), ed)
    soon = timezone.now() + datetime.timedelta(days=1)
    actions.schedule(edition=edition, by=pat, digest=digest_of(edition), publish_at=soon)
    Edition.objects.filter(pk=edition.pk).update(publish_at=Now())
    call_command("publish_due", stdout=io.StringIO())

    [daily] = [one for one in next_morning() if one.to == [ed.email]]
    assert daily.subject.endswith("2 notices")
    assert (
        f"approved it, to go live on {timezone.localtime(soon):%-d %B %Y at %H:%M}." in daily.body
    )
    assert "It was published, as scheduled." in daily.body


def test_an_assignment_is_told_to_who_goes_on_with_it(centre: Centre, ed: User) -> None:
    eve = person("eve", "Centre editor", centre)
    draft = make_draft(centre=centre, title="Mentoring")
    actions.assign(edition=draft, to=ed, by=ed)
    assert sent() == []
    actions.assign(edition=draft, to=eve, by=ed)
    assert told(sent()) == {"eve": "Assigned to you: Mentoring (YEF)"}


def test_an_emergency_is_told_to_everybody_who_must_know_whatever_they_chose(
    centre: Centre, ed: User, pat: User
) -> None:
    sue = person("sue", "Secretariat editor")
    person("pia", "Publisher")
    person("eve", "Centre editor", centre)
    person("ada", "Administrator")
    for one in (ed, pat, sue):
        for kind in ("emergency", "review"):
            MailChoice.objects.create(person=one, kind=kind, when="never")
    edition = submit(make_draft(centre=centre, title="Mentoring"), ed)
    sent()
    actions.publish_in_emergency(
        edition=edition, by=pat, digest=digest_of(edition), reason="It was wrong."
    )

    mails = sent()
    subject = "Published in an emergency: Mentoring (YEF)"
    assert told(mails) == dict.fromkeys(["ed", "pat", "pia", "sue"], subject)
    assert all("must still approve it." in one.body for one in mails)
    assert all("> It was wrong." in one.body for one in mails)
    assert all("cannot be switched off" in one.body for one in mails)


def test_an_emergency_that_was_approved_before_the_mail_went_is_said_to_be(
    centre: Centre, ed: User, pat: User
) -> None:
    pia = person("pia", "Publisher")
    edition = submit(make_draft(centre=centre), ed)
    digest = digest_of(edition)
    actions.publish_in_emergency(edition=edition, by=pat, digest=digest, reason="It was wrong.")
    actions.approve_afterwards(edition=edition, by=pia, digest=digest)

    mails = sent()
    assert sorted(told(mails)) == ["ed", "pat", "pia"]
    assert all("pia has approved it since." in one.body for one in mails)
    assert not any("must still approve" in one.body for one in mails)


def test_an_edition_that_was_submitted_or_assigned_twice_is_in_a_mail_once(
    centre: Centre, ed: User, pat: User
) -> None:
    eve, olu = person("eve", "Centre editor", centre), person("olu", "Centre editor", centre)
    twice, once = (make_draft(centre=centre, title=name) for name in ("Mentoring", "Sport"))
    for to in (olu, eve):
        actions.assign(edition=once, to=to, by=ed)
    for _ in range(2):
        submit(twice, ed)
        actions.take_back(edition=twice, by=ed)
    submit(twice, ed)

    mails = sent()
    assert told(mails) == {
        "pat": "To review: Mentoring (YEF)",
        "eve": "Assigned to you: Sport (YEF)",
    }
    assert all(one.body.count("/review/") == 1 for one in mails)


def test_a_withdrawal_is_told_at_its_centre(centre: Centre, ed: User, pat: User) -> None:
    person("eva", "Centre editor", make_centre("eef"))
    edition = make_edition(centre=centre, title="Mentoring")
    later = timezone.now() + datetime.timedelta(days=7)
    actions.plan_withdrawal(summary=edition.summary, at=later, reason="It is old.", by=pat)
    actions.cancel_withdrawal(summary=edition.summary, by=pat)
    actions.withdraw(summary=edition.summary, reason="It is old.", by=pat)

    [daily] = next_morning()
    assert told([daily]) == {"ed": "Your daily mail of the What Works evidence portal: 3 notices"}
    assert "pat planned to withdraw it on" in daily.body
    assert "pat cancelled the withdrawal" in daily.body
    assert "pat withdrew it, for the reason below.\n> It is old.\n" in daily.body


def test_many_at_once_make_one_mail_for_each_person(centre: Centre, ed: User, pat: User) -> None:
    batch = next(one for one in BATCHES if one.name == "submit")
    drafts = [make_draft(centre=centre, title=f"Strand {number}") for number in (1, 2, 3)]
    asked = {"change_note": "", "minor": False, "review_due": NEXT_YEAR, "together": "all"}

    # The last has changed since somebody looked, so none is submitted.
    seen = [(one, digest_of(one)) for one in drafts]
    carry_out(batch, [*seen[:2], (drafts[2], "other")], ed, asked)
    assert not Notice.objects.exists()

    carry_out(batch, [(Edition.objects.get(pk=one.pk), digest) for one, digest in seen], ed, asked)
    [one] = sent()
    assert told([one]) == {"pat": "3 editions to review"}
    assert [f"Strand {number} (YEF)\n" in one.body for number in (1, 2, 3)] == [True] * 3


def test_nothing_is_told_of_what_is_rolled_back(centre: Centre, ed: User, pat: User) -> None:
    draft = make_draft(centre=centre)
    with transaction.atomic():
        submit(draft, ed)
        assert Notice.objects.exists()
        transaction.set_rollback(True)
    assert sent() == []


def no_role(pat: User, edition: Edition) -> None:
    pat.groups.set(Group.objects.filter(name="Auditor"))  # who may still see it


def no_account(pat: User, edition: Edition) -> None:
    User.objects.filter(pk=pat.pk).update(is_active=False)


def no_address(pat: User, edition: Edition) -> None:
    User.objects.filter(pk=pat.pk).update(email="")


def taken_back(pat: User, edition: Edition) -> None:
    actions.take_back(edition=edition, by=User.objects.get(username="ed"))


@pytest.mark.parametrize("since", [no_role, no_account, no_address, taken_back])
def test_what_concerns_somebody_no_longer_is_not_sent(
    since: Callable[[User, Edition], None], centre: Centre, ed: User, pat: User
) -> None:
    edition = submit(make_draft(centre=centre), ed)
    since(pat, edition)
    assert sent() == []
    assert Notice.objects.get().state == "dropped"


def test_who_left_a_centre_reads_no_more_of_its_drafts(centre: Centre, ed: User, pat: User) -> None:
    edition = submit(make_draft(centre=centre), ed)
    sent()
    actions.send_back(edition=edition, by=pat, comment="Why?")
    Membership.objects.filter(user=ed).delete()
    assert sent() == []


def test_who_has_no_address_is_told_nothing(centre: Centre, pat: User) -> None:
    make_person("pia", "Publisher")
    User.objects.create_superuser("root", "root@example.org")  # kept for when something is lost
    eve = make_person("eve", "Centre editor", centre=centre)
    edition = submit(make_draft(centre=centre), eve)
    actions.approve(edition=edition, by=pat, digest=digest_of(edition))
    assert [one.person for one in Notice.objects.all()] == [pat]


def test_a_check_asks_nobody(centre: Centre, ed: User, pat: User) -> None:
    edition = make_edition(centre=centre, review_due=timezone.localdate())
    actions.confirm(edition=edition, by=ed, digest=digest_of(edition), review_due=NEXT_YEAR)
    assert not Notice.objects.exists()


def test_a_title_can_neither_add_a_header_nor_forge_a_paragraph(
    centre: Centre, ed: User, pat: User
) -> None:
    title = (
        "Éducation\r\nBcc: eve@example.org\r\n\r\nApprove it at http://evil.example\u2028now\u202e"
    )
    long = "Mentoring for young people " * 7
    for one in (title, long):
        submit(make_draft(centre=centre, title=one), ed)
        [sent_one] = sent()
        headers = sent_one.message()
        subject = str(headers["Subject"])
        assert "Bcc" not in headers
        assert sent_one.recipients() == [pat.email]
        assert "\n" not in subject.replace("\n ", "")  # but where a long header is folded
        assert len(sent_one.subject) <= 120
        assert sent_one.subject.isprintable()
        headers.as_bytes()
        flat = " ".join(one.replace("\u202e", "").split())
        assert sent_one.body.startswith(f"{flat} (YEF)\ned submitted it for review.")
    assert sent_one.subject.endswith("…")


def test_the_number_of_queries_does_not_grow_with_the_people(centre: Centre, ed: User) -> None:
    def queries() -> int:
        draft = make_draft(centre=centre)
        with CaptureQueriesContext(connection) as context:
            submit(draft, ed)
        return len(context)

    person("pat", "Publisher")
    before = queries()
    for name in ("pia", "poe", "pru"):
        person(name, "Publisher")
    assert queries() == before
    assert Notice.objects.count() == 5


def test_changes_of_lists_are_told_to_who_decides_and_then_to_who_proposed(pat: User) -> None:
    sue = person("sue", "Secretariat editor")
    topic = make_topic()

    def proposed(label: str) -> Any:
        after = {**(entry_of(List.TOPIC, topic.pk) or {}), "label": label}
        return propose(name=List.TOPIC, row=topic.pk, after=after, reason="Clearer.", by=sue)

    change = proposed("Mentors")
    [asked] = sent()
    assert told([asked]) == {"pat": "Change of a list to approve: Topics: Mentors"}
    assert "> Clearer." in asked.body
    send_list_back(change=change, by=pat, comment="Why?")
    change = proposed("Mentoring by adults")
    approve(change=change, by=pat)  # before anybody was asked

    [decided] = next_morning()
    assert told([decided]) == {
        "sue": "Your daily mail of the What Works evidence portal: 2 notices"
    }
    assert "pat sent your change back.\n> Why?" in decided.body
    assert "pat approved your change, and it is public." in decided.body


def due_in(centre: Centre, *days: int) -> None:
    for number in days:
        draft = make_draft(centre=centre, title=f"Due in {number}")
        draft.review_due = timezone.localdate() + datetime.timedelta(days=number)
        draft.save(update_fields=["review_due"])
        publish_draft(draft)


def remind() -> str:
    errors = io.StringIO()
    call_command("remind_reviews", stdout=io.StringIO(), stderr=errors)
    return errors.getvalue()


def test_editors_are_told_once_a_week_what_is_due(centre: Centre, ed: User) -> None:
    sue = person("sue", "Secretariat editor")
    due_in(centre, -1, 10, 60)
    due_in(make_centre("eef"), 5)
    lost = make_person("nobody", "Centre editor", centre=make_centre("eef"))

    errors = remind()
    remind()
    mails = sent()

    subjects = {
        "ed": "Reviews due: 2 of Centre yef",
        "sue": "Nobody to remind of reviews: 1 of Centre eef",
    }
    assert told(mails) == subjects
    body = {one.to[0]: one.body for one in mails}[ed.email]
    assert "> Due in -1, due " in body
    assert ", overdue\n> Due in 10, due " in body
    assert "Due in 60" not in body
    assert "Due in 5" not in body
    assert f"{SITE}/admin/evidence/edition/?summary__centre__id__exact={centre.pk}\n" in body
    assert (
        "Centre eef: 1 due, and nobody with an email address. 1 of the secretariat told." in errors
    )

    week = datetime.timedelta(days=7)
    Notice.objects.update(at=F("at") - week)
    User.objects.filter(pk=lost.pk).update(email="lost@example.org")
    remind()
    assert set(told(sent())) == {"ed", "lost"}
    assert sue.email not in {one.person.email for one in Notice.objects.filter(state="waiting")}


def test_the_first_page_names_the_centres_that_nobody_gets_mail_for(
    centre: Centre, ed: User, client: Client
) -> None:
    make_edition(centre=centre)
    make_edition(centre=make_centre("eef"))
    for role, sees in (("Secretariat editor", True), ("Administrator", True), ("Publisher", False)):
        client.force_login(person(role.split()[0].lower(), role))
        page = client.get(reverse("admin:index"))
        assert ("Centres whose editors get no mail" in page.content.decode()) == sees, role
        assert page.context.get("unreached_centres", []) == [make_centre("eef")] * sees
