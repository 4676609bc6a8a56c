"""What an entry of a list says in the words that people read: rows by their labels, and choices by theirs."""

from collections.abc import Iterable, Iterator
from operator import getitem
from typing import Any

from django.utils.text import capfirst

from centres.models import RatingLevel
from evidence.dataset.list_history import LISTS, List
from evidence.dataset.parts import Links, Part, Reference, Rows, Value
from evidence.dataset.paths import Entry
from evidence.editorial.diff import Change, entry_changes, matched
from portal.templatetags.portal_tags import partial_date

from ..models import Edition, Summary

Labels = dict[str, dict[str, str]]  # of the values of a key


def in_words(name: List, *entries: Entry | None) -> list[Entry]:
    """Return entries of one list with labels in the place of names and keys. What there is no label for stays as it is."""
    table = LISTS[name]
    labels: Labels = {}
    for key, part, model in _labelled(table.parts, table.model):
        values = {one for entry in entries for one in _values_of(key, entry)}
        found = _labels_of(part, model, values) if values else {}
        labels[key] = {**labels.get(key, {}), **found}
    return [
        {key: _said(one, labels.get(key, {}), labels) for key, one in _dated(entry or {}).items()}
        for entry in entries
    ]


def known_rows(name: List) -> dict[str, Rows]:
    """Return the parts of the entries of a list whose rows are known again by what one of their keys says, such as a label."""
    of_rows = (part for part in LISTS[name].parts if isinstance(part, Rows))
    return {
        rows.key: rows for rows in of_rows if rows.identity in {part.key for part in rows.parts}
    }


def row_changes(rows: Rows, before: list[Entry], after: list[Entry]) -> Iterator[Change]:
    """Yield what differs between the rows of two entries in words: what one says, key by key, and those that are new or go."""
    # Where a row states no place, it has that in its entry, as when it is written.
    present, wanted = (
        [{"order": at, **one} for at, one in enumerate(side)] for side in (before, after)
    )
    pairs = matched(wanted, present, rows.identity, getitem)
    gone = [(None, old) for old in present if all(old is not kept for _, kept in pairs)]
    labels = {
        part.key.replace("_", " "): str(rows.model._meta.get_field(part.attribute).verbose_name)  # type: ignore[union-attr]  # a plain field
        for part in rows.parts
    }
    for new, old in [*pairs, *gone]:
        name = (old or new)[rows.identity]
        row = f"{capfirst(str(rows.model._meta.verbose_name))} “{name}”"
        if old and new:
            of_row = {key: f"{row}: {label}" for key, label in labels.items()}
            yield from entry_changes(old, new, of_row)
        else:
            before_it, after_it = (_lines(side or {}, labels) for side in (old, new))
            yield from entry_changes({"": before_it}, {"": after_it}, {"": row})


def _lines(row: Entry, labels: dict[str, str]) -> list[str]:
    said = ((label, row.get(key)) for key, label in labels.items())
    return [f"{capfirst(label)}: {value}" for label, value in said if value not in (None, "", [])]


def _labelled(parts: Iterable[Part], model: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the parts that name rows or choices, with the keys and models of the rows that they are of."""
    for part in parts:
        if isinstance(part, Rows):
            for key, one, of_rows in _labelled(part.parts, part.model):
                yield part.key if part.bare else key, one, of_rows
        else:
            yield part.key.rpartition(".")[2], part, model


def _values_of(key: str, value: Any) -> Iterator[str]:
    """Yield the texts that stand under a key, however deep in an entry."""
    if isinstance(value, list):
        for one in value:
            yield from _values_of(key, one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == key:
                yield from (
                    text
                    for text in (one if isinstance(one, list) else [one])
                    if isinstance(text, str)
                )
            yield from _values_of(key, one)


def _labels_of(part: Any, model: Any, values: set[str]) -> dict[str, str]:
    if isinstance(part, Value):
        field: Any = model._meta.get_field(part.attribute)
        choices = getattr(field, "base_field", field).flatchoices
        return {str(value): str(label) for value, label in choices}
    # A step is named by what its centre calls it.
    if not isinstance(part, Links | Reference) or part.model is RatingLevel:
        return {}
    if part.model is Summary:
        titles = Edition.objects.filter(summary__slug__in=values).order_by("number")
        return dict(titles.values_list("summary__slug", "title"))
    return {row.slug: str(row) for row in part.model._default_manager.filter(slug__in=values)}  # type: ignore[attr-defined]  # all have a slug


def _said(value: Any, own: dict[str, str], labels: Labels) -> Any:
    if isinstance(value, list):
        return [_said(one, own, labels) for one in value]
    if isinstance(value, dict):
        return {
            name.replace("_", " "): _said(one, labels.get(name, {}), labels)
            for name, one in _dated(value).items()
        }
    return own.get(value, value) if isinstance(value, str) else value


def _dated(entry: Entry) -> Entry:
    """Return an entry with its date as people write it, which shows how precise it is."""
    if "precision" not in entry:
        return entry
    said = {key: one for key, one in entry.items() if key != "precision"}
    return said | ({"date": partial_date(entry["date"])} if entry.get("date") else {})
