"""Renders a template to compact HTML that is filled in many times."""

import functools
import html
import re
import secrets
from collections.abc import Mapping
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

MARK = f"mark-{secrets.token_hex(4)}-"  # begins what stands for a text
MAX_SHAPES = 500  # that a worker remembers, about 1 kB each


def render_compact(template: str, context: dict[str, Any]) -> str:
    """Return a rendered template, with each stretch of white space squeezed into one space."""
    return " ".join(get_template(template).render(context).split())


def new_mark() -> str:
    """Return a text that stands for what is filled in later. Nobody can guess it, so no content can have it."""
    return f"{MARK}{secrets.token_hex(16)}"


def render_filled(template: str, context: Mapping[str, Any]) -> SafeString:
    """Return what `render_compact` does, but run the template only once for all contexts that differ in their texts alone.

    So it may ask of a text only whether it is empty, and change nothing of it. A number for people to read is given as text.
    """
    texts: list[str] = []
    pieces = _pieces(template, _shape(context, texts))
    filled = "".join([texts[one] if isinstance(one, int) else one for one in pieces])
    return mark_safe(filled)  # noqa: S308 - the template rendered it, and `_shape` has escaped the texts


class _Text:
    """Stands for any text that is not empty."""


class _Named(tuple[tuple[str, Any], ...]):
    """A mapping, in the shape of a context."""


def _shape(value: Any, texts: list[str]) -> Any:
    """Return a value with nothing in the place of its texts, which are escaped and added to `texts`."""
    if hasattr(value, "__dataclass_fields__"):
        value = vars(value)
    if isinstance(value, str):
        if value:
            texts.append(value if hasattr(value, "__html__") else html.escape(value))
        return _Text if value else ""
    if isinstance(value, Mapping):
        return _Named([(name, _shape(one, texts)) for name, one in value.items()])
    if isinstance(value, list | tuple):
        return tuple([_shape(one, texts) for one in value])
    return value


@functools.lru_cache(MAX_SHAPES)
def _pieces(template: str, shape: Any) -> list[str | int]:
    """Return what a template makes of a shape, with the number of a text wherever that is filled in."""
    marks: list[str] = []
    rendered = render_compact(template, _marked(shape, marks))
    numbers: dict[str, int] = {mark: number for number, mark in enumerate(marks)}
    pieces = re.split(f"({'|'.join(marks)})", rendered) if marks else [rendered]
    if MARK in "".join(pieces[::2]).lower():
        raise ValueError(f"{template} changes a text that is filled in later.")
    return [numbers.get(piece, piece) for piece in pieces if piece]


def _marked(shape: Any, marks: list[str]) -> Any:
    """Return the context of a shape, with a mark for each text."""
    if shape is _Text:
        marks.append(new_mark())
        return marks[-1]
    if isinstance(shape, _Named):
        return {name: _marked(one, marks) for name, one in shape}
    return [_marked(one, marks) for one in shape] if isinstance(shape, tuple) else shape
