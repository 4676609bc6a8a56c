"""The catalogue of the present snapshot."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from portal import published

from .build import PublishedCatalogue
from .facets import Catalogue

T = TypeVar("T")


def current_catalogue() -> Catalogue:
    """Return the catalogue of what is published. Raises NothingPublished if that has never been read."""
    return published.current()[PublishedCatalogue].catalogue


def made_for_each_version(key: str) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Make a function return what it made for the present snapshot."""

    def decorate(make: Callable[[], T]) -> Callable[[], T]:
        return wraps(make)(lambda: published.current().get_or_make(key, make))

    return decorate
