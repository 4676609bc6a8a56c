"""Which links are checked, what is stored, and how a run ends."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.postgres.fields import ArrayField
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, models

from centres.models import NetworkEvent, Organisation, PolicyArea, SpendingFigure
from evidence.editorial import actions
from evidence.link_checks.http import LinkClient
from evidence.link_checks.inventory import LINK_TABLES, all_links, uses_of
from evidence.link_checks.run import CannotCheck, Report, check_links, user_agent
from evidence.management.commands.check_links import Command
from evidence.models import Edition, LinkCheck
from evidence.roles import grant
from portal.content_version import ContentVersion
from tests.evidence.link_checks.links import NOW, failing, linking_to
from tests.evidence.link_checks.websites import Website, client_for, serving
from tests.factories import make_centre, make_draft, make_event
from tests.people import make_person
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Iterator[Website]:
    with serving() as site:
        yield site


def run(site: Website, **said: Any) -> Report:
    return check_links(client_for(site), **said)


def checked(url: str) -> LinkCheck:
    return LinkCheck.objects.get(url=url)


# Which links


def test_every_field_with_an_address_is_in_the_inventory() -> None:
    def holds_addresses(field: Any) -> bool:
        base = field.base_field if isinstance(field, ArrayField) else field
        return isinstance(base, models.URLField)

    wanted = {
        f"{model._meta.label_lower}.{field.name}"
        for room in ("centres", "evidence")
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.concrete_fields
        if holds_addresses(field) and model is not LinkCheck and not model._meta.proxy
    }
    assert wanted == {
        f"{name}.{field}"
        for name, table in LINK_TABLES.items()
        for field in (*table.single, *table.several)
    }


def test_links_of_published_and_open_editions_are_checked_and_no_history() -> None:
    make_centre(website="https://centre.example/", sources=["https://one.example/", ""])
    Organisation.objects.create(slug="o", name="O", website="https://host.example/")
    make_event(also=["https://two.example/"])
    old = linking_to("https://old.example/")
    linking_to("https://new.example/", summary=old.summary)
    make_draft(summary=old.summary, source_url="https://draft.example/", sources=[])
    gone = linking_to("https://withdrawn.example/")
    actions.withdraw(summary=gone.summary, reason="Out of date.")

    hosts = ["centre", "one", "host", "two", "new", "draft"]
    assert all_links() == {f"https://{host}.example/" for host in hosts}
    own = {f"https://{host}.example/" for host in ["centre", "one", "new", "draft"]}
    assert all_links(make_centre()) == own


def test_a_link_says_where_it_is_used_once_for_each_row(
    django_assert_num_queries: Callable,
) -> None:
    url = "https://example.org/shared"
    edition = linking_to(url, title="Mentoring")
    event = make_event(title="A launch", source=url, also=[url])
    area = PolicyArea.objects.get()
    SpendingFigure.objects.create(
        policy_area=area, role="part", order=9, scope="Prisons", sources=[url]
    )
    root = User.objects.create_superuser("root")

    with django_assert_num_queries(1):
        uses = uses_of({url, "https://example.org/unused"}, root)

    assert {(use.label, use.page) for use in uses[url]} == {
        ("Mentoring", address(Edition, "change", edition.pk)),
        ("A launch", address(NetworkEvent, "change", event.pk)),
        (area.label, address(PolicyArea, "change", area.pk)),
    }
    assert len(uses[url]) == 3
    publisher = make_person("pat", "Publisher")
    assert {use.label for use in uses_of({url}, publisher)[url] if not use.page} == {"A launch"}


# What is stored


def test_each_link_is_checked_once_and_its_result_is_stored(site: Website) -> None:
    for path in ("/fine", "/status/404", "/to/301/fine", "/status/403", "/closed"):
        linking_to(site.url(path))
    linking_to("http://site.example:22/")
    make_centre("eef", website=site.url("/fine"))
    before = ContentVersion.present()

    report = run(site)

    assert report.outcomes == {
        "answers": 1, "gone": 1, "moved": 1, "refuses": 1, "fails": 1, "not-asked": 1
    }  # fmt: skip
    assert site.visits["/fine"] == 2  # its own, and where another leads
    gone = checked(site.url("/status/404"))
    assert (gone.status, gone.failures, gone.first_failed_at) == (404, 1, gone.checked_at)
    assert checked(site.url("/to/301/fine")).final_url == site.url("/fine")
    assert checked(site.url("/closed")).status is None
    assert ContentVersion.present() == before


def test_the_first_failure_is_stored_until_the_link_works_again(site: Website) -> None:
    linking_to(site.url("/fine"))
    linking_to(site.url("/flaky"))
    long_ago = NOW - timedelta(days=9)
    failing(site.url("/flaky"), first_failed_at=long_ago, failures=4)
    site.visits["/flaky"] = -2

    run(site)
    assert checked(site.url("/flaky")).first_failed_at == long_ago
    assert checked(site.url("/flaky")).failures == 5
    run(site)
    check = checked(site.url("/flaky"))
    assert (check.outcome, check.failures, check.first_failed_at) == ("answers", 0, None)


@pytest.mark.parametrize(
    ("hours", "counts"), [(0, False), (1, False), (19, False), (20, True), (24, True), (999, True)]
)
def test_a_link_counts_as_failing_from_the_second_day(hours: int, counts: bool) -> None:
    failing("https://example.org/", days=hours / 24)

    assert LinkCheck.objects.failing().exists() == counts


def test_the_check_of_an_unused_link_is_deleted(site: Website) -> None:
    linking_to(site.url("/fine"))
    failing("https://example.org/unused")

    assert run(site).deleted == 1
    assert [check.url for check in LinkCheck.objects.all()] == [site.url("/fine")]


def test_a_run_can_be_limited_to_a_centre_a_number_or_an_age(
    site: Website,
) -> None:
    eef = make_centre("eef")
    urls = [site.url(f"/fine/{number}") for number in range(4)]
    linking_to(urls[0], centre=eef)
    for url in urls[1:]:
        linking_to(url)

    def asked(**said: Any) -> list[str]:
        site.asked.clear()
        run(site, workers=1, **said)
        return [path for _, path in site.asked]

    assert asked(centre=eef) == ["/fine/0"]
    assert asked(max_age=timedelta(hours=1), limit=2) == ["/fine/1", "/fine/2"]
    assert asked(limit=2) == ["/fine/3", "/fine/0"]
    assert asked(max_age=timedelta(hours=1)) == []
    LinkCheck.objects.filter(url=urls[2]).update(checked_at=NOW - timedelta(hours=2))
    assert asked(max_age=timedelta(hours=1)) == ["/fine/2"]


def test_a_run_notes_which_centres_link_to_each_address(site: Website) -> None:
    eef, yef = make_centre("eef"), make_centre("yef")
    shared, own = site.url("/fine/1"), site.url("/fine/2")
    for centre in (eef, yef):
        linking_to(shared, centre=centre)
    linking_to(own, centre=eef)
    make_event(source=site.url("/fine/3"))

    run(site)
    noted = [checked(site.url(f"/fine/{number}")).centres for number in (1, 2, 3)]
    assert noted == [[eef.pk, yef.pk], [eef.pk], []]
    linking_to(own, centre=yef)
    run(site, limit=1)  # also of links that are not checked this time
    assert checked(own).centres == [eef.pk, yef.pk]


# How a run goes


def test_hosts_are_checked_in_parallel_and_each_one_link_at_a_time(site: Website) -> None:
    for host in ("one", "two", "three"):
        for number in range(3):
            linking_to(site.url(f"/pause/{host}/{number}", f"{host}.example"))
    linking_to(site.url(f"/to/302/{site.url('/pause/x', 'one.example')}", "four.example"))

    assert run(site, workers=4).checked == 10
    assert set(site.most.values()) == {1}


def test_a_host_that_asks_for_fewer_requests_is_left_alone_for_this_run(site: Website) -> None:
    for number in range(3):
        linking_to(site.url(f"/busy/{number}/9999"))
    linking_to(site.url("/fine", "other.example"))

    report = run(site)

    assert (report.planned, report.checked) == (4, 2)
    assert sum(site.visits.values()) == 2


def test_a_run_without_a_network_stores_nothing(site: Website) -> None:
    def nothing(*args: Any) -> list[str]:
        raise OSError("no network")

    linking_to(site.url("/fine"))
    kept = failing(site.url("/fine"), outcome="answers", first_failed_at=None, failures=0)
    linking_to(site.url("/new"))

    with pytest.raises(CannotCheck, match=r"None of 2 links answers.*Nothing was stored"):
        check_links(client_for(site, resolve=nothing))

    (now,) = LinkCheck.objects.all()
    assert (now.url, now.checked_at) == (kept.url, kept.checked_at)


def test_broken_links_are_not_taken_for_a_missing_network_if_others_work(site: Website) -> None:
    def resolve(name: str, port: int, seconds: float) -> list[str]:
        if name == "lost.example":
            raise OSError("unknown")
        return ["127.0.0.1"]

    linking_to(site.url("/fine"))
    run(site)
    linking_to(site.url("/", "lost.example"))
    check_links(client_for(site, resolve=resolve), max_age=timedelta(hours=1))

    assert checked(site.url("/", "lost.example")).outcome == "fails"


def test_ctrl_c_stops_a_run_and_stores_the_results_so_far(site: Website) -> None:
    for number in range(5):
        linking_to(site.url(f"/fine/{number}"))

    def interrupted(results: Any, total: int) -> Any:
        for number, result in enumerate(results):
            if number == 2:
                raise KeyboardInterrupt
            yield result

    report = run(site, progress=interrupted)

    assert (report.stopped, report.planned, report.checked) == (True, 5, 2)
    assert LinkCheck.objects.count() == 2
    assert run(site).checked == 5


def test_only_one_run_goes_on_at_a_time(site: Website) -> None:
    linking_to(site.url("/fine"))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(7318442)")
        with pytest.raises(CannotCheck, match="already"):
            run(site)
    finally:
        other.close()
    assert run(site).checked == 1


def test_an_error_in_our_own_code_is_logged_and_the_other_links_are_checked(
    site: Website, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(name: str, port: int, seconds: float) -> list[str]:
        if name == "odd.example":
            raise RuntimeError("a fault of ours")
        return ["127.0.0.1"]

    linking_to(site.url("/", "odd.example"))
    linking_to(site.url("/fine"))

    with pytest.raises(CommandError, match="1 could not be checked because of an error"):
        call(client_for(site, resolve=broken))

    assert [check.url for check in LinkCheck.objects.all()] == [site.url("/fine")]
    assert "a fault of ours" in caplog.text


# The command


def call(client: LinkClient | None, *words: str) -> tuple[str, str]:
    command = Command()
    if client:
        command.link_client = lambda: client  # type: ignore[method-assign]
    out, errors = io.StringIO(), io.StringIO()
    call_command(command, *words, stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def test_the_command_prints_its_results_and_a_progress_bar_only_on_a_terminal(
    site: Website, capsys: pytest.CaptureFixture[str]
) -> None:
    linking_to(site.url("/fine"))
    linking_to(site.url("/status/404"))
    failing("https://example.org/unused")

    out, errors = call(client_for(site))

    assert out.splitlines() == [
        "Checked 2 of 2 links.",
        "     1 answers",
        "     1 is gone",
        "Removed 1 that nothing links to any more.",
        "1 of the pages that editions rest on were due:",
        "     1 could not be read",
        "0 links are failing.",
    ]
    failing("https://example.org/lost")
    linking_to("https://example.org/lost")
    assert "1 link is failing." in call(client_for(site), "--max-age=1")[0]
    assert (errors, capsys.readouterr().err) == ("", "")


@pytest.mark.parametrize(
    "words",
    [
        ["--limit", "0"],
        ["--limit", "-1"],
        ["--max-age", "soon"],
        ["--workers", "9" * 30],
        ["--centre", "nowhere"],
    ],
)
def test_wrong_options_are_refused(words: list[str]) -> None:
    with pytest.raises(CommandError, match=r"above 0|no centre"):
        call(None, *words)


def test_a_run_without_a_network_ends_with_an_error(site: Website) -> None:
    linking_to(site.url("/", "lost.example"))
    site.shutdown()
    site.server_close()

    with pytest.raises(CommandError, match="seems to have no network"):
        call(client_for(site))


def test_the_user_agent_names_the_portal_and_its_contact(settings: Any) -> None:
    assert user_agent() == "What-Works-evidence-portal/1.0 (checks its links)"
    settings.CONTACT_EMAIL = "us@example.org"
    assert user_agent() == "What-Works-evidence-portal/1.0 (checks its links; us@example.org)"
    assert Command().link_client().user_agent == user_agent()


def test_a_role_that_people_have_renamed_or_deleted_is_left_alone() -> None:
    may_see = Permission.objects.get(codename="view_linkcheck")
    roles = {"Centre editor", "Secretariat editor", "Publisher", "Auditor"}
    assert {group.name for group in may_see.group_set.all()} == roles
    may_see.group_set.clear()
    Group.objects.filter(name="Auditor").update(name="Reader")
    Group.objects.filter(name="Publisher").delete()

    grant(apps, {role: ["view_linkcheck"] for role in roles})

    assert {group.name for group in may_see.group_set.all()} == {
        "Centre editor", "Secretariat editor"
    }  # fmt: skip
    assert not Group.objects.filter(name__in=["Auditor", "Publisher"]).exists()
