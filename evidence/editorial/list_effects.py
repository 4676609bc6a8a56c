"""What it would do to retire or merge a row of a list, in sentences for whoever proposes it and whoever decides."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.utils.text import get_text_list

from evidence.models import Edition, ListRow, editions_with


def effects_of(*, row: ListRow, ended: str, instead: ListRow | None) -> list[str]:
    """Return the sentences, the most important first."""
    return list(_effects(row, ended, instead))


def _effects(row: ListRow, ended: str, instead: ListRow | None) -> Iterator[str]:
    uses = _numbers(row)
    yield f"“{row}” is used by {_said(uses) or 'no summary'}."
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
    names = {
        "published": ("published summary", "published summaries"),
        "open": ("draft or edition in review", "drafts or editions in review"),
        "earlier": ("earlier edition", "earlier editions"),
    }
    parts = [f"{number} {names[which][number != 1]}" for which, number in numbers.items() if number]
    return str(get_text_list(parts, "and"))
