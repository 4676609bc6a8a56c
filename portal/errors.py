"""Errors that people are told the reason of."""

from django.http import Http404


class NotThere(Http404):
    """A page that is not there, with a sentence for its visitor about why."""
