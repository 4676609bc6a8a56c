"""What changed between two editions, field by field: for the public history and for reviewers."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from centres.vocabulary import AgeGroup
from evidence.models import Edition, Finding, Source
from portal.templatetags.portal_tags import day, partial_date

NOTHING = "not stated"
# Below this likeness (0 to 1) a line is a new one, and marking its words would tell nothing.
ALIKE = 0.4
WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")

# Fields whose spelling may be mended; a figure, a rating or a list is never only spelt otherwise.
TEXTS = {
    "title", "product", "bottom_line", "data_note", "key_findings", "implementation", "caveats", "countries"
}  # fmt: skip
SPELT = re.compile(r"[\w'’]+")
# From this likeness (0 to 1) two words are one: "recieve" and "receive" (0.86), but not "increase" and "decrease" (0.63).
SPELLING = 0.75

# Every field that readers see, in the order of the summary page, by the name that they see.
LABELS = {
    "title": "Title",
    "code": "Reference",
    "product": "Publication line",
    "kind": "Kind",
    "bottom_line": "Bottom line",
    "direction": "Direction of effect",
    "impact_native": "Effect, in the centre’s words",
    "strength": "Strength of evidence",
    "strength_native": "Strength, in the centre’s words",
    "strength_scale": "Scale of the strength",
    "strength_step": "Step on the scale of strength",
    "cost": "Cost",
    "cost_native": "Cost, in the centre’s words",
    "cost_scale": "Scale of the cost",
    "cost_step": "Step on the scale of cost",
    "data_note": "Doubt about a figure",
    "key_findings": "Main points",
    "findings": "Findings by outcome",
    "implementation": "How to do it",
    "caveats": "Cautions and harms",
    "audiences": "Who it is for",
    "settings": "Settings",
    "age_groups": "Age groups",
    "countries": "Where the studies were done",
    "studies": "Number of studies",
    "policy_areas": "Policy areas",
    "topics": "Topics",
    "source_url": "The centre’s page",
    "sources": "Pages read",
    "updated": "Date of the version read",
    "review_due": "Review due",
}


@dataclass(frozen=True)
class Change:
    """One field that differs. Both sides are plain text; a list has one entry a line."""

    field: str
    label: str
    before: str
    after: str

    @property
    def is_spelling(self) -> bool:
        """Whether no word came or went, no figure differs, and every word that changed is almost the same."""
        old, new = SPELT.findall(self.before.lower()), SPELT.findall(self.after.lower())
        return self.field in TEXTS and len(old) == len(new) and all(map(_spelt_otherwise, old, new))

    @property
    def before_marked(self) -> SafeString:
        """The text before, with the words that went in <del>."""
        return self._marked[0]

    @property
    def after_marked(self) -> SafeString:
        """The text after, with the words that came in <ins>."""
        return self._marked[1]

    @cached_property
    def _marked(self) -> "Sides":
        return _mark_lines(self.before.split("\n"), self.after.split("\n"))


def _spelt_otherwise(old: str, new: str) -> bool:
    if old == new:
        return True
    if any(letter.isdigit() for letter in old + new):
        return False
    return sorted(old) == sorted(new) or _likeness(old, new) >= SPELLING


def _likeness(old: str, new: str) -> float:
    return difflib.SequenceMatcher(None, old, new).ratio()


def changes(before: Edition, after: Edition) -> list[Change]:
    """Return what differs between two editions. Read them with `for_comparing()`."""
    return list(_changes(before, after))


def _changes(before: Edition, after: Edition) -> Iterator[Change]:
    for field, label in LABELS.items():
        old, new = _text(before, field), _text(after, field)
        if old != new:
            yield Change(field, label, old, new)


def _text(edition: Edition, field: str) -> str:
    value: Any = getattr(edition, field)
    if field == "findings":
        lines = [_finding(row) for row in value.all()]
    elif field == "sources":
        lines = [_source(row) for row in value.all()]
    elif field == "age_groups":
        lines = [str(AgeGroup(group).label) for group in value]
    elif hasattr(value, "all"):
        lines = [str(row) for row in value.all()]
    elif isinstance(value, list):
        lines = value
    elif field == "updated":
        lines = [partial_date(value)] if value else []
    elif field == "review_due":
        lines = [day(value)] if value else []
    elif display := getattr(edition, f"get_{field}_display", None):
        lines = [str(display() or "")]
    else:
        lines = [] if value is None else [str(value)]
    return "\n".join(lines) or NOTHING


def _finding(row: Finding) -> str:
    parts = [row.get_direction_display(), row.measured, row.effect, row.strength_native]
    return f"{row.outcome}: {'; '.join(part for part in parts if part)}"


def _source(row: Source) -> str:
    return f"{row.url} ({row.note})" if row.note else row.url


# Marking: line against line, then word against word in the lines that changed.

Sides = tuple[SafeString, SafeString]


def _mark_lines(before: list[str], after: list[str]) -> Sides:
    marked: list[Sides] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, before, after).get_opcodes():
        old, new = before[i:j], after[k:m]
        if kind == "replace" and len(old) == len(new):
            marked += map(_mark_words, old, new)
        else:
            marked += [_mark(kind, *both) for both in zip_longest(old, new, fillvalue="")]
    return _join(marked, mark_safe("<br>"))


def _mark_words(before: str, after: str) -> Sides:
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return _mark("replace", before, after)
    return _join(
        _mark(kind, "".join(old[i:j]), "".join(new[k:m]))
        for kind, i, j, k, m in matcher.get_opcodes()
    )


def _mark(kind: str, before: str, after: str) -> Sides:
    if kind == "equal":
        return escape(before), escape(after)
    gone = format_html("<del>{}</del>", before) if before else SafeString()
    come = format_html("<ins>{}</ins>", after) if after else SafeString()
    return gone, come


def _join(marked: Iterable[Sides], between: str = "") -> Sides:
    both = list(marked)
    return (
        format_html_join(between, "{}", ((old,) for old, _ in both if old)),
        format_html_join(between, "{}", ((new,) for _, new in both if new)),
    )
