"""Addresses that something had before: they redirect to its present one.

The database itself records them, so that a change by hand, by the data set or in SQL leaves one too. A summary has none: its
address is its identity and never changes.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from . import published
from .models import FormerAddress

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
                key = published.current()[FormerAddresses].keys.get((model._meta.db_table, slug), 0)
                row = rows().get(key)
                if row is None:
                    raise
            match: Any = request.resolver_match
            url = reverse(match.view_name, kwargs=match.kwargs | {"slug": row.slug})
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)

        return redirecting

    return decorate
