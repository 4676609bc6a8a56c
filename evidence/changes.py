"""What changed between two editions, field by field: for the public history and for reviewers."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from centres.vocabulary import AgeGroup
from portal.templatetags.portal_tags import day, partial_date

from .models import Edition, Finding, Source

NOTHING = "not stated"
# Below this likeness (0 to 1) marking words tells nothing: the text is a new one.
ALIKE = 0.4

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
    "key_findings": "What the evidence says",
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
    def before_marked(self) -> SafeString:
        """The text before, with the words that went in <del>."""
        return self._marked(0)

    @property
    def after_marked(self) -> SafeString:
        """The text after, with the words that came in <ins>."""
        return self._marked(1)

    def _marked(self, side: int) -> SafeString:
        tag = ("del", "ins")[side]
        before, after = _words(self.before), _words(self.after)
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        if matcher.ratio() < ALIKE:
            return _marked(tag, (self.before, self.after)[side])
        pieces = []
        for kind, i, j, k, m in matcher.get_opcodes():
            text = "".join((before[i:j], after[k:m])[side])
            pieces.append(_marked(tag if kind != "equal" else "", text))
        return mark_safe("".join(pieces))  # noqa: S308 - escaped in each piece


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


def _marked(tag: str, text: str) -> SafeString:
    escaped = escape(text).replace("\n", "<br>")
    marked = f"<{tag}>{escaped}</{tag}>" if tag and text else escaped
    return mark_safe(marked)  # noqa: S308 - escaped above


def _words(text: str) -> list[str]:
    return re.findall(r"\n|[^\S\n]+|\w+|[^\w\s]", text)
