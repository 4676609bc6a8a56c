"""What changed between two editions, or two entries of a list, field by field, for the public history and for reviewers."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from evidence.models import Edition
from evidence.models.content_fields import (
    FIELDS,
    NOT_STATED,
    Wording,
    in_page_order,
    label_of,
    lack_in,
    lines_of,
)

# Below this likeness (from 0 to 1) a line counts as a new one, and its words are not marked one by one.
SAME_LINE = 0.4
# From this likeness two words are the same, spelt differently: "recieve" and "receive" (0.86), but not "increase" and
# "decrease" (0.63).
SAME_WORD = 0.75
# No draft goes to review without a day, so "not stated" would be wrong.
AT_SUBMISSION = "Filled in when it is submitted"
PIECE = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")  # a word or a mark, with the space after it
BREAK = mark_safe("<br>")
WORD = re.compile(r"[\w'’]+")


@dataclass(frozen=True)
class Change:
    """One field that differs. Both sides are plain text, with a line for each entry of a list."""

    field: str
    label: str
    before: str
    after: str

    @property
    def is_spelling(self) -> bool:
        """Whether only the spelling of our own words differs: as many words, no figure changed, each word nearly the same."""
        spelling_matters = any(
            one.name == self.field and one.wording is not Wording.FIXED for one in FIELDS
        )
        old, new = WORD.findall(self.before.lower()), WORD.findall(self.after.lower())
        return spelling_matters and len(old) == len(new) and all(map(_is_same_word, old, new))

    @property
    def before_marked(self) -> SafeString:
        """The text before, with the words that were taken out in <del>."""
        return self._marked[0]

    @property
    def after_marked(self) -> SafeString:
        """The text after, with the words that were put in in <ins>."""
        return self._marked[1]

    @cached_property
    def _marked(self) -> "Sides":
        return _mark_lines(self.before.split("\n"), self.after.split("\n"))


def changes(before: Edition, after: Edition) -> list[Change]:
    """Return what differs between two editions, in the order of the page. Fetch both with `for_reading()`."""
    return list(_changes(before, after))


def _changes(before: Edition, after: Edition) -> Iterator[Change]:
    # The review date is no content, but readers see it.
    for name in [*(field.name for field in in_page_order()), "review_due"]:
        old, new = lines_of(before, name), lines_of(after, name)
        if name == "review_due" and not new and after.state == Edition.State.DRAFT:
            new = [AT_SUBMISSION]
        if old != new:
            yield Change(
                name,
                label_of(name),
                "\n".join(old) or lack_in(name),
                "\n".join(new) or lack_in(name),
            )


def entry_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str]
) -> list[Change]:
    """Return what differs between two entries of a list of the data set, by the labels of their keys."""
    both = [(key, _as_lines(before.get(key)), _as_lines(after.get(key))) for key in labels]
    return [
        Change(key, labels[key], old or NOT_STATED, new or NOT_STATED)
        for key, old, new in both
        if old != new
    ]


def _as_lines(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(_as_lines, value))
    if isinstance(value, dict):
        said = ((key, one) for key, one in value.items() if one not in (None, "", []))
        return "; ".join(f"{key}: {_as_lines(one)}" for key, one in said)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _is_same_word(old: str, new: str) -> bool:
    if old == new:
        return True
    if any(letter.isdigit() for letter in old + new):
        return False
    likeness = difflib.SequenceMatcher(None, old, new).ratio()
    return sorted(old) == sorted(new) or likeness >= SAME_WORD


# Marking: line against line, then word against word in the lines that changed.

Sides = tuple[SafeString, SafeString]


def _mark_lines(before: list[str], after: list[str]) -> Sides:
    marked: list[Sides] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, before, after).get_opcodes():
        old, new = before[i:j], after[k:m]
        if kind == "replace" and len(old) == len(new):
            marked += map(_mark_words, old, new)
        elif kind == "replace":
            # A paragraph may have been cut in two, so all of them are compared word by word.
            marked.append(_mark_words("\n".join(old), "\n".join(new)))
        else:
            marked += [_mark(kind, *both) for both in zip_longest(old, new, fillvalue="")]
    return _join(marked, BREAK)


def _mark_words(before: str, after: str) -> Sides:
    old, new = PIECE.findall(before), PIECE.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < SAME_LINE:
        return _mark("replace", before, after)
    return _join(
        _mark(kind, "".join(old[i:j]), "".join(new[k:m]))
        for kind, i, j, k, m in matcher.get_opcodes()
    )


def _mark(kind: str, before: str, after: str) -> Sides:
    old, new = _broken(before), _broken(after)
    if kind == "equal":
        return old, new
    taken_out = format_html("<del>{}</del>", old) if before else SafeString()
    put_in = format_html("<ins>{}</ins>", new) if after else SafeString()
    return taken_out, put_in


def _broken(text: str) -> SafeString:
    """Return a text, escaped, with its line breaks as HTML has them."""
    return format_html_join(BREAK, "{}", ((line,) for line in text.split("\n")))


def _join(marked: Iterable[Sides], between: str = "") -> Sides:
    both = list(marked)
    return (
        format_html_join(between, "{}", ((old,) for old, _ in both if old)),
        format_html_join(between, "{}", ((new,) for _, new in both if new)),
    )


def matched(
    rows: list[Any],
    present: list[Any],
    identity: str,
    get: Callable[[Any, str], Any] = getattr,
) -> list[tuple[Any, Any]]:
    """Pair each row with the present one that it replaces: the one of the same identity, or else in the same place.

    `get` returns what a row has under a name.
    """
    by_identity = {get(old, identity): old for old in present}
    same = [by_identity.get(get(row, identity)) for row in rows]
    left = {get(old, "order"): old for old in present if old not in same}
    return [(row, old or left.get(get(row, "order"))) for row, old in zip(rows, same, strict=True)]
