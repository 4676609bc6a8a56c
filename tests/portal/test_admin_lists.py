"""The rows and the count of admin's lists, which are found in another way than Django finds them."""

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import RequestFactory

from centres.models import Centre
from evidence.editorial import actions
from evidence.link_checks.inventory import note_centres
from evidence.models import Edition, LinkCheck
from tests.model_rows import make_row
from tests.people import make_person

pytestmark = pytest.mark.django_db
MODELS = list(admin.site._registry)


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


def as_plain(rows: Any) -> list[dict[str, Any]]:
    """Return the columns of rows, with all that was added to them."""
    return [{k: v for k, v in vars(row).items() if k[0] != "_" and k != "uses"} for row in rows]


def test_every_list_has_the_rows_and_the_count_that_its_query_has(dataset: None) -> None:
    root = User.objects.create_superuser("ada")
    make_person("ed", "Centre editor", centre=Centre.objects.get(slug="eef"))
    editor = User.objects.get(username="ed")  # with their rights as a request finds them
    some = list(Edition.objects.published().select_related("summary")[:60])
    for edition in some:
        actions.open_edition(summary=edition.summary, by=root)
    for url in {edition.source_url for edition in some}:
        make_row(LinkCheck, url=url)
    note_centres()
    for model, user, page in product(MODELS, (root, editor), (1, 2, 4)):
        for query in queries(listed(model, user, {})):
            try:
                shown = listed(model, user, query | {"p": page})
            except IncorrectLookupParameters:  # it has not so many pages
                assert page > 1
                continue
            plain, start = shown.queryset, (page - 1) * 50 if shown.multi_page else 0
            says = (model, user, page, query)
            assert shown.result_count == plain.count(), says
            assert as_plain(shown.result_list) == as_plain(plain[start : start + 50]), says


def test_every_list_looks_for_the_first_twenty_words() -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.create_superuser("ada")
    words = " ".join(f"w{number}x" for number in range(900))
    for page in admin.site._registry.values():
        rows, _ = page.get_search_results(request, page.get_queryset(request), words)
        sql = str(rows.query)
        assert ("w19x" in sql) == bool(page.search_fields), page
        assert "w20x" not in sql, page
