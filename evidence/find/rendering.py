"""Renders a template to compact HTML that is filled in many times."""

from typing import Any

from django.template.loader import get_template


def render_compact(template: str, context: dict[str, Any]) -> str:
    """Return a rendered template, with each stretch of white space squeezed into one space."""
    return " ".join(get_template(template).render(context).split())
