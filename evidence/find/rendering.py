"""Renders a template to compact HTML that is filled in many times."""

import secrets
from typing import Any

from django.template.loader import get_template


def render_compact(template: str, context: dict[str, Any]) -> str:
    """Return a rendered template, with each stretch of white space squeezed into one space."""
    return " ".join(get_template(template).render(context).split())


def new_mark() -> str:
    """Return a text that stands for what is filled in later. Nobody can guess it, so no content can have it."""
    return f"mark-{secrets.token_hex(16)}"
