"""The scales and steps that the form of a draft offers: those of its centre, each step under the name of its scale."""

from collections.abc import Callable
from functools import cache, partial
from itertools import groupby
from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH

from centres.models import RatingLevel, RatingScale

from ..models import centres_of
from .choices import know, options

RATINGS = ("strength", "cost")


def offer_scales(form: Any) -> None:
    """Offer scales and steps in the form of a draft: of the centre of its summary, or of all centres that its person works for.

    A list of steps is in groups with the names of their scales; admin-draft.js leaves only that of the scale that is chosen.
    """
    edition = form.instance
    centres = (
        {"centre": edition.summary.centre_id}
        if edition.pk
        else {"centre__in": centres_of(form.user)}
    )
    scales = RatingScale.objects.filter(rates__in=RATINGS, **centres).select_related("centre")
    levels = RatingLevel.objects.filter(scale__in=scales).select_related("scale__centre")
    found = cache(lambda: list(scales))
    steps = cache(lambda: list(levels.order_by("scale__order", "scale__name", "order")))
    for rating in RATINGS:
        for part, queryset, offered in (("scale", scales, _scales), ("step", levels, _steps)):
            field: forms.ModelChoiceField = form.fields[f"{rating}_{part}"]
            now = getattr(edition, f"{rating}_{part}") if edition.pk else None
            field.queryset = queryset.filter(
                **{"rates" if part == "scale" else "scale__rates": rating}
            )
            know(field, [now])
            rows = found if part == "scale" else steps
            field.choices = partial(offered, rows, rating)


def name_of(scale: RatingScale) -> str:
    """Return the name of a scale with that of its centre."""
    return f"{scale.centre.short_name}: {scale.name}" if scale.centre else scale.name


def _scales(rows: Callable[[], list[Any]], rating: str) -> list[Any]:
    fitting = [scale for scale in rows() if scale.rates == rating]
    return [*BLANK_CHOICE_DASH, *((scale.pk, name_of(scale)) for scale in fitting)]


def _steps(rows: Callable[[], list[Any]], rating: str) -> list[Any]:
    fitting = [step for step in rows() if step.scale.rates == rating]
    groups = groupby(fitting, key=lambda step: step.scale)
    return [*BLANK_CHOICE_DASH, *((name_of(scale), options(steps)[1:]) for scale, steps in groups)]
