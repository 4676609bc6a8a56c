"""Addresses of the find page."""

import functools
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from django.urls import reverse


def find_url(parameters: Mapping[str, Any], view: str = "evidence:find") -> str:
    """Return the address of a list, given a value or a list of values for each parameter; empty ones are left out."""
    pairs: list[tuple[str, Any]] = []
    for name, value in parameters.items():
        if not value:
            continue
        if isinstance(value, list | tuple):
            pairs += [(name, one) for one in value if one]
        else:
            pairs.append((name, value))
    path = _path(view)
    query = "&".join([f"{name}={_quoted(value)}" for name, value in pairs])
    return f"{path}?{query}" if pairs else path


@functools.lru_cache(1000)
def _quoted(value: Any) -> str:
    """Return a value as an address has it. Most are slugs, which stay as they are: a page may have thousands of them."""
    text = str(value)
    is_slug = text.isascii() and text.replace("-", "").isalnum()
    return text if is_slug else quote_plus(text)


# To reverse an address takes longer than all the rest of making a link.
_path = functools.cache(reverse)
