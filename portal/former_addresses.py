"""Slugs that something had before, or that of a row that was merged: an address with one redirects to the present one, and a
filter or a sheet reads it as that.

The database itself records them, so that a change by hand, by the data set or in SQL leaves one too. A summary has none: its
address is its identity and never changes.
"""

import functools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from . import published
from .models import FormerAddress
from .rows import ListRows

View = Callable[..., HttpResponseBase]
Rows = Callable[[], Mapping[int, Any]]


@published.register
@dataclass(frozen=True)
class FormerAddresses(published.Part):
    """The keys of the rows that had each slug before, by the table and the slug."""

    keys: Mapping[tuple[str, str], int]

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Read all of them."""
        former = FormerAddress.objects.values_list("table_name", "slug", "row_id")
        return cls({(table, slug): key for table, slug, key in former})


def row_of_former_slug(model: type[models.Model], slug: str, rows: Mapping[int, Any]) -> Any:
    """Return the row of `model` among `rows` that had a slug before, or that one with this slug was merged into, or None.

    It asks the snapshot and no database.
    """
    if isinstance(rows, ListRows) and (row := rows.of_merged_slug(slug)):
        return row
    key = published.current()[FormerAddresses].keys.get((model._meta.db_table, slug), 0)
    return rows.get(key)


def present_slugs(model: type[models.Model], slugs: Collection[str]) -> dict[str, str]:
    """Return the present slug of each row of `model` that had one of these slugs before, by that slug.

    It asks the database, for what editors do. A slug that some row has today is no former one.
    """
    rows = model._default_manager
    taken = set(rows.filter(slug__in=slugs).values_list("slug", flat=True))
    former = FormerAddress.objects.filter(table_name=model._meta.db_table, slug__in=slugs)
    keys = {slug: key for slug, key in former.values_list("slug", "row_id") if slug not in taken}
    present = dict(rows.filter(pk__in=keys.values()).values_list("pk", "slug"))
    return {slug: present[key] for slug, key in keys.items() if key in present}


def redirects_former(model: type[models.Model], rows: Rows) -> Callable[[View], View]:
    """Redirect a request for a former slug of a row of `model` to the same page of its present slug.

    `rows` returns the rows that have a page today, by their keys.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def redirecting(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, slug, **kwargs)
            except Http404:
                row = row_of_former_slug(model, slug, rows())
                if row is None:
                    raise
            match: Any = request.resolver_match
            url = reverse(match.view_name, kwargs=match.kwargs | {"slug": row.slug})
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)

        return redirecting

    return decorate
