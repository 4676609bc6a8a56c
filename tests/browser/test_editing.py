"""The secretariat's path in a real browser. With PICTURES=docs/images it also takes the pictures of docs/editing.md."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from evidence.editorial.steps import STEPS
from tests.browser.conftest import manage
from tests.browser.editors import PASSWORD, csv_of, fits, go, open_once_it_says, picture

pytestmark = pytest.mark.browser

SLUG = "eef-aspiration"


LINKS = """
import datetime
from django.utils import timezone
from evidence.models import Edition, LinkCheck
now = timezone.now()
found = {
    "gone": (404, "The page does not exist (404)."),
    "fails": (None, "It did not answer in time."),
    "answers": (200, "It works."),
}
editions = Edition.objects.published().filter(summary__centre__slug="eef")[:12]
for number, edition in enumerate(editions):
    outcome = list(found)[number % 3]
    status, reason = found[outcome]
    broken = outcome != "answers"
    LinkCheck.objects.get_or_create(url=edition.source_url, defaults={
        "outcome": outcome, "status": status, "reason": reason, "checked_at": now,
        "failures": 5 if broken else 0,
        "first_failed_at": now - datetime.timedelta(days=number + 2) if broken else None,
    })
"""


def test_a_figure_is_imported_refused_to_its_author_approved_by_another_read_and_withdrawn(
    open_as: Callable[[str], Page], portal_url: str, assert_accessible: Callable[[Page], None]
) -> None:
    public = f"{portal_url}/evidence/{SLUG}/"
    edith = open_as("edith")
    assert_accessible(edith)
    edith.goto(f"{portal_url}/admin/my-mail/")
    assert_accessible(edith)
    edith.goto(f"{portal_url}/admin/evidence/summary/import/")
    edith.get_by_label("File", exact=True).set_input_files(csv_of([{"id": SLUG, "studies": "178"}]))
    go(edith, edith.get_by_role("button", name="Check the file"))
    go(edith, edith.get_by_role("button", name="Make 1 draft"))
    expect(edith.get_by_text("Nothing is public yet").first).to_be_visible()
    edith.goto(public)
    assert "178" not in edith.locator("main").inner_text()

    edith.goto(f"{portal_url}/admin/evidence/edition/?q={SLUG}&state__exact=draft")
    assert_accessible(edith)
    go(edith, edith.locator("#result_list tbody a").first)
    expect(edith.get_by_role("searchbox", name="Topics")).to_be_visible()
    assert_accessible(edith)
    assert edith.locator("#id_studies").input_value() == "178"
    edith.locator("#id_studies").fill("177")
    edith.locator("#id_review_due").fill("2030-01-01")
    picture(edith, "draft")
    go(edith, edith.get_by_role("button", name="Save and see what changes"))
    assert_accessible(edith)
    go(edith, edith.get_by_role("button", name="Submit for review"))
    expect(edith.get_by_text("say what changed and why, because this did").first).to_be_visible()
    edith.get_by_label("Change note").fill("The number of studies was corrected.")
    picture(edith, "submit")
    go(edith, edith.get_by_role("button", name="Submit for review"))
    expect(edith.get_by_text("somebody else must approve it").first).to_be_visible()
    expect(edith.get_by_role("button", name="Approve and publish now")).to_have_count(0)

    paul = open_as("paul")
    assert_accessible(paul)
    picture(paul, "first-page")
    fits(paul)
    go(
        paul,
        paul.locator(".portal-dashboard")
        .get_by_role("link", name="Aspiration interventions")
        .first,
    )
    expect(paul.locator("ins", has_text="177").first).to_be_visible()
    assert_accessible(paul)
    picture(paul, "review")
    review = paul.url
    go(paul, paul.get_by_role("button", name="Approve and publish now"))
    expect(
        paul.get_by_text("Approved: the public can read it within seconds.").first
    ).to_be_visible()

    open_once_it_says(edith, f"{public}history/", "The number of studies was corrected.")
    expect(edith.locator("#edition-2").get_by_text("177").first).to_be_visible()
    open_once_it_says(edith, f"{portal_url}/network/", "The number of studies was corrected.")

    paul.goto(review)
    withdraw = paul.locator("details", has_text="Withdraw this summary")
    withdraw.locator("summary").click()
    withdraw.get_by_label("Reason").fill("For a test of the whole path.")
    withdraw.get_by_label("Take it out of every list now").check()
    go(paul, withdraw.get_by_role("button", name="Withdraw this summary"))
    answer = open_once_it_says(edith, public, "For a test of the whole path.")
    assert answer.status == 410
    assert SLUG not in edith.context.request.get(f"{portal_url}/evidence.csv").text()


def test_a_new_edition_is_opened_from_what_is_published(
    open_as: Callable[[str], Page], portal_url: str
) -> None:
    edith = open_as("edith")
    edith.goto(f"{portal_url}/admin/evidence/edition/?q=eef-homework")
    picture(edith, "list")
    go(edith, edith.locator("#result_list tbody a").first)
    go(edith, edith.get_by_role("button", name="New edition"))
    expect(
        edith.get_by_text("This draft has the text of edition 1, which is published now.").first
    ).to_be_visible()
    go(edith, edith.get_by_role("link", name="Discard this draft"))
    go(edith, edith.get_by_role("button", name="Discard this draft"))
    expect(edith.get_by_text("is discarded.").first).to_be_visible()


def test_a_draft_asks_before_it_is_left_only_if_something_was_changed(
    open_as: Callable[[str], Page], portal_url: str
) -> None:
    edith = open_as("edith")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    edith.on("dialog", leave)
    edith.goto(f"{portal_url}/admin/evidence/edition/?q=eef-peer-tutoring")
    go(edith, edith.locator("#result_list tbody a").first)
    go(edith, edith.get_by_role("button", name="New edition"))
    draft = edith.url
    topics = edith.get_by_role("searchbox", name="Topics")

    def choose_a_topic() -> None:
        topics.fill("Reading and writing")
        topics.press("Enter")

    changes: list[tuple[Callable[[], None], list[str]]] = [
        (lambda: edith.locator("#id_title").click(), []),
        (lambda: edith.locator("#id_title").fill("Another title"), ["beforeunload"]),
        (choose_a_topic, ["beforeunload"]),
    ]
    for change, asks in changes:
        edith.goto(draft)
        expect(topics).to_be_visible()
        change()
        go(edith, edith.locator(".breadcrumbs a").first)
        assert asked == asks
        asked.clear()

    edith.goto(draft)
    go(edith, edith.get_by_role("link", name="Discard this draft"))
    go(edith, edith.get_by_role("button", name="Discard this draft"))


def test_nothing_typed_is_lost_unasked_on_any_form_of_admin(
    open_as: Callable[[str], Page], portal_url: str
) -> None:
    sam = open_as("sam")
    asked: list[str] = []
    stay = False

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        (dialog.dismiss if stay else dialog.accept)()

    sam.on("dialog", answer)
    sam.goto(f"{portal_url}/admin/evidence/edition/?q=eef-phonics")
    go(sam, sam.locator("#result_list tbody a").first)
    go(sam, sam.get_by_role("button", name="New edition"))
    draft = sam.url
    review = draft.replace("/change/", "/review/")
    for address, field in (
        (f"{portal_url}/admin/evidence/topic/add/", "#id_description"),
        (
            f"{portal_url}/admin/centres/centre/membership/",
            "form textarea >> visible=true >> nth=0",
        ),
        (draft.replace("/change/", "/fact-checks/"), "#id_asked_of"),
        (review, "#id_submitform_change_note"),
    ):
        sam.goto(address)
        sam.locator(field).fill("Typed, and not saved.")
        go(sam, sam.locator(".breadcrumbs a").first)
        assert asked == ["beforeunload"], address
        asked.clear()
    sam.goto(f"{portal_url}/admin/evidence/edition/")
    sam.locator("#searchbar").fill("a search is not kept")
    go(sam, sam.locator(".breadcrumbs a").first)
    assert asked == []

    # The page of a batch answers a POST, and nobody has typed anything yet.
    sam.goto(f"{portal_url}/admin/evidence/edition/?q=eef-feedback")
    sam.locator("#result_list [type=checkbox]").first.check()
    sam.locator("select[name=action]").select_option("change")
    go(sam, sam.get_by_role("button", name="Go"))
    expect(sam.locator(".portal-step :is(textarea, input[type=text])").first).to_be_visible()
    go(sam, sam.get_by_role("link", name="Cancel"))
    assert asked == []

    # One form of a page is sent while another holds text.
    sam.goto(review)
    whole = sam.locator("#on-all")
    whole.locator("summary", has_text="Comment").first.click()
    whole.locator("textarea").first.fill("First.")
    go(sam, whole.get_by_role("button", name="Save the comment"))
    whole.locator("summary", has_text="Reply").click()
    reply = whole.locator("textarea").first
    reply.fill("A reply that is not saved yet.")
    stay = True
    sam.get_by_role("button", name="Submit for review").click()
    expect(reply).to_have_value("A reply that is not saved yet.")
    assert asked == ["beforeunload"]
    go(sam, whole.get_by_role("button", name="Save the reply"))
    expect(sam.get_by_text("Reply saved.").first).to_be_visible()
    assert asked == ["beforeunload"], "whoever saves what they typed is not asked"
    sam.goto(draft)
    go(sam, sam.get_by_role("link", name="Discard this draft"))
    go(sam, sam.get_by_role("button", name="Discard this draft"))


# An edition for each kind of step, by somebody who takes none of those that are tried.
STEPS_READY = f"""
import datetime
from django.contrib.auth.models import Group, User
from django.utils import timezone
from centres.models import Centre, Membership
from evidence.editorial import actions
from evidence.editorial.content import digest_of
from evidence.editorial.figures import digest_of_figures
from evidence.models import Edition, PageReading

yef = Centre.objects.get(slug="yef")
for name in ["pia", "ewa"]:
    person = User.objects.create_user(name, password="{PASSWORD}", is_staff=True)
    person.groups.set(Group.objects.filter(name__in=["Centre editor"] + ["Publisher"] * (name == "pia")))
    Membership.objects.create(user=person, centre=yef)
pia = User.objects.get(username="pia")
now = timezone.now()
published = Edition.objects.published().filter(summary__centre=yef, doubts=[])
plain, confirmed, drafted, reviewed, urgent = published.for_reading()[:5]
actions.confirm_figures(edition=confirmed, by=pia, seen=digest_of_figures(confirmed))
actions.plan_withdrawal(
    summary=confirmed.summary, by=pia, at=now + datetime.timedelta(days=30), reason="For a test.", replaced_by=None,
)
PageReading.objects.update_or_create(
    edition=confirmed, url=confirmed.source_url,
    defaults={{"tried_at": now, "read_at": now, "now_at": now, "changed_at": now, "change": "text", "share": 12}},
)

def draft_of(edition):
    draft = actions.open_edition(summary=edition.summary, by=pia, text_of=edition)
    return Edition.objects.for_reading().get(pk=draft.pk)

def submitted(edition):
    draft = draft_of(edition)
    actions.submit(edition=draft, change_note="For a test.", by=pia, review_due=now.date() + datetime.timedelta(days=900))
    return Edition.objects.for_reading().get(pk=draft.pk)

urgent = submitted(urgent)
actions.publish_in_emergency(edition=urgent, by=pia, digest=digest_of(urgent), reason="For a test.")
print("pages", plain.pk, confirmed.pk, draft_of(drafted).pk, submitted(reviewed).pk, urgent.pk)
"""


def test_no_step_that_was_refused_asks_whether_to_leave_when_it_is_sent_again(
    open_as: Callable[[str], Page], portal_url: str, people: None, portal_database: str
) -> None:
    said = manage(portal_database, "shell", "--no-imports", "-c", STEPS_READY)
    keys = said.rpartition("pages")[2].split()
    tried: set[str] = set()
    asked: list[str] = []
    asked_in_vain: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(step)
        dialog.accept()

    for person in (open_as("ewa"), open_as("paul")):
        person.on("dialog", leave)
        for key in keys:
            review = f"{portal_url}/admin/evidence/edition/{key}/review/"
            person.goto(review)
            steps = person.locator("[name=step]").evaluate_all("all => all.map(one => one.value)")
            tried.update(steps)
            for step in steps:
                person.goto(review)
                asked.clear()  # of a text that the step before has left on the page
                form = person.locator(f"form:has([name=step][value={step}])")
                for _ in range(2):  # both are refused, so this test does nothing
                    form.locator("[name=digest]").evaluate("field => { field.value = '' }")
                    with person.expect_navigation(wait_until="load"):
                        form.evaluate("form => form.requestSubmit()")
                    expect(
                        person.get_by_text("nothing was done, because of this").first
                    ).to_be_visible()
                asked_in_vain += asked
    assert asked_in_vain == []
    assert tried == {step.name for step in STEPS}


def test_the_centre_confirms_its_figures_by_keyboard_and_readers_see_the_day(
    open_as: Callable[[str], Page], portal_url: str, assert_accessible: Callable[[Page], None]
) -> None:
    public = f"{portal_url}/evidence/eef-mastery-learning/"
    edith = open_as("edith")
    edith.goto(f"{portal_url}/admin/evidence/edition/?q=eef-mastery-learning&needs=unconfirmed")
    go(edith, edith.locator("#result_list tbody a").first)
    go(edith, edith.get_by_role("link", name="What happened to it"))
    part = edith.locator("details", has_text="Confirm the figures for the centre")
    part.locator("summary").focus()
    edith.keyboard.press("Enter")
    expect(part.get_by_role("row", name="Cost").first).to_be_visible()
    expect(part.get_by_role("row", name="Number of studies")).to_have_count(0)  # not yet read
    assert_accessible(edith)
    fits(edith)
    picture(edith, "confirm")
    edith.keyboard.press("Tab")
    expect(part.get_by_label("I say for the centre")).to_be_focused()
    edith.keyboard.press("Space")
    edith.keyboard.press("Tab")
    with edith.expect_navigation(wait_until="load"):
        edith.keyboard.press("Enter")
    expect(edith.get_by_text("that the centre stands behind these figures").first).to_be_visible()

    open_once_it_says(edith, public, "confirmed these ratings and figures on")
    assert_accessible(edith)
    assert "edith" not in edith.content()


def test_links_that_fail_are_on_the_first_page_and_lead_to_what_uses_them(
    open_as: Callable[[str], Page], portal_url: str, portal_database: str,
    assert_accessible: Callable[[Page], None],
) -> None:  # fmt: skip
    manage(portal_database, "shell", "--no-imports", "-c", LINKS)
    edith = open_as("edith")
    assert_accessible(edith)
    part = edith.locator(".module", has=edith.get_by_role("heading", name="Links that fail"))
    assert part.get_by_role("listitem").count() == 8
    fits(edith)
    go(edith, edith.get_by_role("link", name="A link that fails"))
    expect(edith.locator("#result_list tbody tr")).to_have_count(8)
    edith.goto(f"{portal_url}/admin/")
    go(edith, edith.get_by_role("link", name="All links that fail"))
    expect(edith.locator("#result_list tbody tr")).to_have_count(8)
    assert_accessible(edith)
    picture(edith, "links")
    go(edith, edith.locator("#result_list tbody a").first)
    expect(edith.get_by_text("Used by")).to_be_visible()
    assert_accessible(edith)


def test_lists_give_what_a_row_is_called_the_room_and_cut_nothing(
    open_as: Callable[[str], Page], portal_url: str, assert_accessible: Callable[[Page], None]
) -> None:
    sam = open_as("sam")
    cut = """[...document.querySelectorAll("#result_list, #result_list :is(th, td)")].filter(
        (one) => one.getBoundingClientRect().right > document.querySelector(".results").getBoundingClientRect().right + 1
    ).length"""
    widths = """[...document.querySelectorAll("#result_list tbody tr:first-child > *")].map(
        (one) => [one.localName, one.offsetWidth]
    )"""
    for model in ("edition", "product", "listchange", "linkcheck", "topic"):
        sam.goto(f"{portal_url}/admin/evidence/{model}/")
        for width in (375, 768):
            sam.set_viewport_size({"width": width, "height": 900})
            assert sam.evaluate(cut) == 0, (model, width)
        sam.set_viewport_size({"width": 1280, "height": 900})
    sam.goto(f"{portal_url}/admin/evidence/edition/")
    assert sam.evaluate(cut) == 0
    [title] = [width for kind, width in sam.evaluate(widths) if kind == "th"]
    assert title > 1.5 * max(width for kind, width in sam.evaluate(widths) if kind == "td")
    sam.set_viewport_size({"width": 375, "height": 900})
    assert_accessible(sam)
