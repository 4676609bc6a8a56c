"""Texts of a page written in code, where thousands of them are on one page."""

import html
from typing import Any

from django.utils.functional import Promise


def escaped(value: Any) -> str:
    """Return what Django's `conditional_escape` does, which spends most of its time on looking for texts to be translated."""
    if isinstance(value, Promise):
        value = str(value)
    text: str = value.__html__() if hasattr(value, "__html__") else html.escape(str(value))
    return text
