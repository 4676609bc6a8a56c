"""How far the form of a draft is: which parts it has, and how much of what readers need is there."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Part:
    """A part of the form: its heading, the id of that heading, and what readers need of it, with whether it is there."""

    label: str
    anchor: str
    needed: dict[str, bool] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many of the fields that readers need are filled in."""
        return sum(self.needed.values())

    @property
    def names(self) -> str:
        """The names of these fields, for the script that counts while somebody types."""
        return " ".join(self.needed)


@dataclass
class Progress:
    """All parts of a form."""

    parts: list[Part]

    @property
    def done(self) -> int:
        """How many of the fields that readers need are filled in."""
        return sum(part.done for part in self.parts)

    @property
    def needed(self) -> int:
        """How many fields readers need."""
        return sum(len(part.needed) for part in self.parts)


def progress_of(adminform: Any, formsets: list[Any]) -> Progress:
    """Return the progress of a form: readers need what the form requires."""
    form, parts = adminform.form, []
    for number, fieldset in enumerate(adminform):
        names = [
            name for line in fieldset.fields for name in ([line] if isinstance(line, str) else line)
        ]
        needed = {
            name: form[name].value() not in (None, "", [])
            for name in names
            if name in form.fields and form.fields[name].required
        }
        parts.append(Part(str(fieldset.name), f"fieldset-0-{number}-heading", needed))
    for formset in formsets:
        plural = str(formset.model._meta.verbose_name_plural)
        parts.append(Part(plural[:1].upper() + plural[1:], f"{formset.prefix}-heading"))
    return Progress(parts)
