"""Addresses that something had before: they redirect to its present one.

The database itself records them, so that a change by hand, by the data set or in SQL leaves one too. A summary has none: its
address is its identity and never changes.
"""

import functools
from collections.abc import Callable
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from .models import FormerAddress

View = Callable[..., HttpResponseBase]


def redirects_former(model: type[models.Model]) -> Callable[[View], View]:
    """Redirect a request for a former slug of a row of `model` to the same page of its present slug."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def redirecting(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, slug, **kwargs)
            except Http404:
                current = FormerAddress.current_slug(model, slug)
                if current is None:
                    raise
            match: Any = request.resolver_match
            url = reverse(match.view_name, kwargs=match.kwargs | {"slug": current})
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)

        return redirecting

    return decorate
