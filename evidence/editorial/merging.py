"""Two people, one draft: which of what a form holds its person wrote, and which somebody else has saved since.

A form carries a short fingerprint of each field and row as they were when it was opened. What somebody left as it was follows
what is saved now; what both changed in a different way is a conflict, and only that is asked about.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from django.db import models

LENGTH = 12  # hexadecimal digits of a fingerprint


class Changed(Enum):
    """Who has changed a field or row since the form was opened."""

    SAME = "what is posted is what is saved"
    OURS = "only this person changed it"
    THEIRS = "only somebody else changed it"
    CONFLICT = "both changed it, in a different way"


def fingerprint(value: Any) -> str:
    """Return a short hash of the value of a field, or of the fields of a row by name."""
    text = json.dumps(_plain(value), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def who_changed(was: str | None, ours: str | None, now: str | None) -> Changed:
    """Compare three fingerprints: as the form was opened, as it is posted, and as it is saved now. None: it is not there."""
    if ours == now:
        return Changed.SAME
    if ours == was:
        return Changed.THEIRS
    return Changed.OURS if now == was else Changed.CONFLICT


def _plain(value: Any) -> Any:
    """Return a value in a form in which what people see as the same is the same."""
    if value is None:
        return None
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        several = list(value)
        plain = [_plain(one) for one in several]
        of_rows = any(isinstance(one, models.Model) for one in several)
        return (sorted(plain) if of_rows else plain) or None
    return str(value).replace("\r\n", "\n").strip() or None
