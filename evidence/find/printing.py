"""Templates printed once and used many times."""

from typing import Any

from django.template.loader import get_template


def print_once(template: str, context: dict[str, Any]) -> str:
    """Return what a template prints, with each stretch of white space squeezed into one space."""
    return " ".join(get_template(template).render(context).split())
