"""Errors whose message is shown to the visitor."""

from django.http import Http404


class PageNotFound(Http404):
    """There is no such page. The message tells the visitor why."""
