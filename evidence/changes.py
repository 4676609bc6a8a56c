"""What changed between two editions, field by field, for the public history and for review."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .models import Edition

# Fields as people read them, in the order of the summary page. Keys in the database are told by their label.
FIELDS = (
    "title", "code", "product", "kind", "bottom_line", "direction", "impact_native", "strength",
    "strength_native", "strength_scale", "strength_step", "cost", "cost_native", "cost_scale",
    "cost_step", "studies", "countries", "key_findings", "implementation", "caveats",
    "policy_areas", "topics", "audiences", "settings", "age_groups", "findings", "sources",
    "source_url", "updated", "data_note", "review_due",
)  # fmt: skip
LABELS = {
    "key_findings": "what the evidence says",
    "implementation": "how to do it",
    "caveats": "cautions and harms",
    "findings": "findings by outcome",
    "sources": "pages read",
    "policy_areas": "policy areas",
    "topics": "topics",
    "audiences": "who it is for",
    "settings": "settings",
}


@dataclass(frozen=True)
class Change:
    """One field that differs; both sides as plain text, a list as lines."""

    field: str
    label: str
    before: str
    after: str

    def marked(self) -> SafeString:
        """Return one text with what went marked <del> and what came marked <ins>, word by word."""
        before, after = _words(self.before), _words(self.after)
        pieces = []
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        for kind, i, j, k, m in matcher.get_opcodes():
            if kind == "equal":
                pieces.append(escape("".join(before[i:j])))
                continue
            if i < j:
                pieces.append(f"<del>{escape(''.join(before[i:j]))}</del>")
            if k < m:
                pieces.append(f"<ins>{escape(''.join(after[k:m]))}</ins>")
        return mark_safe("".join(pieces).replace("\n", "<br>"))  # noqa: S308 - escaped above


def changes(before: Edition, after: Edition) -> list[Change]:
    """Return what differs between two editions of a summary."""
    return list(_changes(before, after))


def _changes(before: Edition, after: Edition) -> Iterator[Change]:
    for name in FIELDS:
        old, new = _text(before, name), _text(after, name)
        if old != new:
            yield Change(name, _label(name), old, new)


def _label(name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    return str(getattr(Edition._meta.get_field(name), "verbose_name", name))


def _text(edition: Edition, name: str) -> str:
    value: Any = getattr(edition, name)
    if name == "findings":
        return "\n".join(
            f"{row.outcome}: {row.get_direction_display()}"
            + "".join(
                f"; {part}" for part in (row.measured, row.effect, row.strength_native) if part
            )
            for row in value.all()
        )
    if name == "sources":
        return "\n".join(f"{row.url} ({row.note or 'no note'})" for row in value.all())
    if hasattr(value, "all"):
        return "\n".join(sorted(str(row) for row in value.all()))
    if isinstance(value, list):
        return "\n".join(value)
    if display := getattr(edition, f"get_{name}_display", None):
        return str(display() or "not stated")
    return "not stated" if value in (None, "") else str(value)


def _words(text: str) -> list[str]:
    return re.findall(r"\n|[^\S\n]+|\w+|[^\w\s]", text)
