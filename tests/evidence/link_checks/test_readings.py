"""Pages that editions rest on are read once a week; what has changed becomes a task for an editor, and ends as one."""

import gzip
import io
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence.editorial import actions
from evidence.editorial.content import digest_of
from evidence.link_checks.http import PAGE_BYTES
from evidence.link_checks.run import Report, check_links
from evidence.management.commands.check_links import Command
from evidence.models import AuditEntry, Edition, LinkCheck, PageReading
from portal.content_version import ContentVersion
from portal.mail.outbox import Notice
from portal.templatetags.portal_tags import day
from tests.evidence.link_checks.links import NOW, failing, linking_to
from tests.evidence.link_checks.websites import Website, client_for, serving
from tests.factories import make_centre, make_draft, make_edition, publish_draft
from tests.people import make_person
from tests.portal.test_admin import address
from tests.reading_pages import plain

pytestmark = pytest.mark.django_db

PROSE = "".join(
    f"<p>Part {number} says how it was done in place {number * 7} and what was learned there.</p>"
    for number in range(40)
)
AS_READ = (
    f"<main><h1>Mentoring</h1><p>Effect: +4 months.</p><p>Based on 12 studies.</p>{PROSE}</main>"
)
WITHOUT = AS_READ.replace("+4", "+2")
REWRITTEN = AS_READ.replace("how it was done", "which people took part").replace(
    "learned", "found out"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}
LOST = "Effect in the centre’s words: +4 months"


@pytest.fixture
def site() -> Iterator[Website]:
    with serving() as site:
        site.pages["/robots.txt"] = (404, {}, b"")
        yield site


def held(url: str, **says: Any) -> Edition:
    return linking_to(url, impact_native="+4 months", studies=12, title="Mentoring", **says)


def show(site: Website, page: str | bytes, path: str = "/page", **headers: str) -> str:
    body = page.encode() if isinstance(page, str) else page
    site.pages[path] = (
        200,
        HTML | {name.replace("_", "-"): said for name, said in headers.items()},
        body,
    )
    return site.url(path)


def run(site: Website, **options: Any) -> Report:
    return check_links(client_for(site, **options))


def a_week_later() -> None:
    """Let all that was read have been read a week earlier."""
    earlier = timedelta(days=7)
    PageReading.objects.update(
        tried_at=F("tried_at") - earlier, read_at=F("read_at") - earlier, now_at=F("now_at") - earlier,
        changed_at=F("changed_at") - earlier,
    )  # fmt: skip


def read_changed(site: Website, page: str | bytes, **headers: str) -> PageReading:
    """Show another page, and read it twice, a week apart. Return what is kept."""
    show(site, page, **headers)
    for _ in range(2):
        a_week_later()
        run(site)
    return PageReading.objects.get()


# What changes a page, and what does not


def test_a_page_is_compared_with_what_it_was_at_the_first_reading(site: Website) -> None:
    edition = held(show(site, AS_READ))
    version = ContentVersion.present()

    assert run(site).read == {"same": 1}
    kept = PageReading.objects.get()
    assert (kept.edition, kept.change, kept.lost) == (edition, "same", [])
    assert {LOST, "Number of studies: 12"} <= set(kept.figures)

    around = AS_READ.replace(
        "<main>", "<div class='cookie-notice'>51 partners</div>\n<nav>New</nav> <main>"
    )
    assert read_changed(site, around.replace("</p><p>", "</p>\n\n<p id=x>")).change == "same"
    assert ContentVersion.present() == version
    stored = "".join(str(row) for row in PageReading.objects.values_list())
    assert "how it was done" not in stored


def test_a_figure_that_is_gone_is_named_when_two_readings_agree(site: Website) -> None:
    held(show(site, AS_READ))
    run(site)
    show(site, WITHOUT)
    a_week_later()

    assert run(site).read == {"once": 1}
    assert not PageReading.objects.changed()
    a_week_later()
    assert run(site).read == {"figure": 1}
    (kept,) = PageReading.objects.to_look_at()
    assert kept.lost == [LOST]
    assert kept.share < 5
    assert kept.what_changed[0] == f"No longer found on the page: {LOST}."

    a_week_later()
    show(site, AS_READ)  # it was a mistake of the centre
    run(site)
    assert not PageReading.objects.changed()


def test_a_page_that_says_a_figure_more_fully_has_lost_nothing(site: Website) -> None:
    held(show(site, AS_READ.replace("+4 months", "+4")))
    run(site)
    assert LOST not in PageReading.objects.get().figures

    assert read_changed(site, AS_READ).change == "same"


def test_a_rewritten_text_with_all_figures_is_a_weaker_change(site: Website) -> None:
    held(show(site, AS_READ))
    run(site)

    kept = read_changed(
        site, '<meta property="article:modified_time" content="2026-11-20">' + REWRITTEN
    )

    assert (kept.change, kept.lost, kept.now_dated) == ("text", [], date(2026, 11, 20))
    assert kept.share > 20
    assert kept.what_changed[-1] == "The page says that it was changed on 20 November 2026."


def test_a_page_that_is_away_for_one_reading_has_not_changed(site: Website) -> None:
    held(show(site, AS_READ))
    run(site)
    for page in (
        WITHOUT.replace("place", "town"),
        AS_READ,
        "<main>" + PROSE.replace("place", "page") + "</main>",
        AS_READ,
    ):
        show(site, page)
        a_week_later()
        run(site)
        assert not PageReading.objects.changed()


def test_a_file_is_compared_by_its_length_and_never_read(site: Website) -> None:
    held(show(site, b"%PDF" + b"x" * 5000, Content_Type="application/pdf"))
    run(site)
    assert (
        read_changed(site, b"%PDF" + b"y" * 5000, Content_Type="application/pdf").change == "same"
    )

    kept = read_changed(site, b"%PDF" + b"y" * 5001, Content_Type="application/pdf")

    assert (kept.change, kept.share) == ("text", 100)
    assert "All of it is different." in kept.what_changed


# How often, and how politely


def test_a_page_is_read_once_a_week_and_what_differs_the_next_night(site: Website) -> None:
    held(show(site, AS_READ))
    held(site.url("/page"))  # two editions, one request
    assert run(site).read == {"same": 2}
    assert site.visits["/page"] == 2  # HEAD and GET
    assert run(site).read == {}
    assert site.visits["/page"] == 3

    show(site, WITHOUT)
    a_week_later()
    assert run(site).read == {"once": 2}
    assert run(site).read == {}
    PageReading.objects.update(tried_at=F("tried_at") - timedelta(hours=21))
    assert run(site).read == {"figure": 2}


def test_only_pages_of_published_editions_are_read_and_what_nothing_rests_on_is_forgotten(
    site: Website,
) -> None:
    make_centre("eef", website=show(site, AS_READ, "/centre"))
    edition = held(show(site, AS_READ))
    run(site)
    assert [row.url for row in PageReading.objects.all()] == [site.url("/page")]
    assert ("GET", "/centre") not in site.asked

    actions.withdraw(summary=edition.summary, reason="Out of date.")
    run(site)
    assert not PageReading.objects.exists()


@pytest.mark.parametrize(
    ("robots", "problem"),
    [
        ((200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /page"), "asks programs not to"),
        ((200, {"Content-Type": "text/plain"}, b"User-agent: What-Works-evidence-portal\nDisallow: /"), "asks programs not to"),
        ((200, {"Content-Type": "text/plain"}, b"User-agent: *\nCrawl-delay: \xb2\nDisallow: /p*/"), "asks programs not to"),
        ((500, {}, b""), "asks programs not to"),
        ((200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /else"), ""),
        ((200, {"Content-Type": "text/html"}, b"<p>No such page"), ""),
        ((404, {}, b""), ""),
    ],
)  # fmt: skip
def test_the_rules_of_a_site_for_programs_are_kept(
    site: Website, robots: tuple[int, dict[str, str], bytes], problem: str
) -> None:
    site.pages["/robots.txt"] = robots
    for number in range(2):
        held(show(site, AS_READ, f"/page/{number}"))

    check_links(client_for(site, user_agent="What-Works-evidence-portal/1.0 (checks its links)"))

    for row in PageReading.objects.all():
        assert problem in row.problem
        assert bool(row.problem) == bool(problem) == (row.change == "unread")
    assert sum(method == "GET" for method, path in site.asked if path != "/robots.txt") == (
        0 if problem else 2
    )
    assert site.visits["/robots.txt"] == 1


def test_a_page_of_a_private_address_is_never_read(site: Website) -> None:
    url = show(site, AS_READ)
    held(url)
    asked: list[str] = []

    def resolve(name: str, port: int, seconds: float) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]  # another answer after the check

    run(site, resolve=resolve)

    assert "not on the public internet" in PageReading.objects.get().problem
    assert [method for method, _ in site.asked] == ["HEAD"]


# Pages that do harm


@pytest.mark.parametrize(
    ("body", "headers", "problem"),
    [
        (b"<p>" + b"word " * (PAGE_BYTES // 5 + 1), {}, "longer than 1,024 KB"),
        (gzip.compress(b" " * PAGE_BYTES * 40), {"Content_Encoding": "gzip"}, "longer than 1,024 KB"),
        (gzip.compress(AS_READ.encode()), {"Content_Encoding": "gzip"}, ""),
        (zlib.compress(AS_READ.encode()), {"Content_Encoding": "deflate"}, ""),
        (gzip.compress(AS_READ.encode())[:200], {"Content_Encoding": "gzip"}, "not compressed as it says"),
        (AS_READ.encode(), {"Content_Encoding": "gzip"}, "not compressed as it says"),
        (AS_READ.encode(), {"Content_Encoding": "br"}, "compressed in a way"),
        (AS_READ.encode("cp1252", "replace"), {"Content_Type": "text/html; charset=zip"}, ""),
        (b"\0" * 10_000, {}, "almost no text"),
        (b"<div>" * 100_000, {}, "almost no text"),
        (b"<![what]>" + AS_READ.encode(), {}, "not HTML"),
        (b"<p>&#" + b"9" * 5_000 + b";" + AS_READ.encode(), {}, "not HTML"),
        (b"%PDF", {"Content_Type": "application/pdf", "Last_Modified": f"Mon, 1 Jun 2026 10:00:00 +{'9' * 30}"}, ""),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_page_that_cannot_be_compared_says_why(
    site: Website, body: bytes, headers: dict[str, str], problem: str
) -> None:
    held(show(site, body, **headers))

    run(site)

    row = PageReading.objects.get()
    assert problem in row.problem
    assert bool(row.problem) == bool(problem) == (row.change == "unread")


def test_a_page_that_never_ends_is_cut_off(site: Website) -> None:
    held(site.url("/endless"))

    run(site, limits={"total": 1})

    assert "longer than 1 seconds" in PageReading.objects.get().problem


def test_a_page_that_cannot_be_read_for_once_keeps_its_task(site: Website) -> None:
    held(show(site, AS_READ))
    run(site)
    read_changed(site, WITHOUT)

    kept = read_changed(site, "<p>Come back later")

    assert (kept.change, kept.lost) == ("figure", [LOST])
    assert "almost no text" in kept.problem


def test_a_run_takes_few_statements_for_many_pages(site: Website) -> None:
    def statements() -> int:
        a_week_later()
        with CaptureQueriesContext(connection) as queries:
            run(site)
        return sum("evidence_pagereading" in query["sql"] for query in queries)

    held(show(site, AS_READ, "/page/0"))
    run(site)
    few = statements()
    for number in range(1, 9):
        held(show(site, AS_READ, f"/page/{number}"))
    run(site)

    assert statements() == few <= 4


# The task


@pytest.fixture
def changed(site: Website) -> Edition:
    edition = held(show(site, AS_READ), centre=make_centre("eef"))
    run(site)
    read_changed(site, WITHOUT)
    return edition


def tasks(client: Client) -> list[Edition]:
    page = client.get(address(Edition, "changelist"), {"needs": "page"})
    return list(page.context["cl"].result_list)


def test_an_editor_of_the_centre_sees_what_has_changed_and_nobody_else_does(
    changed: Edition, client: Client
) -> None:
    client.force_login(make_person("grey", "Centre editor", centre=changed.summary.centre))

    first = client.get(reverse("admin:index"))
    said = " ".join(first.content.decode().split())
    assert "Source pages that have changed since they were read" in said
    assert f"No longer found on the page: {LOST}." in said
    assert f'<a href="{PageReading.objects.get().url}" rel="noreferrer">' in said
    (row,) = first.context["by_centre"]["rows"]
    assert ("page", "Source page has changed since it was read", 1) in row["needs"]
    assert tasks(client) == [changed]
    figure = client.get(address(Edition, "changelist"), {"needs": "page-figure"})
    assert list(figure.context["cl"].result_list) == [changed]
    review = client.get(
        reverse("admin:evidence_edition_review", args=[changed.pk])
    ).content.decode()
    assert LOST in review
    assert "The change of its page does not matter" in review

    client.force_login(make_person("blue", "Centre editor", centre=make_centre("other")))
    assert not client.get(reverse("admin:index")).context["changed_pages"]["shown"]
    assert tasks(client) == []


def test_pages_that_could_not_be_read_are_counted_and_listed_with_the_reason_for_their_editors(
    client: Client,
) -> None:
    home = make_centre("yef")
    wordless, well, elsewhere = (f"https://example.org/{name}" for name in ("a", "b", "c"))
    why = "It has almost no text that a program can read."
    for url, problem, centre in (
        (wordless, why, home),
        (well, "", home),
        (elsewhere, why, make_centre("eef")),
    ):
        edition = held(url, centre=centre)
        failing(url, outcome="answers", first_failed_at=None, failures=0, reason="It works.")
        PageReading.objects.create(edition=edition, url=url, tried_at=NOW, problem=problem)
    # A draft that was never published is not read by the public, and a new edition makes no page readable.
    PageReading.objects.create(edition=make_draft(), url=well, tried_at=NOW, problem=why)
    for reading in PageReading.objects.exclude(problem="").filter(edition__state="published"):
        publish_draft(make_draft(summary=reading.edition.summary, studies=78), "More studies.")

    list_of_links = address(LinkCheck, "changelist")
    for role, seen in (("Centre editor", [wordless]), ("Auditor", [wordless, elsewhere])):
        client.force_login(make_person(f"a {role}", role, centre=home))
        said = client.get(reverse("admin:index")).content.decode()
        assert f'<a href="{list_of_links}?reading=unread">{len(seen)} page' in said
        page = client.get(f"{list_of_links}?reading=unread")
        assert [check.url for check in page.context["cl"].result_list] == seen
        assert page.content.decode().count(f"{why} Tried on {day(NOW)}.") == len(seen)
        of_link = client.get(address(LinkCheck, "change", LinkCheck.objects.get(url=wordless).pk))
        assert why in of_link.content.decode()
        everything = client.get(f"{list_of_links}?reading=x").context["cl"]
        assert len(everything.result_list) > len(seen)
        assert "failing_since" in everything.list_display


@pytest.mark.parametrize("how", ["check", "edition", "settle"])
def test_the_task_ends_with_a_check_a_new_edition_or_a_reason(
    changed: Edition, client: Client, site: Website, how: str
) -> None:
    person = make_person("grey", "Centre editor", centre=changed.summary.centre)
    client.force_login(person)
    assert tasks(client) == [changed]
    review = reverse("admin:evidence_edition_review", args=[changed.pk])
    if how == "edition":
        changed = make_edition(summary=changed.summary, impact_native="+2 months")
    else:
        (form,) = [form for step, form in client.get(review).context["steps"] if step.name == how]
        typed = {name: form[name].value() or "" for name in form.fields} | {
            "reason": "Only a slip of theirs.",
            "review_due": "1 January 2040",
        }
        answer = client.post(review, {**typed, "step": how}, follow=True)
        assert answer.status_code == 200
        assert "A source page has changed" not in answer.content.decode()

    assert tasks(client) == []
    assert not client.get(reverse("admin:index")).context["changed_pages"]["shown"]
    a_week_later()
    run(site)
    assert PageReading.objects.get().change == "same"
    assert tasks(client) == []
    entry = AuditEntry.objects.filter(action="page-change-settled").first()
    assert (entry is not None) == (how == "settle")
    if entry:
        assert (entry.by, entry.comment) == (
            person,
            f"Only a slip of theirs. ({site.url('/page')})",
        )

    read_changed(site, WITHOUT.replace("12 studies", "14 studies").replace("Effect:", "Effect"))
    assert len(tasks(client)) == 1  # and another change is another task


def test_a_new_edition_ends_the_task_once_it_is_published_and_until_then_the_first_page_names_it(
    changed: Edition, client: Client
) -> None:
    client.force_login(make_person("grey", "Centre editor", centre=changed.summary.centre))

    def first_page() -> str:
        page = client.get(reverse("admin:index")).content.decode()
        return plain(page.partition("since they were read</h2>")[2].partition("</section>")[0])

    assert "Edition" not in first_page()
    draft = make_draft(summary=changed.summary, source_url=changed.source_url)
    assert tasks(client) == [changed]
    assert "Edition 2 is a draft." in first_page()
    actions.submit(edition=draft, change_note="The page says +2 months now.")
    assert tasks(client) == [changed]
    assert "Edition 2 is in review." in first_page()
    actions.publish(edition=draft)
    assert tasks(client) == []
    assert first_page() == ""


def test_the_pages_of_a_new_edition_say_what_has_changed(changed: Edition, client: Client) -> None:
    draft = make_draft(summary=changed.summary, source_url=changed.source_url)
    review = reverse("admin:evidence_edition_review", args=[draft.pk])
    client.force_login(make_person("grey", "Centre editor", centre=changed.summary.centre))
    for page in (address(Edition, "change", draft.pk), review):
        said = plain(client.get(page).content.decode())
        assert f"No longer found on the page: {LOST}." in said
        assert "That was for edition 1, which readers see now." in said

    actions.submit(edition=draft, change_note="The page says +2 months now.")
    client.force_login(make_person("pat", "Publisher"))
    assert LOST in client.get(review).content.decode()
    actions.publish(edition=draft)
    assert "A source page has changed" not in client.get(review).content.decode()


def test_without_a_reason_it_says_what_is_missing(changed: Edition, client: Client) -> None:
    client.force_login(make_person("grey", "Centre editor", centre=changed.summary.centre))
    review = reverse("admin:evidence_edition_review", args=[changed.pk])
    (form,) = [one for step, one in client.get(review).context["steps"] if step.name == "settle"]
    said = plain(client.post(review, {**form.initial, "step": "settle"}).content.decode())
    assert "Reason: Say why it does not matter." in said
    assert "If you have checked everything and it is still true, use “Checked, still true”" in said


def test_a_change_is_settled_only_with_a_reason_and_by_who_saw_it(
    changed: Edition, site: Website
) -> None:
    by = User.objects.create_superuser("root")
    seen = actions.seen_changes(changed.changed_pages)

    with pytest.raises(actions.Incomplete):
        actions.settle_page_changes(edition=changed, by=by, seen=seen, reason=" ")
    read_changed(site, WITHOUT.replace("12", "13"))
    with pytest.raises(actions.Stale):
        actions.settle_page_changes(edition=changed, by=by, seen=seen, reason="A slip.")
    now = actions.seen_changes(Edition.objects.get(pk=changed.pk).changed_pages)
    actions.settle_page_changes(edition=changed, by=by, seen=now, reason="A slip.")
    with pytest.raises(actions.WrongState):
        actions.settle_page_changes(edition=changed, by=by, seen=now, reason="A slip.")


def test_a_figure_of_a_new_edition_is_looked_for_from_then_on(
    changed: Edition, site: Website
) -> None:
    light = actions.confirm(
        edition=changed, by=User.objects.create_superuser("root"), digest=digest_of(changed),
        review_due=date(2030, 1, 1),
    )  # fmt: skip
    assert not light.changed_pages
    new = make_edition(summary=changed.summary, impact_native="+2 months")
    run(site)
    kept = PageReading.objects.get()
    assert (kept.edition, kept.change) == (new, "same")
    assert "Effect in the centre’s words: +2 months" in kept.figures

    kept = read_changed(site, AS_READ)
    assert kept.lost == ["Effect in the centre’s words: +2 months"]


def test_editors_are_told_once_in_their_daily_mail(site: Website) -> None:
    centre = make_centre("eef")
    editor = make_person("grey", "Centre editor", centre=centre, email="grey@example.org")
    held(show(site, AS_READ), centre=centre)

    def command() -> str:
        links = Command()
        links.link_client = lambda: client_for(site)  # type: ignore[method-assign]
        out = io.StringIO()
        a_week_later()
        call_command(links, stdout=out)
        return out.getvalue()

    assert "1 of the pages that editions rest on were due:\n     1 as before" in command()
    show(site, WITHOUT)
    command()
    assert not Notice.objects.exists()
    assert "1 a figure is no longer on it" in command()
    (notice,) = Notice.objects.all()
    assert (notice.person, notice.kind, notice.comment) == (editor, "pages-changed", "Mentoring")
    assert notice.path.endswith(f"?summary__centre__id__exact={centre.pk}&needs=page")
    command()
    assert Notice.objects.count() == 1
