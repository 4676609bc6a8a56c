"""What a change of a list would do to summaries, in sentences for whoever proposes it and whoever decides.

That is to retire or merge a row, and to map a step of a rating scale to another common level.
"""

from collections.abc import Iterable, Iterator
from operator import getitem
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import get_text_list

from centres.models import RatingLevel
from centres.vocabulary import Strength
from evidence.models import Edition, ListRow, editions_with

from .diff import matched

NAMES = {
    "published": ("published summary", "published summaries"),
    "open": ("draft or edition in review", "drafts or editions in review"),
    "scheduled": ("scheduled edition", "scheduled editions"),
    "earlier": ("earlier edition", "earlier editions"),
}
STATES: dict[str, list[str]] = {
    "published": [Edition.State.PUBLISHED],
    "open": [state for state in Edition.OPEN if state != Edition.State.SCHEDULED],
    "scheduled": [Edition.State.SCHEDULED],
}
SCHEDULED = Q(state=Edition.State.SCHEDULED)


def effects_of(*, row: ListRow, ended: str, instead: ListRow | None) -> list[str]:
    """Return the sentences, the most important first."""
    return list(_effects(row, ended, instead))


def uses_of(row: ListRow, numbers: dict[str, int] | None = None) -> str:
    """Say how many summaries, drafts and earlier editions have a row."""
    return f"“{row}” is used by {_said(numbers or _numbers(row)) or 'no summary'}."


def _effects(row: ListRow, ended: str, instead: ListRow | None) -> Iterator[str]:
    uses = _numbers(row)
    yield uses_of(row, uses)
    if ended == ListRow.Ended.MERGED and instead:
        yield from _of_a_merge(row, instead, any(uses.values()))
    elif ended == ListRow.Ended.RETIRED:
        if any(uses.values()):
            yield "They keep it. A draft that the public has not read with it yet cannot be submitted with it."
        yield "Nobody can choose it for another summary."
        if uses["published"]:
            yield "It stays in filters and lists for as long as a published summary has it."
        else:
            yield "It leaves filters and lists, because no published summary has it."
        place = f" and that “{instead}” took its place" if instead else ""
        yield f"Its address says that it is retired{place}."
    else:
        yield "It can be chosen again, and what has it is found under it."


def _of_a_merge(row: ListRow, instead: ListRow, is_used: bool) -> Iterator[str]:
    if is_used:
        yield f"They stay as they were approved. From then on they show “{instead}” and are found under it."
    if both := _said(_numbers(row, instead)):
        yield f"Of these, {both} {'have' if ' and ' in both or not both.startswith('1 ') else 'has'} both: that counts once."
    rows: Any = type(row).objects
    if before := [str(one) for one in rows.filter(instead=row)]:
        yield f"What leads to “{row}” today leads to “{instead}”: {get_text_list(before, 'and')}."
    yield f"Its address, its filter and its name in spreadsheets and files lead to “{instead}”."
    if hasattr(row, "also_known_as"):
        names = get_text_list([f"“{name}”" for name in [row.label, *row.also_known_as]], "and")
        yield f"Search finds “{instead}” by its names too: {names}."


def _numbers(*rows: ListRow) -> dict[str, int]:
    editions = editions_with(*rows).order_by()
    numbers: dict[str, int] = editions.aggregate(
        published=Count("pk", filter=Edition.published_q()),
        open=Count("pk", filter=Edition.open_q()),
        earlier=Count("pk", filter=~Edition.published_q() & ~Edition.open_q()),
    )
    return numbers


def _said(numbers: dict[str, int]) -> str:
    parts = [_number_of(which, number) for which, number in numbers.items() if number]
    return str(get_text_list(parts, "and"))


def _number_of(which: str, number: int) -> str:
    return f"{number} {NAMES[which][number != 1]}"


# Steps of a rating scale


def effects_on_levels(*, scale: int, before: Any, after: Any) -> list[str]:
    """Return what it would do that a scale says `after` in place of `before`: steps, and the summaries rated at them.

    Some sentences are HTML, with a link to these summaries.
    """
    moved = [
        (old, new)
        for new, old in matched(after["levels"], before["levels"], "label", getitem)
        if old and new["common"] != old["common"]
    ]
    steps = RatingLevel.objects.filter(scale=scale, label__in=[old["label"] for old, _ in moved])
    by_label = {step.label: step for step in steps}
    editions = Edition.objects.filter(strength_step__in=by_label.values()).order_by()
    levels = editions.values_list("strength_step", "strength").annotate(
        published=Count("pk", filter=Edition.published_q()),
        open=Count("pk", filter=Edition.open_q() & ~SCHEDULED),
        scheduled=Count("pk", filter=SCHEDULED),
    )
    rated = list(levels)
    return [
        sentence
        for old, new in moved
        if old["label"] in by_label
        for sentence in _effects_of_a_step(by_label[old["label"]], old, new, rated)
    ]


def _effects_of_a_step(
    row: RatingLevel, old: Any, new: Any, rated: Iterable[tuple[int, str, int, int, int]]
) -> Iterator[str]:
    wanted = new["common"]
    stands_for = f"maps to “{Strength(wanted).label}”" if wanted else "maps to no common level"
    instead = f", and no longer to “{Strength(old['common']).label}”" if old["common"] else ""
    yield f"“{row}” {stands_for}{instead}."
    others = [numbers for step, level, *numbers in rated if step == row.pk and level != wanted]
    published, being_written, scheduled = map(sum, zip((0, 0, 0), *others, strict=True))
    if not wanted:
        said = _said({"published": published, "open": being_written, "scheduled": scheduled})
        yield f"What is rated at it keeps its level: {said or 'no summary'}."
        return
    if published:
        yield format_html(
            "{} at this step would say another level than the scale. What is published stays as it was approved, until a new "
            "edition of it is approved too. The first page counts these summaries and leads to them.",
            _list_of(row, wanted, "published", published),
        )
    if being_written:
        yield format_html(
            "{} would say another level too, and cannot be submitted or approved like that.",
            _list_of(row, wanted, "open", being_written),
        )
    if scheduled:
        yield format_html(
            "{} would say another level and go live like that, as was approved. Send back what should not.",
            _list_of(row, wanted, "scheduled", scheduled),
        )
    if not (published or being_written or scheduled):
        yield "No summary, draft or edition in review says another level at this step."
    if new["reason"] and new["reason"] == old["reason"]:
        yield f"The reason beside it stays as it is: “{new['reason']}” Is it still true?"


def _list_of(row: RatingLevel, wanted: str, which: str, number: int) -> str:
    """Return a number of editions, with a link to the list of them."""
    query = {
        "strength_step__exact": str(row.pk),
        "strength__in": ",".join(level for level in Strength.values if level != wanted),
        "state__in": ",".join(STATES[which]),
    }
    address = reverse("admin:evidence_edition_changelist", query=query)
    return format_html('<a href="{}">{}</a>', address, _number_of(which, number))
