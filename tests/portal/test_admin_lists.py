"""The rows and the count of admin's lists, which are found in another way than Django finds them."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import result_headers, results
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.text import capfirst

from centres.models import Centre
from evidence.editorial import actions
from evidence.link_checks.inventory import note_centres
from evidence.models import Edition, LinkCheck, Topic
from portal.templatetags.admin_rows import cells_of
from tests.factories import make_topic
from tests.model_rows import make_row
from tests.people import make_person
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db
MODELS = list(admin.site._registry)
# What is asked of the second and the last page too: no filter, an order and words. With words, a list is found as with filters.
ON_FURTHER_PAGES: list[dict[str, Any]] = [{}, {"o": 1}, {"q": "e"}]


def listed(model: type[Model], user: Any, query: dict[str, Any]) -> Any:
    request = RequestFactory().get("/", query)
    request.user = user
    return admin.site._registry[model].get_changelist_instance(request)


def queries(changes: Any) -> Iterator[dict[str, Any]]:
    """Yield what a list can be asked for: its columns in order, words, and some choices of each filter."""
    yield {}
    yield from ({"o": column} for column in range(1, len(changes.list_display) + 1))
    yield from ({"q": word} for word in ("e", "youth", "zzzz", "é"))
    for spec in changes.filter_specs:
        keys = [str(key) for key, *_ in getattr(spec, "lookup_choices", [])][:2]
        if hasattr(spec, "parameter_name"):
            yield from ({spec.parameter_name: key, "o": "-1"} for key in keys)
        else:
            links = [choice["query_string"] for choice in spec.choices(changes)][1:3]
            yield from (dict(parse_qsl(link.lstrip("?"))) for link in links)


def assert_as_django_finds(shown: Any, query: dict[str, Any]) -> None:
    start = (shown.page_num - 1) * shown.list_per_page
    plain, says = shown.queryset, (shown.model_admin, query, shown.page_num)
    assert shown.result_count == plain.count(), says
    assert as_plain(shown.result_list) == as_plain(plain[start : start + shown.list_per_page]), says


def as_plain(rows: Any) -> list[dict[str, Any]]:
    """Return the columns of rows, with all that was added to them."""
    return [
        {k: v for k, v in vars(row).items() if k[0] != "_" and k not in {"uses", "unread"}}
        for row in rows
    ]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_a_list_has_the_rows_and_the_count_that_its_query_has(
    dataset: None, model: type[Model]
) -> None:
    root = User.objects.create_superuser("ada")
    make_person("ed", "Centre editor", centre=Centre.objects.get(slug="eef"))
    editor = User.objects.get(username="ed")  # with their rights as a request finds them
    published = Edition.objects.published().select_related("summary")
    if model is Edition:
        for edition in published[:3]:
            actions.open_edition(summary=edition.summary, by=root)
    if model is LinkCheck:
        for url in {edition.source_url for edition in published[:60]}:
            make_row(LinkCheck, url=url)
        note_centres()
    for user in (root, editor):
        for query in queries(listed(model, user, {})):
            shown = listed(model, user, query)
            assert_as_django_finds(shown, query)
            if shown.multi_page and query in ON_FURTHER_PAGES:
                for page in {2, shown.paginator.num_pages}:
                    assert_as_django_finds(listed(model, user, query | {"p": page}), query)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
@pytest.mark.parametrize("query", [{}, {"_popup": "1"}, {"q": "e"}], ids=["", "popup", "found"])
def test_a_row_is_written_as_django_writes_it(
    dataset: None, model: type[Model], query: dict[str, str]
) -> None:
    root = User.objects.create_superuser("eve")
    if model is LinkCheck:
        note_centres()
    if not model._default_manager.exists():
        make_row(model)
    shown = listed(model, root, query)
    shown.formset = None  # nothing is edited in a list, which Django says after this
    assert shown.result_list or query.get("q")
    with CaptureQueriesContext(connection) as more:
        written = list(cells_of(shown))
    asked = [one["sql"] for one in more if "portal_contentversion" not in one["sql"]]
    assert asked == []  # all that is shown is fetched with the rows, or is in the snapshot
    labels = [str(one["text"]) for one in result_headers(shown)]
    assert {capfirst(text) for text in labels} >= set(
        re.findall(r' data-label="(.*?)">', "".join(written))
    )
    plain_rows = [re.sub(r' data-label=".*?">', ">", cells) for cells in written]
    assert plain_rows == ["".join(cells) for cells in results(shown)]


def test_a_list_offers_all_of_its_rows_only_where_something_narrows_it() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    make_topic(label="Reading")
    url = address(Topic, "changelist")
    assert "Show all" not in client.get(url).text
    assert "Show all" in client.get(f"{url}?q=read").text
    assert "Show all" in client.get(f"{url}?ended__exact=merged").text


def test_a_list_without_rows_says_whether_something_narrows_it() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    url = address(Edition, "changelist")
    assert "Nothing is here yet." in client.get(url).text
    # The last is no filter that the list offers, but the page of a summary links to its editions with it.
    for asked in ("q=read", "state__exact=draft", "summary__id__exact=1"):
        page = client.get(f"{url}?{asked}").text
        assert "Nothing fits what you searched for or chose." in page
        assert "Nothing is here yet." not in page


def test_every_list_looks_for_the_first_twenty_words() -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.create_superuser("ada")
    words = " ".join(f"w{number}x" for number in range(900))
    for page in admin.site._registry.values():
        rows, _ = page.get_search_results(request, page.get_queryset(request), words)
        sql = str(rows.query)
        assert ("w19x" in sql) == bool(page.search_fields), page
        assert "w20x" not in sql, page


# Each was read in its heading, "By …". Read a new one so, and then add it.
HEADINGS = {
    "role", "centre", "whether it is active", "superuser status", "action time", "content type", "who", "state", "list",
    "when", "who proposed it", "who decided", "what became of it", "topic", "who it is for", "policy area", "product line",
    "setting", "outcome", "approach", "what it needs", "the file or change it came from", "strength of evidence", "effect",
    "cost", "kind", "who wrote or submitted it", "who approved it", "whether it fails", "what was done", "status",
    "what it rates", "form", "what it counts", "page update", "section", "source", "sector", "type", "published by", "scale",
    "whether it is one way", "policy areas", "what it rests on", "domain", "which way is better",
    "whether its text can be read",
}  # fmt: skip


def title_of(given: Any, model: type[Model]) -> str:
    """Return the title of a filter, with rows or without: those that have nothing to offer are not in a list."""
    path, own = given if isinstance(given, tuple) else (given, None)
    if not isinstance(path, str):
        return str(path.title)
    return str(getattr(own, "heading", "") or get_fields_from_path(model, path)[-1].verbose_name)


def test_the_heading_of_every_filter_has_been_read() -> None:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True)
    titles = {
        title_of(given, model)
        for model, shown in admin.site._registry.items()
        for given in shown.get_list_filter(request)
    }
    assert titles == HEADINGS
