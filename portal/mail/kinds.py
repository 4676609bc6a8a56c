"""The kinds of mail: what each is called, who may get it, and when it is sent unless a person chose otherwise.

Each room registers its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import models


class When(models.TextChoices):
    """When a person wants a kind of mail."""

    AT_ONCE = "at-once", "At once"
    DAILY = "daily", "Once a day"
    NEVER = "never", "Never"


@dataclass(frozen=True)
class Kind:
    """One kind of mail.

    `many` is the subject of several, after their number; that of one is the headline of its notice. A person gets it only
    while it `is_for` them. Of the keys of what notices are about, `current` returns those that still concern them. `stands`
    says of each how things stand when the mail is sent, where that may have changed since the notice was written.
    """

    name: str
    label: str
    many: str
    why: str  # after "You get this because "
    is_for: Callable[[User], bool]
    default: When
    current: Callable[[User, set[int]], set[int]]
    always: bool = False  # at once, whatever they chose
    latest: bool = (
        False  # of several about the same only the latest is sent, because it asks the same again
    )
    stands: Callable[[set[int]], dict[int, str]] = lambda keys: {}


KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds of mail, in the order in which people see them."""
    KINDS.update({kind.name: kind for kind in kinds})


def having(*rights: str) -> Callable[[User], bool]:
    """Return what says whether somebody has one of these rights."""
    return lambda person: any(person.has_perm(right) for right in rights)
