"""The catalogue that this worker serves: it is immutable, and replaced as a whole when the content version has changed."""

import functools
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone

from portal.content_version import ContentVersion

from .build import build_catalogue
from .facets import Catalogue

CHECK_SECONDS = 1.0  # the content version is read no more often
WAIT_SECONDS = (
    2.0  # the longest wait for another thread's check, which may be waiting for the database
)

T = TypeVar("T")

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_current: Catalogue | None = None
_requested: frozenset[Any] = frozenset()  # the keys of all that was made from the version before
_checked_at = 0.0
_makers: dict[str, Callable[[], Any]] = {}


def current_catalogue() -> Catalogue:
    """Return the catalogue of what is published, less than two seconds behind the database.

    Without any catalogue yet, the database's own error if it cannot be reached.
    """
    catalogue, age = _current, _age()
    if catalogue is not None and age < CHECK_SECONDS:
        return catalogue
    # One thread checks and builds. The others serve what was right a moment ago, or wait if that was too long ago.
    if catalogue is None:
        _lock.acquire()
    elif not _lock.acquire(timeout=0 if age < 2 * CHECK_SECONDS else WAIT_SECONDS):
        return catalogue
    try:
        return _check()
    finally:
        _lock.release()


def current_stamp() -> str:
    """Return what names the current content: a public page depends on its address and on nothing but this."""
    catalogue = current_catalogue()
    return f"{settings.RELEASE}-{catalogue.version}-{catalogue.day:%Y%m%d}"


def made_for_each_version(key: str) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Make a function return what it made for the current version, and prepare that again for the next version."""

    def decorate(make: Callable[[], T]) -> Callable[[], T]:
        _makers[key] = make
        return functools.wraps(make)(lambda: current_catalogue().get_or_make(key, make))

    return decorate


def prepare(**_signal: Any) -> None:
    """Make what was made from the version before, so that no visitor waits for it. Runs after an answer has been sent."""
    catalogue = _current
    try:
        for key, make in _makers.items():
            if catalogue is not None and key in _requested:
                catalogue.get_or_make(key, make)
    except DatabaseError:
        version = catalogue and catalogue.version
        logger.warning("Nothing could be prepared for content version %s.", version)


def check_again() -> None:
    """Make the next call check the content version, even if it was just checked."""
    global _checked_at
    _checked_at = time.monotonic() - CHECK_SECONDS


def forget_catalogue() -> None:
    """Drop the catalogue: the next call builds a new one."""
    global _current
    _current = None


def _check() -> Catalogue:
    """Build a new catalogue if the content version has changed. While the database is away, keep the present one."""
    global _current, _requested, _checked_at
    catalogue = _current
    if catalogue is not None and _age() < CHECK_SECONDS:
        return catalogue  # another thread has checked meanwhile
    try:
        day = timezone.localdate()
        version = (catalogue.version, catalogue.day) if catalogue else None
        if catalogue is None or version != (ContentVersion.current(), day):
            _requested = frozenset(catalogue.cache) if catalogue else frozenset()
            _current = catalogue = build_catalogue(day)
    except (InterfaceError, OperationalError):
        if catalogue is None:
            raise
        logger.warning("The database cannot be reached; serving version %s.", catalogue.version)
    finally:
        # After a failure too: to ask a database that is away takes seconds.
        _checked_at = time.monotonic()
    return catalogue


def _age() -> float:
    return time.monotonic() - _checked_at
