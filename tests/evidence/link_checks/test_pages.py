"""Where people see which links fail: in the list, on the first page, and before they submit."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from centres.models import Centre
from evidence.editorial import actions
from evidence.editorial.checklist import advice
from evidence.link_checks.inventory import note_centres
from evidence.models import Edition, LinkCheck
from tests.evidence.link_checks.links import NOW, failing, linking_to
from tests.factories import make_centre, make_draft, make_edition, make_editions
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_the_list_is_filtered_by_outcome_and_by_centre(root: Client) -> None:
    yef, eef = make_centre("yef"), make_centre("eef")
    lost = linking_to("https://example.org/lost", centre=yef, title="Mentoring").source_url
    fine = linking_to("https://example.org/fine", centre=eef).source_url
    failing(lost)
    failing(fine, outcome="answers", first_failed_at=None, failures=0, reason="It works.")
    note_centres()

    def shown(**asked: Any) -> list[str]:
        page = root.get(address(LinkCheck, "changelist"), asked)
        assert page.status_code == 200
        return [check.url for check in page.context["cl"].result_list]

    assert shown() == [lost, fine]
    assert shown(failing="yes") == shown(outcome__exact="gone") == shown(q="lost") == [lost]
    assert shown(centre=eef.pk) == shown(outcome__exact="answers") == [fine]
    assert shown(centre="0") == shown(centre="x") == shown(failing="x") == [lost, fine]
    page = root.get(address(LinkCheck, "changelist")).content.decode()
    assert f'href="{address(Edition, "change", Edition.objects.get(source_url=lost).pk)}"' in page


def test_the_page_of_a_link_says_everything_about_it(root: Client) -> None:
    url = "https://example.org/a?b=<c>"
    linking_to(url, title="Mentoring")
    check = failing(
        url, outcome="moved", final_url="https://example.org/new", first_failed_at=None, failures=0
    )

    page = root.get(address(LinkCheck, "change", check.pk)).content.decode()

    assert "https://example.org/a?b=&lt;c&gt;" in page
    assert 'href="https://example.org/new"' in page
    assert ">Mentoring</a>" in page
    assert 'name="_save"' not in page


def test_editions_with_a_link_that_fails_are_found(root: Client) -> None:
    by_source = make_edition(sources=[{"url": "https://example.org/lost"}])
    by_page = linking_to("https://example.org/lost", title="Second")
    linking_to("https://example.org/passing")
    failing("https://example.org/lost")
    failing("https://example.org/passing", days=0)

    page = root.get(address(Edition, "changelist"), {"needs": "links"})

    assert set(page.context["cl"].result_list) == {by_source, by_page}
    assert len(root.get(address(Edition, "changelist"), {"needs": "x"}).context["cl"].result_list)


def first_page(client: Client) -> str:
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_the_first_page_lists_what_has_failed_longest_and_counts_by_centre(root: Client) -> None:
    edition = linking_to("https://example.org/lost", title="Mentoring")
    linking_to("https://example.org/new", title="Passing")
    make_centre("eef", name="Foundation", website="https://eef.example/")
    assert "No link has been checked yet. The job check_links checks them once a day" in first_page(
        root
    )
    assert "The job check_links checks" in root.get(address(LinkCheck, "changelist")).text
    failing("https://example.org/new", days=0)
    assert "No link fails. The last check was on" in first_page(root)
    failing("https://example.org/lost", first_failed_at=datetime(2026, 1, 2, 12, tzinfo=NOW.tzinfo))
    failing("https://eef.example/")

    said = first_page(root)

    shown = f'<a href="{address(Edition, "change", edition.pk)}">Mentoring</a>'
    assert shown in said
    assert "since 2 January 2026. The page does not exist (404)." in said
    assert f'<a href="{address(Centre, "change", make_centre("eef").pk)}">Foundation</a>' in said
    assert said.index(">Mentoring</a>, since") < said.index(">Foundation</a>, since")
    assert ">Passing</a>, since" not in said
    page = root.get(reverse("admin:index"))
    (row,) = page.context["by_centre"]["rows"]
    assert ("links", "A link that fails", 1) in row["needs"]
    where = f"?summary__centre__id__exact={row['centre']}&amp;needs=links"
    assert where in said
    filtered = root.get(f"{address(Edition, 'changelist')}{where.replace('&amp;', '&')}")
    assert list(filtered.context["cl"].result_list) == [edition]


def test_the_first_page_names_a_summary_once_with_its_new_edition_beside_it(root: Client) -> None:
    lost = "https://example.org/lost"
    edition = linking_to(lost, title="Mentoring")
    draft = make_draft(summary=edition.summary, source_url=lost, title="Mentoring anew")
    first = make_draft(source_url=lost, title="Never published")
    failing(lost)

    def beside(one: Edition, state: str) -> str:
        review = reverse("admin:evidence_edition_review", args=[one.pk])
        return f'(<a href="{review}">edition {one.number}</a> is {state})'

    said = first_page(root)
    assert f">Mentoring</a> {beside(draft, 'a draft')}," in said
    assert "Mentoring anew" not in said.partition("Links that fail")[2]
    assert f">Never published</a> {beside(first, 'a draft')}," in said

    actions.submit(edition=draft, change_note="The address is another one.")
    assert f">Mentoring</a> {beside(draft, 'in review')}," in first_page(root)


def test_the_first_page_takes_no_more_queries_for_more_links(
    root: Client, django_assert_num_queries: Callable
) -> None:
    def queries() -> int:
        with connection.execute_wrapper(count):
            counted.clear()
            first_page(root)
        return len(counted)

    counted: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        counted.append(sql)
        return execute(sql, *rest)

    failing(linking_to("https://example.org/1").source_url)
    few = queries()
    for edition in make_editions(30):
        failing(edition.source_url)

    assert queries() == few < 30
    assert len(root.get(reverse("admin:index")).context["links"]["failing"]) == 10


def test_the_checklist_names_the_failing_links_of_a_draft() -> None:
    draft = make_draft(
        source_url="https://example.org/lost", sources=[{"url": "https://example.org/fine"}]
    )
    failing("https://example.org/lost", checked_at=datetime(2026, 11, 25, 9, tzinfo=NOW.tzinfo),
            first_failed_at=datetime(2026, 11, 25, 9, tzinfo=NOW.tzinfo))  # fmt: skip
    failing("https://example.org/fine", outcome="answers", first_failed_at=None, failures=0)
    failing("https://example.org/elsewhere")

    (said,) = [one for one in advice(draft) if "link" in one]

    assert said == (
        "The link https://example.org/lost failed when it was last checked on 25 November 2026: "
        "The page does not exist (404)."
    )
