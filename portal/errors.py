"""Errors whose message is shown to the visitor."""

from django.http import Http404


class NotThere(Http404):
    """There is no such page. The message tells the visitor why."""
